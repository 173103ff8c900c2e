"""Conversations with the embedded model over the demo shop's goods, through the real agent: gates, tools, ledger and all."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from warmline import SupportAgent, Turn
from warmline.fixtures import packaged
from warmline.testing import MemoryShop
from warmline.tools.clock import FrozenClock
from warmline.tools.demofiles import DemoFiles, read_demo_files
from warmline.tools.model import Order
from warmline.tools.shop import Shop

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""A Monday."""


class NoIntents:
    """A classifier without an opinion: the words alone must do."""

    def read(self, text: str) -> Mapping[str, float]:
        return {}


@dataclass(kw_only=True)
class Chat:
    """One customer's conversation; ``turns`` is what came of each message."""

    agent: SupportAgent
    shop: Shop
    customer: str | None
    turns: list[Turn] = field(default_factory=list[Turn])

    async def say(self, *messages: str) -> str:
        """Write these messages one after the other; the last reply."""
        for message in messages:
            self.turns.append(await self.agent.reply("chat", message, customer=self.customer))
        return self.turns[-1].text

    @property
    def kind(self) -> str:
        """How the last turn ended."""
        return self.turns[-1].kind

    @property
    def calls(self) -> list[str]:
        """The tools called in the last turn."""
        return [run.name for run in self.turns[-1].tool_calls]

    @property
    def done(self) -> list[str]:
        """The writes that were made in this conversation."""
        runs = [run for turn in self.turns for run in turn.tool_calls]
        return [run.name for run in runs if run.effect == "write" and run.status == "done"]


@cache
def demo() -> DemoFiles:
    """The demo shop's files as of noon."""
    return read_demo_files(packaged("shop"), NOON)


def demo_shop(extra: Iterable[Order] = ()) -> MemoryShop:
    """The demo shop in memory, with some more orders."""
    files = demo()
    return MemoryShop(
        customers=files.customers,
        products=files.products,
        orders=[*files.orders, *extra],
        policies=files.policies,
        clock=FrozenClock(NOON),
    )


Talk = Callable[..., Awaitable[Chat]]
"""Opens a chat for a signed-in customer's id, or for a guest."""
