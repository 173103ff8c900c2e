"""The gate before a tool: default deny. It allows, asks the customer first, or refuses with words the model can act on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from warmline.agent.models.base import CallRequest
from warmline.agent.state import Pending
from warmline.errors import ToolError
from warmline.tools.tool import AnyTool, Preview, ToolContext, canonical

from .consent import echoes, read_consent
from .evidence import Evidence, mentioned

MAX_WRITES = 5
"""Writes one conversation may make before a person looks at it."""

_EVIDENCED = ("order_number", "email", "sku", "new_sku", "line1", "line2", "postcode")
"""Arguments that must have been said by the customer or shown by a tool: a model may not make them up."""

_SAID = ("email",)
"""Of these, what must come from the customer or the host: an address in a note on an order proves nothing."""


@dataclass(frozen=True, kw_only=True)
class Allow:
    """The call may run with these arguments."""

    arguments: BaseModel


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A write that needs the customer's yes to exactly these arguments (canonical JSON)."""

    arguments: str
    preview: Preview


@dataclass(frozen=True, kw_only=True)
class Refuse:
    """The call does not run; ``why`` is for the model. ``strike`` says that the call itself was malformed."""

    why: str
    strike: bool = False


@dataclass(frozen=True, kw_only=True)
class TooMany:
    """The conversation made as many writes as it may: a person decides about more."""


Verdict = Allow | Ask | Refuse | TooMany


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the customer was asked last, and what they answered."""

    pending: Pending | None
    answer: str


class ToolGate:
    """Judges each call a model makes against the tools offered and what the conversation has shown."""

    def __init__(self, tools: Mapping[str, AnyTool]) -> None:
        self.tools = tools

    async def check(self, call: CallRequest, *, context: ToolContext, evidence: Evidence, asked: Asked, writes: int) -> Verdict:
        """Whether this call may run now."""
        tool = self.tools.get(call.name)
        if tool is None:
            return Refuse(why=f"There is no tool {call.name!r}. The tools are: {', '.join(self.tools)}.", strike=True)
        try:
            arguments = tool.parse(call.arguments)
        except ValidationError as error:
            return Refuse(why=_explained(tool, error), strike=True)
        if invented := _invented(arguments, evidence):
            return Refuse(why=_INVENTED.format(invented=" and ".join(invented)))
        if tool.effect == "read" or tool.preview is None:
            return Allow(arguments=arguments)
        return await self._judge_write(tool, arguments, context, asked, writes)

    async def _judge_write(self, tool: AnyTool, arguments: BaseModel, context: ToolContext, asked: Asked, writes: int) -> Verdict:
        if writes >= MAX_WRITES:
            return TooMany()
        try:
            ask = Ask(arguments=canonical(arguments), preview=await tool.look_ahead(context, arguments))
        except ToolError as error:
            return Refuse(why=str(error))
        return Allow(arguments=arguments) if _agreed(tool, ask, asked) else ask


def _agreed(tool: AnyTool, ask: Ask, asked: Asked) -> bool:
    """Whether the customer said yes to exactly this: the same arguments, and still the same question (a price may have changed)."""
    pending = asked.pending
    if pending is None or (pending.tool, pending.arguments, pending.question) != (tool.name, ask.arguments, ask.preview.question):
        return False
    return read_consent(asked.answer) == "yes" or echoes(asked.answer, pending.question)


_INVENTED = (
    "Refused: {invented} was neither said by the customer nor shown by a tool. Never guess such values. Ask the customer, or look"
    " them up."
)


def _invented(arguments: BaseModel, evidence: Evidence) -> list[str]:
    """The arguments nobody mentioned, as ``name 'value'``."""
    found: list[str] = []
    for name, value in _leaves(arguments.model_dump(exclude_none=True)):
        if name in _EVIDENCED and not mentioned(evidence, str(value), said=name in _SAID):
            found.append(f"{name} {value!r}")
    return found


def _leaves(node: dict[str, Any]) -> list[tuple[str, Any]]:
    leaves: list[tuple[str, Any]] = []
    for name, value in node.items():
        parts: list[Any] = list(value) if isinstance(value, list | tuple) else [value]
        for part in parts:
            leaves += _leaves(part) if isinstance(part, dict) else [(name, part)]
    return leaves


def _explained(tool: AnyTool, error: ValidationError) -> str:
    problems = "; ".join(f"{'.'.join(map(str, part['loc'])) or 'arguments'}: {part['msg']}" for part in error.errors())
    return f"The arguments of {tool.name} do not fit: {problems}. Call it again with JSON that fits its schema."
