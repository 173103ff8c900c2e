"""Searching, describing and comparing products, and finding the one that is meant."""

from typing import Any

import pytest
from pydantic import ValidationError

from warmline.errors import ToolError
from warmline.testing import MemoryShop, ToolBench, a_product, a_variant
from warmline.tools.model import Product


def boots(**changes: Any) -> Product:
    usual: dict[str, Any] = {
        "name": "Fjord Rain Boots",
        "kind": "shoes",
        "brand": "Fjord",
        "description": "Tall natural rubber boots.",
        "specs": {"material": "rubber", "shaft_height": "33 cm"},
        "care": None,
        "keywords": ("wellies", "waterproof"),
        "variants": (
            a_variant("BOOT-GRN-41", colour="green", size="41", price="89.00", units=0),
            a_variant("BOOT-NVY-41", colour="navy", size="41", price="95.00"),
        ),
    }
    return a_product("fjord-rain-boots", **{**usual, **changes})


def kids() -> Product:
    return boots().model_copy(
        update={
            "product_id": "minnow-kids-wellies",
            "name": "Minnow Kids' Wellies",
            "keywords": ("children", "rain boots"),
            "specs": {"material": "rubber"},
            "variants": (a_variant("MINN-24", size="24", price="36.00", units=0),),
        }
    )


def a_bench(*more: Product) -> ToolBench:
    return ToolBench(MemoryShop(products=[a_product(), boots(), kids(), *more]))


async def test_a_search_tells_prices_options_and_whether_anything_is_in_stock() -> None:
    told = await a_bench().tell("search_products", query="rain boots")
    assert told["products"][0] == {
        "product_id": "fjord-rain-boots",
        "name": "Fjord Rain Boots",
        "brand": "Fjord",
        "kind": "shoes",
        "price": {"amount": "89.00", "currency": "USD"},
        "price_to": {"amount": "95.00", "currency": "USD"},
        "options": ["colour: green, navy", "size: 41"],
        "in_stock": True,
    }


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["fjord-rain-boots", "minnow-kids-wellies"]),
        ({"kind": "Shoes"}, ["fjord-rain-boots", "minnow-kids-wellies"]),
        ({"kind": "toys"}, []),
        ({"max_price": "40"}, ["minnow-kids-wellies"]),
        ({"max_price": 89}, ["fjord-rain-boots", "minnow-kids-wellies"]),
        ({"max_price": "35.99"}, []),
        ({"in_stock_only": True}, ["fjord-rain-boots"]),
        ({"in_stock_only": True, "max_price": "90"}, []),
        ({"in_stock_only": False}, ["fjord-rain-boots", "minnow-kids-wellies"]),
    ],
)
async def test_filters_narrow_a_search(filters: dict[str, Any], found: list[str]) -> None:
    told = await a_bench().tell("search_products", query="rain boots", **filters)
    assert [product["product_id"] for product in told.get("products", [])] == found


async def test_a_search_shows_five_at_most() -> None:
    many = [a_product(f"tee-{n}", name=f"Tee {n}", keywords=("tee",), variants=(a_variant(f"TEE-{n}"),)) for n in range(8)]
    assert len((await a_bench(*many).tell("search_products", query="tee"))["products"]) == 5


async def test_a_search_that_finds_nothing_says_why() -> None:
    bench = a_bench()
    assert (await bench.tell("search_products", query="leather sofa"))["note"].startswith("Nothing in the shop fits these words.")
    filtered = await bench.tell("search_products", query="boots", kind="toys", max_price="40", in_stock_only=True)
    assert "fits these words of the kind 'toys', up to 40 and in stock." in filtered["note"]


@pytest.mark.parametrize("price", ["forty", "-1", "1.234", "1e3"])
async def test_a_price_that_is_none_is_refused(price: str) -> None:
    with pytest.raises(ValidationError):
        await a_bench().run("search_products", query="boots", max_price=price)


@pytest.mark.parametrize(
    "reference", ["fjord-rain-boots", "boot-grn-41", "Fjord Rain Boots", "fjrod rain boots", "the Fjord boots"]
)
async def test_a_product_is_found_by_id_sku_and_misspelt_name(reference: str) -> None:
    told = await a_bench().tell("get_product", product=reference)
    assert told["product_id"] == "fjord-rain-boots"


async def test_a_product_tells_all_the_shop_says() -> None:
    told = await a_bench().tell("get_product", product="crewneck")
    assert told["care"] == "Hand wash cold, dry flat."
    assert told["specs"] == {"material": "80% lambswool, 20% nylon"}
    assert [(one["sku"], one["options"], one["price"]["amount"]) for one in told["variants"]] == [
        ("CREW-NVY-M", "navy, M", "68.00"),
        ("CREW-NVY-L", "navy, L", "68.00"),
        ("CREW-GRY-M", "grey, M", "73.00"),
    ]
    assert not {"compatible_parts"} & set(told)


async def test_an_unclear_name_is_asked_about_with_the_candidates() -> None:
    with pytest.raises(ToolError, match=r"'boots' may mean: Fjord Rain Boots \(fjord-rain-boots\), Alder Boots \(x\), Minnow"):
        await a_bench(kids().model_copy(update={"product_id": "x", "name": "Alder Boots"})).run("get_product", product="boots")


async def test_a_name_said_in_full_is_meant_rather_than_a_longer_one() -> None:
    blankets = [
        a_product(name.casefold(), name=name, keywords=(), variants=(a_variant(name),)) for name in ("Picnic Blanket", "Blanket")
    ]
    told = await a_bench(*blankets).tell("get_product", product="the blanket")
    assert told["name"] == "Blanket"


async def test_a_product_that_fits_only_half_is_not_taken_for_the_one() -> None:
    fillers = [a_product(f"tee-{n}", name=f"Tee {n}", keywords=(), variants=(a_variant(f"TEE-{n}"),)) for n in range(30)]
    with pytest.raises(ToolError, match=r"'fjord sofa' may mean: Fjord Rain Boots"):
        await a_bench(*fillers).run("get_product", product="fjord sofa")


async def test_a_reference_of_option_words_alone_means_no_product() -> None:
    with pytest.raises(ToolError, match="'the navy one' may mean"):
        await a_bench().run("get_product", product="the navy one")


async def test_what_the_shop_does_not_sell_is_said() -> None:
    with pytest.raises(ToolError, match="nothing that fits 'xylophone'"):
        await a_bench().run("get_product", product="xylophone")


async def test_products_are_compared_row_by_row() -> None:
    told = await a_bench().tell("compare_products", products=["fjord rain boots", "MINN-24"])
    assert [product["name"] for product in told["products"]] == ["Fjord Rain Boots", "Minnow Kids' Wellies"]
    assert told["specs"] == [
        {"spec": "material", "values": ["rubber", "rubber"]},
        {"spec": "shaft height", "values": ["33 cm", "not stated"]},
    ]
    assert told["descriptions"] == ["Tall natural rubber boots."] * 2


async def test_a_product_is_not_compared_with_itself() -> None:
    with pytest.raises(ToolError, match="not all different products"):
        await a_bench().run("compare_products", products=["fjord rain boots", "BOOT-NVY-41"])


@pytest.mark.parametrize("products", [["crewneck"], ["a", "b", "c", "d", "e"]])
async def test_two_to_four_products_are_compared(products: list[str]) -> None:
    with pytest.raises(ValidationError):
        await a_bench().run("compare_products", products=products)
