"""Half a year of conversations of the demo shop, played for real: the embedded agent answers, people at the desk do, customers rate.

Who writes what and when is drawn from a seed; every message goes through ``SupportAgent.reply`` and every move through ``Desk``, under a clock
that is moved. What there is to find: halfway a new range comes, customers ask about its sizes, the agent lists them, and they wanted advice;
people take longer to answer from then on; and most of what comes to people for the order's value alone is routine. Case numbers and times in
milliseconds differ from one making to the next; all else is the same.
"""

import heapq
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from warmline.agent.agent import SupportAgent
from warmline.agent.desk.asking import ask_satisfaction
from warmline.agent.desk.desk import Desk
from warmline.agent.outcome import Turn
from warmline.agent.store.store import Store
from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop

from .demo_words import Opening, Words, newest, signed_in

if TYPE_CHECKING:
    from warmline.tools.model import Customer, Order
    from warmline.tools.sqlshop import SqlShop

END = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""When the demo's half-year is over; the demo's clock stands here."""

WEEKS = 26
TURN_OF_RANGE = WEEKS // 2
"""The week in which the new range comes, and sizes are asked about three times as often."""

SHARES = {
    "order_status": 20, "return": 8, "return_policy": 7, "sizes": 7, "fit": 6, "stock": 9, "care": 5, "product": 14, "shop_policy": 6,
    "person": 3, "dispute": 4, "angry": 3, "emotional": 2, "unclear": 5, "legal": 1, "courtesy": 2,
}  # fmt: skip
"""How often each kind is asked, before the new range."""

HOURS = (8, 9, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 21)
KNOWN = frozenset({"order_status", "return", "dispute", "angry", "emotional", "legal"})
"""Kinds that are about an order: who writes is signed in."""

RATES = 0.5
"""The share of customers who answer how it was."""

Act = Callable[[], Awaitable[None]]
Tell = Callable[[int, int], None]


@dataclass(kw_only=True)
class _Play:
    """Everything on the stage, and what happens next."""

    clock: FrozenClock
    store: Store
    shop: "SqlShop"
    agent: SupportAgent
    chance: Random
    words: Words
    customers: "list[Customer]" = field(default_factory=list["Customer"])
    coming: list[tuple[datetime, int, Act]] = field(default_factory=list[tuple[datetime, int, Act]])
    number: "itertools.count[int]" = field(default_factory=itertools.count)
    languages: dict[str, str] = field(default_factory=dict[str, str])

    def later(self, at: datetime, act: Act) -> None:
        heapq.heappush(self.coming, (at, next(self.number), act))

    def soon(self, act: Act, **much: float) -> None:
        self.later(self.clock.now() + timedelta(**much), act)

    def after(self, thread: str, kind: str, **names: object) -> str:
        return self.words.after(kind, self.languages[thread], **names)

    async def say(self, thread: str, text: str, customer: "Customer | None") -> Turn:
        return await self.agent.reply(thread, text, f"{thread}-{next(self.number)}", customer)


async def make_demo(file: Path, *, folder: Path, weekly: int = 40, tell: Tell | None = None, seed: int = 8) -> None:
    """Play the half-year into a new store at ``file``; ``folder`` is for the shop meanwhile. ``tell`` hears of every message's place.

    ``weekly`` is how many customers write in a week.
    """
    clock = FrozenClock(END - timedelta(weeks=WEEKS))
    store = await Store.open(f"sqlite:///{file}", clock=clock)
    url = f"sqlite:///{folder / 'shop.db'}"
    shop = await open_demo_shop(url, clock=clock, labels=folder / "labels")
    chance = Random(seed)  # noqa: S311 (a draw that anyone can repeat)
    try:
        async with SupportAgent(shop=shop, store=store, clock=clock) as agent:
            play = _Play(clock=clock, store=store, shop=shop, agent=agent, chance=chance, words=Words(chance=chance))
            play.customers = await _customers(shop)
            _schedule(play, weekly, lambda: _to_this_week(play, url, folder))
            await _run(play, tell)
    finally:
        await shop.close()
        await store.close()


async def _run(play: _Play, tell: Tell | None) -> None:
    done = 0
    while play.coming:
        at, _, act = heapq.heappop(play.coming)
        if at >= END:
            break
        play.clock.moment = max(play.clock.moment, at)
        await act()
        done += 1
        if tell is not None:
            tell(done, done + len(play.coming))


async def _to_this_week(play: _Play, url: str, folder: Path) -> None:
    """Opened again, the shop moves its orders and parcels to today."""
    await (await open_demo_shop(url, clock=play.clock, labels=folder / "labels")).close()


def _schedule(play: _Play, weekly: int, on_monday: Act) -> None:
    start, chance = play.clock.now(), play.chance
    for week in range(WEEKS):
        play.later(start + timedelta(weeks=week, hours=-2), on_monday)
        shares = {**SHARES, "sizes": SHARES["sizes"] * (3 if week >= TURN_OF_RANGE else 1)}
        for kind in chance.choices(list(shares), weights=list(shares.values()), k=weekly):
            day = start + timedelta(weeks=week, days=chance.choices(range(7), weights=(5, 4, 4, 4, 4, 2, 2))[0])
            at = day.replace(hour=chance.choice(HOURS), minute=chance.randrange(60), second=chance.randrange(60))
            play.later(at, lambda kind=kind, week=week: _contact(play, kind, week))


async def _contact(play: _Play, kind: str, week: int) -> None:
    """A customer writes first, and may go on minutes later."""
    chance, thread = play.chance, f"demo-{next(play.number):05}"
    known = kind in KNOWN or chance.random() < 0.5
    customer = signed_in(chance, play.customers, vip=chance.random() < 0.12) if known else None
    orders: list[Order] = [] if customer is None else list(await play.shop.list_orders(customer.customer_id))
    order = newest(orders, statuses=("delivered",)) if kind == "return" else newest(orders)
    opening = play.words.opening(kind, order=order)
    play.languages[thread] = opening.language
    turn = await play.say(thread, opening.text, customer)
    await _go_on(play, thread, opening, turn, customer, week)


async def _go_on(play: _Play, thread: str, opening: Opening, turn: Turn, customer: "Customer | None", week: int) -> None:
    """What comes of an answer: the customer's next words, a case at the desk, or how it was."""
    chance = play.chance
    if turn.kind == "handed_off":
        _to_desk(play, turn.case_id, thread, _kind(turn, opening.kind), customer, week)
        return
    if opening.then:
        first, *rest = opening.then
        following = replace(opening, text=first, then=tuple(rest))
        play.soon(lambda: _next(play, thread, following, customer, week), minutes=2)
        return
    drawn = chance.random()
    if opening.kind == "sizes" and drawn < 0.15:
        upset = Opening(kind="upset", text=play.after(thread, "sizes_upset"))
        play.soon(lambda: _next(play, thread, upset, customer, week), minutes=3)
        return
    if opening.kind == "sizes" and customer is not None and drawn < 0.45:
        again = Opening(kind="again", text=play.after(thread, "sizes_again"))
        other = f"{thread}-again"
        play.languages[other] = opening.language
        play.soon(lambda: _next(play, other, again, customer, week), hours=chance.uniform(5, 60))
        return
    play.soon(lambda: _rate(play, thread, opening.kind, customer, by_agent=True), minutes=12)


