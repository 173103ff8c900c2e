"""Changes to orders that have not left, and sign-ups to lists: the parts of a write that differ."""

from decimal import Decimal

from warmline.errors import ToolError
from warmline.tools.finding import must_be_sold_out
from warmline.tools.model import (
    Address,
    AddressReceipt,
    CancellationReceipt,
    EnrolmentReceipt,
    Money,
    SubscriptionReceipt,
    Variant,
)
from warmline.tools.numbers import full_number
from warmline.tools.shoprules import still_here

from .alerts import BY_MAIL, BY_TEXT
from .rows import order_from, variant_from
from .write import Write


async def cancel(write: Write, number: str) -> CancellationReceipt:
    """Cancel an order of which nothing has left and give its stock back; what was paid is promised back."""
    row = await write.order(number)
    order = order_from(row)
    still_here(order)
    for line in sorted(row.lines, key=lambda line: line.sku):  # everyone locks variants in this order
        for shelf in (await write.variant(line.sku)).stock[:1]:
            shelf.units += line.quantity
    row.status, row.shipments = "cancelled", []
    nothing = Money(amount=Decimal("0.00"), currency=order.total.currency)
    refund = nothing if order.status == "awaiting_payment" else order.total
    return CancellationReceipt(order_number=order.number, refund=refund, cancelled_at=write.now)


async def redirect(write: Write, number: str, address: Address) -> AddressReceipt:
    """Send an order of which nothing has left to another address in the same country."""
    row = await write.order(number)
    order = order_from(row)
    still_here(order)
    if address.country != order.address.country:
        raise ToolError(f"Another country changes the shipping cost of order {order.number}: that takes a person.")
    row.address = address.model_dump()
    return AddressReceipt(order_number=order.number, address=address)


async def await_stock(write: Write, sku: str, email: str) -> SubscriptionReceipt:
    """Put an address on the list of a sold-out variant."""
    variant = await _sold_out(write, sku)
    since = await write.sign_up(BY_MAIL, variant.sku, email)
    return SubscriptionReceipt(sku=variant.sku, email=email, since=since)


async def await_text(write: Write, sku: str, phone: str) -> SubscriptionReceipt:
    """Put a number on the list of a sold-out variant."""
    variant, number = await _sold_out(write, sku), full_number(phone)
    since = await write.sign_up(BY_TEXT, variant.sku, number)
    return SubscriptionReceipt(sku=variant.sku, phone=number, since=since)


async def _sold_out(write: Write, sku: str) -> Variant:
    variant = variant_from(await write.variant(sku))
    must_be_sold_out(variant)
    return variant


async def send_care_letters(write: Write, product_id: str, email: str) -> EnrolmentReceipt:
    """Put an address on the list of a product's care letters."""
    product = await write.product(product_id)
    if product.care is None:
        raise ToolError(f"There are no care letters for {product.name}.")
    since = await write.sign_up("care_series", product.product_id, email)
    return EnrolmentReceipt(product_id=product.product_id, email=email, since=since)
