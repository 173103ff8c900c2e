"""A bench for tools: call one as the loop does, without a model.

bench = ToolBench(MemoryShop(), customer=a_customer())
order = await bench.tell("get_order", order_number="W-10432")
question = (await bench.ask("cancel_unshipped_order", order_number="W-10432")).question
"""

import json
from typing import Any

from pydantic import BaseModel

from warmline.tools.access import Access
from warmline.tools.clock import Clock, FrozenClock
from warmline.tools.model import Customer
from warmline.tools.shop import Shop
from warmline.tools.tool import Preview, ToolContext
from warmline.tools.toolbox import tools_for

from .makers import NOW
from .shop import MemoryShop


class ToolBench:
    """A conversation's view of a shop: a guest's, unless a signed-in ``customer`` or an ``access`` is given.

    ``shop`` is yours, or a ``MemoryShop``; the clock is its clock, or one that stands at ``NOW``. ``language`` is
    the customer's.
    """

    def __init__(
        self,
        shop: Shop | None = None,
        *,
        customer: Customer | None = None,
        access: Access | None = None,
        clock: Clock | None = None,
        language: str | None = None,
    ) -> None:
        self.shop: Shop = shop if shop is not None else MemoryShop()
        self.access = access or Access(customer=customer)
        own = self.shop.clock if isinstance(self.shop, MemoryShop) else FrozenClock(NOW)
        self.clock = clock or own
        self.language = language
        self.tools = {tool.name: tool for tool in tools_for(self.shop)}

    async def run(self, name: str, /, *, key: str = "a-key", **arguments: object) -> BaseModel:
        """A tool's result; ``key`` is a write's idempotency key. ``ToolError`` as the tool raises it."""
        tool = self.tools[name]
        return await tool.run(self._context(key if tool.effect == "write" else ""), tool.parse(json.dumps(arguments)))

    async def tell(self, name: str, /, *, key: str = "a-key", **arguments: object) -> dict[str, Any]:
        """A tool's result as a model reads it, parsed."""
        result = await self.run(name, key=key, **arguments)
        return json.loads(result.model_dump_json(exclude_none=True))

    async def ask(self, name: str, /, **arguments: object) -> Preview:
        """What the customer would be asked before a write."""
        tool = self.tools[name]
        return await tool.look_ahead(self._context(""), tool.parse(json.dumps(arguments)))

    def _context(self, key: str) -> ToolContext:
        return ToolContext(shop=self.shop, access=self.access, clock=self.clock, key=key, language=self.language)
