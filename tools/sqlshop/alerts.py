"""Who waits for a variant that has units again, and that they were told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from warmline.errors import ToolError
from warmline.tools.model import StopReceipt, Variant
from warmline.tools.numbers import bare
from warmline.tools.shop import StockAlert

from .rows import variant_from
from .tables import CustomerRow, SignupRow, StockRow, VariantRow
from .write import Write

BY_MAIL, BY_TEXT = "back_in_stock", "back_in_stock_text"
"""The two lists of a variant. In the second one's rows the address is a number."""


async def due_alerts(session: AsyncSession, most: int) -> Sequence[StockAlert]:
    """Sign-ups whose variant has units and who were not told, the longest waiting first."""
    in_stock = exists().where(col(StockRow.sku) == col(SignupRow.about), col(StockRow.units) > 0)
    waiting = (
        col(SignupRow.kind).in_((BY_MAIL, BY_TEXT)),
        col(SignupRow.key).is_not(None),
        col(SignupRow.notified_at).is_(None),
        in_stock,
    )
    chosen = select(SignupRow).where(*waiting).order_by(col(SignupRow.since), col(SignupRow.id)).limit(most)
    rows = await session.exec(chosen)
    return [_alert(row) for row in rows]


def _alert(row: SignupRow) -> StockAlert:
    email, phone = (None, row.email) if row.kind == BY_TEXT else (row.email, None)
    return StockAlert(key=row.key or "", sku=row.about, email=email, phone=phone, since=row.since)


async def deliver(session: AsyncSession, sku: str, units: int) -> tuple[Variant, int]:
    """Put units on the first shelf of a variant; what it is then, and how many wait for it."""
    wanted = sku.strip().upper()
    row = (await session.exec(select(VariantRow).where(col(VariantRow.sku) == wanted).with_for_update())).one_or_none()
    if row is None or not row.stock:
        raise ToolError(f"There is no variant {sku!r} with a shelf: look the product up for its SKUs.")
    row.stock[0].units += units
    row.next_delivery = None
    await session.flush()
    untold = (col(SignupRow.about) == wanted, col(SignupRow.kind).in_((BY_MAIL, BY_TEXT)), col(SignupRow.notified_at).is_(None))
    waiting = await session.exec(select(func.count()).select_from(SignupRow).where(*untold))
    return variant_from(row), waiting.one()


async def mark_alerted(session: AsyncSession, key: str, now: datetime) -> None:
    """Note that who signed up under this key was told; who signed up again since has another key."""
    untold = (col(SignupRow.key) == key, col(SignupRow.notified_at).is_(None))
    await session.exec(update(SignupRow).where(*untold).values(notified_at=now))


async def stop(write: Write, email: str | None, phone: str | None) -> StopReceipt:
    """Delete every sign-up of an address and of a number, and the consent of customers with the address. A number's texts are its own."""
    address = (email or "").strip().casefold()
    gone = [place for place in (address, bare(phone or "")) if place]
    await write.session.exec(delete(SignupRow).where(col(SignupRow.email).in_(gone)))
    if address:
        theirs = func.lower(col(CustomerRow.email)) == address
        await write.session.exec(update(CustomerRow).where(theirs).values(marketing_consent=False))
    return StopReceipt(email=email, phone=phone, stopped_at=write.now)


async def sign_off(session: AsyncSession, sku: str, email: str) -> bool:
    """Take an address or a number off the list of a variant; whether it was on it."""
    about, address = sku.strip().upper(), email.strip().casefold()
    theirs = (col(SignupRow.kind).in_((BY_MAIL, BY_TEXT)), col(SignupRow.about) == about, col(SignupRow.email) == address)
    return (await session.exec(delete(SignupRow).where(*theirs))).rowcount > 0
