"""The route ``gather``: once a case is stored, read-only tools look up what the person who takes it will want to know.

A language model may choose the look-ups; otherwise they are the orders spoken of, what may go back of them, and the stock of their
items. A guest who had proved nothing gets nothing looked up. Whatever fails is noted, and the case is there in any event.
"""

import asyncio
import logging

from warmline.tools.results import OrderDetails, OrderList

from .desk.gathered import add_facts
from .gather_by_model import choose
from .guard.text import clean
from .look_ups import LookUps
from .models.base import Usage, is_language_model
from .stakes import order_spoken_of
from .work import Work

SECONDS = 10.0
"""How long all look-ups together may take."""
MODEL_SECONDS = 6.0
"""How much of that a language model may use up."""
MOST_ORDERS = 2

_log = logging.getLogger(__name__)


async def fill_case_file(work: Work, case_id: str) -> None:
    """Look up what may be looked up, and add it to the case."""
    if work.access.verification == "none":
        return
    found, spent, notes = LookUps.of(work), Usage(), list[str]()
    try:
        async with asyncio.timeout(SECONDS):
            if is_language_model(work.parts.model):
                spent = await _chosen(work, found, notes)
            if not found.facts:
                await _the_usual(work, found)
    except TimeoutError:
        notes.append(f"stopped after {SECONDS:g} seconds")
    tokens = {"input_tokens": spent.input, "output_tokens": spent.output}
    if not await add_facts(work.parts.store, case_id, found.facts, note=_note(found, notes), spent=tokens):
        _log.info("case %s was resolved before anything was gathered", case_id)


async def _chosen(work: Work, found: LookUps, notes: list[str]) -> Usage:
    """The look-ups a language model chooses; none when it fails."""
    try:
        async with asyncio.timeout(MODEL_SECONDS):
            return await choose(work, found)
    except Exception as error:  # noqa: BLE001 (without a model the usual look-ups are made)
        notes.append(clean(f"the model could not choose: {type(error).__name__}: {error}"))
        return Usage()


async def _the_usual(work: Work, found: LookUps) -> None:
    """Orders with their parcels, what may go back of them, the stock of their items."""
    skus: dict[str, None] = {}
    numbers = await _orders(work, found)
    for number in numbers:
        order = await found.ask("get_order", order_number=number)
        skus |= {item.sku: None for item in order.items} if isinstance(order, OrderDetails) else {}
    for number in numbers:
        await found.ask("check_return", order_number=number)
    for sku in skus:
        await found.ask("check_stock", sku=sku)


async def _orders(work: Work, found: LookUps) -> list[str]:
    """The orders looked up in this turn (those the message names among them), spoken of before or proved; else a customer's latest."""
    spoken = order_spoken_of(work)
    known = [*work.access.seen, *([spoken] if spoken else []), *reversed(work.access.proven)]
    if known:
        return list(dict.fromkeys(known))[:MOST_ORDERS]
    listed = await found.ask("find_orders", limit=1)
    return [order.number for order in listed.orders] if isinstance(listed, OrderList) else []


def _note(found: LookUps, notes: list[str]) -> str:
    failed = sum(fact.status == "failed" for fact in found.facts)
    made = f"{len(found.facts)} look-ups" + (f", {failed} of them failed" if failed else "")
    return "; ".join([made, *notes])
