"""What exchanges keep: handed over when their goods arrive, put back when they do not in time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from warmline.errors import ToolError

from .tables import OrderRow, ReservationRow, VariantRow

_KEPT = (col(ReservationRow.received_at).is_(None), col(ReservationRow.released_at).is_(None))


async def mark_received(session: AsyncSession, exchange_number: str, now: datetime) -> None:
    """Note that the goods arrived; noting it twice changes nothing."""
    number = exchange_number.strip().upper()
    if await _end(session, number, received_at=now):
        return
    row = await session.get(ReservationRow, number)
    if row is None:
        raise ToolError(f"Nothing is kept for an exchange {exchange_number!r}.")
    if row.released_at is not None:
        raise ToolError(f"What exchange {number} kept was put back on {row.released_at:%Y-%m-%d}.")


async def lapsed(session: AsyncSession, now: datetime) -> Sequence[str]:
    """The exchanges whose time is over and whose goods have not arrived."""
    chosen = select(ReservationRow.exchange_number).where(*_KEPT, col(ReservationRow.until) < now)
    return (await session.exec(chosen)).all()


async def release(session: AsyncSession, exchange_number: str, now: datetime) -> bool:
    """Put its units back where they came from and let the order's item go back another time; whether nobody else did, nor the goods arrived."""
    if not await _end(session, exchange_number, released_at=now):
        return False
    row = await session.get_one(ReservationRow, exchange_number)
    order = await session.get_one(OrderRow, row.number, with_for_update=True)  # the order first: everyone locks in this order
    variant = await session.get_one(VariantRow, row.new_sku, with_for_update=True)
    for shelf in variant.stock:
        shelf.units += row.shelves.get(shelf.warehouse, 0)
    for line in order.lines:
        if line.sku == row.sku:
            line.returned -= sum(row.shelves.values())
    return True


async def _end(session: AsyncSession, exchange_number: str, **how: datetime) -> bool:
    """End a reservation; whether it was not over already. A write first: whoever else wants to waits, also on SQLite."""
    this = update(ReservationRow).where(*_KEPT, col(ReservationRow.exchange_number) == exchange_number)
    return (await session.exec(this.values(**how))).rowcount > 0
