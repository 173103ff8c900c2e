"""Which products a customer's words mean: searched here, for Shopify's own search forgives no typing error and finds nothing in a sentence."""

from collections.abc import Sequence

from .products import Summary


def best(catalogue: Sequence[Summary], query: str, *, limit: int) -> list[str]:
    """The global ids of the products that fit, best first."""
    from warmline.tools.shopsearch import Entry, search  # it costs a moment to load

    entries = [
        Entry(one.id, ((one.title, 1.0), (one.vendor, 0.6), (one.product_type, 0.6), *((tag, 0.85) for tag in one.tags)))
        for one in catalogue
    ]
    return search(entries, query, limit=limit)
