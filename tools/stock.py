"""The tool that tells whether something can be had, and what instead."""

from collections.abc import Sequence

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .catalog_results import StockResult
from .catalog_views import stocked, summary
from .finding import beyond_the_name, find, product_of
from .likeness import alternatives
from .model import Product, Variant, in_words
from .tool import Arguments, Tool, ToolContext
from .variants import Choice, choose, options_in_words
from .wording import listed


class CheckStock(Arguments):
    """What is asked for: an SKU, or a product and the words for its options."""

    sku: str | None = Field(default=None, description="when a tool has shown it; else null")
    product: str | None = Field(default=None, description="the name as the customer wrote it, or an id; null if sku is given")
    options: tuple[str, ...] | None = Field(default=None, description="words for size, colour, …, e.g. ['navy', 'medium']")


async def check_stock(context: ToolContext, arguments: CheckStock) -> StockResult:
    """The variants asked for with their stock; what is like them when they are sold out; candidates when unclear."""
    if arguments.sku:
        product, variant = await product_of(context.shop, arguments.sku)
        return await _told(context, product, Choice((variant,)))
    if not arguments.product:
        raise ToolError("Give `sku`, or `product` with `options`. Ask the customer what they are looking for.")
    found = await find(context.shop, arguments.product, arguments.options or ())
    if not found.sure:
        return StockResult(candidates=tuple(map(summary, found.products)), note=render("results", "unclear"))
    [product] = found.products
    return await _told(context, product, _chosen(product, arguments))


def _chosen(product: Product, arguments: CheckStock) -> Choice:
    """The variants meant: an SKU given as the product, options, or option words written into the name."""
    reference = arguments.product or ""
    if exact := product.variant(reference):
        return Choice((exact,))
    if arguments.options:
        return choose(product, arguments.options)
    return Choice(choose(product, [beyond_the_name(product, reference)]).variants or product.variants)


async def _told(context: ToolContext, product: Product, choice: Choice) -> StockResult:
    """What is offered when the words fit nothing; else the variants, and what instead when all of them are sold out."""
    if choice.unknown:
        return _as_offered(product, choice)
    variants = choice.variants
    sold_out = not any(variant.in_stock for variant in variants)
    return StockResult(
        product_id=product.product_id,
        name=product.name,
        variants=tuple(map(stocked, variants)),
        alternatives=await alternatives(context.shop, product, variants) if sold_out else (),
        note=_until(variants) if sold_out else None,
    )


def _as_offered(product: Product, choice: Choice) -> StockResult:
    offered = "; ".join(options_in_words(product)) or "one version only"
    note = render("results", "unknown_options", unknown=listed(choice.unknown), name=product.name, offered=offered)
    shown = choice.variants or product.variants
    return StockResult(product_id=product.product_id, name=product.name, variants=tuple(map(stocked, shown)), note=note)


def _until(variants: Sequence[Variant]) -> str:
    days = [variant.next_delivery.date() for variant in variants if variant.next_delivery]
    if any(variant.supply == "back_order" for variant in variants):
        return render("results", "to_order")
    return render("results", "sold_out_until", day=in_words(min(days))) if days else render("results", "sold_out")


CHECK_STOCK = Tool(
    name="check_stock",
    description=render("tools", "check_stock"),
    effect="read",
    arguments=CheckStock,
    run=check_stock,
    uses=("get_product",),
)
