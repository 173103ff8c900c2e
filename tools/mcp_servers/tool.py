"""An allowed tool of a server as one of the agent's own: its arguments checked and filled in by code, its result as data."""

import asyncio
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, RootModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, from_json

from warmline.errors import NobodyKnows, NothingSent, OutcomeUnknown, ShopDrifted, ShopError, ShopUnavailable, ToolError
from warmline.prompts import render
from warmline.tools.access import ASK_EMAIL
from warmline.tools.model import Money, Order
from warmline.tools.tool import Preview, Tool, ToolContext

from .allowed import AllowedTool, McpServer
from .connection import Connection
from .result import Told, done, said, told
from .schemas import identifying, keys_within, problems

if TYPE_CHECKING:
    from mcp_types import CallToolResult

MAX_ARGUMENTS = 4_000
"""Characters of the arguments of one call: what is longer no customer could read in a question."""

_NO_NAME = re.compile(r"[^a-zA-Z0-9_]+")
_LONGEST_NAME = 64
"""Of a function's name in Chat Completions (OpenAI's API reference, ``tools.function.name``)."""


class Given(RootModel[dict[str, Any]]):
    """The arguments a model gave, fit for the schema it was shown."""

    model_config = ConfigDict(frozen=True)


class NoReceipts:
    """Stands for a server when it is asked what became of a write: MCP has no way to ask, so a person finds out."""

    async def find_receipt(self, key: str) -> None:
        """Raises ``NobodyKnows``, always."""
        raise NobodyKnows("an MCP server cannot be asked whether it made a write; look there")


