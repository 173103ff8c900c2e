"""The world of one trial: its own shop, store, clock, model and guard, and the agent that lives in it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from warmline.agent.agent import SupportAgent
from warmline.agent.desk.desk import Case as DeskCase
from warmline.agent.desk.desk import Desk
from warmline.agent.guard.findings import Findings, Misplaced
from warmline.agent.guard.limits import Limits
from warmline.agent.guard.policy import Policy
from warmline.agent.models.base import Model
from warmline.agent.store.store import Store
from warmline.errors import SettingsError, UsageError
from warmline.evals.grading.judging import uncalibrated
from warmline.evals.results import RowChange
from warmline.evals.suite_files.loading import LoadedCase
from warmline.tools.clock import FrozenClock
from warmline.tools.memoryshop import MemoryShop

from .changing import changed
from .facts import fact_of, facts_in
from .faults import Breaker
from .models import ObedientModel, WatchedModel
from .reading import TrialGuard
from .stage import Stage, clock_at
from .tables import Row, Snapshot, Tables, case_rows, differences, shop_rows

PATIENCE = 0.5
"""Seconds the agent waits for one answer of the shop in a case whose shop is slow: enough for one in memory, and nobody has to wait for it."""

Maker = Callable[["World"], "SupportAgent | Awaitable[SupportAgent]"]
"""Makes the agent that is tried. A host gives its own: a function of the world that returns its ``SupportAgent``."""


@dataclass(kw_only=True)
class World:
    """What a maker of agents is given. Use as much of it as you can: what is yours cannot be isolated, broken or compared.

    ``shop`` is the demo shop with the case's changes, ``store`` an empty one, ``clock`` stands still, ``model`` is the run's, ``guard`` the
    shipped one with the case's policy, ``limits`` the case's or ``None``, ``shop_seconds`` how long to wait for an answer of the shop. With a
    shop of your own call ``watch`` with an async function that returns its rows (``{table: {key: {field: value}}}``); without it the case's
    ``state`` is checked on the demo shop, which you do not use.
    """

    case_id: str
    clock: FrozenClock
    shop: MemoryShop
    store: Store
    model: WatchedModel
    guard: TrialGuard
    limits: Limits | None
    signed_in: str | None
    shop_seconds: float = 20.0

    def __post_init__(self) -> None:
        self._before = Snapshot(self.shop)
        self._watched: Callable[[], Awaitable[Mapping[str, Mapping[str, Row]]]] | None = None
        self._watched_before: Tables = {}
        self.breaker = Breaker(self.shop, self.model, self.guard)

    @cached_property
    def start(self) -> Tables:
        """The shop's rows when the conversation began; asked for before anything changes."""
        return shop_rows(self.shop)

    def watch(self, rows: Callable[[], Awaitable[Mapping[str, Mapping[str, Row]]]]) -> None:
        """Compare these rows instead of the demo shop's: read once before the conversation and again when a state is checked."""
        self._watched = rows

    async def begin(self) -> None:
        """Note how everything stands."""
        if self._watched is not None:
            self._watched_before = _tables(await self._watched())

    async def changes(self, cases: Sequence[DeskCase] | None = None) -> list[RowChange]:
        """What is different from the beginning, at the shop and at the desk (``cases`` if they are known)."""
        if self._watched is None:
            before, after = self._before.changes_since(self.shop)
        else:
            before, after = self._watched_before, _tables(await self._watched())
        after = {**after, "cases": case_rows(await self.cases() if cases is None else cases)}
        return differences(before, after)

    async def cases(self) -> list[DeskCase]:
        """The desk's cases, resolved ones too."""
        return list(await Desk(self.store).cases(include_resolved=True))


def _tables(rows: Mapping[str, Mapping[str, Row]]) -> Tables:
    return {table: {key: dict(row) for key, row in of.items()} for table, of in rows.items()}


