"""A judge answers by id, gates only when it was tried on labels, and never passes by leaving something out."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.eval_suites import a_case, played

from warmline.evals.grading.calibrating import Said, tried
from warmline.evals.grading.judging import uncalibrated
from warmline.evals.running.trial import Troupe
from warmline.evals.running.troupes import live_troupe
from warmline.evals.suite_files.schema_expect import JudgeExpect
from warmline.prompts import sections
from warmline.testing import ScriptedModel, says

CASE = "- {id: a, say: Hello there., expect: {route: {to: bot}, judge: [JUDGE]}}"
KIND = "{id: kind, asks: The agent is kind}"
GATING = "{id: kind, asks: The agent is kind, gate: true, calibration: kind.json}"


def answering(*answers: tuple[str, bool]) -> Troupe:
    said = json.dumps({"answers": [{"id": name, "holds": holds, "why": "so"} for name, holds in answers]})
    return live_troupe(ScriptedModel([says("Hello! How can I help?"), says(said)]))


def calibrated(
    folder: Path, *, right: int, of: int, unanswered: int = 0, asks: str = "The agent is kind", model: str = "scripted"
) -> None:
    said = [Said(label, label if n < right else not label) for label in (True, False) for n in range(of)]
    said += [Said(True, None)] * unanswered
    judge = JudgeExpect(id="kind", asks=asks)
    made = tried(judge, folder, model=model, labels=b"", said=said, at=datetime(2026, 11, 28, tzinfo=UTC))
    (folder / "kind.json").write_text(made.model_dump_json(), "utf-8")


@pytest.mark.parametrize(("judge", "holds", "state"), [(KIND, True, "PASS"), (KIND, False, "PASS"), (GATING, False, "FAIL")])
async def test_a_judge_gates_only_if_it_is_asked_to(tmp_path: Path, judge: str, holds: bool, state: str) -> None:
    calibrated(tmp_path, right=20, of=20)
    result = await played(tmp_path, CASE.replace("JUDGE", judge), answering(("kind", holds)))
    assert result.state == state
    assert [one.passed for one in result.checks if one.kind == "judge"] == [holds]


@pytest.mark.parametrize("answers", [(), (("other", True),), (("kind", True), ("more", True))])
async def test_an_id_left_out_or_invented_is_an_error(tmp_path: Path, answers: tuple[tuple[str, bool], ...]) -> None:
    result = await played(tmp_path, CASE.replace("JUDGE", KIND), answering(*answers))
    assert result.state == "JUDGE_ERROR"
    assert "asked were kind" in result.why


async def test_an_answer_that_is_none_is_an_error(tmp_path: Path) -> None:
    troupe = live_troupe(ScriptedModel([says("Hello! How can I help?"), says("It was lovely.")]))
    assert (await played(tmp_path, CASE.replace("JUDGE", KIND), troupe)).state == "JUDGE_ERROR"


async def test_without_a_language_model_it_is_shown_as_not_judged(tmp_path: Path, troupe: Troupe) -> None:
    result = await played(tmp_path, CASE.replace("JUDGE", KIND), troupe)
    [check] = [one for one in result.checks if one.kind == "judge"]
    assert (result.state, check.passed, check.gates) == ("PASS", False, False)
    calibrated(tmp_path, right=20, of=20)
    assert (await played(tmp_path, CASE.replace("JUDGE", GATING), troupe)).state == "JUDGE_ERROR"


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        ({"right": 18, "of": 20}, ""),
        ({"right": 17, "of": 20}, "of 20 labels that are true it got 85% right; 90% are needed"),
        ({"right": 9, "of": 9}, "tried on 9 labels that are true; 20 are needed"),
        ({"right": 20, "of": 20, "unanswered": 3}, "3 of 43 conversations got no usable answer"),
        ({"right": 20, "of": 20, "asks": "The agent is rude"}, "stale: the question or the judge's prompt changed"),
    ],
)
def test_a_judge_may_gate_only_by_the_labels_it_got_right(tmp_path: Path, made: dict[str, Any], problem: str) -> None:
    calibrated(tmp_path, **made)
    found = [one.problem for one in uncalibrated(a_case(tmp_path, CASE.replace("JUDGE", GATING)))]
    assert [problem in one for one in found] == ([True] if problem else [])


def test_a_calibration_is_stale_when_the_judges_prompt_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calibrated(tmp_path, right=20, of=20)
    monkeypatch.setitem(sections("judge"), "system", "Judge as you like.")
    [found] = uncalibrated(a_case(tmp_path, CASE.replace("JUDGE", GATING)))
    assert "is stale" in found.problem


async def test_a_judge_that_was_tried_as_another_model_does_not_gate(tmp_path: Path) -> None:
    calibrated(tmp_path, right=20, of=20, model="another")
    result = await played(tmp_path, CASE.replace("JUDGE", GATING), answering(("kind", True)))
    assert result.state == "JUDGE_ERROR"
    assert "'kind' was tried as 'another', and this run judges with 'scripted'" in result.why


def test_a_calibration_that_is_not_there_or_is_another_file_is_told(tmp_path: Path) -> None:
    [found] = uncalibrated(a_case(tmp_path, CASE.replace("JUDGE", GATING)))
    assert "'kind.json' cannot be read" in found.problem
    (tmp_path / "kind.json").write_text('{"label": true, "judged": true}', "utf-8")
    [found] = uncalibrated(a_case(tmp_path, CASE.replace("JUDGE", GATING)))
    assert "'kind.json' is no calibration" in found.problem
