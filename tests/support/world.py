"""Two customers, three orders, a clock, and agents with a scripted model over one store."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from warmline import SupportAgent
from warmline.agent.desk.desk import Case
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.limits import Limits
from warmline.agent.models.base import Model
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, a_customer, an_order
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Money
from warmline.tools.shop import Shop

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANN = a_customer(customer_id="C-1", name="Ann Lee", email="ann@example.com")
BOB = a_customer(customer_id="C-2", name="Bob Ray", email="bob@example.com", tier="vip")
OPEN = an_order(number="W-10001", customer_id="C-1", email="ann@example.com", status="processing")
DEAR = an_order(
    number="W-10002", customer_id="C-1", email="ann@example.com", status="shipped", total=Money(amount=Decimal("500.00"))
)
BOBS = an_order(number="W-10003", customer_id="C-2", email="bob@example.com", status="processing")


@dataclass(kw_only=True)
class World:
    """What a test of a turn needs; the store outlives an agent."""

    folder: Path
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))
    agents: list[SupportAgent] = field(default_factory=list[SupportAgent])

    def __post_init__(self) -> None:
        self.shop = MemoryShop(customers=[ANN, BOB], orders=[OPEN, DEAR, BOBS], clock=self.clock)

    def agent(
        self,
        *script: Entry,
        guard: Guard | None = None,
        shop: Shop | None = None,
        model: Model | None = None,
        limits: Limits | None = None,
        shop_seconds: float = 20.0,
    ) -> SupportAgent:
        """An agent whose model says what the script says; it serves everything unless another guard is given."""
        agent = SupportAgent(
            model=model or ScriptedModel(script),
            shop=shop or self.shop,
            store=self.folder / "warmline.db",
            guard=guard or FixedGuard(),
            clock=self.clock,
            limits=limits,
            shop_seconds=shop_seconds,
        )
        self.agents.append(agent)
        return agent

    async def cases(self) -> list[Case]:
        """The cases that are not resolved, gravest first."""
        return list(await (await self.agents[-1].desk()).cases())
