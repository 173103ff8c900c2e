"""What WooCommerce answers, as far as it is read here.

Source: "WooCommerce REST API", version wc/v3 (woocommerce.github.io/woocommerce-rest-api-docs): Orders, Order refunds, Customers, Products,
Product variations; "Order fulfillments" (developer.woocommerce.com, REST API v3). Amounts are texts, ``…_gmt`` times are UTC without saying so.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

Gmt = Annotated[datetime, AfterValidator(lambda moment: moment if moment.tzinfo else moment.replace(tzinfo=UTC))]
Text = Annotated[str, BeforeValidator(lambda text: "" if text is None else text)]


class Answer(BaseModel):
    """Fields that are not named here are none of ours."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Meta(Answer):
    """Something a plugin keeps with an object; the readable forms only on an order's lines."""

    key: str
    value: Any = None
    display_key: Any = None
    display_value: Any = None


class Tax(Answer):
    """The part of a line's tax that one rate makes."""

    id: int
    total: str = ""


class Item(Answer):
    """What an order's products, shipping and fees have in common; amounts without tax."""

    id: int
    total: Decimal
    total_tax: Decimal
    taxes: tuple[Tax, ...] = ()
    name: Text = ""


class Line(Item):
    """Units of one product; ``subtotal`` is before the discount, ``total`` after it."""

    product_id: int
    variation_id: int = 0
    quantity: int
    subtotal: Decimal
    subtotal_tax: Decimal
    sku: Text = ""
    meta_data: tuple[Meta, ...] = ()


class Place(Answer):
    """A billing or shipping address."""

    first_name: Text = ""
    last_name: Text = ""
    company: Text = ""
    address_1: Text = ""
    address_2: Text = ""
    city: Text = ""
    state: Text = ""
    postcode: Text = ""
    country: Text = ""
    email: Text = ""
    phone: Text = ""


class Refunded(Answer):
    """A refund as an order names it: its amount is below zero."""

    id: int
    total: Decimal


class OrderAnswer(Answer):
    """An order."""

    id: int
    number: str
    status: str
    currency: str
    date_created_gmt: Gmt
    date_paid_gmt: Gmt | None
    date_completed_gmt: Gmt | None
    customer_id: int
    discount_total: Decimal
    discount_tax: Decimal
    shipping_total: Decimal
    shipping_tax: Decimal
    total: Decimal
    payment_method: Text = ""
    billing: Place
    shipping: Place
    line_items: tuple[Line, ...]
    shipping_lines: tuple[Item, ...] = ()
    fee_lines: tuple[Item, ...] = ()
    refunds: tuple[Refunded, ...] = ()
    meta_data: tuple[Meta, ...]

    @property
    def places(self) -> int:
        """Decimal places of this order's amounts, as the shop writes them."""
        exponent = self.total.as_tuple().exponent
        return -exponent if isinstance(exponent, int) and exponent < 0 else 0


class Numbered(Answer):
    """An order's id and the number customers know."""

    id: int
    number: str


class RefundLine(Answer):
    """Units that were refunded, below zero; which line they were is in ``_refunded_item_id``."""

    quantity: int
    meta_data: tuple[Meta, ...] = ()


class RefundAnswer(Answer):
    """A refund with its lines."""

    id: int
    line_items: tuple[RefundLine, ...] = ()
    meta_data: tuple[Meta, ...] = ()


class NoteAnswer(Answer):
    """A note on an order."""

    id: int
    date_created_gmt: Gmt
    note: str
    customer_note: bool


class FulfillmentAnswer(Answer):
    """A parcel, where the shop keeps them: what is in it, and its number, are in ``meta_data``."""

    id: int
    is_fulfilled: bool
    date_deleted: Any = None
    meta_data: tuple[Meta, ...] = ()


class CustomerAnswer(Answer):
    """A customer's account."""

    id: int
    date_created_gmt: Gmt
    email: str
    first_name: Text = ""
    last_name: Text = ""
    billing: Place
    shipping: Place


class Named(Answer):
    """A category, a tag, a brand."""

    name: str
    slug: str = ""


class Attribute(Answer):
    """An attribute of a product: its possible values, or of a variation: its value."""

    name: str
    variation: bool = False
    options: tuple[str, ...] = ()
    option: str = ""


class Dimensions(Answer):
    """In the shop's unit of length."""

    length: Text = ""
    width: Text = ""
    height: Text = ""


class Sold(Answer):
    """What a product and a variation have in common; a price that was never set is empty."""

    id: int
    sku: Text = ""
    status: str
    price: Text
    stock_status: str
    stock_quantity: int | None
    manage_stock: bool | str
    attributes: tuple[Attribute, ...] = ()


class ProductAnswer(Sold):
    """A product; of a variation found by its SKU, ``parent_id`` is the product."""

    name: str
    type: str
    parent_id: int = 0
    description: Text = ""
    short_description: Text = ""
    catalog_visibility: str = "visible"
    weight: Text = ""
    dimensions: Dimensions = Dimensions()
    categories: tuple[Named, ...] = ()
    tags: tuple[Named, ...] = ()
    brands: tuple[Named, ...] = ()


class Currency(Answer):
    """The shop's currency."""

    code: str


class StatusTotal(Answer):
    """A status orders of this shop may have, and how many have it."""

    slug: str
    total: int


class Setting(Answer):
    """One of the shop's settings."""

    id: str
    value: Any


class Gateway(Answer):
    """A way to pay; ``method_supports`` has ``refunds`` where it can pay back by itself."""

    id: str
    method_supports: tuple[str, ...] = ()


class PageAnswer(Answer):
    """A page of the WordPress site (REST API handbook, "Pages")."""

    class Rendered(Answer):
        """Text as HTML."""

        rendered: str

    slug: str
    title: Rendered
    content: Rendered


class Index(Answer):
    """The routes there are."""

    namespace: str
    routes: dict[str, Any]
