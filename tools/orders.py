"""The tools about orders: finding and reading them."""

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .access import ASK_EMAIL
from .delivery import contents_in_words, not_shipped, order_expectation, parcel_expectation
from .model import Order, OrderLine, Shipment
from .results import ItemSummary, OrderDetails, OrderItem, OrderList, OrderSummary, Parcel, ParcelEvent
from .tool import Arguments, Tool, ToolContext
from .wording import in_plain_words

SHOWN = 5
"""Orders listed when no limit is given."""
EVENTS = 6
"""Scans of a parcel shown, the newest."""


class FindOrders(Arguments):
    """How many of the customer's orders to list."""

    limit: int | None = Field(default=None, ge=1, le=20, description="how many, 1 to 20; null for the newest 5")


class GetOrder(Arguments):
    """Which order to look up."""

    order_number: str = Field(min_length=1, description="as the customer wrote it, e.g. 'W-10432'")
    email: str | None = Field(default=None, description="a guest's e-mail address used for the order; null if signed in")


async def find_orders(context: ToolContext, arguments: FindOrders) -> OrderList:
    """The signed-in customer's orders; ``ToolError`` for a guest."""
    customer = context.access.customer
    if customer is None:
        raise ToolError(ASK_EMAIL)
    orders = await context.shop.list_orders(customer.customer_id)
    if not orders:
        return OrderList(note=render("results", "no_orders"))
    shown = orders[: arguments.limit or SHOWN]
    return OrderList(orders=tuple(map(_summary, shown)), older=len(orders) - len(shown) or None)


async def get_order(context: ToolContext, arguments: GetOrder) -> OrderDetails:
    """An order this conversation may see, with what can honestly be said about its delivery."""
    order = await context.access.order(context.shop, arguments.order_number, email=arguments.email)
    now = context.clock.now()
    expectation = order_expectation(order, now)
    return OrderDetails(
        number=order.number,
        placed=order.placed_at.date(),
        status=in_plain_words(order.status),
        items=tuple(map(_item, order.lines)),
        shipping=order.shipping,
        discount=order.discount if order.discount.amount else None,
        total=order.total,
        ship_to=str(order.address),
        promised=order.promised.date(),
        expected=expectation.day,
        expected_note=expectation.note,
        not_shipped=_not_shipped(order),
        parcels=tuple(_parcel(order, shipment, context) for shipment in order.shipments),
        gift=order.gift or None,
        gift_message=order.gift_message,
        note_from_shop=order.note,
    )


def _summary(order: Order) -> OrderSummary:
    return OrderSummary(
        number=order.number,
        placed=order.placed_at.date(),
        status=in_plain_words(order.status),
        items=tuple(ItemSummary(name=line.label, sku=line.sku, quantity=line.quantity) for line in order.lines),
        total=order.total,
    )


def _item(line: OrderLine) -> OrderItem:
    return OrderItem(
        name=line.label,
        sku=line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        returned=line.returned or None,
        final_sale=line.final_sale or None,
    )


def _not_shipped(order: Order) -> tuple[str, ...]:
    """What of a partly shipped order is still to be shipped; when nothing was, the status says so."""
    return contents_in_words(order, not_shipped(order)) if order.shipments and order.status != "cancelled" else ()


def _parcel(order: Order, shipment: Shipment, context: ToolContext) -> Parcel:
    expectation = parcel_expectation(shipment, order.promised, context.clock.now())
    scans = sorted(shipment.events, key=lambda event: event.at, reverse=True)[:EVENTS]
    return Parcel(
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        status=in_plain_words(shipment.status),
        contents=contents_in_words(order, shipment.contents),
        shipped=shipment.shipped_at.date() if shipment.shipped_at else None,
        expected=expectation.day,
        expected_note=expectation.note,
        delivered=shipment.delivered_at.date() if shipment.delivered_at else None,
        events=tuple(ParcelEvent(on=event.at.date(), what=event.what, place=event.place) for event in scans),
    )


FIND_ORDERS = Tool(
    name="find_orders",
    description=render("tools", "find_orders"),
    effect="read",
    arguments=FindOrders,
    run=find_orders,
    uses=("list_orders",),
)
GET_ORDER = Tool(
    name="get_order",
    description=render("tools", "get_order"),
    effect="read",
    arguments=GetOrder,
    run=get_order,
    uses=("get_order",),
)
