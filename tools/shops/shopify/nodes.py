"""What Shopify answers, as far as it is asked. A field that is missing, or a value of a closed set that is new, is drift and not a guess."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from warmline.tools.model import Money

T = TypeVar("T")

Fulfilled = Literal[
    "FULFILLED",
    "FULFILLMENT_NOT_REQUIRED",
    "IN_PROGRESS",
    "ON_HOLD",
    "OPEN",
    "PARTIALLY_FULFILLED",
    "PENDING_FULFILLMENT",
    "REQUEST_DECLINED",
    "RESTOCKED",
    "SCHEDULED",
    "UNFULFILLED",
]
Paid = Literal["AUTHORIZED", "EXPIRED", "PAID", "PARTIALLY_PAID", "PARTIALLY_REFUNDED", "PENDING", "REFUNDED", "VOIDED"]
Shown = Literal[
    "ATTEMPTED_DELIVERY",
    "CANCELED",
    "CARRIER_PICKED_UP",
    "CONFIRMED",
    "DELAYED",
    "DELIVERED",
    "FAILURE",
    "FULFILLED",
    "IN_TRANSIT",
    "LABEL_PRINTED",
    "LABEL_PURCHASED",
    "LABEL_VOIDED",
    "MARKED_AS_FULFILLED",
    "NOT_DELIVERED",
    "OUT_FOR_DELIVERY",
    "PICKED_UP",
    "READY_FOR_PICKUP",
    "SUBMITTED",
]


class Node(BaseModel):
    """An object of Shopify's: names in camelCase, what was not asked for ignored."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


class Amount(Node):
    """MoneyV2."""

    amount: Decimal
    currency_code: str

    @property
    def money(self) -> Money:
        """The amount as ours."""
        return Money(amount=self.amount, currency=self.currency_code)


class Bag(Node):
    """MoneyBag, of which the customer's currency is read."""

    presentment_money: Amount

    @property
    def money(self) -> Money:
        """The amount the customer saw."""
        return self.presentment_money.money


class PageInfo(Node):
    """Whether there is more, and where it begins."""

    has_next_page: bool
    end_cursor: str | None = None

    @property
    def next(self) -> str | None:
        """The cursor of the next page."""
        return self.end_cursor if self.has_next_page else None


class Connection(Node, Generic[T]):
    """A list with pages."""

    nodes: Sequence[T]
    page_info: PageInfo


class Listed(Node, Generic[T]):
    """A list of which the first few are enough."""

    nodes: Sequence[T]


class Place(Node):
    """MailingAddress."""

    name: str | None
    address1: str | None
    address2: str | None
    city: str | None
    province_code: str | None
    province: str | None
    zip: str | None
    country_code_v2: str | None = Field(alias="countryCodeV2")


class Option(Node):
    """SelectedOption."""

    name: str
    value: str


class _LineVariant(Node):
    id: str
    selected_options: Sequence[Option]


class _Tagged(Node):
    tags: Sequence[str]


class _Tax(Node):
    price_set: Bag


class Line(Node):
    """LineItem."""

    id: str
    sku: str | None
    name: str
    title: str
    quantity: int
    current_quantity: int
    variant: _LineVariant | None
    product: _Tagged | None
    original_unit_price_set: Bag
    discounted_unit_price_after_all_discounts_set: Bag
    tax_lines: Sequence[_Tax]


class _LineRef(Node):
    id: str


class Packed(Node):
    """FulfillmentLineItem."""

    id: str
    quantity: int | None
    line_item: _LineRef


class Tracking(Node):
    """FulfillmentTrackingInfo."""

    company: str | None
    number: str | None


class Scan(Node):
    """FulfillmentEvent."""

    happened_at: AwareDatetime
    status: str
    message: str | None
    city: str | None
    province: str | None
    country: str | None


class Parcel(Node):
    """Fulfillment."""

    id: str
    status: Literal["CANCELLED", "ERROR", "FAILURE", "OPEN", "PENDING", "SUCCESS"]
    display_status: Shown | None
    created_at: AwareDatetime
    in_transit_at: datetime | None
    delivered_at: AwareDatetime | None
    estimated_delivery_at: AwareDatetime | None
    tracking_info: Sequence[Tracking]
    fulfillment_line_items: Connection[Packed]
    events: Listed[Scan]


class _Count(Node):
    count: int


class _Owner(Node):
    legacy_resource_id: str


class _Cancellation(Node):
    staff_note: str | None


class OrderNode(Node):
    """Order."""

    id: str
    name: str
    email: str | None
    processed_at: AwareDatetime
    updated_at: AwareDatetime
    cancelled_at: AwareDatetime | None
    taxes_included: bool
    display_financial_status: Paid | None
    display_fulfillment_status: Fulfilled
    customer: _Owner | None
    cancellation: _Cancellation | None
    shipping_address: Place | None
    billing_address: Place | None
    total_price_set: Bag
    total_discounts_set: Bag | None
    total_shipping_price_set: Bag
    total_received_set: Bag
    total_refunded_set: Bag
    line_items: Connection[Line]
    fulfillments_count: _Count | None
    fulfillments: Sequence[Parcel]
