"""What a shop in memory keeps, and what its writes do to it; the rules are the demo shop's."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from warmline.errors import ToolError
from warmline.tools.clock import Clock
from warmline.tools.finding import must_be_sold_out
from warmline.tools.model import (
    Address,
    AddressReceipt,
    CancellationReceipt,
    Customer,
    EnrolmentReceipt,
    ExchangeReceipt,
    Label,
    Money,
    Order,
    PolicyDocument,
    Product,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
    StopReceipt,
    SubscriptionReceipt,
    Variant,
)
from warmline.tools.numbers import bare
from warmline.tools.shop import StockAlert
from warmline.tools.shoprules import SEND_WINDOW, claim, exchange_price, label_fee, order_number, paid_share, still_here


class Records:
    """Customers, products, orders and policies by their ids."""

    def __init__(
        self,
        *,
        customers: Iterable[Customer],
        products: Iterable[Product],
        orders: Iterable[Order],
        policies: Iterable[PolicyDocument],
        clock: Clock,
    ) -> None:
        self.clock = clock
        self.customers = {one.customer_id: one for one in customers}
        self.products = {one.product_id: one for one in products}
        self.orders = {one.number: one for one in orders}
        self.policies = list(policies)
        self.serial = 50000
        self.waiting: dict[tuple[str, str], StockAlert] = {}

    def cancel(self, number: str) -> CancellationReceipt:
        """Cancel an order of which nothing has left, and give its stock back."""
        order = self._order(number)
        still_here(order)
        for line in order.lines:
            self._shelve(line.sku, line.quantity)
        refund = Money(amount=Decimal("0.00"), currency=order.total.currency)
        if order.status != "awaiting_payment":
            refund = order.total
        self._keep(order, {"status": "cancelled", "shipments": ()})
        return CancellationReceipt(order_number=order.number, refund=refund, cancelled_at=self.clock.now())

    def redirect(self, number: str, address: Address) -> AddressReceipt:
        """Send an order of which nothing has left to another address in the same country."""
        order = self._order(number)
        still_here(order)
        if address.country != order.address.country:
            raise ToolError(f"Another country changes the shipping cost of order {order.number}: that takes a person.")
        self._keep(order, {"address": address})
        return AddressReceipt(order_number=order.number, address=address)

    def send_back(self, number: str, items: Sequence[ReturnItem], reason: ReturnReason) -> ReturnReceipt:
        """Create a return; its refund is what was paid for the items, less the label."""
        order = self._order(number)
        going = claim(order, items, self.clock.now())
        paid = sum((paid_share(order, line.unit_price).amount * units for line, units in going), Decimal(0))
        fee = label_fee(order, reason)
        self._mark_returned(order, {line.sku: units for line, units in going})
        return ReturnReceipt(
            return_number=self._next("R"),
            order_number=order.number,
            items=tuple(ReturnItem(sku=line.sku, quantity=units) for line, units in going),
            reason=reason,
            refund=Money(amount=max(paid - fee.amount, Decimal("0.00")), currency=fee.currency),
            label_fee=fee,
            send_by=self.clock.now() + SEND_WINDOW,
            label=self._label(),
        )

    def swap(self, number: str, item: ReturnItem, new_sku: str) -> ExchangeReceipt:
        """Create an exchange and take the new item off the shelf."""
        order = self._order(number)
        [(line, units)] = claim(order, [item], self.clock.now())
        new = self._variant(new_sku)
        if new.final_sale or not new.has(units):
            raise ToolError(
                f"{new.sku} cannot be chosen: {'it is a final sale item' if new.final_sale else 'too few are in stock'}."
            )
        self._shelve(new.sku, -units)
        self._mark_returned(order, {line.sku: units})
        return ExchangeReceipt(
            exchange_number=self._next("X"),
            order_number=order.number,
            sku=line.sku,
            new_sku=new.sku,
            quantity=units,
            difference=exchange_price(order, line, new.price, units),
            reserved_until=self.clock.now() + SEND_WINDOW,
            label=self._label(),
        )

    def swap_price(self, number: str, item: ReturnItem, new_sku: str) -> Money:
        """What ``swap`` would charge."""
        order = self._order(number)
        [(line, units)] = claim(order, [item], self.clock.now())
        return exchange_price(order, line, self._variant(new_sku).price, units)

    def await_stock(self, sku: str, key: str, *, email: str | None = None, phone: str | None = None) -> SubscriptionReceipt:
        """Put an address or a number on the list of a sold-out variant, if it is not there yet."""
        variant = self._variant(sku)
        must_be_sold_out(variant)
        new = StockAlert(key=key, sku=variant.sku, email=email, phone=phone, since=self.clock.now())
        place = self.waiting.setdefault((variant.sku, new.place.strip().casefold()), new)
        return SubscriptionReceipt(sku=variant.sku, email=email, phone=phone, since=place.since)

    def back_in_stock(self) -> list[StockAlert]:
        """Who waits for something that can be bought again, the longest waiting first."""
        return sorted((one for one in self.waiting.values() if self._variant(one.sku).in_stock), key=lambda one: one.since)

    def send_care_letters(self, product_id: str, email: str) -> EnrolmentReceipt:
        """Put an address on the list of a product's care letters."""
        product = self.products.get(product_id)
        if product is None or product.care is None:
            raise ToolError(f"There are no care letters for {product_id!r}.")
        return EnrolmentReceipt(product_id=product.product_id, email=email, since=self.clock.now())

    def stop(self, email: str | None, phone: str | None) -> StopReceipt:
        """Forget who waits at this address, and at this number; customers of the address take no marketing. A number's texts are its own."""
        address = email and email.strip().casefold()
        gone = {address, phone and bare(phone)}
        self.waiting = {place: one for place, one in self.waiting.items() if place[1] not in gone}
        for customer in self.customers.values():
            if address and customer.email.casefold() == address:
                self.customers[customer.customer_id] = customer.model_copy(update={"marketing_consent": False})
        return StopReceipt(email=email, phone=phone, stopped_at=self.clock.now())

    def _order(self, number: str) -> Order:
        order = self.orders.get(order_number(number))
        if order is None:
            raise ToolError(f"There is no order {number!r}.")
        return order

    def _variant(self, sku: str) -> Variant:
        found = (variant for product in self.products.values() if (variant := product.variant(sku)))
        variant = next(found, None)
        if variant is None:
            raise ToolError(f"Nothing has the SKU {sku!r}.")
        return variant

    def _keep(self, order: Order, changes: Mapping[str, object]) -> None:
        self.orders[order.number] = order.model_copy(update=changes)

    def _mark_returned(self, order: Order, going: Mapping[str, int]) -> None:
        lines = [line.model_copy(update={"returned": line.returned + going.get(line.sku, 0)}) for line in order.lines]
        self._keep(order, {"lines": tuple(lines)})

    def restock(self, sku: str, units: int) -> None:
        """A delivery: so many units more."""
        self._shelve(self._variant(sku).sku, units)

    def _shelve(self, sku: str, units: int) -> None:
        """Put units on the shelves of a variant, or take them off (below zero) where there are some."""
        for product in self.products.values():
            variants = tuple(_restocked(one, units) if one.sku == sku else one for one in product.variants)
            self.products[product.product_id] = product.model_copy(update={"variants": variants})

    def _next(self, letter: str) -> str:
        self.serial += 1
        return f"{letter}-{self.serial}"

    def _label(self) -> Label:
        return Label(carrier="Coastal Post", tracking_number=f"CP{self.serial}US", location=f"memory:{self.serial}.pdf")


def _restocked(variant: Variant, units: int) -> Variant:
    stock = dict(variant.stock)
    for warehouse, held in stock.items():
        change = max(units, -held)
        stock[warehouse], units = held + change, min(units - change, 0)
    return variant.model_copy(update={"stock": stock})
