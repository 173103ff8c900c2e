"""Which products a customer's words find in the demo shop."""

from functools import cache

import pytest

from warmline.fixtures import packaged
from warmline.tools.clock import SystemClock
from warmline.tools.demofiles import read_demo_files
from warmline.tools.shopsearch import Entry, search


@cache
def entries() -> tuple[Entry, ...]:
    products = read_demo_files(packaged("shop"), SystemClock().now()).products
    return tuple(
        Entry(
            product.product_id,
            (
                (product.name, 1.0),
                (product.brand, 0.6),
                (product.kind, 0.6),
                *((keyword, 0.85) for keyword in product.keywords),
                *((f"{variant.sku} {variant.label}", 0.7) for variant in product.variants),
            ),
        )
        for product in products
    )


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Harbour Crewneck", "harbour-crewneck"),
        ("harbor crewnek", "harbour-crewneck"),
        ("crew neck in red, size M", "harbour-crewneck"),
        ("do you have a warm jumper?", "harbour-crewneck"),
        ("HP-CREW-RED-M", "harbour-crewneck"),
        ("rainboots size 40", "fjord-rain-boots"),
        ("fjord boots", "fjord-rain-boots"),
        ("kids wellies", "minnow-kids-wellies"),
        ("brass lamp", "tide-table-lamp"),
        ("noise canceling headfones", "drift-headphones"),
        ("electric ketle", "heron-kettle"),
        ("dressing gown", "driftwood-flannel-robe"),
        ("sun screen", "saltmarsh-sunscreen"),
        ("mens trousers", "low-tide-chinos"),
        ("men's trousers", "low-tide-chinos"),
        ("puzzel 1000 pieces", "lighthouse-puzzle"),
        ("duvet cover", "mooring-linen-duvet-cover"),
        ("usb c charger", "current-charger"),
        ("purple table lamp", "tide-table-lamp"),
        ("urn", "evergreen-keepsake-urn"),
        ("bicycle for a toddler", "gull-balance-bike"),
        ("crèwnéck", "harbour-crewneck"),
        ("a mug", "orchard-mugs"),
    ],
)
def test_the_best_fit_comes_first(query: str, first: str) -> None:
    assert search(entries(), query, limit=5)[:1] == [first]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "???",
        "qwzx blorp",
        "asdfgh",
        "do you have any in stock",
        "corner sofa",
        "red sports car",
        "lawn mower",
        "iphone case",
        "tents",
        "xs9",
    ],
)
def test_nonsense_and_what_is_not_sold_find_nothing(query: str) -> None:
    assert search(entries(), query, limit=5) == []


def test_all_lamps_are_found_and_no_more_than_asked_for() -> None:
    lamps = ["tide-table-lamp", "beacon-floor-lamp", "firefly-cordless-lamp"]
    assert search(entries(), "lamps", limit=5) == lamps
    assert search(entries(), "lamps", limit=2) == lamps[:2]


def test_words_that_no_product_knows_do_not_drown_a_chatty_query() -> None:
    query = "my husband walks our dachshund along the coast whatever the forecast says and needs a waterproof winter jacket"
    assert search(entries(), query, limit=3)[:1] == ["breakwater-parka"]


def test_without_products_nothing_is_found() -> None:
    assert search([], "lamp", limit=5) == []
