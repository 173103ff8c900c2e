"""EasyPost: one label for one key, whatever is lost on the way, and what is taken back."""

from typing import Any

import httpx2
import pytest
from support.carriers import NOW, PARCEL, TERMS, FakeEasyPost, earlier

from warmline.errors import OutcomeUnknown, ShopDrifted, ShopError, ShopRefused, ShopUnavailable, ToolError, UsageError
from warmline.testing import an_address
from warmline.tools.carriers.carrier import Parcel
from warmline.tools.carriers.easypost import EasyPost


def the_carrier(fake: FakeEasyPost, **changed: Any) -> EasyPost:
    return EasyPost(fake.service(), TERMS.model_copy(update=changed))


async def test_the_cheapest_label_is_bought_as_a_return_from_the_customer() -> None:
    fake = FakeEasyPost()
    bought = await the_carrier(fake).buy(PARCEL, key="k1")
    [shipment] = fake.held
    assert (bought.label.carrier, bought.label.tracking_number) == ("USPS", shipment["tracking_code"])
    assert bought.label.location == f"https://labels.example/{shipment['tracking_code']}.pdf"
    assert (shipment["is_return"], shipment["reference"]) == (True, "warmline:k1")
    assert shipment["to_address"]["street1"] == PARCEL.sender.line1  # EasyPost turns a return's addresses round
    assert shipment["from_address"]["street1"] == "48 Wharf Road"


async def test_a_key_buys_one_label_in_any_process() -> None:
    fake = FakeEasyPost()
    first = await the_carrier(fake).buy(PARCEL, key="k1")
    assert await the_carrier(fake).buy(PARCEL, key="k1") == first
    assert await the_carrier(fake).find("k1") == first
    assert fake.count("/buy") == 1


async def test_a_lost_answer_to_a_purchase_is_no_second_purchase() -> None:
    fake = FakeEasyPost()
    carrier = the_carrier(fake)
    with fake.losing():
        bought = await carrier.buy(PARCEL, key="k1")
    assert [one["tracking_code"] for one in fake.held] == [bought.label.tracking_number]


async def test_a_crash_between_offer_and_purchase_goes_on_with_the_same_shipment() -> None:
    fake = FakeEasyPost()
    fake.paths_that_fail.add("/buy")
    with pytest.raises(OutcomeUnknown):
        await the_carrier(fake).buy(PARCEL, key="k1")
    assert await the_carrier(fake).find("k1") is None
    fake.paths_that_fail.clear()
    await the_carrier(fake).buy(PARCEL, key="k1")
    assert (len(fake.shipments), len(fake.held)) == (1, 1)


async def test_no_offer_means_that_nothing_was_bought() -> None:
    fake = FakeEasyPost()
    fake.paths_that_fail.add("/shipments")
    with pytest.raises(ShopUnavailable, match="nothing was bought"):
        await the_carrier(fake).buy(PARCEL, key="k1")


async def test_a_label_that_was_taken_back_is_not_given_again() -> None:
    fake = FakeEasyPost()
    carrier = the_carrier(fake)
    first = await carrier.buy(PARCEL, key="k1")
    await carrier.take_back(first)
    await carrier.take_back(first)
    assert await carrier.find("k1") is None
    second = await carrier.buy(PARCEL, key="k1")
    assert second.label.tracking_number != first.label.tracking_number
    assert await carrier.find("k1") == second
    assert [one["reference"] for one in fake.held] == ["warmline:k1:2"]


async def test_a_label_that_is_billed_when_scanned_needs_no_refund() -> None:
    fake = FakeEasyPost()
    fake.refunds = "not_applicable"
    carrier = the_carrier(fake)
    await carrier.take_back(await carrier.buy(PARCEL, key="k1"))
    assert await carrier.find("k1") is None


async def test_a_refund_that_is_rejected_is_said() -> None:
    fake = FakeEasyPost()
    fake.refunds = "rejected"
    carrier = the_carrier(fake)
    bought = await carrier.buy(PARCEL, key="k1")
    with pytest.raises(ShopError, match="was not taken back"):
        await carrier.take_back(bought)


async def test_only_allowed_services_at_an_allowed_price_are_bought() -> None:
    fake = FakeEasyPost()
    bought = await the_carrier(fake, services=("ups ground",)).buy(PARCEL, key="k1")
    assert bought.label.carrier == "UPS"
    for changed in ({"services": ("dhl express",)}, {"most": 5}):
        with pytest.raises(ToolError, match="escalate"):
            await the_carrier(fake, **changed).buy(PARCEL, key="k2")
    fake.offers = []
    with pytest.raises(ToolError, match="escalate"):
        await the_carrier(fake).buy(PARCEL, key="k3")
    assert len(fake.held) == 1


