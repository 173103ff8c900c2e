"""The shop in memory keeps the contract of ``warmline.tools.shop``."""

from collections.abc import Awaitable, Callable

import pytest

from warmline.errors import ToolError, UsageError
from warmline.testing import MemoryShop, a_customer, a_line, a_product, a_shipment, a_variant, an_address, an_order, dollars
from warmline.tools.model import Receipt, ReturnItem
from warmline.tools.shop import Marketing, OrderChanges, Receipts, Returns, Shop

ITEM = ReturnItem(sku="CREW-NVY-M")
Write = Callable[[MemoryShop, str], Awaitable[Receipt]]
WRITES: dict[str, Write] = {
    "cancel": lambda shop, key: shop.cancel_order("W-1", key=key),
    "redirect": lambda shop, key: shop.change_address("W-1", an_address(line1="7 Elm Street"), key=key),
    "return": lambda shop, key: shop.create_return("W-2", [ITEM], reason="too_small", key=key),
    "exchange": lambda shop, key: shop.create_exchange("W-2", ITEM, new_sku="CREW-GRY-M", reason="too_small", key=key),
    "subscribe": lambda shop, key: shop.subscribe_back_in_stock("CREW-RED-M", "ada@example.com", key=key),
    "enrol": lambda shop, key: shop.enrol_in_care_series("harbour-crewneck", "ada@example.com", key=key),
}


def a_shop() -> MemoryShop:
    """One order to change, one to send back, and a sold-out variant."""
    usual = a_product()
    product = a_product(variants=(*usual.variants, a_variant("CREW-RED-M", units=0)))
    return MemoryShop(products=[product], orders=[an_order("W-1", status="processing"), an_order("W-2", status="delivered")])


async def units(shop: MemoryShop, sku: str) -> int:
    product = await shop.get_product(sku)
    variant = product and product.variant(sku)
    assert variant
    return variant.units or 0


@pytest.mark.parametrize("protocol", [Shop, Receipts, OrderChanges, Returns, Marketing])
def test_it_has_every_protocol(protocol: type) -> None:
    assert isinstance(MemoryShop(), protocol)


@pytest.mark.parametrize("name", WRITES)
async def test_a_second_write_with_the_same_key_changes_nothing_and_returns_the_first_receipt(name: str) -> None:
    shop = a_shop()
    assert await shop.find_receipt("k") is None
    first = await WRITES[name](shop, "k")
    state = (dict(shop.records.orders), dict(shop.records.products))
    assert await WRITES[name](shop, "k") == first == await shop.find_receipt("k")
    assert (shop.records.orders, shop.records.products) == state


async def test_a_key_belongs_to_one_kind_of_write() -> None:
    shop = a_shop()
    await WRITES["cancel"](shop, "k")
    with pytest.raises(UsageError, match="expected a new key, got 'k', under which a CancellationReceipt was made"):
        await WRITES["subscribe"](shop, "k")


async def test_a_write_that_is_refused_leaves_no_receipt() -> None:
    shop = a_shop()
    with pytest.raises(ToolError):
        await shop.cancel_order("W-2", key="k")
    assert shop.receipts == {}


async def test_cancelling_gives_the_stock_back() -> None:
    shop = a_shop()
    await shop.cancel_order("W-1", key="k")
    assert await units(shop, "CREW-NVY-M") == 13
    assert shop.records.orders["W-1"].status == "cancelled"


async def test_an_exchange_takes_from_the_shelves_one_after_the_other() -> None:
    spread = a_variant("CREW-GRY-M", rest={"stock": {"east": 1, "west": 4}})
    parcel = a_shipment("delivered", contents={"CREW-NVY-M": 3})
    order = an_order("W-2", status="delivered", lines=(a_line(quantity=3),), shipments=(parcel,))
    shop = MemoryShop(products=[a_product(variants=(spread,))], orders=[order])
    item = ReturnItem(sku="CREW-NVY-M", quantity=3)
    await shop.create_exchange("W-2", item, new_sku="CREW-GRY-M", reason="other", key="k")
    product = await shop.get_product("CREW-GRY-M")
    assert product
    assert product.variants[0].stock == {"east": 0, "west": 2}
    with pytest.raises(ToolError, match="returned already"):
        await shop.create_return("W-2", [item], reason="other", key="l")


REFUSED: dict[str, Callable[[MemoryShop], Awaitable[Receipt]]] = {
    "no order 'W-9'": lambda shop: shop.cancel_order("W-9", key="k"),
    "takes a person": lambda shop: shop.change_address("W-1", an_address(country="CA"), key="k"),
    "Nothing has the SKU 'NOPE'": lambda shop: shop.create_exchange("W-2", ITEM, new_sku="NOPE", reason="other", key="k"),
    "too few are in stock": lambda shop: shop.create_exchange("W-2", ITEM, new_sku="CREW-RED-M", reason="other", key="k"),
    "in stock": lambda shop: shop.subscribe_back_in_stock("CREW-NVY-M", "a@b.c", key="k"),
    "no care letters for 'nope'": lambda shop: shop.enrol_in_care_series("nope", "a@b.c", key="k"),
}


@pytest.mark.parametrize("words", REFUSED)
async def test_what_the_rules_do_not_allow_is_refused(words: str) -> None:
    with pytest.raises(ToolError, match=words):
        await REFUSED[words](a_shop())


async def test_reads_answer_none_or_nothing_for_what_is_not_there() -> None:
    shop = MemoryShop(customers=[], products=[], orders=[], policies=[])
    assert await shop.get_customer("C-1001") is None
    assert await shop.get_order("W-10432") is None
    assert await shop.get_product("CREW-NVY-M") is None
    assert await shop.check_return("W-10432") is None
    assert await shop.list_orders("C-1001") == []
    assert await shop.search_products("crewneck") == []
    assert await shop.list_policies() == []


async def test_without_arguments_there_is_one_of_each() -> None:
    shop = MemoryShop()
    assert await shop.get_customer("C-1001") == a_customer()
    assert await shop.get_order("w 10432") == an_order()
    assert await shop.search_products("swaeter") == [a_product()]


def test_an_order_adds_up() -> None:
    order = an_order(lines=(a_line(quantity=2),), discount=dollars("10.00"))
    assert order.total == dollars("131.00")
