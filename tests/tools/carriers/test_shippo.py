"""Shippo: one label for one key, found among the shipments of the last days, and what is taken back."""

from typing import Any

import httpx2
import pytest
from support.carriers import NOW, PARCEL, TERMS, FakeShippo, earlier

from warmline.errors import OutcomeUnknown, ShopDrifted, ShopError, ShopRefused, ShopUnavailable, ToolError
from warmline.tools.carriers.shippo import Shippo
from warmline.tools.clock import FrozenClock


def the_carrier(fake: FakeShippo, **changed: Any) -> Shippo:
    return Shippo(fake.service(), TERMS.model_copy(update=changed), clock=FrozenClock(NOW))


async def test_the_cheapest_label_is_bought_as_a_return() -> None:
    fake = FakeShippo()
    bought = await the_carrier(fake).buy(PARCEL, key="k1")
    assert (bought.label.carrier, bought.label.location) == ("USPS", "https://labels.example/0.pdf")
    [shipment] = fake.shipments
    assert shipment["extra"]["is_return"] is True
    assert shipment["address_to"]["street1"] == PARCEL.sender.line1  # Shippo turns a return's addresses round


async def test_a_key_buys_one_label_in_any_process() -> None:
    fake = FakeShippo()
    first = await the_carrier(fake).buy(PARCEL, key="k1")
    assert await the_carrier(fake).buy(PARCEL, key="k1") == first
    assert await the_carrier(fake).find("k1") == first
    assert await the_carrier(fake).find("k2") is None
    assert len(fake.held) == 1


async def test_a_lost_answer_to_a_purchase_is_no_second_purchase() -> None:
    fake = FakeShippo()
    with fake.losing(), pytest.raises(ShopUnavailable):
        await the_carrier(fake).buy(PARCEL, key="k1")
    with fake.losing():
        bought = await the_carrier(fake).buy(PARCEL, key="k1")
    assert (len(fake.shipments), [one["tracking_number"] for one in fake.held]) == (1, [bought.label.tracking_number])


async def test_a_purchase_that_nobody_knows_of_is_said_to_be_unknown_and_made_once() -> None:
    fake = FakeShippo()
    fake.paths_that_fail.add("/transactions")
    with pytest.raises(OutcomeUnknown):
        await the_carrier(fake).buy(PARCEL, key="k1")
    assert fake.count("/transactions") == 1
    fake.paths_that_fail.clear()
    await the_carrier(fake).buy(PARCEL, key="k1")
    assert (len(fake.shipments), len(fake.held)) == (1, 1)


async def test_a_label_that_is_still_being_made_is_not_bought_again() -> None:
    fake = FakeShippo()
    fake.status = "QUEUED"
    for _ in range(2):
        with pytest.raises(OutcomeUnknown, match="not there yet"):
            await the_carrier(fake).buy(PARCEL, key="k1")
    assert len(fake.transactions) == 1
    assert await the_carrier(fake).bought_since(earlier(24)) == []


async def test_a_label_that_was_refused_was_not_bought() -> None:
    fake = FakeShippo()
    fake.status = "ERROR"
    with pytest.raises(ShopRefused, match="nothing was bought"):
        await the_carrier(fake).buy(PARCEL, key="k1")
    fake.status = "SUCCESS"
    await the_carrier(fake).buy(PARCEL, key="k1")
    assert len(fake.held) == 1


async def test_a_label_that_was_taken_back_is_not_given_again() -> None:
    fake = FakeShippo()
    carrier = the_carrier(fake)
    first = await carrier.buy(PARCEL, key="k1")
    await carrier.take_back(first)
    await carrier.take_back(first)
    assert (await carrier.find("k1"), fake.count("/refunds")) == (None, 1)
    second = await carrier.buy(PARCEL, key="k1")
    assert second.bought_id != first.bought_id
    assert await carrier.find("k1") == second


async def test_a_refund_that_is_refused_is_said() -> None:
    fake = FakeShippo()
    fake.refunds = "ERROR"
    carrier = the_carrier(fake)
    bought = await carrier.buy(PARCEL, key="k1")
    with pytest.raises(ShopError, match="was not taken back"):
        await carrier.take_back(bought)


async def test_labels_of_ours_are_listed_over_all_pages() -> None:
    fake = FakeShippo()
    carrier = the_carrier(fake)
    fake.now = earlier(30)
    await carrier.buy(PARCEL, key="old")
    fake.now = NOW
    await carrier.buy(PARCEL, key="k1")
    for _ in range(120):
        fake.shipments.append({**fake.shipments[-1], "metadata": "order 5"})
    assert [one.key for one in await carrier.bought_since(earlier(24))] == ["k1"]


async def test_no_allowed_service_is_no_label() -> None:
    with pytest.raises(ToolError, match="escalate"):
        await the_carrier(FakeShippo(), services=("dhl express",)).buy(PARCEL, key="k1")


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ([httpx2.Response(401, json={"detail": "No."})], ShopRefused),
        ([httpx2.Response(429)] * 4, ShopUnavailable),
        ([httpx2.Response(429, headers={"Retry-After": "3600"})], ShopUnavailable),
        ([httpx2.Response(502, text="<html>")] * 4, ShopUnavailable),
        ([httpx2.Response(200, text='{"next": null, "resu')] * 4, ShopDrifted),
        ([httpx2.Response(200, json={"next": None, "items": []})], ShopDrifted),
    ],
    ids=["token", "429", "429 for long", "502", "half", "renamed"],
)
async def test_faults_before_the_purchase_say_that_nothing_was_bought(faults: list[Any], error: type[Exception]) -> None:
    fake = FakeShippo()
    fake.faults = list(faults)
    with pytest.raises(error):
        await the_carrier(fake).buy(PARCEL, key="k1")
    assert fake.transactions == []


async def test_a_new_status_of_a_label_is_unknown() -> None:
    fake = FakeShippo()
    fake.status = "PENDING_REVIEW"
    with pytest.raises(OutcomeUnknown):
        await the_carrier(fake).buy(PARCEL, key="k1")


async def test_examination_reads_only() -> None:
    fake = FakeShippo()
    assert [one.status for one in await the_carrier(fake).examine()] == ["ok"]
    with pytest.raises(ShopRefused, match="credentials"):
        await Shippo(fake.service("shippo_test_2"), TERMS).examine()
    assert {one.method for one in fake.seen} == {"GET"}
