"""What exchanges keep: handed over when their goods arrive, put back when they do not in time."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from warmline.errors import ToolError

from .tables import OrderRow, ReservationRow, VariantRow

_KEPT = (col(ReservationRow.received_at).is_(None), col(ReservationRow.released_at).is_(None))


async def mark_received(session: AsyncSession, exchange_number: str, now: datetime) -> None:
    """Note that the goods arrived; noting it twice changes nothing."""
    row = await session.get(ReservationRow, exchange_number.strip().upper(), with_for_update=True)
    if row is None:
        raise ToolError(f"Nothing is kept for an exchange {exchange_number!r}.")
    if row.released_at is not None:
        raise ToolError(f"What exchange {row.exchange_number} kept was put back on {row.released_at:%Y-%m-%d}.")
    row.received_at = row.received_at or now


async def lapsed(session: AsyncSession, now: datetime) -> Sequence[str]:
    """The exchanges whose time is over and whose goods have not arrived."""
    chosen = select(ReservationRow.exchange_number).where(*_KEPT, col(ReservationRow.until) < now)
    return (await session.exec(chosen)).all()


async def release(session: AsyncSession, exchange_number: str, now: datetime) -> bool:
    """Put its units back where they came from and let the order's item go back another time; whether nobody else did, nor the goods arrived."""
    chosen = select(ReservationRow).where(*_KEPT, col(ReservationRow.exchange_number) == exchange_number)
    row = (await session.exec(chosen.with_for_update())).one_or_none()
    if row is None:
        return False
    order = await session.get_one(OrderRow, row.number, with_for_update=True)  # the order first: everyone locks in this order
    variant = await session.get_one(VariantRow, row.new_sku, with_for_update=True)
    for shelf in variant.stock:
        shelf.units += row.shelves.get(shelf.warehouse, 0)
    for line in order.lines:
        if line.sku == row.sku:
            line.returned -= sum(row.shelves.values())
    row.released_at = now
    return True
