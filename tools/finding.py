"""Which product a reference means: an id, an SKU, or a name as customers write it."""

from collections.abc import Sequence
from dataclasses import dataclass

from warmline.errors import ToolError

from .model import Product, Variant
from .shop import Catalog
from .variants import alike, choose, words

CANDIDATES = 5
"""Products looked at when a name is not exact."""
CLEAR = 0.1
"""By how much the best must fit better than the next (scores 0 to 1) to be the one that is meant."""
IN_FULL = 0.2
"""What it is worth that every word of a product's name was said: ``blanket`` is rather the Blanket than the Picnic Blanket."""
SURE = 0.6
"""How well the best must fit to be taken at all."""
OPTION_MISSING = 0.3
"""What it costs that a product does not come in the options asked for: wellies in 41 are not the children's."""
IN_KEYWORDS = 0.75
"""What a word is worth that stands in the keywords, brand or kind of a product and not in its name."""

_IDLE = frozenset("a an any do for have in is it my of one ones or our size some the this those with you your".split())


@dataclass(frozen=True, slots=True)
class Found:
    """The products that may be meant, best first; ``sure`` when it is the first, and then it stands alone."""

    products: Sequence[Product]
    sure: bool


async def find(shop: Catalog, reference: str, options: Sequence[str] = ()) -> Found:
    """What a reference and option words mean. ``ToolError`` if nothing fits."""
    exact = await shop.get_product(reference)
    if exact is not None:
        return Found([exact], sure=True)
    found = await shop.search_products(reference, limit=CANDIDATES)
    if not found:
        raise ToolError(
            f"The shop has nothing that fits {reference!r}. Try search_products with other words, or ask the customer."
        )
    ranked = sorted(((_fit(product, reference, options), product) for product in found), key=lambda pair: -pair[0])
    best, others = ranked[0][0], [score for score, _ in ranked[1:]]
    if best >= SURE and all(best - score >= CLEAR for score in others):
        return Found([ranked[0][1]], sure=True)
    return Found([product for _, product in ranked], sure=False)


async def one_product(shop: Catalog, reference: str) -> Product:
    """The product that is meant; ``ToolError`` naming the candidates when that is not clear."""
    found = await find(shop, reference)
    if found.sure:
        return found.products[0]
    names = ", ".join(f"{product.name} ({product.product_id})" for product in found.products)
    raise ToolError(f"{reference!r} may mean: {names}. Ask the customer which, then use its id.")


async def product_of(shop: Catalog, sku: str) -> tuple[Product, Variant]:
    """A product and its variant with this SKU; ``ToolError`` if there is none."""
    product = await shop.get_product(sku)
    if product is None:
        raise ToolError(f"Nothing has the SKU {sku!r}. Take SKUs from check_stock, get_product or get_order.")
    variant = product.variant(sku)
    if variant is None and len(product.variants) == 1:
        variant = product.variants[0]
    if variant is None:
        known = ", ".join(f"{one.sku} ({one.label})" for one in product.variants)
        raise ToolError(f"{sku!r} names the product {product.name}, not a variant. Its SKUs are: {known}.")
    return product, variant


def variant_name(product: Product, variant: Variant) -> str:
    """A variant in words: ``Harbour Crewneck (navy, M)``."""
    return f"{product.name} ({variant.label})" if variant.label else product.name


def beyond_the_name(product: Product, reference: str) -> str:
    """The words of a reference that do not stand in the product's name: ``navy M`` of ``navy Harbour Crewneck M``."""
    name = words(product.name)
    return " ".join(word for word in words(reference) if not any(alike(word, other) for other in name))


def _fit(product: Product, reference: str, given: Sequence[str]) -> float:
    """How well a product answers a reference and option words; words that only choose a variant do not count."""
    name = words(product.name)
    more = words(" ".join((*product.keywords, product.brand, product.kind)))
    options = {word for variant in product.variants for word in words(" ".join(variant.options.values()))}
    asked = [word for word in words(reference) if word not in _IDLE]
    scores = [_worth(word, name, more) for word in asked if word not in options or word in name]
    whole = all(any(alike(word, other) for other in asked) for word in name)
    missing = OPTION_MISSING if given and choose(product, given).unknown else 0.0
    return sum(scores) / len(scores) + (IN_FULL if whole else 0.0) - missing if scores else 0.0


def _worth(word: str, name: Sequence[str], more: Sequence[str]) -> float:
    if any(alike(word, other) for other in name):
        return 1.0
    return IN_KEYWORDS if any(alike(word, other) for other in more) else 0.0


def must_be_sold_out(variant: Variant, called: str = "") -> None:
    """``ToolError`` for what can be ordered now: nobody has to wait for it."""
    if variant.in_stock:
        raise ToolError(f"{called or variant.sku} is in stock, so it can be ordered now.")
