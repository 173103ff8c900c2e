"""What is at stake: the orders a message names, and what looking them up does to the guard's decision."""

import asyncio
from decimal import Decimal

from warmline.tools.model import Customer, Order

from .guard.decision import Decision
from .guard.facts import Facts
from .guard.signals import Signals
from .guard.text import excerpt
from .guard.values import values_in
from .work import Work

MAX_NAMED = 3
LOOKED_AT = 8_000
"""Characters of a message searched for order numbers, at its two ends; what is longer goes to a person anyway."""
_LEAST_DIGITS = 4


async def facts_before(work: Work, text: str) -> Facts:
    """The facts the guard decides on: a signed-in customer's own orders named in the message are looked up first."""
    customer = work.incoming.customer
    await work.parts.crm.learn(customer)
    named = [] if customer is None else numbers_in(excerpt(text, LOOKED_AT))[:MAX_NAMED]
    if customer is not None and named:
        async with asyncio.timeout(work.parts.shop_seconds):
            for number in named:
                order = await work.parts.shop.get_order(number)
                if order is not None and order.customer_id == customer.customer_id:
                    work.access.seen[order.number] = order
    return known_facts(work, text)


def known_facts(work: Work, text: str) -> Facts:
    """The facts that are there without asking the shop."""
    state = work.state
    return Facts(
        customer=work.parts.crm.known(work.incoming.customer),
        order_total=_largest(work.orders),
        verification=work.access.verification,
        topic=state.topic,
        asked=state.asked,
        named=frozenset(state.named),
        failed_attempts=state.tool_failures,
        repeats=state.repeats(text),
        settled=state.resting(work.parts.clock.now()),
        offered=frozenset(offer.reason for offer in state.offers),
    )


async def decide_again(work: Work) -> Decision | None:
    """The decision after orders were looked up, if they make it one for a person; an offer only while the turn has changed nothing."""
    total = _largest(work.orders)
    if total is None or work.signals is None or work.decision is None:
        return None
    facts = work.facts.at_stake(total=total, owner=await work.parts.crm.learn(await _owner(work)))
    if facts == work.facts:
        return None
    work.facts = facts
    decision = work.parts.guard.redecide(work.signals, facts, before=work.judged)
    changed = any(run.effect == "write" and run.status == "done" for run in work.runs)
    return None if decision.route == "automate" or (changed and decision.route == "offer") else decision


def numbers_in(text: str) -> list[str]:
    """What may be order numbers in a text, in order, each once."""
    words = [value.words for value in values_in(text) if value.kind == "identifier"]
    return list(dict.fromkeys(word for word in words if sum(map(str.isdigit, word)) >= _LEAST_DIGITS))


async def decide_on(work: Work, facts: Facts) -> Decision:
    """Read the message under these facts and what the conversation knows of earlier contacts, and decide; kept in the turn."""
    work.facts = facts
    work.signals = with_contacts(await work.parts.guard.read(work.text, facts), work)
    work.facts = work.signals.facts
    work.judged = work.decision = work.parts.guard.decide(work.signals)
    return work.decision


def with_contacts(signals: Signals, work: Work) -> Signals:
    """The signals with the earlier contacts about what this message asks; the conversation is about that again, if there were any."""
    earlier = work.state.earlier_visits(signals.intent, order_spoken_of(work), at=work.parts.clock.now())
    if not earlier:
        return signals
    return signals.with_facts(signals.facts.model_copy(update={"contacts": earlier, "topic": signals.intent}))


def order_spoken_of(work: Work) -> str | None:
    """The order last looked up in this turn, else one the message names that the guest has proved, else the one spoken of before."""
    if work.access.seen:
        return next(reversed(work.access.seen))
    named = {_bare(number) for number in numbers_in(excerpt(work.text, LOOKED_AT))}
    proven = (number for number in work.access.proven if _bare(number) in named)
    return next(proven, work.state.order)


def _bare(number: str) -> str:
    return "".join(filter(str.isalnum, number.casefold()))


def _largest(orders: list[Order]) -> Decimal | None:
    return max((order.total.amount for order in orders), default=None)


async def _owner(work: Work) -> Customer | None:
    if work.incoming.customer is not None or not work.orders:
        return work.incoming.customer
    return await work.parts.shop.get_customer(work.orders[-1].customer_id)
