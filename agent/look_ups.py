"""Read-only look-ups for a case: bounded, each made once, within what the conversation had proved, every failure noted."""

import asyncio
from dataclasses import dataclass, field

from pydantic import BaseModel

from warmline.errors import ToolError
from warmline.tools.access import Access
from warmline.tools.tool import AnyTool, ToolContext, canonical

from .desk.case_file import Fact
from .guard.text import clean
from .ledger import as_text
from .work import Work

LOOK_UP_SECONDS = 3.0
"""How long one look-up may take."""
MOST = 6


@dataclass(kw_only=True)
class LookUps:
    """The read-only tools as one conversation may use them, and what they have found. Each look-up is made once."""

    context: ToolContext
    tools: dict[str, AnyTool]
    facts: list[Fact] = field(default_factory=list[Fact])

    @classmethod
    def of(cls, work: Work) -> "LookUps":
        """With what this conversation has proved, and no way to prove more."""
        access = Access(customer=work.access.customer, proven=dict(work.access.proven), max_failed=0)
        tools = {name: tool for name, tool in work.parts.tools.items() if tool.effect == "read"}
        return cls(context=ToolContext(shop=work.parts.shop, access=access, clock=work.parts.clock), tools=tools)

    @property
    def used_up(self) -> bool:
        """Whether no look-up is left."""
        return len(self.facts) >= MOST

    async def run(self, tool: AnyTool, arguments: BaseModel) -> BaseModel | str | None:
        """What a tool finds, or says instead; noted either way. ``None`` when there is no look-up left, or it was made before."""
        written = canonical(arguments)
        if self.used_up or any((fact.tool, fact.arguments) == (tool.name, written) for fact in self.facts):
            return None
        place = len(self.facts)
        self.facts.append(self._fact(tool, written, "failed", "broken off: the time was up"))
        found: BaseModel | str
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                found = await tool.run(self.context, arguments)
        except ToolError as error:
            found = str(error)
        except Exception as error:  # noqa: BLE001 (one look-up that fails is noted; the others go on)
            found = clean(f"{type(error).__name__}: {error}")
        words = found if isinstance(found, str) else as_text(found)
        self.facts[place] = self._fact(tool, written, "failed" if isinstance(found, str) else "found", words)
        return found

    async def ask(self, name: str, **arguments: object) -> BaseModel | None:
        """A look-up of our own; ``None`` where it finds nothing or the shop does not offer the tool."""
        tool = self.tools.get(name)
        found = None if tool is None else await self.run(tool, tool.arguments.model_validate(arguments))
        return found if isinstance(found, BaseModel) else None

    def _fact(self, tool: AnyTool, arguments: str, status: str, result: str) -> Fact:
        at = self.context.clock.now()
        return Fact.model_validate({"tool": tool.name, "arguments": arguments, "status": status, "result": result, "at": at})
