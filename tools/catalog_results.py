"""What tools tell the model about products and stock."""

from datetime import date

from pydantic import Field

from .model import Money
from .results import Result


class ProductSummary(Result):
    """A product in a list; ``price_to`` only when variants differ in price; ``options`` in words: ``size: S, M, L``."""

    product_id: str
    name: str
    brand: str
    kind: str
    price: Money
    price_to: Money | None = None
    options: tuple[str, ...] = ()
    in_stock: bool


class SearchResult(Result):
    """Products that fit the words, best first; ``note`` when nothing does."""

    products: tuple[ProductSummary, ...] = ()
    note: str | None = None


class StockedVariant(Result):
    """One variant; ``stock`` in words (``in stock``, ``only 2 left``, ``sold out``), ``units`` in all warehouses together if they are counted."""

    sku: str
    options: str
    price: Money
    stock: str
    units: int | None
    next_delivery: date | None = None
    final_sale: bool | None = None


class Alternative(Result):
    """Something in stock instead of what is sold out: ``name`` with its options, ``why`` says how it is like it."""

    name: str
    product_id: str
    sku: str
    price: Money
    stock: str
    units: int | None
    why: str


class StockResult(Result):
    """Whether something can be had.

    One product with the variants that fit the words, or, when several products fit, ``candidates`` to ask the customer about.
    ``alternatives`` (best first, all in stock) when everything asked for is sold out.
    """

    product_id: str | None = None
    name: str | None = None
    variants: tuple[StockedVariant, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    candidates: tuple[ProductSummary, ...] = ()
    note: str | None = None


class ProductDetails(Result):
    """Everything the shop says about a product."""

    product_id: str
    name: str
    brand: str
    kind: str
    description: str
    specs: dict[str, str] = Field(default_factory=dict)
    care: str | None = None
    compatible_parts: tuple[str, ...] = ()
    variants: tuple[StockedVariant, ...]


class SpecRow(Result):
    """One specification of the compared products, in their order; ``not stated`` where a product has none."""

    spec: str
    values: tuple[str, ...]


class Comparison(Result):
    """Products side by side: what each is and costs, and their specifications row by row."""

    products: tuple[ProductSummary, ...]
    descriptions: tuple[str, ...]
    specs: tuple[SpecRow, ...] = ()
