"""What an agent is made of, made from what it was given."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from warmline.errors import UsageError
from warmline.prompts import render
from warmline.tools.clock import Clock
from warmline.tools.shop import Shop
from warmline.tools.tool import AnyTool
from warmline.tools.toolbox import tools_for

from .bounded import BoundedModel, bounded_shop
from .capacity import Places
from .crm import MAX_AGE, Crm, FactsOf
from .guard.claims import claim_of
from .guard.guard import Guard
from .guard.limits import Limits
from .guard.policy import Policy
from .models.base import Model, Prompt, release_connections
from .store.store import Store
from .store.tallies import Tallies
from .work import Parts

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from warmline.tools.mcp_servers.servers import Servers


def assembled(
    *,
    shop: Shop,
    model: Model | None,
    store: Store,
    guard: Guard,
    clock: Clock,
    limits: Limits | None,
    places: Places,
    triage_seconds: float,
    shop_seconds: float,
    tools: Mapping[str, AnyTool],
    facts: FactsOf | None = None,
    facts_age: timedelta = MAX_AGE,
) -> Parts:
    """The parts of an agent over an open store."""
    limits = limits or Limits()
    return Parts(
        model=BoundedModel(model or _embedded(guard), places.model),
        shop=bounded_shop(shop, places.shop),
        store=store,
        guard=guard,
        clock=clock,
        tools=tools,
        prompt=Prompt(system=render("agent", "system"), tools=tuple(tool.schema for tool in tools.values())),
        limits=limits,
        deeds=tuple(claim_of(tool.name, tool.deeds) for tool in tools.values() if tool.deeds),
        triage_seconds=triage_seconds,
        shop_seconds=shop_seconds,
        places=places,
        crm=Crm(facts, clock, max_age=facts_age),
        tallies=Tallies(store.engine, clock, most_guesses=limits.attempts_per_order),
    )


def offered(shop: Shop, own: Sequence[AnyTool]) -> dict[str, AnyTool]:
    """The tools the shop has the protocols for, and the host's own, by name; ``UsageError`` for a name that is taken."""
    tools = {tool.name: tool for tool in tools_for(shop)}
    for tool in own:
        if tool.name in tools:
            raise UsageError(f"there is a tool {tool.name!r} already; give yours another name")
        tools[tool.name] = tool
    return tools


def guard_of(policy: Policy | Path | str | None) -> Guard:
    """A guard with this policy, or the one in this file, or the default."""
    return Guard(policy=Policy.load(Path(policy)) if isinstance(policy, str | Path) else policy)


async def opened(store: "Store | AsyncEngine | str | Path | None", clock: Clock) -> Store:
    """The store that was given, or one over this engine, URL or file; ``None``: in memory."""
    return store if isinstance(store, Store) else await Store.open(_url(store), clock=clock)


def _url(store: "AsyncEngine | str | Path | None") -> "AsyncEngine | str":
    if store is None:
        return "sqlite:///:memory:"
    if isinstance(store, Path) or (isinstance(store, str) and "://" not in store):
        return f"sqlite:///{store}"
    return store


def _embedded(guard: Guard) -> Model:
    from .models.embedded import EmbeddedModel

    return EmbeddedModel(classifier=guard.classifier)


async def let_go(parts: Parts, servers: "Servers | None", then: "Callable[[], Awaitable[None]] | None", until: float) -> None:
    """What an agent has in this event loop does not outlive it; ``until`` is a time of the loop, for what goes on in the background.

    Each is let go of, whatever fails with the others; ``then`` comes last.
    """
    async with AsyncExitStack() as stack:
        if then is not None:
            stack.push_async_callback(then)
        if servers is not None:
            stack.push_async_callback(servers.close)
        stack.push_async_callback(release_connections, parts.model)
        await parts.background.finished(until=until)
