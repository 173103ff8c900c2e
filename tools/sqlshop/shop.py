"""A shop kept in a SQL database: the whole of ``Shop``, and every change, return and sign-up.

Each write is one transaction and is made once: it starts by writing its receipt under the caller's key, which nobody else can
then do. The second of two writes with one key, at the same time or years later, gets the first one's receipt.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, get_args

from sqlalchemy import URL, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, or_, select

from warmline.errors import ShopError, UsageError
from warmline.tools.capabilities import Finding
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
    Variant,
)
from warmline.tools.saga import compensated
from warmline.tools.shop import StockAlert
from warmline.tools.shoprules import check_order, claim, exchange_price, order_number
from warmline.tools.shopsearch import search
from warmline.tools.sqlite import uninterrupted

from .alerts import deliver, due_alerts, mark_alerted, sign_off, stop
from .changes import await_stock, await_text, cancel, redirect, send_care_letters
from .database import Database
from .labels import check_labels_can_be_drawn
from .orphans import void_label, void_orphans
from .reservations import lapsed, mark_received, release
from .returns import send_back, swap
from .rows import customer_from, order_from, policy_from, product_from, search_entry
from .tables import CustomerRow, OrderRow, PolicyRow, ProductRow, ReceiptRow, VariantRow
from .write import Write

R = TypeVar("R", bound=Receipt)

_RECEIPTS: dict[str, type[Receipt]] = {kind.__name__: kind for kind in get_args(Receipt)}


class SqlShop:
    """The shop in the database of ``engine``, or of ``url`` (then closed by ``close``); label PDFs go to the folder ``labels``.

    It expects the tables to be there: ``open_demo_shop`` makes and fills them. Every method raises ``ShopError`` when the
    database fails; the writes raise ``ToolError`` for what the shop's rules do not allow. Needs the extra ``warmline[demo]``.
    """

    def __init__(self, *, clock: Clock, labels: Path, engine: AsyncEngine | None = None, url: str | URL | None = None) -> None:
        check_labels_can_be_drawn()
        self.database = Database(engine=engine, url=url)
        self._clock = clock
        self._labels = labels

    async def close(self) -> None:
        """Close the database, unless its engine was handed in."""
        await self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    @uninterrupted
    async def get_customer(self, customer_id: str) -> Customer | None:
        """The customer with this id."""
        async with self.database.transaction() as session:
            row = await session.get(CustomerRow, customer_id.strip().upper())
            return row and customer_from(row)

    @uninterrupted
    async def get_order(self, number: str) -> Order | None:
        """The order with this number, as a customer would write it (``w-10432``, ``#10432``)."""
        async with self.database.transaction() as session:
            row = await session.get(OrderRow, order_number(number))
            return row and order_from(row)

    @uninterrupted
    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, newest first."""
        chosen = select(OrderRow).where(col(OrderRow.customer_id) == customer_id.strip().upper())
        async with self.database.transaction() as session:
            rows = await session.exec(chosen.order_by(col(OrderRow.placed_at).desc()))
            return [order_from(row) for row in rows]

    @uninterrupted
    async def get_product(self, reference: str) -> Product | None:
        """The product with this product id or with a variant of this SKU."""
        named = col(ProductRow.product_id) == reference.strip().casefold()
        holding = select(VariantRow.product_id).where(col(VariantRow.sku) == reference.strip().upper())
        async with self.database.transaction() as session:
            chosen = select(ProductRow).where(or_(named, col(ProductRow.product_id).in_(holding)))
            row = (await session.exec(chosen)).first()
            return row and product_from(row)

    @uninterrupted
    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Products that fit the words, best first; tolerant of typing errors; empty when nothing fits."""
        async with self.database.transaction() as session:
            rows = (await session.exec(select(ProductRow).order_by(col(ProductRow.position)))).all()
        found = {row.product_id: row for row in rows}
        return [product_from(found[one]) for one in search([search_entry(row) for row in rows], query, limit=limit)]

    @uninterrupted
    async def list_policies(self) -> Sequence[PolicyDocument]:
        """All policy documents."""
        async with self.database.transaction() as session:
            return [policy_from(row) for row in await session.exec(select(PolicyRow).order_by(col(PolicyRow.position)))]

    async def check_return(self, number: str) -> ReturnCheck | None:
        """What of this order may go back, per line; ``None`` if there is no such order."""
        order = await self.get_order(number)
        return order and check_order(order, self._clock.now())

    async def price_exchange(self, number: str, item: ReturnItem, *, new_sku: str) -> Money | None:
        """What an exchange costs the customer; ``None`` if there is no such order or item."""
        order, product = await self.get_order(number), await self.get_product(new_sku)
        variant = product and product.variant(new_sku)
        if order is None or not variant:
            return None
        [(line, units)] = claim(order, [item], self._clock.now())
        return exchange_price(order, line, variant.price, units)

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        """Cancel an order of which nothing was shipped. The receipt promises the refund; nothing is paid here."""
        return await self._once(key, CancellationReceipt, partial(cancel, number=number))

    async def change_address(self, number: str, address: Address, *, key: str) -> AddressReceipt:
        """Send an order elsewhere in the same country, before dispatch."""
        return await self._once(key, AddressReceipt, partial(redirect, number=number, address=address))

    async def create_return(self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, key: str) -> ReturnReceipt:
        """Create a return with its label. The receipt's refund is what comes back, the label fee already taken off."""
        return await self._once(key, ReturnReceipt, partial(send_back, number=number, items=items, reason=reason))

    async def create_exchange(
        self, number: str, item: ReturnItem, *, new_sku: str, reason: ReturnReason, key: str
    ) -> ExchangeReceipt:
        """Create an exchange with its label and reserve the new item. It is free whatever the reason."""
        return await self._once(key, ExchangeReceipt, partial(swap, number=number, item=item, new_sku=new_sku))

    async def subscribe_back_in_stock(self, sku: str, email: str, *, key: str) -> SubscriptionReceipt:
        """Put an address on the list of a sold-out variant."""
        return await self._once(key, SubscriptionReceipt, partial(await_stock, sku=sku, email=email))

    async def texts_reach(self, phone: str) -> bool:
        """Anywhere: no text leaves this shop but as an event."""
        return bool(phone)

    async def text_when_back_in_stock(self, sku: str, phone: str, *, key: str) -> SubscriptionReceipt:
        """Put a number on the list of a sold-out variant."""
        return await self._once(key, SubscriptionReceipt, partial(await_text, sku=sku, phone=phone))

    async def enrol_in_care_series(self, product_id: str, email: str, *, key: str) -> EnrolmentReceipt:
        """Send an address the care letters of a product."""
        return await self._once(key, EnrolmentReceipt, partial(send_care_letters, product_id=product_id, email=email))

    @uninterrupted
    async def stop_messages(self, *, email: str | None, phone: str | None, key: str) -> StopReceipt:
        """Take an address and a number off all lists, and note that customers of the address take no marketing."""
        return await self._once(key, StopReceipt, partial(stop, email=email, phone=phone))

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of the write made with this idempotency key, or ``None`` if none was made."""
        async with self.database.transaction() as session:
            row = (await session.exec(select(ReceiptRow).where(col(ReceiptRow.key) == key))).one_or_none()
            return row and _RECEIPTS[row.kind].model_validate_json(row.document)

    @uninterrupted
    async def due_stock_alerts(self, *, most: int = 100) -> Sequence[StockAlert]:
        """Sign-ups whose variant has units again and who were not told, the longest waiting first."""
        async with self.database.transaction() as session:
            return await due_alerts(session, most)

    @uninterrupted
    async def note_alerted(self, key: str) -> None:
        """Note that who signed up under this key was told."""
        async with self.database.transaction() as session:
            await mark_alerted(session, key, self._clock.now())

    @uninterrupted
    async def withdraw_back_in_stock(self, sku: str, email: str) -> bool:
        """Take an address off the list of a variant; whether it was on it."""
        async with self.database.transaction() as session:
            return await sign_off(session, sku, email)

    @uninterrupted
    async def restock(self, sku: str, units: int) -> tuple[Variant, int]:
        """A delivery: so many units more; the variant as it is then, and how many wait to be told. ``ToolError`` if there is no such variant."""
        async with self.database.transaction() as session:
            return await deliver(session, sku, units)

    @uninterrupted
    async def receive_exchange(self, exchange_number: str) -> None:
        """Note that the goods of an exchange arrived: what it keeps is the customer's. ``ToolError`` if it keeps nothing any more."""
        async with self.database.transaction() as session:
            await mark_received(session, exchange_number, self._clock.now())

    @uninterrupted
    async def release_lapsed_reservations(self) -> int:
        """Put back what was kept for exchanges whose goods did not come in time; their items may go back again while the window is open."""
        now, released = self._clock.now(), 0
        async with self.database.transaction() as session:
            numbers = await lapsed(session, now)
        for number in numbers:
            async with self.database.transaction() as session:
                released += await release(session, number, now)
        return released

    @uninterrupted
    async def void_orphan_labels(self, *, older_than: timedelta = timedelta(hours=1)) -> int:
        """Remove labels that have no receipt; younger ones may belong to a write under way."""
        return await void_orphans(self.database, self._labels, before=self._clock.now() - older_than)

    @uninterrupted
    async def examine(self) -> Sequence[Finding]:
        """Whether the database answers, and how much is in it."""
        async with self.database.transaction() as session:
            kinds = {"customers": CustomerRow, "orders": OrderRow, "products": ProductRow, "policies": PolicyRow}
            counts = [
                f"{(await session.exec(select(func.count()).select_from(row))).one()} {kind}" for kind, row in kinds.items()
            ]
            where = self.database.engine.url.render_as_string(hide_password=True)
        return [Finding(name="shop", status="ok", found=f"{where} answers: {', '.join(counts)}")]

    async def _once(self, key: str, made: type[R], work: Callable[[Write], Awaitable[R]]) -> R:
        """Do the work under this key, or find what was done under it. ``UsageError`` if that was another kind of write."""
        try:
            return await self._do(key, made, work)
        except ShopError as error:
            found = await self.find_receipt(key) if isinstance(error.__cause__, IntegrityError) else None
            if found is None:
                raise
        if not isinstance(found, made):
            raise UsageError(f"expected a new key, got {key!r}, under which a {type(found).__name__} was made")
        return found

    @uninterrupted
    async def _do(self, key: str, made: type[R], work: Callable[[Write], Awaitable[R]]) -> R:
        void = partial(void_label, self.database, self._labels)
        async with compensated() as steps, self.database.transaction() as session:
            row = ReceiptRow(key=key, kind=made.__name__)
            session.add(row)
            await session.flush()  # the receipt comes first: it is the lock
            receipt = await work(Write(session, row, self._clock.now(), self._labels, steps, void))
            row.document = receipt.model_dump_json()
        return receipt
