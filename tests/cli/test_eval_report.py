"""``warmline eval report``, ``gate``, ``bless`` and ``compare``: results in, a verdict and its exit code out."""

import json
import subprocess
from pathlib import Path

import pytest
from support.eval_runs import Tried, a_case, as_log
from support.eval_story import story
from support.shell import Shell

from warmline.cli import eval_compare_base
from warmline.evals.gating.runs import Run
from warmline.evals.stats.rates import Counted


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def logged(folder: Path, *cases: Tried, name: str = "results.jsonl", **header: object) -> str:
    (folder / name).write_text(as_log(*cases, **header))  # pyright: ignore[reportArgumentType]
    return name


def test_a_report_shows_and_does_not_decide(shell: Shell, folder: Path) -> None:
    ran = shell("eval", "report", logged(folder, *story()))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("FAIL  2 cases, 1 of them critical, fail: refund-over-limit")


@pytest.mark.parametrize(
    ("case", "word", "code"),
    [
        (a_case("one"), "PASS", 0),
        (a_case("one", "xxx"), "FAIL", 1),
        (a_case("one", "!!!"), "UNMEASURABLE", 2),
        (a_case("one", "+$$"), "UNMEASURABLE", 3),
    ],
)
def test_the_gate_decides(shell: Shell, folder: Path, case: Tried, word: str, code: int) -> None:
    ran = shell("eval", "gate", logged(folder, case))
    assert ran.code == code
    assert ran.out.startswith(f"{word}  ")


@pytest.mark.parametrize(
    "words",
    [
        ["gate", "none.jsonl"],
        ["gate", "broken.jsonl"],
        ["report", "results.jsonl", "--baseline", "broken.jsonl"],
        ["compare", "none.json", "results.jsonl"],
        ["bless", "broken.jsonl"],
    ],
)
def test_what_cannot_be_used_is_exit_code_4_and_one_line(shell: Shell, folder: Path, words: list[str]) -> None:
    logged(folder, a_case("one"))
    (folder / "broken.jsonl").write_text("{}\n")
    ran = shell("eval", *words)
    assert (ran.code, ran.out) == (4, "")
    assert len(ran.err.splitlines()) == 1


def test_every_report_can_be_written_at_once(shell: Shell, folder: Path) -> None:
    results = logged(folder, *story())
    (folder / "summary.md").write_text("before\n")
    ran = shell("eval", "report", results, "--html", "r.html", "--junit", "r.xml", "--github", "summary.md", "--marker", "mine")
    assert ran.code == 0
    assert all(line.startswith(("::error file=suites/", "::warning file=suites/")) for line in ran.out.splitlines())
    assert (folder / "r.html").read_text().startswith("<!doctype html>")
    assert (folder / "r.xml").read_text().startswith("<?xml")
    assert (folder / "summary.md").read_text().startswith("before\n<!-- mine -->")


def test_json_has_the_verdict_first(shell: Shell, folder: Path) -> None:
    ran = shell("eval", "gate", logged(folder, a_case("one", "xxx")), "--json")
    plain = json.loads(ran.out)
    assert (ran.code, plain["verdict"], plain["exit_code"]) == (1, "FAIL", 1)


def test_bless_then_compare(shell: Shell, folder: Path) -> None:
    good = logged(folder, a_case("one", "+" * 10), a_case("two", "+" * 10), name="good.jsonl")
    ran = shell("eval", "bless", good)
    assert (ran.code, ran.out) == (0, "blessed 2 cases of refunds in eval-baseline.json\n")
    worse = logged(folder, a_case("one", "+++xxxxx", tier="watch"), a_case("two"))
    ran = shell("eval", "compare", "eval-baseline.json", worse)
    assert ran.code == 0
    assert ran.out.startswith("WATCH  1 case seems worse: one (10/10 → 3/8, p=0.007)")
    ran = shell("eval", "bless", worse)
    assert "  one: 10/10 → 3/8" in ran.out
    assert "fewer than 10 trials" in ran.out


def test_a_failing_run_is_blessed_only_when_that_is_said(shell: Shell, folder: Path) -> None:
    results = logged(folder, a_case("one", "xxx"))
    assert shell("eval", "bless", results).code == 4
    assert not (folder / "eval-baseline.json").exists()
    assert shell("eval", "bless", results, "--failing", "--json").code == 0


def test_a_regression_is_called_after_the_base_was_tried_again(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("eval", "bless", logged(folder, a_case("one", "+" * 10), name="good.jsonl"))
    results = logged(folder, a_case("one", "+++xxxxx"))
    asked: list[object] = []

    def tried(revision: str, run: Run, cases: list[str]) -> dict[str, Counted]:
        asked.append((revision, cases))
        return {"one": Counted(8, 8)}

    monkeypatch.setattr(eval_compare_base, "tried_on", tried)
    ran = shell("eval", "compare", "eval-baseline.json", results, "--base-rev", "origin/main")
    assert asked == [("origin/main", ["one"])]
    assert ran.code == 1
    assert ran.out.startswith("REGRESSION  1 case became worse: one (10/10 → 3/8, p=0.007, base re-run 8/8)")


def test_a_revision_that_is_not_there_is_said(shell: Shell, folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], check=True)  # noqa: S607 (git, as it is found)
    shell("eval", "bless", logged(folder, a_case("one", "+" * 10), name="good.jsonl"))
    ran = shell("eval", "compare", "eval-baseline.json", logged(folder, a_case("one", "xxxxxxxx")), "--base-rev", "no/such")
    assert ran.code == 4
    assert "no/such" in ran.err


@pytest.mark.parametrize("words", [["gate", "--bogus"], ["bless"], ["compare", "one"], ["report", "--html"]])
def test_what_is_not_understood_is_exit_code_4_too(shell: Shell, words: list[str]) -> None:
    ran = shell("eval", *words)
    assert ran.code == 4
    assert "--help" in ran.err


def test_without_a_name_the_newest_log_is_taken(shell: Shell, folder: Path) -> None:
    assert "there is no log" in shell("eval", "gate").err
    (folder / ".warmline-evals").mkdir()
    logged(folder, a_case("one"), name=".warmline-evals/abc.jsonl")
    assert shell("eval", "gate").out.startswith("PASS  1 of 1 cases pass")
