"""Writes are made once and found again; what the shop's rules refuse is a ToolError; what nobody knows is said to be unknown."""

import httpx2
import pytest
from support.shopify_fake import FakeShopify, refusing
from support.shopify_world import a_shop, an_open_shop, bag, euros, order_of

from warmline.errors import OutcomeUnknown, ShopUnavailable, ToolError, UsageError
from warmline.tools.model import Address, ReturnItem
from warmline.tools.shops.shopify.journal import mark_of

KIEL = Address(name="Ada van der Moore", line1="Neuer Weg 1", city="Kiel", region="SH", postcode="24103", country="DE")
CREW = [ReturnItem(sku="CREW-M")]


async def test_a_cancellation_is_waited_for_refunds_what_was_received_and_leaves_its_mark() -> None:
    fake = FakeShopify(a_shop())
    order = order_of(fake.data, "#1003")
    order["totalRefundedSet"] = bag("4.80")
    async with an_open_shop(fake) as shop:
        receipt = await shop.cancel_order("1003", key="k1")
        assert (receipt.order_number, receipt.refund) == ("#1003", euros("60.00"))
        assert mark_of("k1") in order["cancellation"]["staffNote"]
        assert "k1" not in order["cancellation"]["staffNote"]
        shown = await shop.get_order("#1003")
        assert shown
        assert shown.status == "cancelled"


async def test_a_cancellation_that_shopify_does_not_finish_is_unknown_and_found_once_it_is() -> None:
    fake = FakeShopify(a_shop())
    fake.data.stuck = True
    async with an_open_shop(fake) as shop:
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                await shop.cancel_order("#1003", key="k1")
        assert fake.operations.count("OrderCancel") == 1
        with pytest.raises(OutcomeUnknown):
            await shop.find_receipt("k1")
        fake.data.stuck = False
        fake.data.tick()
        receipt = await shop.find_receipt("k1")
        assert receipt == await shop.cancel_order("#1003", key="k1")
        assert fake.operations.count("OrderCancel") == 1


async def test_a_cancellation_whose_job_fails_was_not_made_and_may_be_tried_again() -> None:
    fake = FakeShopify(a_shop())
    fake.data.failing = True
    async with an_open_shop(fake) as shop:
        with pytest.raises(ToolError, match="Nothing was changed"):
            await shop.cancel_order("#1003", key="k1")
        assert await shop.find_receipt("k1") is None
        fake.data.failing = False
        assert await shop.cancel_order("#1003", key="k1")


async def test_somebody_elses_cancellation_is_not_taken_for_ours() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        with fake.broken_after(1), pytest.raises(OutcomeUnknown):
            await shop.cancel_order("#1003", key="k1")
        order_of(fake.data, "#1003").update(cancelledAt="2026-11-20T10:00:00Z", cancellation={"staffNote": "by Kim"})
        with pytest.raises(OutcomeUnknown):
            await shop.find_receipt("k1")


async def test_a_receipt_that_could_not_be_noted_is_told_from_the_order_by_another_process() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        with fake.broken_after(2):
            made = await shop.create_return("#1002", CREW, reason="changed_mind", key="k1")
    async with an_open_shop(fake) as other:
        assert await other.find_receipt("k1") == made
        assert await other.create_return("#1002", CREW, reason="changed_mind", key="k1") == made
    assert fake.operations.count("ReturnCreate") == 1


async def test_a_write_that_could_not_be_claimed_was_not_begun() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        with fake.broken_after(0), pytest.raises(ShopUnavailable, match="not begun"):
            await shop.cancel_order("#1003", key="k1")
        assert await shop.find_receipt("k1") is None
        assert "OrderCancel" not in fake.operations
        assert await shop.cancel_order("#1003", key="k1")


async def test_a_claim_whose_answer_was_lost_is_known_as_ours_when_it_is_asked_again() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        with fake.answers_lost(1):
            assert await shop.cancel_order("#1003", key="k1")
    assert fake.operations.count("ClaimSet") == 3, "lost, asked again, and the receipt"
    assert fake.operations.count("OrderCancel") == 1


@pytest.mark.parametrize("status", [503, 403, 200], ids=["no answer", "refused", "drifted"])
async def test_a_cancellation_that_was_taken_and_cannot_be_seen_is_unknown_and_not_undone(status: int) -> None:
    fake = FakeShopify(a_shop())
    fake.data.stuck = True

    def blind(request: httpx2.Request) -> httpx2.Response | None:
        return httpx2.Response(status, json={"data": {"order": {}}}) if b"Cancelling" in request.content else None

    async with an_open_shop(fake) as shop:
        fake.answers = [blind for _ in range(30)]
        with pytest.raises(OutcomeUnknown, match="cannot be seen"):
            await shop.cancel_order("#1003", key="k1")
        fake.answers = []
        with pytest.raises(OutcomeUnknown):
            await shop.find_receipt("k1")
        fake.data.stuck = False
        fake.data.tick()
        assert await shop.find_receipt("k1")
    assert fake.operations.count("OrderCancel") == 1


async def test_a_key_of_another_write_is_refused() -> None:
    async with an_open_shop(FakeShopify(a_shop())) as shop:
        await shop.change_address("#1003", KIEL, key="k1")
        with pytest.raises(UsageError, match="change_address"):
            await shop.cancel_order("#1003", key="k1")


async def test_an_address_is_changed_in_shopifys_terms_and_seen_to_be() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        await shop.change_address("#1003", KIEL, key="k1")
        place = order_of(fake.data, "#1003")["shippingAddress"]
        assert (place["name"], place["provinceCode"], place["zip"]) == ("Ada van der Moore", "SH", "24103")
        shown = await shop.get_order("#1003")
        assert shown
        assert shown.address == KIEL


async def test_an_address_shopify_takes_and_does_not_store_is_unknown() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        kept = {"id": "gid://shopify/Order/1003", "shippingAddress": order_of(fake.data, "#1003")["shippingAddress"]}
        fake.answers = [refusing("orderUpdate", {"order": kept, "userErrors": []}) for _ in range(9)]
        with pytest.raises(OutcomeUnknown, match="another"):
            await shop.change_address("#1003", KIEL, key="k1")


async def test_an_address_the_shop_does_not_take_is_the_customers_to_mend() -> None:
    async with an_open_shop(FakeShopify(a_shop())) as shop:
        with pytest.raises(ToolError, match="does not take this address"):
            await shop.change_address("#1003", KIEL.model_copy(update={"postcode": ""}), key="k1")
        assert await shop.find_receipt("k1") is None
        assert await shop.change_address("#1003", KIEL, key="k1")
