"""What is like something sold out: the same product in other options first, then other products of its kind."""

from collections import Counter
from collections.abc import Iterator, Sequence

from warmline.prompts import render

from .catalog_results import Alternative
from .finding import variant_name
from .model import Product, Variant
from .shop import Catalog
from .variants import SHORT, words
from .wording import listed, stock_in_words

SHOWN = 3
"""Alternatives offered; one place is kept for another product, if there is one."""
KEYWORDS = 2
"""Keywords of a product that others are searched by, beside its kind."""
FOUND = 20
"""Products taken from each search."""
LEAST = 0.07
"""How much of what tells a product from others of its kind (0 to 1) another must share to be offered."""
SIZES = {"size", "waist", "age"}
"""Options that must be as wanted in another product: boots in 41 are not replaced by boots in 24."""


async def alternatives(shop: Catalog, product: Product, wanted: Sequence[Variant]) -> tuple[Alternative, ...]:
    """What is in stock instead of these variants of a product: best first, three at most."""
    lead = wanted[0]
    same = [_of_same(product, variant, lead) for variant in _siblings(product, wanted)]
    others = [_of_other(other, variant, product) for other, variant in await _others(shop, product, lead)]
    kept = same[: SHOWN - 1] if others else same
    return tuple((*kept, *others)[:SHOWN])


def _siblings(product: Product, wanted: Sequence[Variant]) -> list[Variant]:
    """The variants in stock that keep something of what was wanted: those in the size first, then the nearest sizes."""
    lead = wanted[0]
    left = [v for v in product.variants if v not in wanted and v.in_stock]
    if len(lead.options) > 1:
        left = [v for v in left if _shared(v, lead)]
    sizes = list(dict.fromkeys(v.options.get("size") for v in product.variants))
    return sorted(left, key=lambda v: (_steps(sizes, v, lead), -_shared(v, lead), _price_gap(v, lead)))


async def _others(shop: Catalog, product: Product, lead: Variant) -> list[tuple[Product, Variant]]:
    """Other products of the same kind with the variant that comes closest, most alike first."""
    pool: dict[str, Product] = {}
    for query in (product.kind, *product.keywords[:KEYWORDS]):
        pool.update({found.product_id: found for found in await shop.search_products(query, limit=FOUND)})
    pool.pop(product.product_id, None)
    peers = [other for other in pool.values() if other.kind == product.kind]
    telling = _telling(product, peers)
    rated = [(_likeness(other, variant, lead, telling), other, variant) for other, variant in _closest(peers, lead)]
    rated.sort(key=lambda one: -one[0])
    return [(other, variant) for score, other, variant in rated if score >= LEAST]


def _closest(peers: Sequence[Product], lead: Variant) -> Iterator[tuple[Product, Variant]]:
    """Of each product the variant in stock nearest to what was wanted; none if it does not come in that size."""
    for other in peers:
        left = [
            v
            for v in other.variants
            if v.in_stock and all(lead.options.get(name) == v.options[name] for name in SIZES & v.options.keys())
        ]
        if left:
            yield other, min(left, key=lambda v: (-_shared(v, lead), _price_gap(v, lead)))


def _telling(product: Product, peers: Sequence[Product]) -> dict[str, float]:
    """How much each trait of a product tells it from its peers; together 1."""
    common = Counter(trait for peer in peers for trait in _traits(peer))
    weights = {trait: 1 / (1 + common[trait]) for trait in _traits(product)}
    total = sum(weights.values())
    return {trait: weight / total for trait, weight in weights.items()}


def _likeness(other: Product, variant: Variant, lead: Variant, telling: dict[str, float]) -> float:
    """0 to 1: what two products share of what tells, less by how far the prices are apart."""
    shared = sum(weight for trait, weight in telling.items() if trait in _traits(other))
    return shared * (1 - 0.5 * min(_price_gap(variant, lead), 1.0))


def _traits(product: Product) -> set[str]:
    """What says what a product is: its keywords, and the words of its name but for the brand's and short ones."""
    name = {word for word in words(product.name) if len(word) > SHORT} - set(words(product.brand))
    return name | {" ".join(words(keyword)) for keyword in product.keywords}


def _shared_keywords(other: Product, product: Product) -> list[str]:
    return [keyword for keyword in product.keywords if " ".join(words(keyword)) in _traits(other)]


def _shared(variant: Variant, lead: Variant) -> int:
    """How many options two variants have in common."""
    return len(variant.options.items() & lead.options.items())


def _steps(sizes: Sequence[str | None], variant: Variant, lead: Variant) -> int:
    """How many sizes two variants of a product are apart."""
    return abs(sizes.index(variant.options.get("size")) - sizes.index(lead.options.get("size")))


def _price_gap(variant: Variant, lead: Variant) -> float:
    """The difference in price as a part of the price wanted."""
    return abs(float(variant.price.amount - lead.price.amount)) / max(float(lead.price.amount), 0.01)


def _of_same(product: Product, variant: Variant, lead: Variant) -> Alternative:
    changed = [name for name, value in variant.options.items() if lead.options.get(name) != value]
    return _alternative(product, variant, render("results", "like_same", options=listed(changed)))


def _of_other(other: Product, variant: Variant, product: Product) -> Alternative:
    shared = _shared_keywords(other, product)
    why = render("results", "like_other", shared=listed(shared)) if shared else render("results", "like_kind", kind=other.kind)
    return _alternative(other, variant, why)


def _alternative(product: Product, variant: Variant, why: str) -> Alternative:
    return Alternative(
        name=variant_name(product, variant),
        product_id=product.product_id,
        sku=variant.sku,
        price=variant.price,
        stock=stock_in_words(variant),
        units=variant.units,
        why=why,
    )
