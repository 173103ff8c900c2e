"""A judge answers by id, gates only when it was tried on labels, and never passes by leaving something out."""

import json
from pathlib import Path

import pytest
from support.eval_suites import a_case, played

from warmline.evals.grading.judging import uncalibrated
from warmline.evals.running.trial import Troupe
from warmline.evals.running.troupes import live_troupe
from warmline.testing import ScriptedModel, says

CASE = "- {id: a, say: Hello there., expect: {route: {to: bot}, judge: [JUDGE]}}"
KIND = "{id: kind, asks: The agent is kind}"
GATING = "{id: kind, asks: The agent is kind, gate: true, calibration: labels.jsonl}"


def answering(*answers: tuple[str, bool]) -> Troupe:
    said = json.dumps({"answers": [{"id": name, "holds": holds, "why": "so"} for name, holds in answers]})
    return live_troupe(ScriptedModel([says("Hello! How can I help?"), says(said)]))


def labels(folder: Path, *, right: int, of: int) -> None:
    kinds = [{"label": label, "judged": label if n < right else not label} for label in (True, False) for n in range(of)]
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, kinds)), "utf-8")


@pytest.mark.parametrize(("judge", "holds", "state"), [(KIND, True, "PASS"), (KIND, False, "PASS"), (GATING, False, "FAIL")])
async def test_a_judge_gates_only_if_it_is_asked_to(tmp_path: Path, judge: str, holds: bool, state: str) -> None:
    labels(tmp_path, right=20, of=20)
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
    labels(tmp_path, right=20, of=20)
    assert (await played(tmp_path, CASE.replace("JUDGE", GATING), troupe)).state == "JUDGE_ERROR"


@pytest.mark.parametrize(
    ("right", "of", "problem"),
    [(18, 20, ""), (17, 20, "it got 85% right; 90% are needed"), (9, 9, "has 9 labels that are true; 20 are needed")],
)
def test_a_judge_needs_labels_it_got_right(tmp_path: Path, right: int, of: int, problem: str) -> None:
    labels(tmp_path, right=right, of=of)
    found = [one.problem for one in uncalibrated(a_case(tmp_path, CASE.replace("JUDGE", GATING)))]
    assert [problem in one for one in found] == ([True] if problem else [])


def test_labels_that_are_not_there_are_told(tmp_path: Path) -> None:
    [found] = uncalibrated(a_case(tmp_path, CASE.replace("JUDGE", GATING)))
    assert "'labels.jsonl' cannot be read" in found.problem
