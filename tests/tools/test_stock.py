"""Whether something can be had, and what is like it."""

from datetime import timedelta
from typing import Any

import pytest

from warmline.errors import ToolError
from warmline.testing import NOW, MemoryShop, ToolBench, a_product, a_variant
from warmline.tools.model import Product


def boots(product_id: str, name: str, *keywords: str, **variants: int) -> Product:
    """Boots at $89.00; ``green_41=0`` is a variant with no units."""
    made = tuple(
        a_variant(f"{product_id}-{key}".upper(), price="89.00", units=units, colour=key.split("_")[0], size=key.split("_")[1])
        for key, units in variants.items()
    )
    return a_product(product_id, name=name, kind="shoes", keywords=keywords, variants=made)


FJORD = boots(
    "fjord", "Fjord Rain Boots", "wellies", "waterproof", green_40=3, green_41=0, green_43=4, navy_41=7, navy_42=5, navy_40=2
)
MARSH = boots("marsh", "Marsh Wellington", "wellies", "waterproof", "tall", brown_41=6, brown_42=9)
KIDS = boots("minnow", "Minnow Puddle Jumpers", "wellies", "waterproof", "children", yellow_24=9)
SANDAL = boots("dune", "Dune Sandals", "summer", tan_41=9)


def bench_with(*products: Product) -> ToolBench:
    return ToolBench(MemoryShop(products=products))


async def told(bench: ToolBench, **arguments: Any) -> dict[str, Any]:
    return await bench.tell("check_stock", **arguments)


@pytest.mark.parametrize(("units", "words"), [(0, "sold out"), (1, "only 1 left"), (5, "only 5 left"), (6, "in stock")])
async def test_stock_is_told_in_words_and_units(units: int, words: str) -> None:
    bench = bench_with(a_product(variants=(a_variant("CREW", units=units),)))
    [variant] = (await told(bench, sku="crew"))["variants"]
    assert (variant["stock"], variant["units"]) == (words, units)


async def test_what_nobody_counts_is_in_stock_without_a_number() -> None:
    bench = bench_with(a_product(variants=(a_variant("CREW", units=0, rest={"supply": "uncounted"}),)))
    found = await told(bench, sku="crew")
    assert found["variants"][0]["stock"] == "in stock"
    assert "units" not in found["variants"][0]
    assert not {"alternatives", "note"} & found.keys()


async def test_what_can_be_ordered_though_none_is_there_is_not_called_sold_out() -> None:
    bench = bench_with(a_product(variants=(a_variant("CREW", units=0, rest={"supply": "back_order"}),)))
    found = await told(bench, sku="crew")
    assert found["variants"][0]["stock"] == "not there now, can be ordered and comes later"
    assert found["note"].startswith("None is there now. It can be ordered all the same")


async def test_units_are_of_all_warehouses_together() -> None:
    spread = a_variant("CREW", rest={"stock": {"east": 2, "west": 6}})
    [variant] = (await told(bench_with(a_product(variants=(spread,))), sku="CREW"))["variants"]
    assert variant["units"] == 8


async def test_options_choose_the_variant() -> None:
    found = await told(bench_with(a_product()), product="harbor crewnek", options=["navy", "medium"])
    assert [variant["sku"] for variant in found["variants"]] == ["CREW-NVY-M"]


@pytest.mark.parametrize("product", ["navy crewneck in M", "CREW-NVY-M", "Harbour Crewneck (navy, M)"])
async def test_options_written_into_the_product_count_too(product: str) -> None:
    found = await told(bench_with(a_product()), product=product)
    assert [variant["sku"] for variant in found["variants"]] == ["CREW-NVY-M"]


async def test_without_options_all_variants_are_listed() -> None:
    found = await told(bench_with(a_product()), product="crewneck")
    assert [variant["options"] for variant in found["variants"]] == ["navy, M", "navy, L", "grey, M"]
    assert not {"alternatives", "candidates", "note"} & set(found)


async def test_an_option_that_is_not_made_is_answered_with_what_is() -> None:
    found = await told(bench_with(a_product()), product="crewneck", options=["purple"])
    assert found["note"] == "Harbour Crewneck is not offered in purple. On offer: colour: navy, grey; size: M, L."
    assert len(found["variants"]) == 3


async def test_a_combination_that_is_not_made_is_answered_with_what_is() -> None:
    found = await told(bench_with(a_product()), product="crewneck", options=["grey", "L"])
    assert "not offered in grey L" in found["note"]
    assert len(found["variants"]) == 3


async def test_an_option_of_a_product_without_options() -> None:
    found = await told(bench_with(a_product(variants=(a_variant("ONE"),))), product="crewneck", options=["blue"])
    assert found["note"].endswith("On offer: one version only.")


