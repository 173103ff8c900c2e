"""What the conversation has shown so far: orders, products and variants by their numbers, and which came up last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from warmline.tools.wording import IN_STOCK

from .thread import Result

Fields = Mapping[str, Any]
_LASTING = {"cancel_unshipped_order": "cancel", "start_return": "return", "start_exchange": "exchange"}
"""The writes no tool takes back, and the goals they serve."""
_IDS = ("return_number", "exchange_number", "tracking_number", "sku", "new_sku", "product_id")


@dataclass
class Memory:
    """Filled from tool results only, so every value in it may be repeated.

    ``order`` and ``product`` are the ones looked at last, ``shown`` the products of the last list, ``proven`` guests' addresses by
    order, ``identifiers`` what looks like an order number and is none, ``made`` what was cancelled, returned or exchanged, with its order.
    """

    orders: dict[str, Fields] = field(default_factory=dict[str, Fields])
    products: dict[str, Fields] = field(default_factory=dict[str, Fields])
    variants: dict[str, Fields] = field(default_factory=dict[str, Fields])
    shown: tuple[str, ...] = ()
    order: str = ""
    product: str = ""
    sku: str = ""
    proven: dict[str, str] = field(default_factory=dict[str, str])
    identifiers: set[str] = field(default_factory=set[str])
    made: tuple[tuple[str, str], ...] = ()

    def copy(self) -> "Memory":
        """A memory of its own with the same contents."""
        return Memory(
            orders=dict(self.orders),
            products=dict(self.products),
            variants=dict(self.variants),
            shown=self.shown,
            order=self.order,
            product=self.product,
            sku=self.sku,
            proven=dict(self.proven),
            identifiers=set(self.identifiers),
            made=self.made,
        )

    def take(self, tool: str, arguments: Fields, result: Result) -> None:
        """Take in one good result."""
        fields = result.fields
        self._identify(fields)
        if kind := _LASTING.get(tool):
            self.made = tuple(dict.fromkeys((*self.made, (kind, text_of(arguments, "order_number")))))
        for order in rows(fields, "orders"):
            self.orders.setdefault(text_of(order, "number"), order)
        if tool == "get_order" and "number" in fields:
            self.order = text_of(fields, "number")
            self.orders[self.order] = fields
            if email := text_of(arguments, "email"):
                self.proven[self.order] = email
        for product in (*rows(fields, "products"), *rows(fields, "candidates")):
            self.products[text_of(product, "product_id")] = product
        if listed := [text_of(product, "product_id") for product in (*rows(fields, "products"), *rows(fields, "candidates"))]:
            self.shown = tuple(listed)
        if tool in ("check_stock", "get_product") and "product_id" in fields:
            self._product(fields)

    def _product(self, fields: Fields) -> None:
        self.product = text_of(fields, "product_id")
        self.products[self.product] = {**self.products.get(self.product, {}), **fields}
        variants = rows(fields, "variants")
        for variant in variants:
            self.variants[text_of(variant, "sku")] = {**variant, "product_id": self.product, "name": fields.get("name", "")}
        for other in rows(fields, "alternatives"):
            self.variants[text_of(other, "sku")] = other
        self.sku = text_of(variants[0], "sku") if len(variants) == 1 else ""

    def _identify(self, node: object) -> None:
        if isinstance(node, Mapping):
            for key, value in cast("Mapping[str, object]", node).items():
                if key in _IDS and isinstance(value, str):
                    self.identifiers.add(value)
                else:
                    self._identify(value)
        elif isinstance(node, list):
            for part in cast("list[object]", node):
                self._identify(part)


def rows(fields: Fields, name: str) -> list[Fields]:
    """A field that is a list of objects; empty when it is missing or something else."""
    value = fields.get(name)
    parts = cast("Sequence[object]", value) if isinstance(value, list) else ()
    return [cast("Fields", part) for part in parts if isinstance(part, Mapping)]


def part_of(fields: Fields, name: str) -> Fields:
    """A field that is an object; empty when it is missing or something else."""
    value = fields.get(name)
    return cast("Fields", value) if isinstance(value, Mapping) else {}


def words_in(fields: Fields, name: str) -> list[str]:
    """A field that is a list of texts."""
    value = fields.get(name)
    parts = cast("Iterable[object]", value) if isinstance(value, list) else ()
    return [part for part in parts if isinstance(part, str)]


def text_of(fields: Fields, name: str) -> str:
    """A field as text; empty when it is missing."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def has_units(variant: Fields, quantity: int = 1) -> bool:
    """Whether so many of a variant are in stock; where nobody counts them, there are."""
    return uncounted(variant) or count_of(variant, "units") >= quantity


def uncounted(variant: Fields) -> bool:
    """Whether a variant is in stock and nobody counts how many."""
    return "units" not in variant and text_of(variant, "stock") == IN_STOCK


def count_of(fields: Fields, name: str, *, default: int = 0) -> int:
    """A field as a whole number."""
    value = fields.get(name)
    return value if isinstance(value, int) else default
