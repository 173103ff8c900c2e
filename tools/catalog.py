"""The tools about products: finding, describing, comparing them, and whether they can be had."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .catalog_results import Comparison, ProductDetails, SearchResult, SpecRow
from .catalog_views import stocked, summary
from .finding import one_product
from .model import Product
from .tool import Arguments, Tool, ToolContext
from .wording import in_plain_words, listed

SHOWN = 5
"""Products listed by a search."""
LOOKED_AT = 20
"""Products looked at when filters leave some out."""
NOT_STATED = "not stated"


class SearchProducts(Arguments):
    """What to look for."""

    query: str = Field(min_length=1, description="words for what it is, is made of, or is for")
    kind: str | None = Field(default=None, description="only this kind, e.g. 'shoes'; null for all")
    max_price: str | None = Field(
        default=None, pattern=r"^\d+(\.\d{1,2})?$", coerce_numbers_to_str=True, description="e.g. '50' or '49.90'; null for any"
    )
    in_stock_only: bool | None = Field(default=None, description="true to leave out what is sold out")


class GetProduct(Arguments):
    """Which product."""

    product: str = Field(min_length=1, description="a product id, an SKU, or the name as the customer wrote it")


class CompareProducts(Arguments):
    """Which products."""

    products: tuple[str, ...] = Field(min_length=2, max_length=4, description="2 to 4 product ids, SKUs or names")


async def search_products(context: ToolContext, arguments: SearchProducts) -> SearchResult:
    """Products that fit the words and the filters, best first."""
    filtered = any((arguments.kind, arguments.max_price, arguments.in_stock_only))
    found = await context.shop.search_products(arguments.query, limit=LOOKED_AT if filtered else SHOWN)
    fitting = [product for product in found if _passes(product, arguments)][:SHOWN]
    if fitting:
        return SearchResult(products=tuple(map(summary, fitting)))
    return SearchResult(note=render("results", "nothing_fits", filters=_filters(arguments) if found else ""))


async def get_product(context: ToolContext, arguments: GetProduct) -> ProductDetails:
    """Everything the shop says about one product."""
    product = await one_product(context.shop, arguments.product)
    return ProductDetails(
        product_id=product.product_id,
        name=product.name,
        brand=product.brand,
        kind=product.kind,
        description=product.description,
        specs=product.specs,
        care=product.care,
        compatible_parts=product.compatible_parts,
        variants=tuple(map(stocked, product.variants)),
    )


async def compare_products(context: ToolContext, arguments: CompareProducts) -> Comparison:
    """Products side by side. ``ToolError`` if two of the names mean the same product."""
    products = [await one_product(context.shop, reference) for reference in arguments.products]
    if len({product.product_id for product in products}) < len(products):
        raise ToolError(f"{listed(arguments.products)} are not all different products. Ask the customer which to compare.")
    return Comparison(
        products=tuple(map(summary, products)),
        descriptions=tuple(product.description for product in products),
        specs=_rows(products),
    )


def _passes(product: Product, arguments: SearchProducts) -> bool:
    if arguments.kind and arguments.kind.casefold() != product.kind.casefold():
        return False
    fitting = [
        variant
        for variant in product.variants
        if (arguments.max_price is None or variant.price.amount <= Decimal(arguments.max_price))
        and (variant.in_stock or not arguments.in_stock_only)
    ]
    return bool(fitting)


def _filters(arguments: SearchProducts) -> str:
    """The filters in words, for a search they left empty."""
    parts = [
        f"of the kind {arguments.kind!r}" if arguments.kind else "",
        f"up to {arguments.max_price}" if arguments.max_price else "",
        "in stock" if arguments.in_stock_only else "",
    ]
    return f" {listed([part for part in parts if part])}"


def _rows(products: Sequence[Product]) -> tuple[SpecRow, ...]:
    names = dict.fromkeys(name for product in products for name in product.specs)
    rows = ((name, tuple(product.specs.get(name, NOT_STATED) for product in products)) for name in names)
    return tuple(SpecRow(spec=in_plain_words(name), values=values) for name, values in rows)


SEARCH_PRODUCTS = Tool(
    name="search_products",
    description=render("tools", "search_products"),
    effect="read",
    arguments=SearchProducts,
    run=search_products,
    uses=("search_products",),
)
GET_PRODUCT = Tool(
    name="get_product",
    description=render("tools", "get_product"),
    effect="read",
    arguments=GetProduct,
    run=get_product,
    uses=("get_product",),
)
COMPARE_PRODUCTS = Tool(
    name="compare_products",
    description=render("tools", "compare_products"),
    effect="read",
    arguments=CompareProducts,
    run=compare_products,
    uses=("get_product",),
)