def build_world(loaded: LoadedCase, stage: Stage, store: Store, clock: FrozenClock, model: Model) -> World:
    """A fresh world for a case; ``Misplaced`` names what the case changes and cannot be changed so."""
    wanted = loaded.case.world
    world = World(
        case_id=loaded.id,
        clock=clock,
        shop=_shop(loaded, stage, clock),
        store=store,
        model=WatchedModel(ObedientModel(loaded.case.script) if loaded.case.script else model),
        guard=TrialGuard(stage.reader, _policy(loaded, stage)),
        limits=_limits(loaded, wanted.limits),
        signed_in=signed_in(wanted.signed_in),
        shop_seconds=PATIENCE if loaded.shop_is_slow else 20.0,
    )
    if wanted.faults is not None:
        world.breaker.set(wanted.faults)
    return world


def check_world(loaded: LoadedCase, stage: Stage) -> list[Misplaced]:
    """What of a case's world cannot be so, without playing it: a change, a customer, a limit, a policy, a fact."""
    findings = Findings()
    wanted = loaded.case.world
    with findings.noted():
        if loaded.plays == "guard":
            _ = _policy(loaded, stage)
            return findings.mistakes
        shop = _shop(loaded, stage, begins_at(loaded))
        steps = [(("world", "as"), wanted.signed_in)]
        steps += [
            (("conversation", place, "as"), getattr(step, "signed_in", None))
            for place, step in enumerate(loaded.case.conversation or ())
        ]
        findings.mistakes += [
            loaded.source.nearest(path)[0].error(f"the shop knows no customer {name!r}; `warmline demo customers` lists them")
            for path, name in steps
            if (who := signed_in(name)) is not None and who not in shop.records.customers
        ]
        if loaded.refers_to_facts:
            tables = shop_rows(shop)
            findings.mistakes += [
                loaded.source.nearest(path)[0].error(
                    f"the shop has no {fact.fact!r}: expected TABLE.KEY.FIELD, such as orders.W-10432.total"
                )
                for path, fact in facts_in(loaded.case)
                if fact_of(fact, tables) is None
            ]
        _limits(loaded, wanted.limits)
        findings.mistakes += uncalibrated(loaded)
        if wanted.policy is not None:
            _policy(loaded, stage)
    return findings.mistakes


def _policy(loaded: LoadedCase, stage: Stage) -> Policy:
    name = loaded.case.world.policy
    try:
        return stage.policy(loaded.folder / name if name else None)
    except SettingsError as error:
        raise loaded.source.nearest(("world", "policy"))[0].error(f"the policy {name!r} cannot be used: {error}") from error


def usual_agent(world: World) -> SupportAgent:
    """The agent as it ships."""
    return SupportAgent(
        shop=world.shop,
        model=world.model,
        store=world.store,
        guard=world.guard,
        clock=world.clock,
        limits=world.limits,
        shop_seconds=world.shop_seconds,
    )


def signed_in(name: str | None) -> str | None:
    """Who is signed in; ``guest`` is nobody."""
    return None if name == "guest" else name


def _shop(loaded: LoadedCase, stage: Stage, clock: FrozenClock) -> MemoryShop:
    files = stage.shop_files(clock.now())
    shop = MemoryShop(
        customers=files.customers, products=files.products, orders=files.orders, policies=files.policies, clock=clock
    )
    for table, rows in loaded.case.world.set.items():
        records: dict[str, Any] = getattr(shop.records, table)
        for key, fields in rows.items():
            records[key] = changed(table, key, records.get(key), fields, now=clock.now(), loaded=loaded)
    return shop


def _limits(loaded: LoadedCase, wanted: Mapping[str, int]) -> Limits | None:
    try:
        return Limits(**wanted) if wanted else None
    except (TypeError, UsageError) as error:
        raise loaded.source.nearest(("world", "limits"))[0].error(f"cannot be limits: {error}") from error


def begins_at(loaded: LoadedCase) -> FrozenClock:
    """The clock of a case."""
    moment: datetime | None = loaded.case.world.clock
    return clock_at(moment)


__all__ = ["Maker", "World", "begins_at", "build_world", "check_world", "signed_in", "usual_agent"]
