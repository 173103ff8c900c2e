"""Labels without a return or an exchange: voided when the write that drew them fails, found later when its process was killed.

A label is drawn before its write is committed. Numbers come from the receipt's row: SQLite gives the number of a write that was undone to the
next one, so a file is only removed while nobody else can write, and if its number has no receipt then. PostgreSQL gives no number twice.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from warmline.errors import ShopError

from .database import Database
from .tables import AnchorRow, ReceiptRow
from .write import FIRST_NUMBER, SERIES

_KINDS = {letter: f"{kind}Receipt" for kind, letter in SERIES.items()}
_LABEL = re.compile(rf"([{''.join(_KINDS)}])-(\d{{1,9}})\.(?:pdf|part)")


async def void_label(database: Database, folder: Path, number: str) -> None:
    """Remove the label of a return or exchange, unless there is one of this number after all. ``ShopError`` if it cannot be removed."""
    await _void(database, [folder / f"{number}.pdf"])


async def void_orphans(database: Database, folder: Path, *, before: datetime) -> int:
    """Remove every label without a receipt that was drawn before then, half-drawn ones too; how many."""
    return await _void(database, await asyncio.to_thread(lambda: list(_drawn(folder, before))))


def _drawn(folder: Path, before: datetime) -> Iterator[Path]:
    for path in folder.glob("*.p*"):
        with suppress(FileNotFoundError):  # another worker was faster
            if _LABEL.fullmatch(path.name) and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                yield path


async def _void(database: Database, labels: list[Path]) -> int:
    removed = 0
    for path in labels:
        async with database.transaction() as session:
            await session.exec(
                update(AnchorRow).values(id=AnchorRow.id)
            )  # a write first: on SQLite nobody draws a label meanwhile
            if not await _has_receipt(session, path.name):
                removed += await asyncio.to_thread(_remove, path)
    return removed


async def _has_receipt(session: AsyncSession, name: str) -> bool:
    """Whether the write of this label was made; a half-drawn one belongs to none."""
    match = _LABEL.fullmatch(name)
    if match is None or name.endswith(".part"):
        return False
    made = (col(ReceiptRow.id) == int(match[2]) - FIRST_NUMBER, col(ReceiptRow.kind) == _KINDS[match[1]])
    return (await session.exec(select(ReceiptRow.id).where(*made))).one_or_none() is not None


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ShopError(f"The label {str(path)!r} cannot be removed: {error.strerror or error}.") from error
    return True
