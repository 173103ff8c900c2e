"""The tools that change an order before it leaves: cancelling it, sending it elsewhere."""

from decimal import Decimal
from typing import cast

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .model import Address, AddressReceipt, CancellationReceipt, Money, Order
from .results import Result
from .shop import OrderChanges
from .shoprules import still_here
from .tool import Arguments, Preview, Tool, ToolContext
from .wording import listed, units


class CancelOrder(Arguments):
    """Which order to cancel."""

    order_number: str = Field(min_length=1, description="e.g. 'W-10432'")


class ChangeAddress(Arguments):
    """Where an order shall go instead: the complete address."""

    order_number: str = Field(min_length=1, description="e.g. 'W-10432'")
    name: str = Field(min_length=1, description="the recipient")
    line1: str = Field(min_length=1, description="street and house number")
    line2: str | None = Field(default=None, description="flat, floor, company; null if there is none")
    city: str = Field(min_length=1)
    region: str | None = Field(default=None, description="state or province; null where there is none")
    postcode: str = Field(min_length=1)
    country: str = Field(pattern=r"^[A-Z]{2}$", description="two letters, e.g. 'US'")

    @property
    def address(self) -> Address:
        """The address as the shop takes it."""
        return Address.model_validate(self.model_dump(exclude={"order_number"}))


class CancellationFacts(Result):
    """What a cancellation would do."""

    order_number: str
    items: tuple[str, ...]
    refund: Money


class AddressFacts(Result):
    """What a change of address would do."""

    order_number: str
    old_address: Address
    new_address: Address


async def preview_cancellation(context: ToolContext, arguments: CancelOrder) -> Preview:
    """What cancelling would do; ``ToolError`` once something has left."""
    order = await context.access.order(context.shop, arguments.order_number)
    still_here(order)
    items = tuple(units(line.quantity, line.label) for line in order.lines)
    if order.status == "awaiting_payment":
        refund = Money(amount=Decimal("0.00"), currency=order.total.currency)
        question = render("confirm", "cancel_unpaid", order=order.number, items=listed(items))
    else:
        refund = order.total
        question = render("confirm", "cancel_paid", order=order.number, items=listed(items), refund=refund)
    facts = CancellationFacts(order_number=order.number, items=items, refund=refund)
    return Preview(question=question, facts=facts, at_stake=order.total)


async def cancel_order(context: ToolContext, arguments: CancelOrder) -> CancellationReceipt:
    """Cancel an order of which nothing has left."""
    order = await context.access.order(context.shop, arguments.order_number)
    return await cast("OrderChanges", context.shop).cancel_order(order.number, key=context.key)


async def preview_address(context: ToolContext, arguments: ChangeAddress) -> Preview:
    """The old and the new address; ``ToolError`` once something has left, or for another country."""
    order = await context.access.order(context.shop, arguments.order_number)
    still_here(order)
    _check(order, arguments.address)
    facts = AddressFacts(order_number=order.number, old_address=order.address, new_address=arguments.address)
    question = render("confirm", "change_shipping_address", order=order.number, old=order.address, new=arguments.address)
    return Preview(question=question, facts=facts, at_stake=order.total)


async def change_address(context: ToolContext, arguments: ChangeAddress) -> AddressReceipt:
    """Send an order elsewhere before it leaves."""
    order = await context.access.order(context.shop, arguments.order_number)
    return await cast("OrderChanges", context.shop).change_address(order.number, arguments.address, key=context.key)


def _check(order: Order, address: Address) -> None:
    if address == order.address:
        raise ToolError(f"Order {order.number} goes to exactly this address already. Tell the customer; nothing needs changing.")
    if address.country != order.address.country:
        raise ToolError(
            f"Order {order.number} goes to {order.address.country}; another country changes the shipping cost and takes a person."
            " Call escalate if the customer wants that."
        )


CANCEL_ORDER = Tool(
    name="cancel_unshipped_order",
    description=render("tools", "cancel_unshipped_order"),
    effect="write",
    arguments=CancelOrder,
    run=cancel_order,
    uses=("get_order", "cancel_order", "find_receipt"),
    needs=OrderChanges,
    preview=preview_cancellation,
)
CHANGE_ADDRESS = Tool(
    name="change_shipping_address",
    description=render("tools", "change_shipping_address"),
    effect="write",
    arguments=ChangeAddress,
    run=change_address,
    uses=("get_order", "change_address", "find_receipt"),
    needs=OrderChanges,
    preview=preview_address,
)