@dataclass(frozen=True, kw_only=True, eq=False)
class ServersTool(Tool[Given]):
    """A tool of a server, as the host allowed it; compared by what every tool is compared by, for a schema has no hash."""

    allowed: AllowedTool

    def parse(self, arguments: str) -> Given:
        """The arguments a model wrote; pydantic's ``ValidationError`` if they do not fit, or name whom they must not name."""
        if len(arguments) > MAX_ARGUMENTS:
            raise _misfit([((), f"they are longer than {MAX_ARGUMENTS} characters")])
        try:
            given = from_json(arguments or "{}", allow_inf_nan=False)
        except ValueError as error:
            raise _misfit([((), f"no JSON: {error}")]) from error
        if not isinstance(given, dict):
            raise _misfit([((), "expected an object")])
        given = self._without_blanks(given)
        if wrong := problems(self.allowed.visible_schema, given) or self._smuggled(given):
            raise _misfit(wrong)
        return Given(given)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The tool as Chat Completions wants it; not strict, for the schema is somebody else's and is checked here."""
        parameters = {name: part for name, part in self.allowed.visible_schema.items() if name not in ("$schema", "title")}
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": parameters},
        }

    def _without_blanks(self, given: dict[str, Any]) -> dict[str, Any]:
        """Without the ``null`` that models write for an argument they need not give and that may not be null."""
        schema = self.allowed.visible_schema
        wrong = {place[0] for place, _ in problems(schema, given) if len(place) == 1}
        return {
            name: value for name, value in given.items() if value is not None or name in schema["required"] or name not in wrong
        }

    def _smuggled(self, given: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
        """Keys inside of arguments that sound like a person or an order, and that the host did not set free."""
        inside = [key for value in given.values() for key in keys_within(value)]
        return [((key,), "is not for you to choose") for key in inside if identifying(key) and key not in self.allowed.free][:1]


def tool_of(server: McpServer, name: str, connection: Connection) -> ServersTool:
    """The tool as the agent has it: named after its server, asked through this connection."""
    allowed = server.tools[name]
    calling = _Calling(server=server, name=name, allowed=allowed, connection=connection)
    write = allowed.effect == "write"
    return ServersTool(
        name=name_of(server, name),
        description=allowed.prompt or allowed.description or name,
        effect=allowed.effect,
        arguments=Given,
        run=calling.write if write else calling.read,
        preview=calling.preview if write else None,
        needs=object,
        evidenced=tuple(part for part in (allowed.order, *allowed.said) if part is not None),
        receipts=NoReceipts() if write else None,
        deeds=allowed.deeds,
        allowed=allowed,
    )


def name_of(server: McpServer, name: str) -> str:
    """What a server's tool is called here: ``loyalty_get_points``."""
    return f"{server.name}_{_NO_NAME.sub('_', name)}"[:_LONGEST_NAME]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Calling:
    """One tool's calls."""

    server: McpServer
    name: str
    allowed: AllowedTool
    connection: Connection

    async def read(self, context: ToolContext, given: Given) -> Told:
        """Ask; what cannot be had is told to the model where the host can do without it, and else brings a person."""
        arguments = await self._filled(context, given)
        try:
            answer = await self.connection.call(self.name, arguments, meta=None, write=False)
        except ShopError as error:
            if not self.server.required:
                raise ToolError(render("mcp", "not_now")) from error
            raise ShopUnavailable(str(error)) from error
        if answer.is_error:
            raise ToolError(render("mcp", "answered_error", words=json.dumps(said(answer), ensure_ascii=False)))
        return told(self.server.name, answer)

    async def write(self, context: ToolContext, given: Given) -> Told:
        """Do what the customer said yes to; when its answer is lost it is asked for once more, if the server knows it by its key.

        An error in answer to the second time says nothing of the first ("in progress"), whatever errors mean otherwise.
        """
        try:
            arguments = await self._filled(context, given)
        except ShopError as error:
            raise NothingSent(str(error)) from error
        asked_again = False
        meta = {self.allowed.key_meta: context.key} if self.allowed.key_meta is not None else None
        keyed = self.allowed.key is not None or meta is not None
        try:
            answer = await self.connection.call(self.name, arguments, meta=meta, write=True)
        except OutcomeUnknown as error:
            if not keyed:
                raise NobodyKnows(str(error)) from error
            asked_again, answer = True, await self._again(arguments, meta)
        except ShopError as error:
            if self.server.required:
                raise NothingSent(str(error)) from error
            raise ToolError(render("mcp", "not_now")) from error
        if not answer.is_error:
            return done(self.server.name, answer, given.root)
        if self.allowed.errors == "refused" and not asked_again:
            raise ToolError(render("mcp", "answered_error", words=json.dumps(said(answer), ensure_ascii=False)))
        raise NobodyKnows(f"the MCP server {self.server.name!r} answered {self.name} with an error", told=said(answer))

    async def _again(self, arguments: dict[str, Any], meta: dict[str, Any] | None) -> "CallToolResult":
        try:
            async with asyncio.timeout(self.server.seconds):
                return await self.connection.call(self.name, arguments, meta=meta, write=True)
        except (ShopError, TimeoutError) as error:
            raise NobodyKnows(f"asked twice with one key: {str(error) or 'no answer in time'}") from error

    async def preview(self, context: ToolContext, given: Given) -> Preview:
        """The question, which names every argument, and what is at stake; ``ToolError`` when it is about somebody else's."""
        order = await self._order(context, given)
        await self._filled(context, given)
        shown = {**given.root, **({self.allowed.order: order.number} if order and self.allowed.order else {})}
        return Preview(
            question=question_of(self.allowed, shown), facts=Told(server=self.server.name), at_stake=self._at_stake(given, order)
        )

    def _at_stake(self, given: Given, order: Order | None) -> Money | None:
        amount = given.root.get(self.allowed.amount or "")
        moved = Decimal(str(amount)) if isinstance(amount, int | float | str) and _is_figure(str(amount)) else None
        if self.allowed.amount in given.root and moved is None:
            raise ToolError(f"{self.allowed.amount} is no amount: {amount!r}. Give a figure such as 12.50.")
        if moved is not None and (order is None or abs(moved) > order.total.amount):
            return Money(amount=moved, currency=self.allowed.currency or "")
        return order.total if order is not None else None

    async def _order(self, context: ToolContext, given: Given) -> Order | None:
        """The order the call is about, if this conversation may see it; ``ToolError`` if not, and where an order is named, it must be."""
        if self.allowed.order is None:
            return None
        number = given.root.get(self.allowed.order)
        if number is None and (self.allowed.customer or self.allowed.email):
            return None
        if not isinstance(number, str | int) or isinstance(number, bool):
            raise ToolError(f"Name the order in {self.allowed.order}, such as 'W-10432'.")
        return await context.access.order(context.shop, str(number))

    async def _filled(self, context: ToolContext, given: Given) -> dict[str, Any]:
        """The arguments as the server gets them: with whom they are about, from the host and never from the model."""
        arguments, allowed = dict(given.root), self.allowed
        order = await self._order(context, given)
        if order is not None and allowed.order is not None:
            arguments[allowed.order] = order.number
        if allowed.customer is not None:
            if context.access.customer is None:
                raise ToolError(render("mcp", "sign_in"))
            arguments[allowed.customer] = context.access.customer.customer_id
        if allowed.email is not None:
            if context.access.email is None:
                raise ToolError(ASK_EMAIL)
            arguments[allowed.email] = context.access.email
        if allowed.key is not None:
            arguments[allowed.key] = context.key or "preview"
        if wrong := problems(allowed.input_schema, arguments):
            raise ShopDrifted(f"{self.server.name}.{self.name} does not take what it is given: {wrong[0][1]}")
        return arguments


def question_of(allowed: AllowedTool, given: dict[str, Any]) -> str:
    """What the customer is asked: the host's words, and behind them whatever argument those do not name."""
    from string import Formatter

    words = (allowed.question or "").strip()
    placed = {name for _, name, _, _ in Formatter().parse(words) if name}
    shown = {name: _shown(given.get(name)) for name in {*placed, *given}}
    question = words.format(**{name: shown[name] for name in placed})
    rest = ", ".join(f"{name.replace('_', ' ')}: {shown[name]}" for name in given if name not in placed)
    return f"{question[:-1].rstrip()} ({rest})?" if rest else question


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    return " ".join(value.split()) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_figure(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", text) is not None


def _misfit(found: list[tuple[tuple[str | int, ...], str]]) -> ValidationError:
    """What does not fit, as the tool gate expects to hear it."""
    details = [
        InitErrorDetails(type=PydanticCustomError("misfit", "{problem}", {"problem": problem}), loc=place, input=None)
        for place, problem in found
    ]
    return ValidationError.from_exception_data("arguments", details)
