"""WooCommerce's products: found by id, SKU and words, with what can be bought of them now."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.woo import Woo
from support.woo_shapes import a_product, a_variation
from support.woo_worlds import NOW, TERMS, a_service, a_woo, open_woo

from warmline.tools.clock import FrozenClock
from warmline.tools.model import Money
from warmline.tools.shops.woocommerce.opening import a_shop
from warmline.tools.wording import TO_ORDER, stock_in_words


def simple(product_id: int, name: str, **changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"type": "simple", "variations": [], "attributes": [], "sku": f"S{product_id}", **changed}
    return a_product(product_id, name, **given)


async def test_a_product_is_told_in_words_with_its_variations() -> None:
    product = await (await open_woo(a_woo(currency="EUR"))).get_product("crew-nvy-m")
    assert product is not None
    assert (product.product_id, product.name, product.kind, product.brand) == ("93", "Harbour Crewneck", "Clothing", "Harbour")
    assert (product.description, product.care) == ("Knitted from merino wool.", "Wash by hand")
    assert product.specs == {"Care": "Wash by hand", "weight": "0.4", "dimensions": "30 x 20 x 4"}
    assert [(one.sku, one.options, one.units) for one in product.variants] == [
        ("CREW-NVY-M", {"Size": "M"}, 7),
        ("CREW-NVY-S", {"Size": "S"}, 0),
    ]
    assert product.variants[0].price == Money(amount=Decimal("3.00"), currency="EUR")


async def test_a_variation_is_no_product_of_its_own() -> None:
    shop = await open_woo(a_woo())
    by_variation = await shop.get_product("931")
    assert by_variation is not None
    assert by_variation.product_id == "93"
    assert await shop.get_product("ID-932") == by_variation


@pytest.mark.parametrize("reference", ["CREW", "CREW-NVY-M,CREW-NVY-S", "", "0", "*", "9300", "²"])
async def test_a_part_of_a_sku_finds_nothing(reference: str) -> None:
    assert await (await open_woo(a_woo())).get_product(reference) is None


@pytest.mark.parametrize(
    "changed", [{"status": "draft"}, {"price": ""}, {"type": "external"}, {"type": "grouped", "price": ""}], ids=str
)
async def test_what_cannot_be_bought_here_is_not_found(changed: dict[str, Any]) -> None:
    woo = Woo()
    woo.products = {5: simple(5, "Lamp", **changed)}
    assert await (await open_woo(woo)).get_product("5") is None


@pytest.mark.parametrize(
    ("given", "units", "words"),
    [
        ({"manage_stock": True, "stock_quantity": 3}, 3, "only 3 left"),
        ({"manage_stock": "parent", "stock_quantity": 2}, 2, "only 2 left"),
        ({"manage_stock": True, "stock_quantity": -2, "stock_status": "onbackorder"}, 0, TO_ORDER),
        ({"manage_stock": False, "stock_quantity": None, "stock_status": "onbackorder"}, 0, TO_ORDER),
        ({"manage_stock": False, "stock_quantity": None, "stock_status": "outofstock"}, 0, "sold out"),
        ({"manage_stock": False, "stock_quantity": None}, None, "in stock"),
        ({"manage_stock": True, "stock_quantity": None}, None, "in stock"),
    ],
)
async def test_units_are_what_can_be_sent_now_and_what_is_not_counted_has_none(
    given: dict[str, Any], units: int | None, words: str
) -> None:
    woo = Woo()
    woo.products = {5: simple(5, "Lamp", **given)}
    product = await (await open_woo(woo)).get_product("S5")
    assert product is not None
    assert (product.variants[0].units, stock_in_words(product.variants[0])) == (units, words)


async def test_a_typing_error_is_forgiven_and_hidden_products_are_not_shown() -> None:
    woo = a_woo()
    woo.products |= {5: simple(5, "Harbour Secret", catalog_visibility="hidden"), 6: simple(6, "Harbour Draft", status="draft")}
    shop = await open_woo(woo)
    assert [one.name for one in await shop.search_products("harbor crewnek")] == ["Harbour Crewneck"]
    assert [one.name for one in await shop.search_products("rain boots", limit=1)] == ["Fjord Rain Boots"]


async def test_the_list_is_kept_for_minutes_and_stock_is_asked_for_anew() -> None:
    woo, clock = a_woo(), FrozenClock(NOW)
    shop = await a_shop(a_service(woo), a_service(woo, None), TERMS, clock)

    async def found() -> list[int | None]:
        return [one.variants[0].units for one in await shop.search_products("crewneck")]

    assert await found() == [7]
    woo.variations[931] = a_variation(units=4)
    woo.products[7] = simple(7, "Striped Crewneck", manage_stock=True, stock_quantity=1)
    assert await found() == [4]
    clock.moment += timedelta(minutes=11)
    assert sorted(await found(), key=str) == [1, 4]
