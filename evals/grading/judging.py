"""Questions that a language model judges. It answers by id: what it leaves out, or invents, is an error and never a pass.

A judge gates only when it was tried on conversations that people labelled, with this very prompt, question and model (``calibrating``), and got 9 of 10
right of either kind (held-out, some 50 of each; Hamel Husain's advice on validating judges).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from warmline.agent.guard.findings import Misplaced
from warmline.agent.models.base import AnswerShape, Message, Model, ModelRequest, Prompt
from warmline.errors import ModelError
from warmline.evals.results import Check, TurnRecord
from warmline.evals.suite_files.loading import LoadedCase
from warmline.evals.suite_files.schema_expect import JudgeExpect
from warmline.prompts import render

from .calibrating import problem_of, question_of, read_tried
from .seen import Pen, Seen


class JudgeError(Exception):
    """The judge gave no usable answer: the trial is JUDGE_ERROR."""


class Answer(BaseModel):
    """What a judge says of one statement."""

    model_config = ConfigDict(extra="forbid")

    id: str
    holds: bool
    why: str = ""


class _Answers(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answers: list[Answer]


def uncalibrated(loaded: LoadedCase) -> Iterator[Misplaced]:
    """Every judge that may not gate, and what its labels say; every rubric that cannot be read."""
    for place, judge in enumerate(_judges(loaded)):
        node = loaded.source.nearest(("expect", "judge", place))[0]
        if judge.rubric is not None and not (loaded.folder / judge.rubric).is_file():
            yield node.error(f"there is no rubric {judge.rubric!r} beside the suite")
        if judge.gate and (problem := problem_of(judge, loaded.folder)):
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
    _must_be_its_own(judges, loaded.folder, model)
    answers = await asked({judge.id: question_of(judge, loaded.folder) for judge in judges}, transcript(seen), model)
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


def _must_be_its_own(judges: Sequence[JudgeExpect], folder: Path, model: Model) -> None:
    """``JudgeError`` for a judge that gates and was tried as another model."""
    for judge in judges:
        if judge.gate and (was := read_tried(folder / (judge.calibration or "")).model) != model.name:
            problem = (
                f"{judge.calibration!r} is stale: {judge.id!r} was tried as {was!r}, and this run judges with {model.name!r}"
            )
            raise JudgeError(f"{problem}; run 'warmline eval calibrate' again")


async def asked(questions: Mapping[str, str], conversation: list[dict[str, Any]], model: Model) -> dict[str, Answer]:
    """The judge's answer to each question, by its id; ``JudgeError`` if one is missing, invented or cannot be read."""
    statements = [{"id": name, "statement": question} for name, question in questions.items()]
    document = json.dumps({"conversation": conversation, "questions": statements}, ensure_ascii=False)
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
    wanted, got = list(questions), [answer.id for answer in answers]
    if sorted(wanted) != sorted(got):
        raise JudgeError(f"the judge answered {', '.join(got) or 'nothing'}; asked were {', '.join(wanted)}")
    return {answer.id: answer for answer in answers}


def transcript(seen: Seen) -> list[dict[str, Any]]:
    """The conversation as a judge reads it: every word, every tool call with its result."""
    return transcript_of(seen.turns)


def transcript_of(turns: Sequence[TurnRecord]) -> list[dict[str, Any]]:
    """The same of turns that a log holds."""
    said: list[dict[str, Any]] = []
    for turn in turns:
        said += [{"person": words} for words in turn.said_by_person]
        said.append({"customer": turn.customer})
        said += [
            {"tool": call.name, "arguments": call.arguments, "status": call.status, "result": call.result} for call in turn.calls
        ]
        said.append({"agent": turn.reply, "served_by": turn.to})
    return said


def _judges(loaded: LoadedCase) -> tuple[JudgeExpect, ...]:
    return (loaded.case.expect.judge or ()) if loaded.case.expect else ()
