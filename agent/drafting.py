"""A summary and a draft reply by the language model, for the person who takes a case; the templates stay where it fails.

Only if the policy says so (``desk: {drafts: true}``), and after the case is stored: until then no model reads a message for a person. What the
model writes passes the reply gate first, so that a draft claims nothing that was not done and names nothing that nobody said.
"""

import asyncio
import json
import logging
import re

from pydantic import BaseModel, Field, ValidationError

from warmline.prompts import render

from .desk.case_file import CaseFile
from .desk.gathered import add_words
from .guard.evidence import Evidence
from .guard.reply_gate import check_reply
from .guard.text import clean
from .models.base import AnswerShape, Message, ModelRequest, Prompt
from .work import Work

SECONDS = 10.0
"""How long the model may take."""
MAX_TOKENS = 700

_SHOWN = frozenset({"wants", "customer", "orders", "facts", "done", "refused", "promised", "open_questions", "transcript"})
_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
_log = logging.getLogger(__name__)


class Words(BaseModel):
    """What the model wrote."""

    summary: str = Field(min_length=1, max_length=1200)
    draft: str = Field(min_length=1, max_length=2000)


SHAPE = AnswerShape(
    name="draft",
    schema={
        "type": "object",
        "properties": {"summary": {"type": "string"}, "draft": {"type": "string"}},
        "required": ["summary", "draft"],
        "additionalProperties": False,
    },
)


async def draft_for_person(work: Work, case_id: str, file: CaseFile) -> None:
    """Let the model write, and keep what passes the gate."""
    document = json.dumps(file.model_dump(mode="json", include=set(_SHOWN)), ensure_ascii=False)
    request = ModelRequest(
        prompt=Prompt(system=render("draft", "system")),
        messages=[Message(role="user", text=render("draft", "case", document=document))],
        max_tokens=MAX_TOKENS,
        shape=SHAPE,
        attempts=1,
    )
    try:
        async with asyncio.timeout(SECONDS):
            answer = await work.parts.model.answer(request)
        words = Words.model_validate_json(_json_in(answer.text or ""))
    except (Exception, ValidationError) as error:  # noqa: BLE001 (the templates stay)
        _log.info("the model wrote no draft for case %s: %s", case_id, type(error).__name__)
        return
    evidence = _evidence(work, document)
    summary, draft = (clean(text) if _passes(text, work, evidence) else None for text in (words.summary, words.draft))
    if summary or draft:
        spent = {"input_tokens": answer.usage.input, "output_tokens": answer.usage.output}
        await add_words(work.parts.store, case_id, summary=summary, draft=draft, spent=spent)


def _passes(text: str, work: Work, evidence: Evidence) -> bool:
    problems = check_reply(
        text,
        evidence=evidence,
        done=work.written,
        system=render("draft", "system"),
        tools=work.parts.tools,
        deeds=work.parts.deeds,
    )
    return not problems


def _evidence(work: Work, document: str) -> Evidence:
    """What the case knows: a value that stands nowhere in it is none."""
    evidence = Evidence(today=work.parts.clock.now().date())
    evidence.add(document, json=True)
    evidence.hear(Message(role="user", text=work.text))
    return evidence


def _json_in(text: str) -> str:
    fenced = _FENCED.search(text)
    return fenced[1] if fenced else text.strip()
