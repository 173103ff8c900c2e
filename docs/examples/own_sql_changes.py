"""The same shop with changes: an order is cancelled or sent elsewhere once for each key, and the receipt tells a later question that it was.

WARMLINE_SHOP=own_sql_changes:open_shop MY_SHOP_DATABASE=shop.db warmline doctor --shop
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import TypeVar

from own_sql_shop import STATUS, OwnSqlShop, euros

from warmline.errors import ToolError
from warmline.tools.model import Address, AddressReceipt, CancellationReceipt, Receipt

KINDS: dict[str, type[CancellationReceipt | AddressReceipt]] = {
    "CancellationReceipt": CancellationReceipt,
    "AddressReceipt": AddressReceipt,
}
Change = TypeVar("Change", CancellationReceipt, AddressReceipt)


class OwnSqlChanges(OwnSqlShop):
    """A change and its receipt are one transaction: there is never one without the other."""

    def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        def change(database: sqlite3.Connection) -> CancellationReceipt:
            order = not_sent(database, number)
            database.execute("UPDATE bestellungen SET status = 'storniert' WHERE nr = ?", (order["nr"],))
            return CancellationReceipt(order_number=order["nr"], refund=euros(order["summe"]), cancelled_at=datetime.now(UTC))

        return self.once(key, CancellationReceipt, change)

    def change_address(self, number: str, address: Address, *, key: str) -> AddressReceipt:
        def change(database: sqlite3.Connection) -> AddressReceipt:
            order = not_sent(database, number)
            if address.country != "DE" or address.line2 or address.region:
                raise ToolError(
                    "orders go to addresses in Germany, of a street, a postcode and a city; a colleague can help with others"
                )
            place = f"{address.line1}, {address.postcode}, {address.city}"
            database.execute("UPDATE bestellungen SET an = ?, anschrift = ? WHERE nr = ?", (address.name, place, order["nr"]))
            return AddressReceipt(order_number=order["nr"], address=address)

        return self.once(key, AddressReceipt, change)

    def find_receipt(self, key: str) -> Receipt | None:
        """``None`` only if the change was surely not made: then it may be made."""
        kept = self.rows("SELECT * FROM quittungen WHERE schluessel = ?", key)
        return KINDS[kept[0]["art"]].model_validate_json(kept[0]["inhalt"]) if kept else None

    def once(self, key: str, kind: type[Change], change: Callable[[sqlite3.Connection], Change]) -> Change:
        """What the change gives, or gave the first time it was asked for with this key."""
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=10)) as database:
            database.row_factory = sqlite3.Row
            database.execute("BEGIN IMMEDIATE")  # who comes with the same key at the same time waits here
            try:
                kept = database.execute("SELECT art, inhalt FROM quittungen WHERE schluessel = ?", (key,)).fetchone()
                receipt = change(database) if kept is None else as_kept(kept, kind)
                if kept is None:
                    database.execute("INSERT INTO quittungen VALUES (?, ?, ?)", (key, kind.__name__, receipt.model_dump_json()))
                database.execute("COMMIT")
            except BaseException:
                database.execute("ROLLBACK")
                raise
            return receipt


def as_kept(row: sqlite3.Row, kind: type[Change]) -> Change:
    """The receipt of then; a key is for one kind of change."""
    if row["art"] != kind.__name__:
        raise ValueError(f"this key was used for a {row['art']}; expected one of its own for each change")
    return kind.model_validate_json(row["inhalt"])


def not_sent(database: sqlite3.Connection, number: str) -> sqlite3.Row:
    """The order, if nothing of it has left; the words of a ``ToolError`` are for the customer."""
    order = database.execute("SELECT * FROM bestellungen WHERE nr = ?", (number.strip().lstrip("#").upper(),)).fetchone()
    if order is None:
        raise ToolError(f"there is no order {number}")
    if STATUS[order["status"]] != "processing":
        raise ToolError(f"order {order['nr']} cannot be changed any more: it is {STATUS[order['status']]}")
    return order


def open_shop() -> OwnSqlChanges:
    """What ``WARMLINE_SHOP`` names."""
    import os

    return OwnSqlChanges(os.environ["MY_SHOP_DATABASE"])
