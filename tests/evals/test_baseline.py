"""The blessed baseline: what may become one, and how its file reads."""

from datetime import timedelta
from pathlib import Path

import pytest
from support.eval_runs import STARTED, a_case, a_run, as_log

from warmline.errors import UsageError
from warmline.evals.gating.baseline import bless, read_base, read_baseline, too_few, written
from warmline.evals.stats.rates import Counted


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    made = bless([a_run(a_case("b", "++++++x+"), a_case("a[x=1]"))], now=STARTED)
    file = tmp_path / "eval-baseline.json"
    file.write_text(written(made))
    assert read_baseline(file) == made == read_base(file)
    assert made.cases == {"a[x=1]": Counted(3, 3), "b": Counted(7, 8)}
    assert made.age(STARTED + timedelta(days=3)) == timedelta(days=3)


def test_a_case_is_one_line_in_order() -> None:
    lines = written(bless([a_run(a_case("b"), a_case("a"))], now=STARTED)).splitlines()
    assert [line.strip() for line in lines if "3/3" in line] == ['"a": "3/3",', '"b": "3/3"']


def test_runs_are_added_up() -> None:
    runs = [a_run(a_case("one", "++++"), a_case("two")), a_run(a_case("one", "+++++x"))]
    made = bless(runs)
    assert made.cases == {"one": Counted(9, 10), "two": Counted(3, 3)}
    assert too_few(made) == ["two"]


def test_repeats_of_what_cannot_differ_stay_one() -> None:
    runs = [a_run(a_case("one"), deterministic=True)] * 3
    made = bless(runs)
    assert made.cases == {"one": Counted(1, 1)}
    assert too_few(made) == []


def test_trials_that_measured_nothing_are_left_out() -> None:
    many = [a_case(f"c-{number}", "+" * 10) for number in range(10)]
    assert "dark" not in bless([a_run(*many, a_case("dark", "-"))]).cases


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (a_run(a_case("one", "xxx")), "--failing"),
        (a_run(a_case("one"), ended=False), "broken off"),
        (a_run(a_case("one", "!!!")), "not blessed"),
        (a_run(a_case("one", every={"replayed": True}), mode="replay"), "replayed"),
    ],
)
def test_what_is_not_known_or_not_right_is_not_blessed(run: object, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        bless([run])  # pyright: ignore[reportArgumentType]


def test_failing_cases_are_taken_when_that_is_said() -> None:
    assert bless([a_run(a_case("one", "xxx"))], failing=True).cases == {"one": Counted(0, 3)}


def test_runs_of_different_agents_are_not_added_up() -> None:
    with pytest.raises(UsageError, match="differ in model"):
        bless([a_run(a_case("one")), a_run(a_case("one"), model="other")])


def test_what_a_trial_costs_is_kept_where_it_is_known() -> None:
    assert bless([a_run(a_case("one"))]).cost_per_trial == 0.002


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"baseline": 2}'])
def test_what_is_no_baseline_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "eval-baseline.json"
    file.write_text(text)
    with pytest.raises(UsageError, match="is no baseline"):
        read_base(file)


@pytest.mark.parametrize("counts", ["9/8", "8", "a/b", 8, None])
def test_counts_that_cannot_be_are_said(tmp_path: Path, counts: object) -> None:
    file = tmp_path / "eval-baseline.json"
    good = written(bless([a_run(a_case("one"))]))
    file.write_text(good.replace('"3/3"', "null" if counts is None else f'"{counts}"'))
    with pytest.raises(UsageError, match=r"suites\.refunds\.cases"):
        read_baseline(file)


def test_a_log_can_stand_in_for_a_baseline(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(as_log(a_case("one")))
    assert read_base(file).cases == {"one": Counted(3, 3)}
    with pytest.raises(UsageError, match="is no file"):
        read_base(tmp_path / "none")