async def _next(play: _Play, thread: str, words: Opening, customer: "Customer | None", week: int) -> None:
    await _go_on(play, thread, words, await play.say(thread, words.text, customer), customer, week)


def _kind(turn: Turn, kind: str) -> str:
    """What kind of case it is to people: where a parcel is, asked by a dear customer, is a routine question all the same."""
    return "dear" if turn.decision.rule == "high_value" and kind == "order_status" else kind


def _to_desk(play: _Play, case_id: str, thread: str, kind: str, customer: "Customer | None", week: int) -> None:
    """A person answers after a while, longer since the new range came, and closes the case."""
    usual = 75 if week < TURN_OF_RANGE else 170
    minutes = play.chance.lognormvariate(0, 0.7) * usual
    play.soon(lambda: _answer(play, case_id, thread, kind, customer), minutes=minutes)


async def _answer(play: _Play, case_id: str, thread: str, kind: str, customer: "Customer | None") -> None:
    desk, who = Desk(play.store), play.chance.choice(("ana", "ben", "cleo"))
    await desk.claim(case_id, by=who)
    await desk.reply(case_id, play.after(thread, "reply_fit" if kind == "fit" else "reply"), by=who)
    play.soon(lambda: _close(play, case_id, thread, kind, who, customer), minutes=play.chance.uniform(3, 25))


async def _close(play: _Play, case_id: str, thread: str, kind: str, who: str, customer: "Customer | None") -> None:
    desk, chance = Desk(play.store), play.chance
    await desk.resolve(case_id, by=who)
    if chance.random() < (0.95 if kind == "dear" else 0.6):
        needless = kind == "dear" and chance.random() < 0.9
        await desk.judge(case_id, "missed" if kind == "upset" else "needless" if needless else "right", by=who)
    play.soon(lambda: _rate(play, thread, kind, customer, by_agent=False), minutes=12)


async def _rate(play: _Play, thread: str, kind: str, customer: "Customer | None", *, by_agent: bool) -> None:
    """The shop asks how it was, and some say."""
    await ask_satisfaction(Desk(play.store))
    if play.chance.random() >= RATES:
        return
    score = _score(play.chance, kind, by_agent=by_agent)
    text = play.after(thread, "low" if score <= 2 else "high", score=score)
    play.soon(lambda: _said(play, thread, text, customer), minutes=4)


async def _said(play: _Play, thread: str, text: str, customer: "Customer | None") -> None:
    await play.say(thread, text, customer)


def _score(chance: Random, kind: str, *, by_agent: bool) -> int:
    if by_agent and kind in ("sizes", "again"):
        return chance.choices((1, 2, 3, 4, 5), weights=(30, 38, 20, 8, 4))[0]
    if not by_agent and kind in ("angry", "dispute", "upset", "legal"):
        return chance.choices((1, 2, 3, 4, 5), weights=(6, 10, 24, 34, 26))[0]
    return chance.choices((1, 2, 3, 4, 5), weights=(2, 4, 12, 38, 44))[0]


async def _customers(shop: "SqlShop") -> "list[Customer]":
    found = [await shop.get_customer(f"C-{number}") for number in range(1001, 1067)]
    return [one for one in found if one is not None]
