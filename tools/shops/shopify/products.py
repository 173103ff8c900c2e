"""Shopify's products as ours, with the stock of each location."""

import re
from collections.abc import Sequence
from decimal import Decimal
from html.parser import HTMLParser
from typing import Literal

from warmline.errors import ShopError
from warmline.tools.model import Money, PolicyDocument, Product, Supply, Variant

from .nodes import Connection, Node, Option
from .orders import number_of

TOPICS = {
    "REFUND_POLICY": "returns",
    "SHIPPING_POLICY": "shipping",
    "PRIVACY_POLICY": "privacy",
    "TERMS_OF_SERVICE": "terms",
    "TERMS_OF_SALE": "terms_of_sale",
    "LEGAL_NOTICE": "legal_notice",
    "SUBSCRIPTION_POLICY": "subscriptions",
    "CONTACT_INFORMATION": "contact",
}
"""ShopPolicyType; a new one is told under its own name."""


class _Where(Node):
    name: str
    fulfills_online_orders: bool


class _Quantity(Node):
    name: str
    quantity: int


class _Level(Node):
    location: _Where
    quantities: Sequence[_Quantity]


class _Item(Node):
    tracked: bool
    inventory_levels: Connection[_Level]


class VariantNode(Node):
    """ProductVariant."""

    id: str
    sku: str | None
    price: Decimal
    available_for_sale: bool
    inventory_policy: Literal["CONTINUE", "DENY"]
    selected_options: Sequence[Option]
    inventory_item: _Item


class Summary(Node):
    """Product, as far as it can be searched."""

    id: str
    title: str
    product_type: str
    vendor: str
    status: Literal["ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"]
    tags: Sequence[str]


class ProductNode(Summary):
    """Product."""

    description: str
    variants: Connection[VariantNode]


class PolicyNode(Node):
    """ShopPolicy."""

    type: str
    title: str
    body: str


def a_product(node: ProductNode, variants: Sequence[VariantNode], *, currency: str, final_sale_tag: str) -> Product:
    """A product with all its variants."""
    final = final_sale_tag.casefold() in {tag.casefold() for tag in node.tags}
    return Product(
        product_id=number_of(node.id),
        name=node.title,
        kind=node.product_type.casefold() or "other",
        brand=node.vendor,
        description=node.description,
        keywords=tuple(node.tags),
        variants=tuple(_variant(one, currency, final=final) for one in variants),
    )


def variant_sku(variant: VariantNode) -> str:
    """The variant's SKU, or a name that stands for it where the shop gives none."""
    return variant.sku or f"variant-{number_of(variant.id)}"


def a_policy(node: PolicyNode) -> PolicyDocument:
    """A policy in plain text; Shopify keeps them as HTML."""
    return PolicyDocument(topic=TOPICS.get(node.type, node.type.lower()), title=node.title, text=plain(node.body))


def plain(html: str) -> str:
    """The text of a piece of HTML: blocks on lines of their own, scripts and styles left out."""
    text = _Text()
    text.feed(html)
    text.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(text.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Text(HTMLParser):
    BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style"}
        self.parts += ["\n"] if tag in self.BLOCKS else []

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(self._hidden - (tag in {"script", "style"}), 0)
        self.parts += ["\n"] if tag in self.BLOCKS else []

    def handle_data(self, data: str) -> None:
        self.parts += [] if self._hidden else [data.replace("\n", " ")]


def _variant(variant: VariantNode, currency: str, *, final: bool) -> Variant:
    options = {option.name.casefold(): option.value for option in variant.selected_options}
    return Variant(
        sku=variant_sku(variant),
        options={} if options == {"title": "Default Title"} else options,
        price=Money(amount=variant.price, currency=currency),
        stock=_stock(variant),
        supply=_supply(variant),
        final_sale=final,
    )


def _supply(variant: VariantNode) -> Supply:
    """A variant that is not tracked is there if it may be bought; one that may be oversold can be ordered when none is left.

    One that may not be bought is counted, and ``_stock`` counts none.
    """
    if not variant.available_for_sale:
        return "counted"
    if not variant.inventory_item.tracked:
        return "uncounted"
    return "back_order" if variant.inventory_policy == "CONTINUE" else "counted"


def _stock(variant: VariantNode) -> dict[str, int]:
    """What can be sent to a customer: nothing of what may not be bought, whatever lies there, and nothing from where no online order is sent."""
    item = variant.inventory_item
    if not item.tracked:
        return {}
    if item.inventory_levels.page_info.has_next_page:
        raise ShopError("a variant is kept at more locations than are read at once; a person has to look")
    levels = [level for level in item.inventory_levels.nodes if level.location.fulfills_online_orders]
    return {level.location.name: max(_available(level), 0) if variant.available_for_sale else 0 for level in levels}


def _available(level: _Level) -> int:
    return sum(one.quantity for one in level.quantities if one.name == "available")
