"""When a return or an exchange fails half way, nothing of it is left: no label, no reserved unit, no item marked as sent back."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, event
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from warmline.errors import ShopError
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Receipt, ReturnItem
from warmline.tools.sqlshop import SqlShop, orphans
from warmline.tools.sqlshop.tables import ReceiptRow, ReservationRow

TODAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
BOOTS = ReturnItem(sku="HP-BOOT-GRN-39")
NEW = "HP-BOOT-GRN-40"

Write = Callable[[SqlShop, str], Awaitable[Receipt]]
WRITES: dict[str, Write] = {
    "return": lambda shop, key: shop.create_return("W-10391", [BOOTS], reason="other", key=key),
    "exchange": lambda shop, key: shop.create_exchange("W-10391", BOOTS, new_sku=NEW, reason="too_small", key=key),
}
every_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


async def state(shop: SqlShop) -> Any:
    """What a write could leave at the shop."""
    order, product = await shop.get_order("W-10391"), await shop.get_product(NEW)
    assert order
    assert product
    variant = product.variant(NEW)
    assert variant
    async with shop.database.transaction() as session:
        receipts = (await session.exec(select(ReceiptRow.key))).all()
        kept = (await session.exec(select(ReservationRow.exchange_number))).all()
    return [line.returned for line in order.lines], variant.stock, list(receipts), list(kept)


def drawn(labels: Path) -> list[str]:
    return sorted(path.name for path in labels.glob("*")) if labels.exists() else []


def age(label: Path, hours: float) -> None:
    """Let a label be so many hours older than the shop's clock."""
    moment = (TODAY - timedelta(hours=hours)).timestamp()
    os.utime(label, (moment, moment))


class Saboteur:
    """Lets the database fail at a statement of a write, counted from 1, or at its commit (0)."""

    def __init__(self, shop: SqlShop, fail_at: int) -> None:
        self.engine = shop.database.engine.sync_engine
        self.fail_at, self.statements, self.armed = fail_at, 0, True

    def __enter__(self) -> "Saboteur":
        event.listen(self.engine, "before_cursor_execute", self._statement)
        event.listen(self.engine, "commit", self._commit)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._statement)
        event.remove(self.engine, "commit", self._commit)

    def _statement(self, *_: object) -> None:
        self.statements += 1
        if self.armed and self.statements == self.fail_at:
            self._fail()

    def _commit(self, _: object) -> None:
        if self.armed and self.fail_at == 0:
            self._fail()

    def _fail(self) -> None:
        self.armed = False
        raise OperationalError("sabotaged", None, Exception("disk is full"))


@every_write
async def test_whichever_statement_fails_nothing_is_left_and_the_write_can_be_made(
    shop: SqlShop, labels: Path, write: Write
) -> None:
    before = await state(shop)
    with Saboteur(shop, fail_at=10_000) as saboteur:
        await write(shop, "counted")
        statements = saboteur.statements
    made = await state(shop)
    assert statements > 5
    await _undo_by_hand(shop, before)
    tried = drawn(labels)
    for fail_at in range(statements + 1):
        with Saboteur(shop, fail_at) as saboteur:
            with pytest.raises(ShopError, match="is full"):
                await write(shop, f"k{fail_at}")
            assert not saboteur.armed
        assert await state(shop) == (*before[:2], made[2], made[3])
        assert drawn(labels) == tried
    await write(shop, "last")
    assert len(drawn(labels)) == 2


async def _undo_by_hand(shop: SqlShop, before: Any) -> None:
    """Let the order and the shelf be as they were, so that the same write can be tried again."""
    from warmline.tools.sqlshop.tables import LineRow, StockRow

    async with shop.database.transaction() as session:
        for line in await session.exec(select(LineRow).where(LineRow.number == "W-10391")):
            line.returned = 0
        for shelf in await session.exec(select(StockRow).where(StockRow.sku == NEW)):
            shelf.units = before[1][shelf.warehouse]


@every_write
async def test_a_label_that_cannot_be_removed_is_said_so_that_a_person_sees_it(
    shop: SqlShop, labels: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(path: Path) -> bool:
        raise ShopError(f"The label {path.name!r} cannot be removed: no permission.")

    monkeypatch.setattr(orphans, "_remove", stuck)
    with (
        Saboteur(shop, fail_at=0),
        pytest.raises(ShopError, match=r"could not be taken back: the label of [RX]-50001 \(The label"),
    ):
        await write(shop, "k1")
    monkeypatch.undo()
    assert len(drawn(labels)) == 1
    age(labels / drawn(labels)[0], hours=2)
    assert await shop.void_orphan_labels() == 1


async def test_a_commit_that_was_made_though_it_failed_keeps_its_label(shop: SqlShop, labels: Path) -> None:
    """The connection breaks after the commit: the receipt is there, so its label must be too."""

    class Broken:
        engine = shop.database.engine.sync_engine

        def after(self, connection: Any) -> None:
            event.remove(self.engine, "commit", self.after)
            connection.connection.dbapi_connection.commit()
            raise OperationalError("gone", None, Exception("connection failed"))

    broken = Broken()
    event.listen(broken.engine, "commit", broken.after)
    with pytest.raises(ShopError):
        await shop.create_return("W-10391", [BOOTS], reason="other", key="k1")
    assert await shop.find_receipt("k1") is not None
    assert drawn(labels) == ["R-50001.pdf"]


async def test_a_process_killed_between_label_and_commit_leaves_a_label_that_is_found(
    shop: SqlShop, url: URL, labels: Path, clock: FrozenClock
) -> None:
    before = await state(shop)
    arguments = [url.render_as_string(hide_password=False), str(labels), clock.now().isoformat()]
    command = [sys.executable, str(Path(__file__).with_name("killed.py")), *arguments]
    died = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
    assert died.returncode == -9, died.stderr.decode()
    assert drawn(labels) == ["X-50001.pdf"]
    assert await state(shop) == before
    assert await shop.find_receipt("killed") is None
    age(labels / "X-50001.pdf", hours=0.5)
    assert await shop.void_orphan_labels() == 0  # it may be a write under way
    assert await shop.void_orphan_labels(older_than=timedelta(minutes=10)) == 1
    assert drawn(labels) == []


async def test_only_labels_without_their_return_or_exchange_are_voided(shop: SqlShop, labels: Path) -> None:
    await shop.cancel_order("W-10460", key="k0")
    await shop.create_return("W-10391", [BOOTS], reason="other", key="k1")
    for name in (
        "R-50001.pdf",
        "X-50002.pdf",
        "R-50009.pdf",
        "R-50010.part",
        "R-50002.part",
        "notes.pdf",
        "R-1.pdf.bak",
        "W-50009.pdf",
    ):
        (labels / name).write_text("a label")
    for name in drawn(labels):
        age(labels / name, hours=2)
    assert await shop.void_orphan_labels() == 5
    assert drawn(labels) == ["R-1.pdf.bak", "R-50002.pdf", "W-50009.pdf", "notes.pdf"]
    assert await shop.void_orphan_labels() == 0


async def test_a_shop_without_labels_has_none_to_void(shop: SqlShop) -> None:
    assert await shop.void_orphan_labels() == 0


async def test_half_a_label_is_not_left_when_drawing_fails(shop: SqlShop, labels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from warmline.tools.sqlshop import labels as drawing

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(drawing, "_steps", full)
    with pytest.raises(ShopError, match="cannot be written: No space left"):
        await shop.create_return("W-10391", [BOOTS], reason="other", key="k1")
    assert drawn(labels) == []
