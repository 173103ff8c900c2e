"""What is at stake: the orders a message names, and what looking them up does to the guard's decision."""

import asyncio
from decimal import Decimal

from warmline.tools.model import Customer, Order

from .guard.decision import Decision
from .guard.facts import CustomerFacts, Facts
from .guard.text import excerpt
from .guard.values import values_in
from .work import SHOP_SECONDS, Work

MAX_NAMED = 3
LOOKED_AT = 8_000
"""Characters of a message searched for order numbers, at its two ends; what is longer goes to a person anyway."""
_LEAST_DIGITS = 4


async def facts_before(work: Work, text: str) -> Facts:
    """The facts the guard decides on: a signed-in customer's own orders named in the message are looked up first."""
    customer = work.incoming.customer
    if customer is not None:
        async with asyncio.timeout(SHOP_SECONDS):
            for number in numbers_in(excerpt(text, LOOKED_AT))[:MAX_NAMED]:
                order = await work.parts.shop.get_order(number)
                if order is not None and order.customer_id == customer.customer_id:
                    work.access.seen[order.number] = order
    state = work.state
    return Facts(
        customer=CustomerFacts.of(customer),
        order_total=_largest(work.orders),
        verification=work.access.verification,
        topic=state.topic,
        asked=state.asked,
        contacts=state.served.get(contact_key(state.topic, work), 0),
        repeats=state.repeats(text),
        settled=frozenset(state.settled),
    )


async def decide_again(work: Work) -> Decision | None:
    """The decision after orders were looked up, if they make it one for a person."""
    total = _largest(work.orders)
    if total is None or work.signals is None or work.decision is None:
        return None
    facts = work.facts.at_stake(total=total, customer=await _owner(work))
    if facts == work.facts:
        return None
    work.facts = facts
    decision = work.parts.guard.redecide(work.signals, facts)
    return decision if decision.route == "human" else None


def numbers_in(text: str) -> list[str]:
    """What may be order numbers in a text, in order, each once."""
    words = [value.words for value in values_in(text) if value.kind == "identifier"]
    return list(dict.fromkeys(word for word in words if sum(map(str.isdigit, word)) >= _LEAST_DIGITS))


def contact_key(topic: str | None, work: Work) -> str:
    """What a contact is about: its topic and, when one was named, its order."""
    return f"{topic}:{next(iter(work.access.seen), '')}"


def _largest(orders: list[Order]) -> Decimal | None:
    return max((order.total.amount for order in orders), default=None)


async def _owner(work: Work) -> Customer | None:
    if work.incoming.customer is not None or not work.orders:
        return work.incoming.customer
    return await work.parts.shop.get_customer(work.orders[-1].customer_id)