async def test_an_unclear_product_is_answered_with_candidates() -> None:
    found = await told(bench_with(FJORD, MARSH), product="wellies")
    assert [product["product_id"] for product in found["candidates"]] == ["fjord", "marsh"]
    assert "Ask the customer" in found["note"]
    assert "variants" not in found


async def test_options_may_settle_which_product_is_meant() -> None:
    found = await told(bench_with(FJORD, KIDS), product="wellies", options=["41"])
    assert found["product_id"] == "fjord"


async def test_sold_out_tells_the_next_delivery_if_known() -> None:
    coming = a_variant("CREW", units=0, rest={"next_delivery": NOW + timedelta(days=9)})
    found = await told(bench_with(a_product(variants=(coming,))), sku="CREW")
    assert found["variants"][0]["next_delivery"] == "2026-11-29"
    assert found["note"] == "Sold out; more are expected on Sunday, 29 November 2026."
    unknown = await told(bench_with(a_product(variants=(a_variant("CREW", units=0),))), sku="CREW")
    assert unknown["note"] == "Sold out, and no delivery date is known."


async def test_a_next_delivery_is_not_told_while_there_is_stock() -> None:
    coming = a_variant("CREW", units=1, rest={"next_delivery": NOW + timedelta(days=9)})
    assert "next_delivery" not in (await told(bench_with(a_product(variants=(coming,))), sku="CREW"))["variants"][0]


async def test_alternatives_are_in_stock_the_same_product_in_the_same_size_first() -> None:
    found = await told(bench_with(FJORD, MARSH, KIDS, SANDAL), product="fjord rain boots", options=["green", "41"])
    assert [one["sku"] for one in found["alternatives"]] == ["FJORD-NAVY_41", "FJORD-GREEN_40", "MARSH-BROWN_41"]
    assert all(one["units"] > 0 for one in found["alternatives"])
    assert [one["why"] for one in found["alternatives"]] == [
        "the same product in another colour",
        "the same product in another size",
        "another product like it: wellies and waterproof",
    ]


async def test_without_other_products_all_places_go_to_the_same_product() -> None:
    found = await told(bench_with(FJORD), sku="FJORD-GREEN_41")
    assert [one["sku"] for one in found["alternatives"]] == ["FJORD-NAVY_41", "FJORD-GREEN_40", "FJORD-GREEN_43"]


async def test_another_product_is_offered_in_the_wanted_size_or_not_at_all() -> None:
    small = boots("marsh", "Marsh Wellington", "wellies", "waterproof", brown_41=0, brown_42=9)
    assert "alternatives" not in await told(
        bench_with(boots("fjord", "Fjord Rain Boots", "wellies", "waterproof", green_41=0), small, KIDS), sku="FJORD-GREEN_41"
    )


async def test_the_cheaper_gap_wins_between_products_equally_alike() -> None:
    def lamp(product_id: str, price: str, units: int = 9) -> Product:
        variant = a_variant(product_id, price=price, units=units)
        return a_product(product_id, name=f"{product_id} Lamp", kind="home", keywords=("desk lamp", "light"), variants=(variant,))

    found = await told(bench_with(lamp("Tide", "100.00", 0), lamp("Far", "190.00"), lamp("Near", "110.00")), sku="Tide")
    assert [one["sku"] for one in found["alternatives"]] == ["Near", "Far"]


async def test_a_likeness_in_the_name_alone_is_called_the_same_kind() -> None:
    lamps = [
        a_product(name, name=f"{name} Lantern", kind="home", keywords=(), variants=(a_variant(name, units=units),))
        for name, units in (("Tide", 0), ("Firefly", 4))
    ]
    found = await told(bench_with(*lamps), sku="Tide")
    assert [one["why"] for one in found["alternatives"]] == ["another product of the kind home"]


async def test_products_of_another_kind_are_no_alternative() -> None:
    towel = a_product("towel", name="Wool Towel", kind="home", keywords=("wool", "sweater"), variants=(a_variant("TOWEL"),))
    found = await told(bench_with(a_product(variants=(a_variant("CREW", units=0),)), towel), sku="CREW")
    assert "alternatives" not in found


@pytest.mark.parametrize("arguments", [{}, {"options": ["navy"]}, {"sku": "", "product": ""}])
async def test_nothing_to_look_for_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ToolError, match="Ask the customer what they are looking for"):
        await told(bench_with(a_product()), **arguments)


async def test_an_unknown_sku_is_refused() -> None:
    with pytest.raises(ToolError, match="Nothing has the SKU 'NOPE'"):
        await told(bench_with(a_product()), sku="NOPE")