async def test_a_parcel_that_needs_customs_papers_takes_a_person() -> None:
    fake = FakeEasyPost()
    abroad = Parcel(sender=an_address(country="CA"), order_number="727")
    with pytest.raises(ToolError, match="customs"):
        await the_carrier(fake).buy(abroad, key="k1")
    assert fake.seen == []
    within = TERMS.receiver.model_copy(update={"country": "NL"})
    await the_carrier(fake, receiver=within).buy(Parcel(sender=an_address(country="DE"), order_number="1"), key="k1")


async def test_labels_of_ours_are_listed_over_all_pages() -> None:
    fake = FakeEasyPost()
    carrier = the_carrier(fake)
    fake.now = earlier(30)
    await carrier.buy(PARCEL, key="old")
    fake.now = NOW
    keys = [f"k{number}" for number in range(105)]
    for key in keys:
        await carrier.buy(PARCEL, key=key)
    await carrier.take_back(await carrier.buy(PARCEL, key="gone"))
    fake.shipments["shp_other"] = {**fake.held[-1], "id": "shp_other", "reference": "order 5"}
    assert sorted(one.key for one in await carrier.bought_since(earlier(24))) == sorted(keys)


async def test_a_label_that_is_refused_was_not_bought() -> None:
    fake = FakeEasyPost()
    carrier = the_carrier(fake)
    fake.faults = [
        httpx2.Response(404, json={}),
        httpx2.Response(201, json=await an_offer()),
        refused("SHIPMENT.POSTAGE.FAILURE"),
    ]
    with pytest.raises(ShopRefused, match="nothing was bought"):
        await carrier.buy(PARCEL, key="k1")


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ([httpx2.Response(401, json={"error": {}})], ShopRefused),
        ([httpx2.Response(402, json={"error": {}})], ShopRefused),
        ([httpx2.Response(429)] * 4, ShopUnavailable),
        ([httpx2.Response(429, headers={"Retry-After": "3600"})], ShopUnavailable),
        ([httpx2.Response(503)] * 4, ShopUnavailable),
        ([httpx2.ReadTimeout("slow")] * 4, ShopUnavailable),
        ([httpx2.Response(200, text='{"id": "shp_1", "refer')] * 4, ShopDrifted),
        ([httpx2.Response(200, json={"id": "shp_1", "reference": "warmline:k1"})], ShopDrifted),
    ],
    ids=["key", "money", "429", "429 for long", "503", "slow", "half", "fields missing"],
)
async def test_faults_before_the_purchase_say_that_nothing_was_bought(faults: list[Any], error: type[Exception]) -> None:
    fake = FakeEasyPost()
    fake.faults = list(faults)
    with pytest.raises(error):
        await the_carrier(fake).buy(PARCEL, key="k1")
    assert fake.held == []


async def test_an_answer_to_a_purchase_that_cannot_be_read_leaves_it_unknown() -> None:
    fake = FakeEasyPost()
    renamed: dict[str, Any] = {**await an_offer(), "postage": {}, "tracking_number": "9405"}
    del renamed["postage_label"]
    fake.faults = [httpx2.Response(404, json={}), httpx2.Response(201, json=await an_offer()), httpx2.Response(200, json=renamed)]
    with pytest.raises(OutcomeUnknown):
        await the_carrier(fake).buy(PARCEL, key="k1")


async def test_a_new_status_of_a_refund_is_not_taken_for_a_refund() -> None:
    fake = FakeEasyPost()
    fake.refunds = "under_review"
    carrier = the_carrier(fake)
    bought = await carrier.buy(PARCEL, key="k1")
    with pytest.raises(ShopError):
        await carrier.take_back(bought)
    assert await carrier.find("k1") == bought


@pytest.mark.parametrize("key", ["", "a b", "a/b", "k" * 81, "é"])
async def test_a_key_that_cannot_be_a_reference_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="letters, digits"):
        await the_carrier(FakeEasyPost()).buy(PARCEL, key=key)


async def test_examination_reads_only() -> None:
    fake = FakeEasyPost()
    assert [one.status for one in await the_carrier(fake).examine()] == ["ok"]
    assert {one.method for one in fake.seen} == {"GET"}
    with pytest.raises(ShopRefused, match="credentials"):
        await EasyPost(fake.service("EZTKwrong"), TERMS).examine()


async def an_offer() -> dict[str, Any]:
    """A shipment that is offered and not bought."""
    fake = FakeEasyPost()
    fake.paths_that_fail.add("/buy")
    with pytest.raises(OutcomeUnknown):
        await the_carrier(fake).buy(PARCEL, key="k1")
    [shipment] = fake.shipments.values()
    return shipment


def refused(code: str) -> httpx2.Response:
    return httpx2.Response(422, json={"error": {"code": code, "message": "No.", "errors": []}})
