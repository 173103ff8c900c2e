"""A log read back: what counts, what was torn off, what was written twice."""

from pathlib import Path

import pytest
from support.eval_runs import STARTED, a_case, a_run, as_log, entries

from warmline.errors import UsageError
from warmline.evals.gating.runs import read_run, run_of
from warmline.evals.results import Resumed
from warmline.evals.stats.rates import Counted


def test_a_log_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(as_log(a_case("one", "+x+"), a_case("two")))
    run = read_run(file)
    assert [case.case_id for case in run.cases] == ["one", "two"]
    assert run.by_id["one"].states == ("PASS", "FAIL", "PASS")
    assert run.by_id["one"].measured == Counted(2, 3)
    assert run.end is not None


def test_only_passes_and_failures_are_counted() -> None:
    (case,) = a_run(a_case("one", "+x!~?$-")).cases
    assert case.measured == Counted(1, 2)


def test_replayed_trials_add_nothing() -> None:
    (case,) = a_run(a_case("one", "+++", every={"replayed": True}), mode="replay").cases
    assert case.measured == Counted(0, 0)


def test_repeats_of_what_cannot_differ_are_one_trial() -> None:
    run = a_run(a_case("one", "++++"), a_case("two", "+x++"), deterministic=True)
    assert [case.measured for case in run.cases] == [Counted(1, 1), Counted(0, 1)]


def test_a_trial_tried_again_after_a_resume_counts_once() -> None:
    first, second = entries(a_case("one", "!+"), ended=False), entries(a_case("one", "+"))
    run = run_of([*first, Resumed(at=STARTED), *second[1:]])
    assert run.by_id["one"].states == ("PASS", "PASS")


def test_a_resume_takes_an_end_back() -> None:
    assert run_of([*entries(a_case("one")), Resumed(at=STARTED)]).end is None


def test_a_last_line_that_was_torn_off_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(as_log(a_case("one"), ended=False) + '{"kind":"trial","case_')
    run = read_run(file)
    assert run.by_id["one"].states == ("PASS", "PASS", "PASS")
    assert run.end is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no header"),
        ('{"kind":"trial"}\n', "line 1"),
        ("not json\n{}\n", "line 1"),
        ('{"kind":"other"}\n', "line 1"),
    ],
)
def test_what_is_no_log_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_run(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no file"):
        read_run(tmp_path / "none.jsonl")
