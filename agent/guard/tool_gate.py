"""The gate before a tool: default deny. It allows, asks the customer first, or refuses with words the model can act on."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from warmline.agent.models.base import CallRequest
from warmline.agent.state import Pending
from warmline.errors import ToolError
from warmline.tools.access import Access
from warmline.tools.numbers import same_number
from warmline.tools.tool import AnyTool, Preview, ToolContext, canonical

from .consent import echoes, read_consent
from .evidence import Evidence, mentioned, said_number
from .limits import Limits

_EVIDENCED = ("order_number", "email", "sku", "new_sku", "line1", "line2", "postcode")
"""Arguments that must have been said by the customer or shown by a tool: a model may not make them up."""

_SAID = ("email", "phone")
"""Of these, what must come from the customer or the host: an address in a note on an order proves nothing. A signed-in customer's number is known."""


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
class Beyond:
    """The write is beyond a limit: a person decides. ``rule`` names the limit, ``why`` is for the thread."""

    rule: str
    why: str


Verdict = Allow | Ask | Refuse | Beyond


@dataclass(frozen=True, kw_only=True)
class Made:
    """Writes made before this one: in this conversation, and by this customer in the last 24 hours."""

    here: int = 0
    by_customer: int = 0


Counting = Callable[[BaseModel], Awaitable[Made]]
"""Counts the writes made before one with these arguments."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the customer was asked last, and what they answered."""

    pending: Pending | None
    answer: str


class ToolGate:
    """Judges each call a model makes against the tools offered, what the conversation has shown, and the limits."""

    def __init__(self, tools: Mapping[str, AnyTool], limits: Limits | None = None) -> None:
        self.tools = tools
        self.limits = limits or Limits()

    async def check(
        self, call: CallRequest, *, context: ToolContext, evidence: Evidence, asked: Asked, made: Counting
    ) -> Verdict:
        """Whether this call may run now; ``made`` is asked only about a write that may happen."""
        tool = self.tools.get(call.name)
        if tool is None:
            return Refuse(why=f"There is no tool {call.name!r}. The tools are: {', '.join(self.tools)}.", strike=True)
        try:
            arguments = tool.parse(call.arguments)
        except ValidationError as error:
            return Refuse(why=_explained(tool, error), strike=True)
        if invented := _invented(arguments, evidence, (*_EVIDENCED, *tool.evidenced), context.access):
            return Refuse(why=_INVENTED.format(invented=" and ".join(invented)))
        if tool.effect == "read" or tool.preview is None:
            return Allow(arguments=arguments)
        if tool.outright is not None and tool.outright(asked.answer, arguments):
            return Allow(arguments=arguments)
        return self._too_many(await made(arguments)) or await self._judge_write(tool, arguments, context, asked)

    def _too_many(self, made: Made) -> Beyond | None:
        if made.here >= self.limits.writes_per_conversation:
            return Beyond(rule="tool_gate.write_limit", why="The limit of changes in one conversation is reached.")
        if made.by_customer >= self.limits.writes_per_customer:
            return Beyond(
                rule="tool_gate.customer_write_limit", why="The limit of changes for one customer in 24 hours is reached."
            )
        return None

    async def _judge_write(self, tool: AnyTool, arguments: BaseModel, context: ToolContext, asked: Asked) -> Verdict:
        try:
            ask = Ask(arguments=canonical(arguments), preview=await tool.look_ahead(context, arguments))
        except ToolError as error:
            return Refuse(why=str(error))
        stake, most = ask.preview.at_stake, self.limits.amount
        if stake is not None and most is not None and abs(stake.amount) >= most:
            return Beyond(rule="tool_gate.amount_limit", why=f"Changes worth {most} or more are made by a person.")
        return Allow(arguments=arguments) if _agreed(tool, ask, asked) else ask


def _agreed(tool: AnyTool, ask: Ask, asked: Asked) -> bool:
    """Whether the customer said yes to exactly this: the same arguments, and still the same question (a price may have changed)."""
    pending = asked.pending
    if pending is None or (pending.tool, pending.arguments, pending.question) != (tool.name, ask.arguments, ask.preview.question):
        return False
    return read_consent(asked.answer, tool=tool.name) == "yes" or echoes(asked.answer, pending.question)


_INVENTED = (
    "Refused: {invented} was neither said by the customer nor shown by a tool. Never guess such values. Ask the customer, or look"
    " them up."
)


def _invented(arguments: BaseModel, evidence: Evidence, names: Collection[str], access: Access) -> list[str]:
    """The arguments of these names whose values nobody mentioned, as ``name 'value'``."""
    found: list[str] = []
    for name, value in _leaves(arguments.model_dump(exclude_none=True)):
        if name in names and not _shown(name, str(value), evidence, access):
            found.append(f"{name} {value!r}")
    return found


def _shown(name: str, value: str, evidence: Evidence, access: Access) -> bool:
    if name != "phone":
        return mentioned(evidence, value, said=name in _SAID)
    own = access.customer.phone if access.customer is not None else None
    return same_number(own, value) or said_number(evidence, value)


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
