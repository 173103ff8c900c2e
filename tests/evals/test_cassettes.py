"""Recordings: what a model said is played again, a changed request is a miss, and no secret is kept."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.eval_suites import a_suite

from warmline.agent.models.base import Message, ModelRequest, Prompt
from warmline.errors import UsageError
from warmline.evals.results import CaseVerdict, TrialResult
from warmline.evals.running.cassettes import Recording, canonical_request, key_of, recorded_models
from warmline.evals.running.running import Run
from warmline.evals.running.trial import Troupe
from warmline.evals.running.troupes import live_troupe, replaying_troupe
from warmline.evals.suite_files.loading import LoadedCase
from warmline.testing import ScriptedModel, calls, says

CASE = """
- id: a
  world: {as: C-1001}
  trials: {n: 1}
  say: Where is my order W-10432?
  expect: {route: {to: bot}, tools: {calls: [get_order]}, budgets: {latency_s: {total: 0.0001}}}
"""


class Noted:
    def __init__(self) -> None:
        self.trials: list[TrialResult] = []
        self.verdicts: list[CaseVerdict] = []

    def trial(self, result: TrialResult) -> None:
        self.trials.append(result)

    def verdict(self, verdict: CaseVerdict) -> None:
        self.verdicts.append(verdict)


async def play(cases: Sequence[LoadedCase], troupe: Troupe) -> Noted:
    noted = Noted()
    try:
        await Run(troupe=troupe).cases(cases, noted)
    finally:
        await troupe.stage.close()
    return noted


def model(*, said: str = "It is on its way.") -> ScriptedModel:
    return ScriptedModel([calls("get_order", order_number="W-10432"), says(said)], name="some-model")


async def test_a_recording_is_played_again_and_never_counts_as_evidence(tmp_path: Path) -> None:
    cases = a_suite(tmp_path, CASE).cases
    live = await play(cases, live_troupe(model(), record=tmp_path / "rec"))
    assert live.trials[0].replayed is False
    assert recorded_models(tmp_path / "rec") == ("some-model", None)
    troupe = replaying_troupe(tmp_path / "rec")
    [again] = (replay := await play(cases, troupe)).trials
    assert again.state == "PASS", again.why
    assert again.turns[0].reply == "It is on its way."
    assert (again.replayed, again.latency_recorded) == (True, True)
    assert replay.verdicts[0].replayed == 1
    assert troupe.recording is not None
    assert troupe.recording.unused() == []


async def test_a_recorded_latency_is_shown_and_does_not_gate(tmp_path: Path) -> None:
    cases = a_suite(tmp_path, CASE).cases
    live = await play(cases, live_troupe(model(), record=tmp_path / "rec"))
    assert live.trials[0].state == "FAIL"
    [again] = (await play(cases, replaying_troupe(tmp_path / "rec"))).trials
    slow = next(check for check in again.checks if check.id == "budgets.latency_s.total")
    assert (again.state, slow.gates) == ("PASS", False)


async def test_a_changed_request_is_a_miss_that_shows_the_nearest(tmp_path: Path) -> None:
    await play(a_suite(tmp_path, CASE).cases, live_troupe(model(), record=tmp_path / "rec"))
    troupe = replaying_troupe(tmp_path / "rec")
    [missed] = (await play(a_suite(tmp_path, CASE.replace("Where is", "Please, where is")).cases, troupe)).trials
    assert missed.state == "INFRA"
    assert "this request was not recorded; against the nearest: -messages[1].content: Where is my order W-10432?" in missed.why
    assert troupe.recording is not None
    assert len(troupe.recording.missed) >= 1


async def test_a_case_that_was_never_recorded_is_a_miss(tmp_path: Path) -> None:
    await play(a_suite(tmp_path, CASE).cases, live_troupe(model(), record=tmp_path / "rec"))
    [missed] = (await play(a_suite(tmp_path, CASE.replace("id: a", "id: b")).cases, replaying_troupe(tmp_path / "rec"))).trials
    assert missed.state == "INFRA"
    assert "b was never recorded" in missed.why


async def test_answers_nobody_asks_for_are_told(tmp_path: Path) -> None:
    cases = a_suite(tmp_path, CASE).cases
    await play(cases, live_troupe(model(), record=tmp_path / "rec"))
    file = Recording(tmp_path / "rec").file_of(cases[0])
    entry = json.loads(file.read_text("utf-8").splitlines()[0]) | {"key": "old"}
    file.write_text(file.read_text("utf-8") + json.dumps(entry) + "\n", "utf-8")
    troupe = replaying_troupe(tmp_path / "rec")
    await play(cases, troupe)
    assert troupe.recording is not None
    assert troupe.recording.unused() == ["a: 1 recorded answers were not asked for"]


async def test_a_secret_is_not_recorded(tmp_path: Path) -> None:
    troupe = live_troupe(model(said="Use the key hunter2-hunter2."), record=tmp_path / "rec", secrets=("hunter2-hunter2",))
    [refused] = (await play(a_suite(tmp_path, CASE).cases, troupe)).trials
    assert refused.state == "INFRA"
    assert "holds a secret" in refused.why
    assert not any("hunter2" in file.read_text("utf-8") for file in (tmp_path / "rec").rglob("*.jsonl"))


def test_ids_that_are_drawn_anew_do_not_change_a_request() -> None:
    def request(case_id: str, call_id: str) -> dict[str, object]:
        said = Message(role="tool", text=f"case {case_id}", call_id=call_id)
        return canonical_request(ModelRequest(prompt=Prompt(system="s"), messages=[said]), "m")

    assert request("K-AAAAAA", "call_17") == request("K-BBBBBB", "call_x9")
    assert key_of(request("K-AAAAAA", "call_1"), 1, 1) != key_of(request("K-AAAAAA", "call_1"), 2, 1)


def test_a_folder_without_a_recording_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no recording"):
        recorded_models(tmp_path)
