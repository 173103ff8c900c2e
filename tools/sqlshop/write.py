"""One write to a SQL shop: its transaction, the rows it may change, and the label it may need.

Rows that are judged and then changed are read ``FOR UPDATE``; a variant's lock also guards its stock. SQLite has no such lock and
needs none: a write's transaction starts with its receipt, and SQLite lets one writer in at a time.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from warmline.errors import ToolError
from warmline.tools.model import Label, Order, OrderLine
from warmline.tools.saga import Steps
from warmline.tools.shoprules import SEND_WINDOW, order_number

from .labels import Slip, tracking_number, write_label
from .tables import OrderRow, ProductRow, ReceiptRow, SignupRow, VariantRow

SERIES = {"Return": "R", "Exchange": "X"}
FIRST_NUMBER = 50_000


@dataclass(frozen=True, slots=True)
class Write:
    """One write under way: its transaction, its receipt's row, the moment it happens, and the folder for labels.

    A label is a step outside the transaction; ``void`` undoes it.
    """

    session: AsyncSession
    receipt: ReceiptRow
    now: datetime
    labels: Path
    steps: Steps
    void: Callable[[str], Awaitable[None]]

    async def order(self, number: str) -> OrderRow:
        """The order with this number, locked until the end. ``ToolError`` if there is none."""
        chosen = select(OrderRow).where(col(OrderRow.number) == order_number(number)).with_for_update()
        row = (await self.session.exec(chosen)).one_or_none()
        if row is None:
            raise ToolError(f"There is no order {number!r}: ask the customer for the number.")
        return row

    async def variant(self, sku: str) -> VariantRow:
        """The variant with this SKU, locked until the end with its stock. ``ToolError`` if there is none."""
        chosen = select(VariantRow).where(col(VariantRow.sku) == sku.strip().upper()).with_for_update()
        row = (await self.session.exec(chosen)).one_or_none()
        if row is None:
            raise ToolError(f"There is no variant {sku!r}: look the product up for its SKUs.")
        return row

    async def product(self, product_id: str) -> ProductRow:
        """The product with this id, locked until the end. ``ToolError`` if there is none."""
        chosen = select(ProductRow).where(col(ProductRow.product_id) == product_id.strip().casefold()).with_for_update()
        row = (await self.session.exec(chosen)).one_or_none()
        if row is None:
            raise ToolError(f"There is no product {product_id!r}: search for it to get its id.")
        return row

    async def sign_up(self, kind: str, about: str, email: str) -> datetime:
        """Put an address on a list, if it is not there yet, or was and got its message; since when it is."""
        address = email.strip().casefold()
        chosen = select(SignupRow).where(SignupRow.kind == kind, SignupRow.about == about, SignupRow.email == address)
        row = (await self.session.exec(chosen.with_for_update())).one_or_none()
        if row is None:
            row = SignupRow(kind=kind, about=about, email=address, since=self.now, key=self.receipt.key)
            self.session.add(row)
        elif row.notified_at is not None:
            row.since, row.key, row.notified_at = self.now, self.receipt.key, None
        return row.since

    def number(self, kind: Literal["Return", "Exchange"]) -> str:
        """The number of this return or exchange, from the row id of its receipt."""
        return f"{SERIES[kind]}-{FIRST_NUMBER + self._serial}"

    async def label(self, kind: Literal["Return", "Exchange"], order: Order, line: Sequence[tuple[OrderLine, int]]) -> Label:
        """Draw the label of this return or exchange. The receipt's row keeps its tracking number unique."""
        self.receipt.tracking_number = tracking_number(self._serial)
        slip = Slip(
            kind=kind,
            number=self.number(kind),
            order_number=order.number,
            sender=order.address,
            tracking_number=self.receipt.tracking_number,
            contents=[f"{units} × {going.label}" for going, units in line],
            send_by=self.now + SEND_WINDOW,
        )

        async def void(_: Label) -> None:
            await self.void(slip.number)

        return await self.steps.take(partial(write_label, slip, self.labels), what=f"the label of {slip.number}", undo=void)

    @property
    def _serial(self) -> int:
        return self.receipt.id or 0
