"""Products and variants as results show them."""

from .catalog_results import ProductSummary, StockedVariant
from .model import Product, Variant
from .variants import options_in_words
from .wording import stock_in_words


def summary(product: Product) -> ProductSummary:
    """A product in a list: its prices and options, and whether any of it is in stock."""
    prices = sorted((variant.price for variant in product.variants), key=lambda price: price.amount)
    return ProductSummary(
        product_id=product.product_id,
        name=product.name,
        brand=product.brand,
        kind=product.kind,
        price=prices[0],
        price_to=prices[-1] if prices[-1] != prices[0] else None,
        options=options_in_words(product),
        in_stock=any(variant.in_stock for variant in product.variants),
    )


def stocked(variant: Variant) -> StockedVariant:
    """A variant with its stock; the next delivery only while it is sold out."""
    coming = None if variant.in_stock else variant.next_delivery
    return StockedVariant(
        sku=variant.sku,
        options=variant.label,
        price=variant.price,
        stock=stock_in_words(variant),
        units=variant.units,
        next_delivery=coming.date() if coming else None,
        final_sale=variant.final_sale or None,
    )
