"""The honest answer to "when will it come?": a date only where somebody stands for it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.testing import NOW, MemoryShop, ToolBench, a_customer, a_line, a_shipment, an_order
from warmline.tools.delivery import order_expectation, parcel_expectation
from warmline.tools.model import CarrierEvent, Order, OrderStatus, Shipment, ShipmentStatus


def day(ahead: int) -> datetime:
    return NOW + timedelta(days=ahead)


def scanned(days_ago: int) -> tuple[CarrierEvent, ...]:
    return (CarrierEvent(at=day(-days_ago), place="Boston, MA", what="In transit"),)


def about(parcel: Shipment, *, promised: int = 2) -> tuple[str | None, str]:
    """The date (ISO) and the note on a parcel promised for so many days from now."""
    found = parcel_expectation(parcel, day(promised), NOW)
    return (found.day.isoformat() if found.day else None, found.note)


async def about_order(order: Order) -> tuple[str | None, str]:
    """The date and the note on a whole order, as the tool tells it."""
    bench = ToolBench(MemoryShop(orders=[order]), customer=a_customer())
    told = await bench.tell("get_order", order_number=order.number)
    return told.get("expected"), told["expected_note"]


def test_in_transit_on_time() -> None:
    assert about(a_shipment()) == ("2026-11-22", "On its way and on time: expected on Sunday, 22 November 2026.")


def test_in_transit_and_earlier_than_promised() -> None:
    assert about(a_shipment(), promised=5) == ("2026-11-22", "On its way and early: expected on Sunday, 22 November 2026.")


@pytest.mark.parametrize("status", ["in_transit", "delayed", "out_for_delivery"])
def test_later_than_promised_says_by_how_much(status: ShipmentStatus) -> None:
    note = (
        "On its way, but 3 days later than promised: expected on Sunday, 22 November 2026 instead of Thursday, 19 November 2026."
    )
    assert about(a_shipment(status), promised=-1) == ("2026-11-22", note)


def test_one_day_is_one_day() -> None:
    assert "1 day later" in about(a_shipment(), promised=1)[1]


def test_a_delay_within_the_promise_is_told_with_the_newest_date() -> None:
    assert about(a_shipment("delayed")) == (
        "2026-11-22",
        "The carrier reports a delay; its newest date is Sunday, 22 November 2026.",
    )


def test_out_for_delivery_arrives_today() -> None:
    parcel = a_shipment("out_for_delivery", expected=NOW)
    assert about(parcel, promised=0) == ("2026-11-20", "Out for delivery: it should arrive today.")
    late = "Out for delivery: it should arrive today, 2 days later than promised."
    assert about(parcel, promised=-2) == ("2026-11-20", late)


def test_past_the_expected_date_there_is_no_date_any_more() -> None:
    expected, note = about(a_shipment(expected=day(-3), events=scanned(5)))
    assert expected is None
    assert note == (
        "It was expected on Tuesday, 17 November 2026, 3 days ago, and has not arrived. No new date is known."
        " The carrier has not scanned it for 5 days, since Sunday, 15 November 2026."
    )


@pytest.mark.parametrize(("days_ago", "told"), [(3, False), (4, True)])
def test_a_silent_carrier_is_mentioned_after_four_days(days_ago: int, told: bool) -> None:
    assert ("has not scanned" in about(a_shipment(events=scanned(days_ago)))[1]) is told


def test_without_a_date_from_the_carrier_the_promise_is_told_but_not_repeated_as_a_date() -> None:
    expected, note = about(a_shipment(expected=None))
    assert (expected, note) == (None, "On its way, but the carrier gives no date. It was promised for Sunday, 22 November 2026.")


def test_without_a_date_and_past_the_promise() -> None:
    expected, note = about(a_shipment(expected=None), promised=-2)
    assert expected is None
    assert note.endswith("the promised day, Wednesday, 18 November 2026, passed 2 days ago.")


def test_lost_says_for_how_long_the_carrier_has_not_seen_it() -> None:
    expected, note = about(a_shipment("lost", events=scanned(12)), promised=-8)
    assert expected is None
    assert note.startswith("Counted as lost")
    assert "has not scanned it for 12 days, since Sunday, 8 November 2026" in note


def test_lost_without_any_scan_makes_no_days_up() -> None:
    assert "scanned" not in about(a_shipment("lost", events=(), shipped_at=None))[1]


def test_returned_to_sender_will_not_arrive() -> None:
    expected, note = about(a_shipment("returned_to_sender", expected=day(2)))
    assert expected is None
    assert "will not arrive" in note


@pytest.mark.parametrize("parcel", [a_shipment("delivered"), a_shipment("delivered", delivered_at=None)])
def test_delivered_says_when(parcel: Shipment) -> None:
    assert about(parcel) == (None, "Delivered on Thursday, 19 November 2026.")


def test_delivered_without_any_moment_makes_none_up() -> None:
    parcel = a_shipment("delivered", delivered_at=None, shipped_at=None, events=())
    assert about(parcel) == (None, "Delivered; the shop has no date for it.")


def test_a_parcel_not_collected_yet() -> None:
    assert about(a_shipment("label_created"))[0] == "2026-11-22"
    assert about(a_shipment("label_created", expected=None), promised=4)[0] == "2026-11-24"
    expected, note = about(a_shipment("label_created", expected=None), promised=-1)
    assert expected is None
    assert "not yet collected by the carrier, though it was expected by Thursday, 19 November 2026, 1 day ago" in note


async def test_an_order_in_one_parcel_is_told_as_its_parcel() -> None:
    assert await about_order(an_order()) == ("2026-11-22", "On its way and on time: expected on Sunday, 22 November 2026.")


async def test_not_shipped_and_the_promise_can_be_kept() -> None:
    told = ("2026-11-22", "Not shipped yet. Expected by Sunday, 22 November 2026, as promised.")
    assert await about_order(an_order(status="processing")) == told


async def test_not_shipped_and_the_promise_has_passed() -> None:
    expected, note = await about_order(an_order(status="processing", promised=day(-2)))
    assert expected is None
    assert note == "Not shipped yet, though it was promised for Wednesday, 18 November 2026, 2 days ago. No new date is known."


@pytest.mark.parametrize(("status", "words"), [("awaiting_payment", "Waiting for the payment"), ("cancelled", "is cancelled")])
async def test_awaiting_payment_and_cancelled_have_no_date(status: OrderStatus, words: str) -> None:
    expected, note = await about_order(an_order(status=status, shipments=(a_shipment(),)))
    assert expected is None
    assert words in note


async def test_split_has_the_date_of_the_last_parcel() -> None:
    parcels = (
        a_shipment("delivered"),
        a_shipment(shipment_id="S-2", expected=day(1)),
        a_shipment(shipment_id="S-3", expected=day(4)),
    )
    expected, note = await about_order(an_order(lines=(a_line(quantity=3),), shipments=parcels))
    assert expected == "2026-11-24"
    assert note == "Comes in 3 parcels, 1 of them delivered; each has its own date, see there."


async def test_split_has_no_date_if_one_parcel_has_none() -> None:
    parcels = (a_shipment(), a_shipment("lost", shipment_id="S-2"))
    expected, note = await about_order(an_order(lines=(a_line(quantity=2),), shipments=parcels))
    assert (expected, "none of them delivered" in note) == (None, True)


async def test_split_and_all_delivered_says_when_the_last_came() -> None:
    parcels = (a_shipment("delivered"), a_shipment("delivered", shipment_id="S-2", delivered_at=day(-4)))
    order = an_order(status="delivered", lines=(a_line(quantity=2),), shipments=parcels)
    assert await about_order(order) == (None, "Everything is delivered, the last of it on Thursday, 19 November 2026.")


async def test_split_and_delivered_at_unknown_times() -> None:
    unknown: dict[str, Any] = {"delivered_at": None, "shipped_at": None, "events": ()}
    parcels = (a_shipment("delivered", **unknown), a_shipment("delivered", shipment_id="S-2", **unknown))
    order = an_order(status="delivered", lines=(a_line(quantity=2),), shipments=parcels)
    assert (await about_order(order))[1] == "Delivered; the shop has no date for it."


async def test_partly_shipped_is_as_late_as_what_is_not_shipped() -> None:
    expected, note = await about_order(an_order(status="partly_shipped"))
    assert (expected, "The rest is not shipped yet" in note) == ("2026-11-22", True)
    expected, note = await about_order(an_order(status="partly_shipped", promised=day(-1)))
    assert expected is None
    assert "1 day ago. No new date is known for it." in note


async def test_a_label_for_part_of_an_order_is_nothing_shipped() -> None:
    order = an_order(status="processing", lines=(a_line(quantity=2),), shipments=(a_shipment("label_created"),))
    assert await about_order(order) == ("2026-11-22", "Not shipped yet. Expected by Sunday, 22 November 2026, as promised.")


async def test_a_shop_that_tells_of_no_parcels_is_not_guessed_for() -> None:
    assert (await about_order(an_order(status="delivered", shipments=())))[1] == "Delivered; the shop has no date for it."
    expected, note = await about_order(an_order(status="shipped", shipments=()))
    assert expected is None
    assert "promised for Sunday, 22 November 2026" in note


statuses = st.sampled_from(
    ["label_created", "in_transit", "out_for_delivery", "delivered", "delayed", "lost", "returned_to_sender"]
)
moments = st.integers(-30, 30).map(day)


@given(status=statuses, expected=st.none() | moments, promised=moments, seen=st.integers(0, 20))
def test_a_date_that_is_told_is_never_in_the_past(
    status: ShipmentStatus, expected: datetime | None, promised: datetime, seen: int
) -> None:
    parcel = a_shipment(status, expected=expected, events=scanned(seen))
    for found in (
        parcel_expectation(parcel, promised, NOW),
        order_expectation(an_order(shipments=(parcel,), promised=promised), NOW),
    ):
        assert found.note
        assert found.day is None or found.day >= NOW.date()
        assert found.day is None or status not in ("delivered", "lost", "returned_to_sender")
