"""A WooCommerce shop."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from weakref import WeakValueDictionary

from warmline.errors import ShopError, ToolError, UsageError
from warmline.tools.capabilities import Capability, Finding
from warmline.tools.clock import Clock
from warmline.tools.model import (
    Address,
    AddressReceipt,
    CancellationReceipt,
    Customer,
    ExchangeReceipt,
    Label,
    Money,
    Order,
    PolicyDocument,
    Product,
    Receipt,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
)
from warmline.tools.shoprules import still_here

from .answers import CustomerAnswer, OrderAnswer, RefundAnswer
from .api import Api
from .catalog import Catalog
from .changes import begin_refund, cancel_unpaid, redirect, refund
from .examination import examine
from .lookups import Lookups
from .orders import address_from, person
from .receipts import Ledger, Written, as_meta, written_with
from .returns import check, receipt_for
from .terms import Terms

_log = logging.getLogger(__name__)

NO_RETURNS = "WooCommerce keeps no returns; set WARMLINE_WOOCOMMERCE_RETURN_DAYS, and WARMLINE_CARRIER for the labels"
NO_LABELS = "WooCommerce makes no labels: set WARMLINE_CARRIER to easypost or shippo"
NO_EXCHANGES = "WooCommerce has no exchanges"
MOST_KEYS = 10_000
READ_ONLY = "the key's permission is Read; it needs Read/Write"


class WooShop:
    """The shop behind this API. ``writes`` says whether the key may write, ``parcels`` whether the shop keeps fulfillments."""

    def __init__(self, api: Api, site: Api, *, clock: Clock, terms: Terms, currency: str, writes: bool, parcels: bool) -> None:
        self._api, self._clock, self._terms, self._currency, self._writes = api, clock, terms, currency, writes
        self._lookups = Lookups(api, site, terms, parcels=parcels)
        self._catalog = Catalog(api, terms, currency, clock)
        self._ledger = Ledger(api)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._used: dict[str, type[Receipt]] = {}

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What it cannot do."""
        missing: dict[Capability, str] = {
            "create_return": self.no_returns or NO_LABELS,
            "create_exchange": NO_EXCHANGES,
            "price_exchange": NO_EXCHANGES,
        }
        if self._terms.return_days is None:
            missing["check_return"] = NO_RETURNS
        if not self._terms.policies:
            missing["list_policies"] = "WARMLINE_WOOCOMMERCE_POLICIES names no pages"
        if not self._writes:
            missing |= {"cancel_order": READ_ONLY, "change_address": READ_ONLY}
        return missing

    @property
    def no_returns(self) -> str | None:
        """What beside the label stands in the way of returns."""
        return NO_RETURNS if self._terms.return_days is None else None if self._writes else READ_ONLY

    async def examine(self) -> Sequence[Finding]:
        """Whether it answers and takes the key, what the key may do, and what the operator has not explained."""
        return await examine(self._api, self._lookups, self._terms, currency=self._currency, writes=self._writes)

    async def get_customer(self, customer_id: str) -> Customer | None:
        """The customer with this id. WooCommerce has no tiers and no consent to marketing; the worth is what their orders come to."""
        number = _id(customer_id)
        answer = await self._api.one("customer", f"/wc/v3/customers/{number}", CustomerAnswer) if number else None
        if answer is None or answer.id != number:
            return None
        place = answer.shipping if answer.shipping.address_1 else answer.billing
        return Customer(
            customer_id=str(answer.id),
            name=f"{answer.first_name} {answer.last_name}".strip() or person(answer.billing) or answer.email,
            email=answer.email,
            phone=answer.billing.phone or None,
            tier=None,
            lifetime_value=await self._worth(answer.id),
            since=answer.date_created_gmt.date(),
            locale=self._terms.locale,
            address=address_from(place, self._terms.country) if place.address_1 else None,
        )

    async def get_order(self, number: str) -> Order | None:
        """The order with this number, ``#`` or not."""
        answer = await self._lookups.order(number)
        return None if answer is None else await self._lookups.whole(answer)

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, newest first; those of guests belong to nobody."""
        wanted = _id(customer_id)
        return await self._lookups.orders_of(wanted) if wanted else []

    async def get_product(self, reference: str) -> Product | None:
        """The product with this id or with a variation of this SKU."""
        return await self._catalog.product(reference)

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Products that fit the words, best first."""
        return await self._catalog.search(query, limit)

    async def list_policies(self) -> Sequence[PolicyDocument]:
        """The pages the operator named."""
        return await self._lookups.policies()

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of the write made with this key; ``OutcomeUnknown`` where that cannot be told."""
        return await self._ledger.find(key, self._clock.now())

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        """Cancel an order of which nothing was shipped; what was paid is paid back through its payment provider."""
        async with self._turn(number, key, CancellationReceipt) as (answer, order, written):
            if written is None:
                still_here(order)
                if order.status == "awaiting_payment" or not order.total.amount:
                    return await cancel_unpaid(self._api, answer, order, key=key, now=self._clock.now())
                written = await begin_refund(self._api, answer, order, key=key, now=self._clock.now())
            elif written.begun is None:
                return CancellationReceipt.model_validate(written.receipt)
            return await refund(self._api, self._ledger, answer, order, written)

    async def change_address(self, number: str, address: Address, *, key: str) -> AddressReceipt:
        """Send an order of which nothing was shipped elsewhere."""
        async with self._turn(number, key, AddressReceipt) as (answer, order, written):
            if written is not None:
                return AddressReceipt.model_validate(written.receipt)
            receipt = await redirect(self._api, answer, order, address, key=key)
        await self._note(answer, f"The shipping address was changed at the customer's request; it was {order.address}.")
        return receipt

    async def check_return(self, number: str) -> ReturnCheck | None:
        """What of this order may go back, by the operator's terms."""
        answer = await self._lookups.order(number)
        return None if answer is None else await self._checked(answer, await self._lookups.whole(answer))

    async def create_return(self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, key: str) -> ReturnReceipt:
        """Not without a label: see ``lacks``."""
        raise ToolError("This shop makes no return labels. Call escalate.")

    async def find_return(self, number: str, key: str) -> ReturnReceipt | None:
        """The return of this order that was made with this key."""
        if self._used.get(key, ReturnReceipt) is not ReturnReceipt:
            raise UsageError(f"expected a new key, got one under which a {self._used[key].__name__} was made")
        answer = await self._lookups.order(number)
        written = None if answer is None else _of(written_with(answer.meta_data, key), ReturnReceipt)
        return None if written is None else ReturnReceipt.model_validate(written.receipt)

    async def create_labelled_return(
        self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, label: Label, key: str
    ) -> ReturnReceipt:
        """Keep a return with the label that was bought for it."""
        async with self._turn(number, key, ReturnReceipt) as (answer, order, written):
            if written is not None:
                return ReturnReceipt.model_validate(written.receipt)
            checked = await self._checked(answer, order)
            receipt = receipt_for(checked, answer, items, reason, label, self._clock.now(), self._terms)
            body = {"meta_data": [as_meta(receipt, key)]}
            await self._api.write("create return", "PUT", f"/wc/v3/orders/{answer.id}", body)
        goods = ", ".join(f"{item.quantity} × {item.sku}" for item in receipt.items)
        await self._note(
            answer,
            f"Return {receipt.return_number}: {goods} ({reason}), to be refunded: {receipt.refund}. Label: {label.carrier} "
            f"{label.tracking_number}.",
        )
        return receipt

    async def create_exchange(
        self, number: str, item: ReturnItem, *, new_sku: str, reason: ReturnReason, key: str
    ) -> ExchangeReceipt:
        """Never: see ``lacks``."""
        raise ToolError("This shop makes no exchanges. Call escalate.")

    async def _checked(self, answer: OrderAnswer, order: Order) -> ReturnCheck:
        refunds: Sequence[RefundAnswer] = await self._lookups.refunds(answer)
        final = await self._catalog.final_sale([line.product_id for line in answer.line_items])
        return check(answer, order, refunds, self._terms, final, self._clock.now())

    async def _worth(self, customer_id: int) -> Money | None:
        """What was paid less what was paid back; ``None`` if that is in another currency than the shop's, too."""
        paid = [one for one in await self._lookups.answers_of(customer_id) if one.date_paid_gmt is not None]
        if any(one.currency != self._currency for one in paid):
            return None
        worth = sum((one.total + sum((back.total for back in one.refunds), Decimal(0)) for one in paid), Decimal(0))
        return Money(amount=max(worth, Decimal(0)), currency=self._currency)

    @asynccontextmanager
    async def _turn(
        self, number: str, key: str, kind: type[Receipt]
    ) -> AsyncGenerator[tuple[OrderAnswer, Order, Written | None]]:
        """The order as it is now, and what was written on it with this key, while no other write of this process changes it.

        ``ToolError`` if there is no such order, ``UsageError`` if the key was used for something else.
        """
        if self._used.get(key, kind) is not kind:
            raise UsageError(f"expected a new key, got one under which a {self._used[key].__name__} was made")
        found = await self._lookups.order(number)
        if found is None:
            raise ToolError(f"There is no order {number!r}: ask the customer for the number.")
        lock = self._turns.setdefault(found.id, asyncio.Lock())
        async with lock:
            answer = await self._lookups.by_id(found.id)
            if answer is None:
                raise ToolError(f"There is no order {number!r} any more.")
            yield answer, await self._lookups.whole(answer), _of(written_with(answer.meta_data, key), kind)
            self._remember(key, kind)

    def _remember(self, key: str, kind: type[Receipt]) -> None:
        """Keys are no secrets and few; the oldest are forgotten."""
        self._used[key] = kind
        while len(self._used) > MOST_KEYS:
            del self._used[next(iter(self._used))]

    async def _note(self, answer: OrderAnswer, note: str) -> None:
        """Tell the staff, on the order. The write stands without it."""
        try:
            await self._api.write("note", "POST", f"/wc/v3/orders/{answer.id}/notes", {"note": note, "customer_note": False})
        except ShopError as error:
            _log.warning("WooCommerce: a note for the staff was not written: %s", error)


def _of(written: Written | None, kind: type[Receipt]) -> Written | None:
    """What was written with a key, if it is of this kind; ``UsageError`` if it is of another."""
    if written is not None and written.kind != kind.__name__:
        raise UsageError(f"expected a new key, got one under which a {written.kind} was made")
    return written


def _id(customer_id: str) -> int | None:
    """An account's id, exactly as we give it: 0 is every guest."""
    return int(customer_id) if customer_id.isascii() and customer_id.isdigit() and not customer_id.startswith("0") else None
