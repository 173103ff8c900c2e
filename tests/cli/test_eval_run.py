"""``warmline eval run``: exit codes, one trial, the log and going on with it, recordings."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from warmline.cli import main
from warmline.evals.results import ENTRY, RunEnd, TrialResult

GOOD = "- {id: good, say: Hello there., expect: {route: {to: bot}}}"
BAD = "- {id: bad, say: Hello there., expect: {route: {to: human}}}"


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def suite(*cases: str) -> str:
    Path("s.eval.yaml").write_text("suite: s\nschema: 1\ncases:\n" + "\n".join(f"  {case}" for case in cases) + "\n", "utf-8")
    return "s.eval.yaml"


def trials(log: str) -> list[TrialResult]:
    entries = [ENTRY.validate_json(line) for line in Path(log).read_text("utf-8").splitlines()]
    return [one for one in entries if isinstance(one, TrialResult)]


def test_all_cases_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "run", suite(GOOD), "--output", "log.jsonl"]) == 0
    assert capsys.readouterr().out.startswith("PASS  1 of 1 cases pass")
    last = ENTRY.validate_json(Path("log.jsonl").read_text("utf-8").splitlines()[-1])
    assert isinstance(last, RunEnd)
    assert last.exit_code == 0


def test_a_failing_case_is_1_and_prints_the_command_that_plays_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "run", suite(GOOD, BAD), "--output", "log.jsonl"]) == 1
    said = capsys.readouterr().out
    assert "missed hand-off: expected human, got bot" in said
    assert "warmline eval run s.eval.yaml --case bad --trial 1" in said
    assert main(["eval", "run", "s.eval.yaml", "--case", "bad", "--trial", "1"]) == 1
    shown = capsys.readouterr().out
    assert "FAIL  route.to: missed hand-off" in shown
    assert "Hello there." in shown


def test_a_watched_failure_is_0() -> None:
    assert main(["eval", "run", suite(GOOD, BAD.replace("id: bad", "id: bad, tier: watch"))]) == 0


def test_one_expanded_case_is_chosen_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    case = "- {id: m, matrix: {n: [1, 2]}, say: Hello., expect: {budgets: {turns: '{n}'}}}"
    assert main(["eval", "run", suite(case), "--case", "m[n=2]", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reason"] == "1 of 1 cases pass"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["s.eval.yaml", "--case", "god"], "no case is named 'god': did you mean 'good'?"),
        (["none.eval.yaml"], "is not there"),
        ([], "name suites"),
        (["s.eval.yaml", "--max-cost", "1"], "--max-cost goes with --live"),
        (["s.eval.yaml", "--replay", "nowhere"], "there is no recording"),
        (["s.eval.yaml", "--agent", "nothing"], "expected MODULE:FUNCTION"),
        (["--resume", "none.jsonl"], "there is no such log"),
    ],
)
def test_what_cannot_be_done_is_4(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    suite(GOOD)
    assert main(["eval", "run", *arguments]) == 4
    assert said in capsys.readouterr().err


def test_a_mistake_in_a_suite_is_4_and_nothing_is_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "run", suite(GOOD, "- {id: x, say: Hi., world: {as: C-9}, expect: {ends: replied}}")]) == 4
    assert "s.eval.yaml, line 5, column 35: the shop knows no customer 'C-9'" in capsys.readouterr().err
    assert not Path(".warmline-evals").exists()


def test_a_run_that_measures_nothing_is_2() -> None:
    script = "- {id: x, say: Where is W-10432, world: {as: C-1001}, script: [{call: get_order}], expect: {route: {to: human}}}"
    assert main(["eval", "run", suite(script)]) == 2
    assert main(["eval", "run", suite(GOOD.replace("say:", "needs: language_model, say:"))]) == 2


def test_a_log_that_was_broken_off_is_gone_on_with() -> None:
    assert main(["eval", "run", suite(GOOD, BAD), "--output", "log.jsonl"]) == 1
    lines = Path("log.jsonl").read_bytes().splitlines(keepends=True)
    Path("log.jsonl").write_bytes(b"".join(lines[:3]) + lines[3][:40])
    assert main(["eval", "run", "--resume", "log.jsonl"]) == 1
    played = [(one.case_id, one.trial) for one in trials("log.jsonl")]
    assert len(played) == len(set(played)) == 3 + 8


def test_a_run_does_not_go_on_with_another_suite(capsys: pytest.CaptureFixture[str]) -> None:
    main(["eval", "run", suite(GOOD, BAD), "--output", "log.jsonl"])
    lines = Path("log.jsonl").read_bytes().splitlines(keepends=True)
    Path("log.jsonl").write_bytes(b"".join(lines[:3]))
    suite(GOOD, BAD, GOOD.replace("good", "more"))
    assert main(["eval", "run", "--resume", "log.jsonl"]) == 4
    assert "s.eval.yaml changed since the run began" in capsys.readouterr().err


def test_ctrl_c_is_130_and_loses_nothing() -> None:
    suite(*(GOOD.replace("good", f"g{n}").replace("there", f"there {n}") for n in range(400)))
    command = [sys.executable, "-c", "import sys; from warmline.cli import main; sys.exit(main())"]
    with subprocess.Popen(
        [*command, "eval", "run", "s.eval.yaml", "--output", "log.jsonl", "--jobs", "1"], stderr=subprocess.PIPE, text=True
    ) as run:
        while not (Path("log.jsonl").exists() and Path("log.jsonl").read_bytes().count(b"\n") > 5):
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "warmline eval run --resume log.jsonl" in said
    assert trials("log.jsonl")


def test_several_processes_play_the_same() -> None:
    suite(*(GOOD.replace("good", f"g{n}") for n in range(20)), BAD)
    assert main(["eval", "run", "s.eval.yaml", "--jobs", "2", "--output", "log.jsonl"]) == 1
    assert len(trials("log.jsonl")) == 20 * 3 + 8
