"""Sign-ups: back in stock, and care letters."""

import asyncio
from datetime import timedelta

import pytest

from warmline.errors import ToolError
from warmline.tools.clock import FrozenClock
from warmline.tools.sqlshop import SqlShop


async def test_a_sold_out_variant_can_be_awaited(shop: SqlShop, clock: FrozenClock) -> None:
    receipt = await shop.subscribe_back_in_stock("hp-crew-red-m", "maya.brooks@example.com", key="k1")
    assert (receipt.sku, receipt.email, receipt.since) == ("HP-CREW-RED-M", "maya.brooks@example.com", clock.now())


async def test_who_is_on_the_list_stays_on_it_since_the_first_time(shop: SqlShop, clock: FrozenClock) -> None:
    first = await shop.subscribe_back_in_stock("HP-LAMP-BRS", "maya.brooks@example.com", key="k1")
    clock.moment += timedelta(hours=3)
    again = await shop.subscribe_back_in_stock("HP-LAMP-BRS", " Maya.Brooks@example.com ", key="k2")
    other = await shop.subscribe_back_in_stock("HP-LAMP-BRS", "tom.hallett@example.com", key="k3")
    assert again.since == first.since
    assert other.since == first.since + timedelta(hours=3)


async def test_a_number_has_a_place_of_its_own_and_is_told_by_text(shop: SqlShop) -> None:
    mail = await shop.subscribe_back_in_stock("HP-LAMP-BRS", "maya.brooks@example.com", key="k1")
    text = await shop.text_when_back_in_stock("hp-lamp-brs", "+1 802-555-0114", key="k2")
    assert (text.sku, text.phone, text.email) == ("HP-LAMP-BRS", "+18025550114", None)
    assert await shop.text_when_back_in_stock("HP-LAMP-BRS", "+18025550114", key="k2") == text == await shop.find_receipt("k2")
    there, waiting = await shop.restock("hp-lamp-brs", 3)
    assert (there.units, there.next_delivery, waiting) == (3, None, 2)
    due = await shop.due_stock_alerts()
    assert {(one.key, one.email, one.phone) for one in due} == {("k1", mail.email, None), ("k2", None, "+18025550114")}
    assert await shop.withdraw_back_in_stock("HP-LAMP-BRS", "+18025550114")
    assert [one.place for one in await shop.due_stock_alerts()] == ["maya.brooks@example.com"]


async def test_a_number_is_stopped_without_its_owners_mails(shop: SqlShop) -> None:
    await shop.subscribe_back_in_stock("HP-LAMP-BRS", "maya.brooks@example.com", key="k1")
    await shop.text_when_back_in_stock("HP-LAMP-BRS", "+18025550114", key="k2")
    await shop.stop_messages(email=None, phone="+1-802-555-0114", key="s")
    await shop.restock("HP-LAMP-BRS", 1)
    assert [one.place for one in await shop.due_stock_alerts()] == ["maya.brooks@example.com"]
    known = await shop.get_customer("C-1001")
    assert known is not None
    assert known.marketing_consent


async def test_no_delivery_of_what_is_not_sold(shop: SqlShop) -> None:
    with pytest.raises(ToolError, match="There is no variant 'nope'"):
        await shop.restock("nope", 3)


async def test_what_is_in_stock_need_not_be_awaited(shop: SqlShop) -> None:
    with pytest.raises(ToolError, match=r"HP-CREW-RED-L is in stock, so it can be ordered now"):
        await shop.subscribe_back_in_stock("HP-CREW-RED-L", "maya.brooks@example.com", key="k1")


async def test_what_is_not_sold_cannot_be_awaited(shop: SqlShop) -> None:
    with pytest.raises(ToolError, match="There is no variant 'HP-NONE'"):
        await shop.subscribe_back_in_stock("HP-NONE", "maya.brooks@example.com", key="k1")


async def test_care_letters_are_sent_for_a_product(shop: SqlShop, clock: FrozenClock) -> None:
    receipt = await shop.enrol_in_care_series("Galley-Dutch-Oven", "maya.brooks@example.com", key="k1")
    assert (receipt.product_id, receipt.since) == ("galley-dutch-oven", clock.now())


async def test_one_address_can_be_on_several_lists(shop: SqlShop, clock: FrozenClock) -> None:
    await shop.enrol_in_care_series("galley-dutch-oven", "maya.brooks@example.com", key="k1")
    clock.moment += timedelta(hours=1)
    second = await shop.enrol_in_care_series("galley-oak-board", "maya.brooks@example.com", key="k2")
    assert second.since == clock.now()


@pytest.mark.parametrize(
    ("product_id", "said"),
    [("current-cable", "There are no care letters for Current USB-C Cable"), ("no-such-thing", "There is no product")],
)
async def test_what_needs_no_care_has_no_letters(shop: SqlShop, product_id: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        await shop.enrol_in_care_series(product_id, "maya.brooks@example.com", key="k1")


async def test_two_sign_ups_at_the_same_time_are_one_place_on_the_list(shop: SqlShop) -> None:
    mail = "maya.brooks@example.com"
    places = await asyncio.gather(*(shop.subscribe_back_in_stock("HP-LAMP-BRS", mail, key=key) for key in ("k1", "k2", "k3")))
    letters = await asyncio.gather(*(shop.enrol_in_care_series("heron-kettle", mail, key=key) for key in ("k4", "k5", "k6")))
    assert len({place.since for place in places}) == 1
    assert len({letter.since for letter in letters}) == 1


async def test_who_wants_no_more_messages_is_on_no_list_and_takes_no_marketing(shop: SqlShop, clock: FrozenClock) -> None:
    await shop.subscribe_back_in_stock("HP-LAMP-BRS", "maya.brooks@example.com", key="k1")
    await shop.subscribe_back_in_stock("HP-LAMP-BRS", "tom.hallett@example.com", key="k2")
    receipt = await shop.stop_messages(email="Maya.Brooks@example.com", phone=None, key="s1")
    assert receipt.stopped_at == clock.now()
    assert await shop.stop_messages(email="Maya.Brooks@example.com", phone=None, key="s1") == await shop.find_receipt("s1")
    assert not await shop.withdraw_back_in_stock("HP-LAMP-BRS", "maya.brooks@example.com")
    assert await shop.withdraw_back_in_stock("HP-LAMP-BRS", "tom.hallett@example.com")
    known = await shop.get_customer("C-1001")
    assert known is not None
    assert (known.email, known.marketing_consent) == ("maya.brooks@example.com", False)
