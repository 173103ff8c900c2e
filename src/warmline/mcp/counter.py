"""One client at the counter: which tools it has, whose orders it sees, and the yes that a write needs. Knows nothing of the protocol."""

import asyncio
import logging
import secrets
from dataclasses import dataclass, field
from typing import cast

from pydantic import BaseModel, ValidationError

from warmline.agent.guard.limits import Limits
from warmline.agent.ledger import as_text, write_key
from warmline.errors import ToolError
from warmline.prompts import render
from warmline.tools.access import Access
from warmline.tools.clock import Clock
from warmline.tools.escalation import ESCALATE
from warmline.tools.shop import Receipts, Shop
from warmline.tools.tool import AnyTool, Preview, ToolContext, canonical
from warmline.tools.toolbox import tools_for

_log = logging.getLogger(__name__)

SHOP_SECONDS = 20.0
MOST_QUESTIONS = 100
"""Questions that wait for an answer; older ones are forgotten, and are then asked again."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the client is told; ``refused`` says that it did not get what it asked for."""

    text: str
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the person is asked before a write; ``state`` names it."""

    state: str
    tool: str
    arguments: str
    text: str


@dataclass(kw_only=True)
class Counter:
    """``access`` and ``session`` come from the host. One session makes the same write (tool and arguments) once, however often it is called."""

    shop: Shop
    access: Access
    clock: Clock
    session: str
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.tools: dict[str, AnyTool] = {tool.name: tool for tool in tools_for(self.shop) if tool is not ESCALATE}
        self._asked: dict[str, Question] = {}
        self._made: set[str] = set()
        self._writing = asyncio.Lock()

    async def call(self, name: str, arguments: str) -> Answer | Question:
        """A read's result, or the question a write needs a yes to. Nothing is written here."""
        tool = self.tools.get(name)
        if tool is None:
            return _refused("unknown_tool", tools=", ".join(self.tools))
        try:
            parsed: BaseModel = tool.parse(arguments)
        except ValidationError as error:
            return _refused("misfit", problems=_problems(error))
        return await self._guarded(tool, parsed)

    async def answered(self, state: str, name: str, arguments: str, *, yes: bool) -> Answer:
        """Do what was asked about, if the answer was yes and the question would still be the same."""
        question, tool = self._asked.pop(state, None), self.tools.get(name)
        try:
            exact = None if tool is None else canonical(tool.parse(arguments))
        except ValidationError:
            exact = None
        if tool is None or question is None or (question.tool, question.arguments) != (name, exact):
            return _refused("changed")
        if not yes:
            return _refused("declined")
        async with self._writing:
            now = await self._guarded(tool, tool.parse(arguments))
            if isinstance(now, Answer):
                return now
            self._asked.pop(now.state)
            if now.text != question.text:
                return _refused("changed")
            return await self._write(tool, tool.parse(arguments))

    async def _guarded(self, tool: AnyTool, arguments: BaseModel) -> Answer | Question:
        try:
            async with asyncio.timeout(SHOP_SECONDS):
                if tool.effect == "read":
                    return Answer(text=as_text(await tool.run(self._context(), arguments)))
                return await self._before(tool, arguments)
        except ToolError as error:
            return Answer(text=str(error), refused=True)
        except Exception:  # noqa: BLE001 (whatever a shop raises, the client is told what is known)
            _log.exception("%s: nothing was done", tool.name)
            return _refused("failed")

    async def _before(self, tool: AnyTool, arguments: BaseModel) -> Answer | Question:
        """What was already written, what is beyond the limits, or the question."""
        key = self._key(tool, canonical(arguments))
        try:
            receipt = await cast("Receipts", self.shop).find_receipt(key)
        except Exception:  # noqa: BLE001 (whatever a shop raises, the client is told what is known)
            _log.exception("%s: whether it was done before is not known", tool.name)
            return _refused("unknown")
        if receipt is not None:
            return Answer(text=as_text(receipt))
        preview = await tool.look_ahead(self._context(), arguments)
        if len(self._made - {key}) >= self.limits.writes_per_conversation:
            return _refused("too_many")
        return _refused("too_much") if self._beyond(preview) else self._ask(tool, canonical(arguments), preview)

    def _beyond(self, preview: Preview) -> bool:
        stake, most = preview.at_stake, self.limits.amount
        return stake is not None and most is not None and abs(stake.amount) >= most

    def _ask(self, tool: AnyTool, arguments: str, preview: Preview) -> Question:
        question = Question(state=secrets.token_urlsafe(16), tool=tool.name, arguments=arguments, text=preview.question)
        self._asked[question.state] = question
        while len(self._asked) > MOST_QUESTIONS:
            del self._asked[next(iter(self._asked))]
        return question

    async def _write(self, tool: AnyTool, arguments: BaseModel) -> Answer:
        key = self._key(tool, canonical(arguments))
        self._made.add(key)
        try:
            async with asyncio.timeout(SHOP_SECONDS):
                return Answer(text=as_text(await tool.run(self._context(key), arguments)))
        except ToolError as error:
            self._made.discard(key)
            return Answer(text=str(error), refused=True)
        except Exception:  # noqa: BLE001 (whatever a shop raises, the client is told what is known)
            _log.exception("%s: whether it was done is not known", tool.name)
            return _refused("unknown")

    def _context(self, key: str = "") -> ToolContext:
        return ToolContext(shop=self.shop, access=self.access, clock=self.clock, key=key)

    def _key(self, tool: AnyTool, arguments: str) -> str:
        return write_key(f"mcp:{self.session}", tool.name, arguments, "")


def _refused(section: str, **values: str) -> Answer:
    return Answer(text=render("mcp", section, **values), refused=True)


def _problems(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, part['loc'])) or 'arguments'}: {part['msg']}" for part in error.errors())
