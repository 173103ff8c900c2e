"""The tables of a shop kept in SQL: SQLite or PostgreSQL.

Money is stored as integer minor units (cents) beside its currency; times come back aware, in UTC, from both databases. The tables
have their own registry, so ``create_all`` here makes these and no others, also when a store shares the database.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, UniqueConstraint
from sqlalchemy.orm import declared_attr, registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Relationship, SQLModel


class UtcTime(TypeDecorator[datetime]):
    """An aware time; SQLite keeps no zone, so it is written and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: in UTC."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


def _many(order_by: str) -> dict[str, Any]:
    return {"lazy": "selectin", "order_by": order_by, "cascade": "all, delete-orphan"}


class ShopTable(SQLModel, registry=registry()):
    """The root of the shop's tables: ``OrderRow`` is the table ``shop_order``."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # pyright: ignore  # noqa: N805, PGH003  SQLModel types it as a class variable
        """The table's name, from the class's."""
        return f"shop_{cls.__name__.removesuffix('Row').lower()}"


class StockRow(ShopTable, table=True):
    """The units of one variant in one warehouse; the database itself refuses to go below zero."""

    __table_args__ = (CheckConstraint("units >= 0"),)
    sku: str = Field(primary_key=True, foreign_key="shop_variant.sku")
    warehouse: str = Field(primary_key=True)
    units: int


class VariantRow(ShopTable, table=True):
    """One thing that can be bought."""

    sku: str = Field(primary_key=True)
    product_id: str = Field(foreign_key="shop_product.product_id", index=True)
    position: int
    options: dict[str, str] = Field(sa_type=JSON)
    price: int
    currency: str
    next_delivery: datetime | None = Field(default=None, sa_type=UtcTime)
    final_sale: bool
    stock: list[StockRow] = Relationship(sa_relationship_kwargs=_many("StockRow.warehouse"))


class ProductRow(ShopTable, table=True):
    """A product."""

    product_id: str = Field(primary_key=True)
    position: int
    name: str
    kind: str
    brand: str
    description: str
    specs: dict[str, str] = Field(sa_type=JSON)
    care: str | None
    compatible_parts: list[str] = Field(sa_type=JSON)
    keywords: list[str] = Field(sa_type=JSON)
    variants: list[VariantRow] = Relationship(sa_relationship_kwargs=_many("VariantRow.position"))


class CustomerRow(ShopTable, table=True):
    """A customer."""

    customer_id: str = Field(primary_key=True)
    name: str
    email: str
    phone: str | None
    tier: str
    lifetime_value: int
    currency: str
    since: date
    locale: str
    marketing_consent: bool
    address: dict[str, str | None] | None = Field(default=None, sa_type=JSON)


class LineRow(ShopTable, table=True):
    """One line of an order; no more units can go back than were bought."""

    __table_args__ = (CheckConstraint("returned BETWEEN 0 AND quantity"),)
    number: str = Field(primary_key=True, foreign_key="shop_order.number")
    sku: str = Field(primary_key=True, foreign_key="shop_variant.sku")
    position: int
    name: str
    options: dict[str, str] = Field(sa_type=JSON)
    quantity: int
    unit_price: int
    final_sale: bool
    returned: int


class ScanRow(ShopTable, table=True):
    """One scan of a parcel by the carrier."""

    shipment_id: str = Field(primary_key=True, foreign_key="shop_shipment.shipment_id")
    position: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    place: str
    what: str


class ShipmentRow(ShopTable, table=True):
    """One parcel of an order."""

    shipment_id: str = Field(primary_key=True)
    number: str = Field(foreign_key="shop_order.number", index=True)
    position: int
    carrier: str
    tracking_number: str = Field(unique=True)
    status: str
    contents: dict[str, int] = Field(sa_type=JSON)
    shipped_at: datetime | None = Field(default=None, sa_type=UtcTime)
    expected: datetime | None = Field(default=None, sa_type=UtcTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    events: list[ScanRow] = Relationship(sa_relationship_kwargs=_many("ScanRow.position"))


class OrderRow(ShopTable, table=True):
    """An order; its amounts share one currency."""

    number: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="shop_customer.customer_id", index=True)
    email: str
    placed_at: datetime = Field(sa_type=UtcTime)
    status: str
    address: dict[str, str | None] = Field(sa_type=JSON)
    promised: datetime = Field(sa_type=UtcTime)
    currency: str
    shipping: int
    discount: int
    total: int
    gift: bool
    gift_message: str | None
    note: str | None
    lines: list[LineRow] = Relationship(sa_relationship_kwargs=_many("LineRow.position"))
    shipments: list[ShipmentRow] = Relationship(sa_relationship_kwargs=_many("ShipmentRow.position"))


class PolicyRow(ShopTable, table=True):
    """One policy document."""

    topic: str = Field(primary_key=True)
    position: int
    title: str
    text: str


class ReceiptRow(ShopTable, table=True):
    """One write, by its idempotency key; the id numbers returns, exchanges and their labels."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    document: str = ""
    tracking_number: str | None = Field(default=None, unique=True)


class SignupRow(ShopTable, table=True):
    """An address on a list: ``about`` is the SKU that is awaited, or the product whose care letters are sent.

    ``key`` is that of the write that put it there. ``notified_at`` is when the one message went out that it was there for.
    """

    __table_args__ = (UniqueConstraint("kind", "about", "email"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    about: str
    email: str
    since: datetime = Field(sa_type=UtcTime)
    key: str | None = None
    notified_at: datetime | None = Field(default=None, sa_type=UtcTime)


class ReservationRow(ShopTable, table=True):
    """Units of ``new_sku`` that an exchange keeps, by the warehouse they were taken from, until its goods arrive or do not in time."""

    exchange_number: str = Field(primary_key=True)
    number: str = Field(foreign_key="shop_order.number")
    sku: str
    new_sku: str = Field(foreign_key="shop_variant.sku")
    shelves: dict[str, int] = Field(sa_type=JSON)
    until: datetime = Field(sa_type=UtcTime, index=True)
    received_at: datetime | None = Field(default=None, sa_type=UtcTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcTime)


class AnchorRow(ShopTable, table=True):
    """One row: the moment the stored dates are relative to."""

    id: int = Field(default=1, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
