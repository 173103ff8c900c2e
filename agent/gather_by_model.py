"""A language model chooses what is looked up for a case: from the read-only tools, in a few answers, its words thrown away."""

from functools import lru_cache

from pydantic import BaseModel

from warmline.prompts import render
from warmline.tools.tool import AnyTool

from .calls_in_text import calls_in_text
from .guard.evidence import Evidence
from .guard.text import clean
from .guard.tool_gate import Allow, Asked, Made, Refuse, ToolGate
from .history import cut
from .ledger import as_text
from .look_ups import LookUps
from .loop import context_of
from .models.base import CallRequest, Message, ModelRequest, Prompt, Usage
from .work import Work

ANSWERS = 3
MAX_TOKENS = 512
"""Of an answer, which needs some calls and no words."""


async def choose(work: Work, found: LookUps) -> Usage:
    """Let the model choose until it asks for nothing more; what that used."""
    prompt, spent = _prompt(tuple(found.tools.values())), Usage()
    gate, evidence = ToolGate(found.tools), _evidence(work)
    messages = [*cut([*work.opened.messages, *work.sent]), Message(role="system", text=render("gather", "begin"))]
    for _ in range(ANSWERS):
        if found.used_up:
            break
        request = ModelRequest(prompt=prompt, messages=[context_of(work), *messages], max_tokens=MAX_TOKENS, attempts=1)
        answer = await work.parts.model.answer(request)
        spent += answer.usage
        calls = tuple(map(_readable, answer.calls or calls_in_text(answer.text, found.tools)))
        if not calls:
            break
        messages.append(Message(role="assistant", calls=calls))
        for call in calls:
            result = Message(role="tool", text=await _told(call, found, gate, evidence), call_id=call.call_id)
            evidence.hear(result)
            messages.append(result)
    return spent


async def _told(call: CallRequest, found: LookUps, gate: ToolGate, evidence: Evidence) -> str:
    """What the model reads of a call: what was found, or why nothing was looked up."""
    asked = Asked(pending=None, answer="")
    verdict = await gate.check(call, context=found.context, evidence=evidence, asked=asked, made=_nothing_made)
    if not isinstance(verdict, Allow):
        return verdict.why if isinstance(verdict, Refuse) else render("gather", "not_now")
    result = await found.run(gate.tools[call.name], verdict.arguments)
    if result is None:
        return render("gather", "not_now")
    return result if isinstance(result, str) else as_text(result)


async def _nothing_made(_: BaseModel) -> Made:
    return Made()


def _readable(call: CallRequest) -> CallRequest:
    return CallRequest(call_id=call.call_id, name=clean(call.name), arguments=clean(call.arguments))


def _evidence(work: Work) -> Evidence:
    """What has been said and shown in the conversation up to now."""
    evidence = Evidence(today=work.parts.clock.now().date())
    evidence.hear(context_of(work))
    for author, message in zip(work.opened.authors, work.opened.messages, strict=True):
        evidence.hear(message, author=author)
    for message in work.sent:
        evidence.hear(message)
    return evidence


@lru_cache(maxsize=8)
def _prompt(tools: tuple[AnyTool, ...]) -> Prompt:
    """One object for each set of tools: a model keeps its encoded head."""
    return Prompt(system=render("gather", "system"), tools=tuple(tool.schema for tool in tools))
