"""When an order will come, said honestly: a date only where somebody stands for it, and what is known where nobody does."""

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple, assert_never

from warmline.prompts import render

from .model import Order, Shipment, in_words
from .wording import days, units

SILENT_DAYS = 4
"""A parcel on its way that was not scanned for this long is worth a word."""


class Expectation(NamedTuple):
    """A date, if somebody stands for one, and what to know about it."""

    day: date | None
    note: str


def parcel_expectation(parcel: Shipment, promised: datetime, now: datetime) -> Expectation:
    """What can be said about one parcel at the moment ``now``."""
    promise, today = promised.date(), now.date()
    match parcel.status:
        case "delivered":
            return Expectation(None, _delivered(parcel))
        case "lost":
            return Expectation(None, _with_silence(render("results", "lost"), parcel, now, least=1))
        case "returned_to_sender":
            return Expectation(None, render("results", "returned_to_sender"))
        case "label_created":
            return _waiting("not_collected", (parcel.expected or promised).date(), today)
        case "in_transit" | "out_for_delivery" | "delayed":
            expectation = _moving(parcel, promise, today)
            return Expectation(expectation.day, _with_silence(expectation.note, parcel, now))
        case _:
            assert_never(parcel.status)


def order_expectation(order: Order, now: datetime) -> Expectation:
    """What can be said about an order as a whole at the moment ``now``."""
    if order.status in ("cancelled", "awaiting_payment"):
        return Expectation(None, render("results", order.status))
    if not order.shipments:
        return _without_parcels(order, now.date())
    if not_shipped(order):
        begun = any(parcel.shipped_at for parcel in order.shipments)
        return _waiting("in_parts_open" if begun else "not_shipped", order.promised.date(), now.date())
    if len(order.shipments) == 1:
        return parcel_expectation(order.shipments[0], order.promised, now)
    return _in_parts(order, now)


def not_shipped(order: Order) -> dict[str, int]:
    """SKUs and units of an order that are in no parcel yet."""
    packed: Counter[str] = Counter()
    for parcel in order.shipments:
        packed.update(parcel.contents)
    left = {line.sku: line.quantity - packed[line.sku] for line in order.lines}
    return {sku: count for sku, count in left.items() if count > 0}


def contents_in_words(order: Order, contents: dict[str, int]) -> tuple[str, ...]:
    """What is in a parcel, by name: ``2 × Harbour Crewneck (navy, M)``."""
    return tuple(units(count, line.label if (line := order.line(sku)) else sku) for sku, count in contents.items())


def last_scan(parcel: Shipment) -> datetime | None:
    """When the carrier last saw a parcel."""
    return max((event.at for event in parcel.events), default=parcel.shipped_at)


def _arrival(parcel: Shipment) -> datetime | None:
    """When a delivered parcel arrived, as far as that is known."""
    return parcel.delivered_at or last_scan(parcel)


def _delivered(parcel: Shipment) -> str:
    moment = _arrival(parcel)
    return render("results", "delivered", day=in_words(moment.date())) if moment else render("results", "delivered_undated")


def _moving(parcel: Shipment, promise: date, today: date) -> Expectation:
    """A parcel with the carrier: its newest date, against the promise and against today."""
    if parcel.expected is None:
        return Expectation(None, _undated(promise, today))
    day = parcel.expected.date()
    if day < today:
        return Expectation(None, render("results", "overdue", day=in_words(day), late=days((today - day).days)))
    return Expectation(day, _dated(parcel, day, promise, today))


def _undated(promise: date, today: date) -> str:
    if promise < today:
        return render("results", "no_date_late", promised=in_words(promise), late=days((today - promise).days))
    return render("results", "no_date", promised=in_words(promise))


def _dated(parcel: Shipment, day: date, promise: date, today: date) -> str:
    late = days((day - promise).days)
    if parcel.status == "out_for_delivery" and day == today:
        return render("results", "out_for_delivery_late", late=late) if day > promise else render("results", "out_for_delivery")
    if day > promise:
        return render("results", "late", day=in_words(day), promised=in_words(promise), late=late)
    if parcel.status == "delayed":
        return render("results", "held_up", day=in_words(day))
    return render("results", "early" if day < promise else "on_time", day=in_words(day))


def _with_silence(note: str, parcel: Shipment, now: datetime, *, least: int = SILENT_DAYS) -> str:
    """The note, and for how long the carrier has not scanned the parcel once that is ``least`` days."""
    scan = last_scan(parcel)
    silent = (now.date() - scan.date()).days if scan else 0
    if scan is None or silent < least:
        return note
    return f"{note} {render('results', 'unscanned', span=days(silent), day=in_words(scan.date()))}"


def _without_parcels(order: Order, today: date) -> Expectation:
    """An order no parcel is known of: not shipped, or a shop that does not tell."""
    promise = order.promised.date()
    if order.status == "delivered":
        return Expectation(None, render("results", "delivered_undated"))
    if order.status == "processing":
        return _waiting("not_shipped", promise, today)
    return Expectation(None, _undated(promise, today))


def _in_parts(order: Order, now: datetime) -> Expectation:
    """An order in several parcels: the day of the last one, if every open one has a day."""
    arrived = [moment for parcel in order.shipments if parcel.status == "delivered" and (moment := _arrival(parcel))]
    coming = [parcel for parcel in order.shipments if parcel.status != "delivered"]
    if not coming:
        day = in_words(max(arrived).date()) if arrived else None
        return Expectation(None, render("results", "all_delivered", day=day) if day else render("results", "delivered_undated"))
    found = [parcel_expectation(parcel, order.promised, now).day for parcel in coming]
    known = [day for day in found if day is not None]
    note = render("results", "in_parts", parcels=len(order.shipments), delivered=len(order.shipments) - len(coming) or "none")
    return Expectation(max(known) if len(known) == len(found) else None, note)


def _waiting(section: str, day: date, today: date) -> Expectation:
    """Something not with the carrier yet: its day while that can be kept, else none."""
    if day >= today:
        return Expectation(day, render("results", section, day=in_words(day)))
    return Expectation(None, render("results", f"{section}_late", day=in_words(day), late=days((today - day).days)))
