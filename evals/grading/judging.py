"""Questions that a language model judges. It answers by id: what it leaves out, or invents, is an error and never a pass.

A judge gates only when it was tried on labels: a file of JSON Lines beside the suite, ``{"label": true, "judged": true}`` each, of which it
must have got 9 of 10 right of either kind (held-out, some 50 of each; Hamel Husain's advice on validating judges).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from warmline.agent.guard.findings import Misplaced
from warmline.agent.models.base import AnswerShape, Message, Model, ModelRequest, Prompt
from warmline.errors import ModelError
from warmline.evals.results import Check
from warmline.evals.suite_files.loading import LoadedCase
from warmline.evals.suite_files.schema_expect import JudgeExpect
from warmline.prompts import render

from .seen import Pen, Seen

LEAST_RATE = 0.9
LEAST_LABELS = 20
"""Labels of each kind without which a rate says too little: 18 of 20 is anything from .70 to .97 (Wilson, 95 %)."""


class JudgeError(Exception):
    """The judge gave no usable answer: the trial is JUDGE_ERROR."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    holds: bool
    why: str = ""


class _Answers(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answers: list[_Answer]


def uncalibrated(loaded: LoadedCase) -> Iterator[Misplaced]:
    """Every judge that may not gate, and what its labels say; every rubric that cannot be read."""
    for place, judge in enumerate(_judges(loaded)):
        node = loaded.source.nearest(("expect", "judge", place))[0]
        if judge.rubric is not None and not (loaded.folder / judge.rubric).is_file():
            yield node.error(f"there is no rubric {judge.rubric!r} beside the suite")
        if judge.gate:
            problem = _problem(loaded.folder / (judge.calibration or ""))
            if problem:
                yield node.error(f"the judge {judge.id!r} may not gate: {problem}")


async def judged(loaded: LoadedCase, seen: Seen, pen: Pen, model: Model | None) -> list[Check]:
    """What the judge says of a conversation; without a language model that it was not asked. ``JudgeError`` if it cannot be used."""
    judges = _judges(loaded)
    if not judges:
        return []
    end = replace(pen, path=("expect",))
    if model is None:
        gating = [judge.id for judge in judges if judge.gate]
        if gating:
            raise JudgeError(f"{gating[0]!r} gates and needs a language model to be judged (see --live)")
        reason = "not judged: this run has no language model"
        return [end.note("judge", ("judge", place), passed=False, gates=False, reason=reason) for place in range(len(judges))]
    answers = await _asked(loaded, judges, seen, model)
    return [
        end.note(
            "judge",
            ("judge", place),
            passed=answers[judge.id].holds,
            reason=f"{judge.id}: {answers[judge.id].why}",
            expected=judge.asks or judge.rubric,
            observed=answers[judge.id].holds,
            gates=judge.gate,
        )
        for place, judge in enumerate(judges)
    ]


async def _asked(loaded: LoadedCase, judges: Sequence[JudgeExpect], seen: Seen, model: Model) -> dict[str, _Answer]:
    questions = [{"id": judge.id, "statement": _question(judge, loaded.folder)} for judge in judges]
    document = json.dumps({"conversation": transcript(seen), "questions": questions}, ensure_ascii=False)
    request = ModelRequest(
        prompt=Prompt(system=render("judge", "system")),
        messages=[Message(role="user", text=render("judge", "conversation", document=document))],
        shape=AnswerShape(name="judgement", schema=_Answers.model_json_schema()),
    )
    try:
        said = (await model.answer(request)).text or ""
        answers = _Answers.model_validate_json(said[said.find("{") : said.rfind("}") + 1]).answers
    except ModelError as error:
        raise JudgeError(f"the judge gave no answer: {error}") from error
    except ValidationError as error:
        raise JudgeError(f"the judge's answer cannot be read: {error.errors()[0]['msg']}") from error
    wanted, got = [judge.id for judge in judges], [answer.id for answer in answers]
    if sorted(wanted) != sorted(got):
        raise JudgeError(f"the judge answered {', '.join(got) or 'nothing'}; asked were {', '.join(wanted)}")
    return {answer.id: answer for answer in answers}


def transcript(seen: Seen) -> list[dict[str, Any]]:
    """The conversation as a judge reads it: every word, every tool call with its result."""
    said: list[dict[str, Any]] = []
    for turn in seen.turns:
        said += [{"person": words} for words in turn.said_by_person]
        said.append({"customer": turn.customer})
        said += [
            {"tool": call.name, "arguments": call.arguments, "status": call.status, "result": call.result} for call in turn.calls
        ]
        said.append({"agent": turn.reply, "served_by": turn.to})
    return said


def _judges(loaded: LoadedCase) -> tuple[JudgeExpect, ...]:
    return (loaded.case.expect.judge or ()) if loaded.case.expect else ()


def _question(judge: JudgeExpect, folder: Path) -> str:
    return judge.asks or (folder / (judge.rubric or "")).read_text("utf-8").strip()


def _problem(file: Path) -> str:
    """Why labels do not let a judge gate; empty if they do."""
    try:
        pairs = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        labels = [(bool(pair["label"]), bool(pair["judged"])) for pair in pairs]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f'{file.name!r} cannot be read as lines of {{"label": true, "judged": true}} ({error})'
    for kind, name in ((True, "true"), (False, "false")):
        said = [got == kind for label, got in labels if label == kind]
        if len(said) < LEAST_LABELS:
            return f"{file.name!r} has {len(said)} labels that are {name}; {LEAST_LABELS} are needed at least"
        rate = sum(said) / len(said)
        if rate < LEAST_RATE:
            return f"of {len(said)} labels that are {name} it got {rate:.0%} right; {LEAST_RATE:.0%} are needed"
    return ""
