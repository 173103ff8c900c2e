"""Exchanges at the SQL shop: the new item is taken off the shelf, exactly once and never below zero."""

import asyncio
from datetime import timedelta

import pytest

from warmline.errors import ToolError
from warmline.tools.clock import FrozenClock
from warmline.tools.model import ExchangeReceipt, ReturnItem
from warmline.tools.sqlshop import SqlShop

BOOTS = ReturnItem(sku="HP-BOOT-GRN-39")


async def stock(shop: SqlShop, sku: str) -> dict[str, int]:
    product = await shop.get_product(sku)
    assert product
    variant = product.variant(sku)
    assert variant
    return variant.stock


async def test_an_exchange_for_another_size_is_free_and_kept_for_two_weeks(shop: SqlShop, clock: FrozenClock) -> None:
    receipt = await shop.create_exchange("W-10391", BOOTS, new_sku="hp-boot-grn-40", reason="too_small", key="k1")
    assert (receipt.exchange_number, receipt.sku, receipt.new_sku) == ("X-50001", "HP-BOOT-GRN-39", "HP-BOOT-GRN-40")
    assert str(receipt.difference) == "$0.00"
    assert receipt.reserved_until == clock.now() + timedelta(days=14)
    assert receipt.label


async def test_the_new_item_leaves_the_fullest_shelf(shop: SqlShop) -> None:
    assert await stock(shop, "HP-BOOT-GRN-40") == {"east": 4, "west": 5}
    await shop.create_exchange("W-10391", BOOTS, new_sku="HP-BOOT-GRN-40", reason="too_small", key="k1")
    assert await stock(shop, "HP-BOOT-GRN-40") == {"east": 4, "west": 4}


async def test_what_was_exchanged_counts_as_gone_back(shop: SqlShop) -> None:
    await shop.create_exchange("W-10391", BOOTS, new_sku="HP-BOOT-GRN-40", reason="too_small", key="k1")
    with pytest.raises(ToolError, match="returned already"):
        await shop.create_return("W-10391", [BOOTS], reason="other", key="k2")


@pytest.mark.parametrize(("new_sku", "difference"), [("HP-TRAL-GRY-40", "$35.00"), ("HP-SNEA-WHT-40", "-$25.00")])
async def test_the_difference_in_price_is_exact(shop: SqlShop, new_sku: str, difference: str) -> None:
    receipt = await shop.create_exchange("W-10391", BOOTS, new_sku=new_sku, reason="other", key="k1")
    assert str(receipt.difference) == difference


async def test_a_discount_holds_for_the_new_item(shop: SqlShop, clock: FrozenClock) -> None:
    order = next(one for one in await shop.list_orders("C-1010") if one.discount.amount)
    delivered = order.shipments[0].delivered_at
    assert delivered
    clock.moment = delivered
    board = ReturnItem(sku="HP-BORD-L")
    receipt = await shop.create_exchange(order.number, board, new_sku="HP-KNIF-20", reason="other", key="k1")
    assert str(receipt.difference) == "$16.20"


async def test_two_units_can_come_from_two_shelves(shop: SqlShop) -> None:
    order = next(one for one in await shop.list_orders("C-1022") if one.line("HP-SOCK-CHR-LX"))
    both = ReturnItem(sku="HP-SOCK-CHR-LX", quantity=2)
    assert await stock(shop, "HP-SUNR-OAK") == {"east": 0, "west": 3}
    await shop.create_exchange(order.number, both, new_sku="HP-SUNR-OAK", reason="other", key="k1")
    assert await stock(shop, "HP-SUNR-OAK") == {"east": 0, "west": 1}


