"""A whole shop in memory: every protocol of ``warmline.tools.shop``, with the demo shop's rules and nothing on disk."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from warmline.errors import UsageError
from warmline.tools.clock import Clock
from warmline.tools.model import (
    Address,
    AddressReceipt,
    CancellationReceipt,
    Customer,
    EnrolmentReceipt,
    ExchangeReceipt,
    Money,
    Order,
    PolicyDocument,
    Product,
    Receipt,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
    StopReceipt,
    SubscriptionReceipt,
)
from warmline.tools.numbers import full_number
from warmline.tools.shop import StockAlert
from warmline.tools.shoprules import check_order, order_number

from .records import Records

if TYPE_CHECKING:
    from warmline.tools.shopsearch import Entry

R = TypeVar("R", bound=Receipt)


class MemoryShop:
    """A shop that lives as long as the object.

    ``records`` is what it holds. ``receipts`` maps the key of each write to what it returned; nothing else is a write, so an empty
    dictionary means that nothing happened.
    """

    def __init__(
        self,
        *,
        customers: Iterable[Customer],
        products: Iterable[Product],
        orders: Iterable[Order],
        policies: Iterable[PolicyDocument],
        clock: Clock,
    ) -> None:
        self.records = Records(customers=customers, products=products, orders=orders, policies=policies, clock=clock)
        self.receipts: dict[str, Receipt] = {}

    @property
    def clock(self) -> Clock:
        """The clock that windows are measured by."""
        return self.records.clock

    async def get_customer(self, customer_id: str) -> Customer | None:
        """The customer with this id."""
        return self.records.customers.get(customer_id)

    async def get_order(self, number: str) -> Order | None:
        """The order with this number, as a customer would write it."""
        return self.records.orders.get(order_number(number))

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, newest first."""
        own = [order for order in self.records.orders.values() if order.customer_id == customer_id]
        return sorted(own, key=lambda order: order.placed_at, reverse=True)

    async def get_product(self, reference: str) -> Product | None:
        """The product with this product id or with a variant of this SKU."""
        wanted = reference.strip()
        found = (one for one in self.records.products.values() if one.product_id == wanted.casefold() or one.variant(wanted))
        return next(found, None)

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Products that fit the words, best first: the demo shop's search."""
        from warmline.tools.shopsearch import search

        products = self.records.products
        entries = [_entry(_Itself(one)) for one in products.values()]
        return [products[found] for found in search(entries, query, limit=limit)]

    async def list_policies(self) -> Sequence[PolicyDocument]:
        """All policy documents."""
        return self.records.policies

    async def check_return(self, number: str) -> ReturnCheck | None:
        """What of this order may go back, per line."""
        order = await self.get_order(number)
        return order and check_order(order, self.clock.now())

    async def price_exchange(self, number: str, item: ReturnItem, *, new_sku: str) -> Money | None:
        """What an exchange costs the customer."""
        return self.records.swap_price(number, item, new_sku)

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of the write made with this key."""
        return self.receipts.get(key)

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        """Cancel an order of which nothing was shipped."""
        return self._once(key, CancellationReceipt, lambda: self.records.cancel(number))

    async def change_address(self, number: str, address: Address, *, key: str) -> AddressReceipt:
        """Send an order elsewhere in the same country, before dispatch."""
        return self._once(key, AddressReceipt, lambda: self.records.redirect(number, address))

    async def create_return(self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, key: str) -> ReturnReceipt:
        """Create a return; the location of its label is a name, no file."""
        return self._once(key, ReturnReceipt, lambda: self.records.send_back(number, items, reason))

    async def create_exchange(
        self, number: str, item: ReturnItem, *, new_sku: str, reason: ReturnReason, key: str
    ) -> ExchangeReceipt:
        """Create an exchange and take the new item off the shelf."""
        return self._once(key, ExchangeReceipt, lambda: self.records.swap(number, item, new_sku))

    async def subscribe_back_in_stock(self, sku: str, email: str, *, key: str) -> SubscriptionReceipt:
        """Put an address on the list of a sold-out variant."""
        return self._once(key, SubscriptionReceipt, lambda: self.records.await_stock(sku, key, email=email))

    async def texts_reach(self, phone: str) -> bool:
        """Anywhere: no text leaves this shop but as an event."""
        return bool(phone)

    async def text_when_back_in_stock(self, sku: str, phone: str, *, key: str) -> SubscriptionReceipt:
        """Put a number on the list of a sold-out variant."""
        return self._once(key, SubscriptionReceipt, lambda: self.records.await_stock(sku, key, phone=full_number(phone)))

    async def enrol_in_care_series(self, product_id: str, email: str, *, key: str) -> EnrolmentReceipt:
        """Put an address on the list of a product's care letters."""
        return self._once(key, EnrolmentReceipt, lambda: self.records.send_care_letters(product_id, email))

    async def stop_messages(self, *, email: str | None, phone: str | None, key: str) -> StopReceipt:
        """Take an address and a number off all lists, and note that customers of the address take no marketing."""
        return self._once(key, StopReceipt, lambda: self.records.stop(email, phone))

    async def due_stock_alerts(self, *, most: int = 100) -> Sequence[StockAlert]:
        """Sign-ups whose variant is in stock again; ``records.restock`` brings some."""
        return self.records.back_in_stock()[:most]

    async def note_alerted(self, key: str) -> None:
        """Take who was told off the list."""
        self.records.waiting = {place: one for place, one in self.records.waiting.items() if one.key != key}

    async def withdraw_back_in_stock(self, sku: str, email: str) -> bool:
        """Take an address off the list of a variant; whether it was on it."""
        return self.records.waiting.pop((sku.strip().upper(), email.strip().casefold()), None) is not None

    def _once(self, key: str, made: type[R], work: Callable[[], R]) -> R:
        """Do the work, or return what was done under this key. ``UsageError`` if that was another kind of write."""
        if key not in self.receipts:
            self.receipts[key] = work()
        found = self.receipts[key]
        if not isinstance(found, made):
            raise UsageError(f"expected a new key, got {key!r}, under which a {type(found).__name__} was made")
        return found


class _Itself:
    """A product as this very object: products are frozen, and comparing their fields costs more than reading them."""

    __slots__ = ("product",)

    def __init__(self, product: Product) -> None:
        self.product = product

    def __hash__(self) -> int:
        return id(self.product)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.product is self.product


@lru_cache(maxsize=4096)
def _entry(itself: _Itself) -> "Entry":
    """What of a product can be searched, and what a word found there is worth."""
    from warmline.tools.shopsearch import Entry

    product = itself.product
    options = [(f"{variant.sku} {' '.join(variant.options.values())}", 0.7) for variant in product.variants]
    keywords = [(keyword, 0.85) for keyword in product.keywords]
    return Entry(product.product_id, ((product.name, 1.0), (product.brand, 0.6), (product.kind, 0.6), *keywords, *options))
