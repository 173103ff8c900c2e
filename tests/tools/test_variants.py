"""Option words as customers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.testing import a_product, a_variant
from warmline.tools.model import Product
from warmline.tools.variants import choose, offered, words

CREW = a_product(
    variants=[
        a_variant(f"CREW-{colour}-{size}", colour=colour, size=size)
        for colour in ("navy", "grey", "forest green", "grey melange")
        for size in ("S", "M", "L", "XL", "XXL")
    ]
)
BOOTS = a_product(
    "boots",
    name="Fjord Rain Boots",
    kind="shoes",
    keywords=("wellies", "womens"),
    variants=[a_variant(f"BOOT-{size}", size=size) for size in ("37", "38", "38.5", "39")],
)
PUZZLE = a_product("puzzle", name="Lighthouse Puzzle", variants=[a_variant(f"P-{n}", pieces=n) for n in ("500", "1,000")])
DISK = a_product("disk", name="Cove Disk", variants=[a_variant(f"D-{n}", capacity=n) for n in ("64 GB", "128 GB")])
SOCKS = a_product("socks", name="Anchor Socks", variants=[a_variant(f"S-{n}", size=n) for n in ("S/M", "L/XL")])
COAT = a_product("coat", name="Kids' Raincoat", variants=[a_variant(f"C-{n}", age=n) for n in ("2-3", "4-5")])
PLAIN = a_product("plain", name="Descaler", variants=[a_variant("PLAIN")])


def skus(product: Product, *asked: str) -> list[str]:
    return [variant.sku for variant in choose(product, asked).variants]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["navy", "medium"], ["CREW-navy-M"]),
        (["navy medium"], ["CREW-navy-M"]),
        (["Navy", "m"], ["CREW-navy-M"]),
        (["size M please, in navy"], ["CREW-navy-M"]),
        (["navy blue", "extra large"], ["CREW-navy-XL"]),
        (["dark blue", "x-large"], ["CREW-navy-XL"]),
        (["nvay", "medum"], ["CREW-navy-M"]),
        (["gray", "L"], ["CREW-grey-L"]),
        (["grey melange", "L"], ["CREW-grey melange-L"]),
        (["green", "S"], ["CREW-forest green-S"]),
        (["forrest green", "small"], ["CREW-forest green-S"]),
        (["navy", "2XL"], ["CREW-navy-XXL"]),
        (["navy", "xx-large"], ["CREW-navy-XXL"]),
        (["blue", "S"], ["CREW-navy-S"]),
        (["navy or grey", "S"], ["CREW-navy-S", "CREW-grey-S"]),
        (["navy"], [f"CREW-navy-{size}" for size in ("S", "M", "L", "XL", "XXL")]),
    ],
)
def test_words_choose_colours_and_sizes(asked: list[str], expected: list[str]) -> None:
    choice = choose(CREW, asked)
    assert [variant.sku for variant in choice.variants] == expected
    assert choice.unknown == ()


@pytest.mark.parametrize(
    ("product", "asked", "expected"),
    [
        (BOOTS, "size 38", ["BOOT-38"]),
        (BOOTS, "38", ["BOOT-38"]),
        (BOOTS, "38,5", ["BOOT-38.5"]),
        (BOOTS, "38½", ["BOOT-38.5"]),
        (BOOTS, "women's 39", ["BOOT-39"]),
        (PUZZLE, "1000 pieces", ["P-1,000"]),
        (PUZZLE, "1,000", ["P-1,000"]),
        (DISK, "64gb", ["D-64 GB"]),
        (DISK, "128", ["D-128 GB"]),
        (SOCKS, "M", ["S-S/M"]),
        (SOCKS, "large", ["S-L/XL"]),
        (COAT, "4 years old", ["C-4-5"]),
        (PLAIN, "", ["PLAIN"]),
    ],
)
def test_figures_units_and_double_sizes(product: Product, asked: str, expected: list[str]) -> None:
    choice = choose(product, [asked])
    assert [variant.sku for variant in choice.variants] == expected
    assert choice.unknown == ()


@pytest.mark.parametrize(
    ("product", "asked", "unknown"),
    [
        (CREW, "purple M", ("purple",)),
        (CREW, "navy XXXL", ("xxxlarge",)),
        (BOOTS, "41", ("41",)),
        (DISK, "256 gb", ("256", "gb")),
        (PLAIN, "blue", ("blue",)),
        (a_product(variants=(a_variant("PINE", colour="pine"),)), "pink", ("pink",)),
    ],
)
def test_what_a_product_does_not_come_in_is_named(product: Product, asked: str, unknown: tuple[str, ...]) -> None:
    assert choose(product, [asked]).unknown == unknown


def test_a_combination_that_is_not_made_is_named_and_fits_nothing() -> None:
    product = a_product(variants=(a_variant("A", colour="navy", size="S"), a_variant("B", colour="grey", size="M")))
    choice = choose(product, ["navy", "M"])
    assert (choice.variants, choice.unknown) == ((), ("navy M",))


def test_without_words_every_variant_fits() -> None:
    assert choose(CREW, []).variants == CREW.variants


def test_options_are_listed_in_the_order_of_the_variants() -> None:
    assert offered(SOCKS) == {"size": ["S/M", "L/XL"]}


@given(st.sampled_from(CREW.variants), st.sampled_from([str, str.upper, str.title]), st.booleans())
def test_a_variants_own_words_find_it_in_any_order_and_case(variant: object, case: type[str], turned: bool) -> None:
    options = next(one for one in CREW.variants if one == variant).options
    said = [case(value) for value in options.values()]
    [found] = choose(CREW, reversed(said) if turned else said).variants
    assert found.options == options


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_text_chooses_variants_of_the_product(asked: list[str]) -> None:
    assert set(skus(CREW, *asked)) <= {variant.sku for variant in CREW.variants}


@given(st.text(max_size=40))
def test_words_are_plain(text: str) -> None:
    assert all(word == word.casefold() and word.isprintable() and " " not in word for word in words(text))