async def test_units_are_gathered_from_all_shelves(shop: SqlShop) -> None:
    order = next(one for one in await shop.list_orders("C-1022") if one.line("HP-SOCK-CHR-LX"))
    both = ReturnItem(sku="HP-SOCK-CHR-LX", quantity=2)
    assert await stock(shop, "HP-CHEL-BRN-44") == {"east": 1, "west": 1}
    await shop.create_exchange(order.number, both, new_sku="HP-CHEL-BRN-44", reason="other", key="k1")
    assert await stock(shop, "HP-CHEL-BRN-44") == {"east": 0, "west": 0}


@pytest.mark.parametrize(
    ("new_sku", "quantity", "said"),
    [
        ("HP-BOOT-GRN-41", 1, "HP-BOOT-GRN-41 is sold out"),
        ("HP-RUGB-GRN-S", 1, "final sale item"),
        ("HP-NONE", 1, "There is no variant 'HP-NONE'"),
        ("HP-BOOT-GRN-40", 2, "Only 1 of Fjord Rain Boots"),
    ],
)
async def test_what_cannot_be_exchanged_changes_nothing(shop: SqlShop, new_sku: str, quantity: int, said: str) -> None:
    item = ReturnItem(sku=BOOTS.sku, quantity=quantity)
    with pytest.raises(ToolError, match=said):
        await shop.create_exchange("W-10391", item, new_sku=new_sku, reason="too_small", key="k1")
    order = await shop.get_order("W-10391")
    assert order
    assert [line.returned for line in order.lines] == [0, 0, 0]


async def test_too_few_units_are_not_reserved_in_part(shop: SqlShop) -> None:
    order = next(one for one in await shop.list_orders("C-1022") if one.line("HP-SOCK-CHR-LX"))
    both = ReturnItem(sku="HP-SOCK-CHR-LX", quantity=2)
    with pytest.raises(ToolError, match="Only 1 of HP-CREW-RED-XL are in stock, not 2"):
        await shop.create_exchange(order.number, both, new_sku="HP-CREW-RED-XL", reason="other", key="k1")
    assert await stock(shop, "HP-CREW-RED-XL") == {"east": 1, "west": 0}


async def test_of_two_exchanges_for_the_last_unit_one_gets_it(shop: SqlShop) -> None:
    socks = ReturnItem(sku="HP-SOCK-CHR-SM")
    answers = await asyncio.gather(
        shop.create_exchange("W-10391", BOOTS, new_sku="HP-CREW-RED-XL", reason="other", key="k1"),
        shop.create_exchange("W-10391", socks, new_sku="HP-CREW-RED-XL", reason="other", key="k2"),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ExchangeReceipt", "ToolError"]
    assert await stock(shop, "HP-CREW-RED-XL") == {"east": 0, "west": 0}


async def test_an_exchange_and_a_cancellation_at_the_same_time_both_count(shop: SqlShop) -> None:
    before = await stock(shop, "HP-MUGS-MOS")
    await asyncio.gather(
        shop.create_exchange("W-10391", BOOTS, new_sku="HP-MUGS-MOS", reason="other", key="k1"),
        shop.cancel_order("W-10460", key="k2"),
    )
    assert sum((await stock(shop, "HP-MUGS-MOS")).values()) == sum(before.values())


async def test_many_exchanges_from_many_orders_take_each_unit_once(shop: SqlShop) -> None:
    wanted = [("C-1001", "W-10391", "HP-SOCK-CHR-SM"), ("C-1004", "W-10402", "HP-BLOK-60"), ("C-1004", "W-10402", "HP-TOWL-SEA")]
    answers = await asyncio.gather(
        *(
            shop.create_exchange(number, ReturnItem(sku=sku), new_sku="HP-CHEL-BRN-44", reason="other", key=f"{customer}-{sku}")
            for customer, number, sku in wanted
        ),
        return_exceptions=True,
    )
    made = [answer for answer in answers if isinstance(answer, ExchangeReceipt)]
    assert len(made) == 2
    assert len({receipt.exchange_number for receipt in made}) == 2
    assert await stock(shop, "HP-CHEL-BRN-44") == {"east": 0, "west": 0}
