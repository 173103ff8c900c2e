"""What is to be done by the clock. Each chore may be run by any worker, at any time, by several at once, and twice."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from warmline.agent.agent import SupportAgent
from warmline.agent.desk.asking import ask_satisfaction
from warmline.agent.desk.chores import lapse_claims, watch_service_levels
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.outside.outside import OutsideDesk
from warmline.agent.enriching import enrich_cases
from warmline.agent.outbox.back_in_stock import notify_back_in_stock
from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.outbox.event import Sink
from warmline.agent.outbox.sinks import FanOut
from warmline.agent.store.retention import forget_old
from warmline.agent.store.waiting import Waiting, waiting
from warmline.tools.helpdesks.helpdesk import HelpDesk
from warmline.tools.shop import KeepsNotes, Labels, Reservations

MOST_TURNS = 500
"""How many messages one look for waiting ones takes up."""


NOTES_KEPT = timedelta(days=60)
"""How long what was written with which key stays noted in a shop's own system: as long as a label may still be looked up by it."""

DELIVERY_SECONDS = 20.0
"""How long a receiver may take for one event."""


@dataclass(frozen=True, kw_only=True)
class Chore:
    """One thing to be done again and again; ``cron`` has six fields, seconds first, in UTC. ``run`` returns how much it did."""

    name: str
    cron: str
    run: Callable[[], Awaitable[int]]


HandOut = Callable[[Sequence[Waiting]], Awaitable[None]]
"""How waiting messages are given to whoever answers them."""


def chores_of(
    agent: SupportAgent, *, hand_out: HandOut, sink: Sink | None, keep: timedelta | None, helpdesk: HelpDesk | None = None
) -> list[Chore]:
    """The chores of an agent, in the order in which one round does them. Without a ``sink`` or a ``helpdesk`` events wait."""

    async def resume_turns() -> int:
        found = await waiting((await agent.parts()).store, most=MOST_TURNS)
        await hand_out(found)
        return len(found)

    async def deliver_events() -> int:
        sinks = [one for one in (sink, await outside()) if one is not None]
        if not sinks:
            return 0
        one = sinks[0] if len(sinks) == 1 else FanOut(sinks)
        done = await deliver_due((await agent.parts()).store, one, timeout_seconds=DELIVERY_SECONDS)
        return done.delivered + done.failed + done.dead

    async def outside() -> OutsideDesk | None:
        return None if helpdesk is None else OutsideDesk(await agent.desk(), helpdesk)

    async def follow_helpdesk() -> int:
        there = await outside()
        return 0 if there is None else await there.follow()

    async def enrich() -> int:
        return await enrich_cases(await agent.parts())

    async def notify() -> int:
        parts = await agent.parts()
        return await notify_back_in_stock(parts.store, parts.shop, parts.clock)

    async def end_reservations() -> int:
        shop = (await agent.parts()).shop
        return await shop.release_lapsed_reservations() if isinstance(shop, Reservations) else 0

    async def void_labels() -> int:
        shop = (await agent.parts()).shop
        return await shop.void_orphan_labels() if isinstance(shop, Labels) else 0

    async def at_the_desk(chore: Callable[[Desk], Awaitable[int]]) -> int:
        return await chore(await agent.desk())

    async def forget() -> int:
        return 0 if keep is None else await forget_old((await agent.parts()).store, older_than=keep)

    return [
        Chore(name="resume_turns", cron="*/2 * * * * *", run=resume_turns),
        Chore(name="deliver_events", cron="1-59/2 * * * * *", run=deliver_events),
        Chore(name="follow_helpdesk", cron="15,45 * * * * *", run=follow_helpdesk),
        Chore(name="enrich_cases", cron="20 * * * * *", run=enrich),
        Chore(name="lapse_claims", cron="5-59/15 * * * * *", run=partial(at_the_desk, lapse_claims)),
        Chore(name="watch_service_levels", cron="10-59/15 * * * * *", run=partial(at_the_desk, watch_service_levels)),
        Chore(name="ask_satisfaction", cron="45 * * * * *", run=partial(at_the_desk, ask_satisfaction)),
        Chore(name="notify_back_in_stock", cron="30 */2 * * * *", run=notify),
        Chore(name="end_reservations", cron="40 */10 * * * *", run=end_reservations),
        Chore(name="void_labels", cron="50 12 * * * *", run=void_labels),
        Chore(name="forget_notes", cron="0 10 3 * * *", run=partial(_forget_notes, agent)),
        Chore(name="forget_old", cron="0 20 3 * * *", run=forget),
    ]


async def _forget_notes(agent: SupportAgent) -> int:
    parts = await agent.parts()
    return await parts.shop.forget_notes(parts.clock.now() - NOTES_KEPT) if isinstance(parts.shop, KeepsNotes) else 0
