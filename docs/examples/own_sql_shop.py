"""Your own database as a shop: six methods over tables that know nothing of Warmline. ``shop.sql`` beside it has the tables.

WARMLINE_SHOP=own_sql_shop:open_shop MY_SHOP_DATABASE=shop.db warmline doctor --shop
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from warmline.tools.model import Address, Customer, Money, Order, OrderLine, PolicyDocument, Product, Variant

BERLIN = ZoneInfo("Europe/Berlin")  # the tables keep local times without a zone, and amounts in cents
STATUS = {
    "neu": "processing",
    "bezahlt": "processing",
    "versandt": "shipped",
    "zugestellt": "delivered",
    "storniert": "cancelled",
}
ORDER = """SELECT b.*, k.email, (SELECT json_group_array(json_object('sku', p.sku, 'name', p.name, 'quantity', p.menge, 'cents', p.cent))
           FROM positionen p WHERE p.bestellung = b.nr) AS zeilen FROM bestellungen b JOIN kunden k ON k.id = b.kunde"""


class OwnSqlShop:
    """Plain functions: each call runs in a thread. ``async def`` over a driver that blocks would hold up all customers at once."""

    def __init__(self, path: str) -> None:
        self.path = path

    def rows(self, query: str, *values: str | int) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as database:  # reads only
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query, values)]

    def get_customer(self, customer_id: str) -> Customer | None:
        return next(map(customer, self.rows("SELECT * FROM kunden WHERE CAST(id AS TEXT) = ?", customer_id.strip())), None)

    def get_order(self, number: str) -> Order | None:
        return next(map(order, self.rows(f"{ORDER} WHERE b.nr = ?", number.strip().lstrip("#").upper())), None)

    def list_orders(self, customer_id: str) -> Sequence[Order]:
        return [
            order(row) for row in self.rows(f"{ORDER} WHERE CAST(b.kunde AS TEXT) = ? ORDER BY b.am DESC", customer_id.strip())
        ]

    def get_product(self, reference: str) -> Product | None:
        return next(map(product, self.rows("SELECT * FROM artikel WHERE ? IN (sku, gruppe)", reference.strip())), None)

    def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        return [
            product(row) for row in self.rows("SELECT * FROM artikel WHERE instr(lower(name), lower(?)) LIMIT ?", query, limit)
        ]

    def list_policies(self) -> Sequence[PolicyDocument]:
        return [
            PolicyDocument(topic=row["kurz"], title=row["titel"], text=row["text"]) for row in self.rows("SELECT * FROM regeln")
        ]


def open_shop() -> OwnSqlShop:
    """What ``WARMLINE_SHOP`` names."""
    import os

    return OwnSqlShop(os.environ["MY_SHOP_DATABASE"])


def euros(cents: int) -> Money:
    return Money(amount=Decimal(cents) / 100, currency="EUR")


def moment(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN)


def customer(row: dict[str, Any]) -> Customer:
    since = date.fromisoformat(row["seit"])
    return Customer(
        customer_id=str(row["id"]), name=row["name"], email=row["email"], since=since, lifetime_value=euros(row["umsatz"])
    )


def order(row: dict[str, Any]) -> Order:
    lines = [OrderLine(unit_price=euros(one.pop("cents")), **one) for one in json.loads(row["zeilen"])]
    street, postcode, city = (part.strip() for part in row["anschrift"].split(","))
    return Order.model_validate(
        {
            "number": row["nr"],
            "customer_id": str(row["kunde"]),
            "email": row["email"],
            "placed_at": moment(row["am"]),
            "promised": moment(row["bis"]),
            "status": STATUS[row["status"]],
            "lines": lines,
            "address": Address(name=row["an"], line1=street, postcode=postcode, city=city, country="DE"),
            "shipping": euros(row["porto"]),
            "discount": euros(row["rabatt"]),
            "total": euros(row["summe"]),
        }
    )


def product(row: dict[str, Any]) -> Product:
    sold = Variant(sku=row["sku"], options={}, price=euros(row["cent"]), stock={"lager": row["bestand"]})
    return Product(
        product_id=row["gruppe"], name=row["name"], kind=row["art"], brand=row["marke"], description=row["text"], variants=(sold,)
    )
