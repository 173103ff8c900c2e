"""The notes at Shopify: what a dead process leaves, what stays unknown, what is cleared, and what of a person goes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx2
import pytest
from support.shopify_fake import FakeShopify
from support.shopify_world import a_shop, an_open_shop, order_of, written

from warmline.errors import OutcomeUnknown, ShopUnavailable
from warmline.testing import NOW
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Address, Receipt, ReturnItem
from warmline.tools.shop import KeepsNotes
from warmline.tools.shops.shopify import ShopifyShop

KIEL = Address(name="Ada Moore", line1="Neuer Weg 1", city="Kiel", postcode="24103", country="DE")
CREW = ReturnItem(sku="CREW-M")
Write = Callable[[ShopifyShop], Awaitable[Receipt]]
WRITES: dict[str, Write] = {
    "OrderCancel": lambda shop: shop.cancel_order("#1003", key="k1"),
    "OrderUpdate": lambda shop: shop.change_address("#1003", KIEL, key="k1"),
    "ReturnCreate": lambda shop: shop.create_return("#1002", [CREW], reason="other", key="k1"),
}
LATER = NOW + timedelta(minutes=11)


async def die_before_writing(fake: FakeShopify, write: Write) -> None:
    """The claim is made; the write, and every word about it, is not."""
    async with an_open_shop(fake) as shop:
        with fake.broken_after(1), pytest.raises(OutcomeUnknown):
            await write(shop)
    fake.operations.clear()


@pytest.mark.parametrize("mutation", WRITES)
async def test_a_write_whose_process_died_before_it_is_unknown_for_minutes_and_then_known_not_to_be(mutation: str) -> None:
    fake, write = FakeShopify(a_shop()), WRITES[mutation]
    await die_before_writing(fake, write)
    async with an_open_shop(fake) as shop:
        with pytest.raises(OutcomeUnknown):
            await shop.find_receipt("k1")
    async with an_open_shop(fake, clock=FrozenClock(LATER)) as shop:
        assert await shop.find_receipt("k1") is None
        made = await write(shop)
        assert await shop.find_receipt("k1") == made
    assert fake.operations.count(mutation) == 1


@pytest.mark.parametrize("mutation", WRITES)
async def test_the_write_itself_finds_that_the_dead_process_made_none(mutation: str) -> None:
    fake, write = FakeShopify(a_shop()), WRITES[mutation]
    await die_before_writing(fake, write)
    async with an_open_shop(fake, clock=FrozenClock(LATER)) as shop:
        assert await write(shop) == await write(shop)
    assert fake.operations.count(mutation) == 1


@pytest.mark.parametrize("mutation", WRITES)
async def test_a_write_that_was_made_is_found_by_its_mark_however_late(mutation: str) -> None:
    fake, write = FakeShopify(a_shop()), WRITES[mutation]
    async with an_open_shop(fake) as shop:
        with fake.broken_after(2):
            made = await write(shop)
    async with an_open_shop(fake, clock=FrozenClock(LATER)) as shop:
        assert await write(shop) == made
    assert fake.operations.count(mutation) == 1


async def test_an_address_is_not_written_over_one_that_somebody_gave_the_order_since() -> None:
    fake = FakeShopify(a_shop())
    await die_before_writing(fake, WRITES["OrderUpdate"])
    order_of(fake.data, "#1003")["updatedAt"] = written(NOW + timedelta(minutes=5))
    async with an_open_shop(fake, clock=FrozenClock(LATER)) as shop:
        with pytest.raises(OutcomeUnknown, match="changed since"):
            await WRITES["OrderUpdate"](shop)
    assert "OrderUpdate" not in fake.operations


async def test_a_cancellation_that_shopify_took_stays_unknown_until_it_is_done() -> None:
    fake = FakeShopify(a_shop())
    fake.data.stuck = True
    async with an_open_shop(fake) as shop:
        with pytest.raises(OutcomeUnknown):
            await WRITES["OrderCancel"](shop)
    async with an_open_shop(fake, clock=FrozenClock(NOW + timedelta(days=1))) as shop:
        with pytest.raises(OutcomeUnknown):
            await shop.find_receipt("k1")
        fake.data.stuck = False
        fake.data.tick()
        assert await shop.find_receipt("k1")


async def test_a_process_that_slept_since_its_claim_does_not_write_any_more() -> None:
    fake, clock = FakeShopify(a_shop()), FrozenClock(NOW)

    def sleep(request: httpx2.Request) -> None:
        if b"ClaimSet" in request.content:
            clock.moment += timedelta(minutes=3)

    async with an_open_shop(fake, clock=clock) as shop:
        fake.answers = [sleep] * 6
        with pytest.raises(ShopUnavailable, match="too late"):
            await WRITES["OrderCancel"](shop)
        fake.answers = []
        assert "OrderCancel" not in fake.operations
        assert await shop.find_receipt("k1") is None


@pytest.mark.parametrize("mutation", WRITES)
async def test_a_write_that_waited_for_its_turn_until_it_was_too_late_is_not_sent(mutation: str) -> None:
    fake, clock = FakeShopify(a_shop()), FrozenClock(NOW)

    def turned_away(request: httpx2.Request) -> httpx2.Response | None:
        if mutation.encode() not in request.content:
            return None
        clock.moment += timedelta(minutes=3)
        return httpx2.Response(429)

    async with an_open_shop(fake, clock=clock) as shop:
        fake.answers = [turned_away] * 12
        with pytest.raises(ShopUnavailable, match="too late"):
            await WRITES[mutation](shop)
        fake.answers = []
        assert mutation not in fake.operations
        assert await shop.find_receipt("k1") is None


async def test_what_the_notes_hold_of_a_person_is_erased_and_their_keys_write_nothing_more() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        assert isinstance(shop, KeepsNotes)
        await WRITES["OrderUpdate"](shop)
        other = await shop.create_return("#1002", [CREW], reason="other", key="k2")
        assert "Neuer Weg" in str(fake.data.metafields)
        assert await shop.erase_notes({"k1", "never used"}) == 1
        assert not [word for word in ("Neuer Weg", "#1003", "Order/1003") if word in str(fake.data.metafields)]
        assert await shop.find_receipt("k2") == other
        with pytest.raises(OutcomeUnknown, match="erased"):
            await WRITES["OrderUpdate"](shop)
        assert await shop.erase_notes({"k1"}) == 1


async def test_old_notes_are_deleted_but_that_something_is_unknown_stays_known() -> None:
    fake = FakeShopify(a_shop())
    await die_before_writing(fake, WRITES["OrderUpdate"])
    async with an_open_shop(fake) as shop:
        await shop.create_return("#1002", [CREW], reason="other", key="old")
        fake.data.now = written(NOW + timedelta(days=2))
        young = await shop.cancel_order("#1003", key="young")
        assert await shop.forget_notes(NOW + timedelta(days=1)) == 1
        assert await shop.find_receipt("old") is None
        assert await shop.find_receipt("young") == young
        assert "Neuer Weg" not in str(fake.data.metafields)
        with pytest.raises(OutcomeUnknown):
            await shop.find_receipt("k1")
        assert await shop.forget_notes(NOW + timedelta(days=1)) == 0


async def test_hundreds_of_old_notes_are_deleted_in_parts() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        await shop.create_return("#1002", [CREW], reason="other", key="k1")
        [note] = fake.data.metafields.values()
        for number in range(130):
            fake.data.metafields[f"warmline.wl-{number}"] = note
            fake.data.noted_at[f"warmline.wl-{number}"] = fake.data.now
        assert await shop.forget_notes(NOW + timedelta(days=1)) == 131
    assert fake.data.metafields == {}
    assert fake.operations.count("ClaimsDelete") == 6
