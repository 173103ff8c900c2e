"""The shop and the desk as flat rows, so that what a conversation changed can be read, and compared with what it should have."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from warmline.agent.desk.desk import Case
from warmline.evals.results import RowChange
from warmline.tools.memoryshop import MemoryShop
from warmline.tools.model import (
    CancellationReceipt,
    Customer,
    EnrolmentReceipt,
    ExchangeReceipt,
    Order,
    Product,
    Receipt,
    ReturnReceipt,
    StopReceipt,
    SubscriptionReceipt,
)

Row = Mapping[str, Any]
Tables = dict[str, dict[str, Row]]
"""Rows by table and key."""

TABLES: tuple[str, ...] = (
    "customers",
    "orders",
    "order_lines",
    "shipments",
    "products",
    "stock",
    "returns",
    "exchanges",
    "cancellations",
    "subscriptions",
    "enrolments",
    "stops",
    "cases",
)


def shop_rows(shop: MemoryShop) -> Tables:
    """Everything the shop holds, and every receipt it gave."""
    records = shop.records
    return _rows(records.customers.values(), records.orders.values(), records.products.values(), shop.receipts.values())


class Snapshot:
    """What a shop in memory held at a moment. Nothing is copied: its records are frozen, so the same object is an unchanged one."""

    def __init__(self, shop: MemoryShop) -> None:
        self.customers = dict(shop.records.customers)
        self.orders = dict(shop.records.orders)
        self.products = dict(shop.records.products)
        self.receipts = dict(shop.receipts)

    def changes_since(self, shop: MemoryShop) -> "tuple[Tables, Tables]":
        """The rows of every record that is another now, or gone: as they were, and as they are."""
        records = shop.records
        now = (records.customers, records.orders, records.products, shop.receipts)
        then = (self.customers, self.orders, self.products, self.receipts)
        return _rows(*map(_others, then, now)), _rows(*map(_others, now, then))


def _others(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Any]:
    return [record for key, record in mine.items() if theirs.get(key) is not record]


def _rows(
    customers: Iterable[Customer], orders: Iterable[Order], products: Iterable[Product], receipts: Iterable[Receipt]
) -> Tables:
    tables: Tables = {table: {} for table in TABLES}
    for customer in customers:
        tables["customers"][customer.customer_id] = plain(customer.model_dump())
    for order in orders:
        _add_order(tables, order)
    for product in products:
        _add_product(tables, product)
    for receipt in receipts:
        for table, key, row in _receipt(receipt):
            tables[table][key] = row
    return tables


def case_rows(cases: Iterable[Case]) -> dict[str, Row]:
    """The desk's cases."""
    fields = ("reason", "queue", "priority", "status", "assignee", "customer_id", "conversation_id")
    return {case.id: {name: getattr(case, name) for name in fields} for case in cases}


def differences(before: Tables, after: Tables) -> list[RowChange]:
    """Every row that was added, updated or deleted, in the order of the tables."""
    changes: list[RowChange] = []
    for table in dict.fromkeys((*TABLES, *after, *before)):
        old, new = before.get(table, {}), after.get(table, {})
        changes += [
            RowChange(table=table, key=key, change="added", fields=_fields({}, new[key])) for key in new if key not in old
        ]
        changes += [
            RowChange(table=table, key=key, change="updated", fields=_fields(old[key], new[key]))
            for key in new
            if key in old and old[key] != new[key]
        ]
        changes += [
            RowChange(table=table, key=key, change="deleted", fields=_fields(old[key], {})) for key in old if key not in new
        ]
    return changes


def plain(value: Any) -> Any:
    """A value as JSON has it, amounts as text with their currency left out when it is the dollar."""
    from pydantic_core import to_jsonable_python

    if isinstance(value, dict):
        row = {str(name): plain(part) for name, part in value.items()}
        return row["amount"] if set(row) == {"amount", "currency"} and row["currency"] == "USD" else row
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return to_jsonable_python(value)


def _add_order(tables: Tables, order: Order) -> None:
    """An order's rows: itself, its lines, its parcels."""
    head = order.model_dump(exclude={"lines", "shipments"})
    tables["orders"][order.number] = plain(head)
    for line in order.lines:
        tables["order_lines"][f"{order.number}/{line.sku}"] = plain(line.model_dump(exclude={"sku"}))
    for parcel in order.shipments:
        tables["shipments"][f"{order.number}/{parcel.shipment_id}"] = plain(parcel.model_dump(exclude={"shipment_id"}))


def _add_product(tables: Tables, product: Product) -> None:
    tables["products"][product.product_id] = plain(product.model_dump(exclude={"variants"}))
    for variant in product.variants:
        for warehouse, units in variant.stock.items():
            tables["stock"][f"{variant.sku}/{warehouse}"] = {"units": units}


def _receipt(receipt: Receipt) -> Iterator[tuple[str, str, Row]]:
    """A receipt's table, key and row; a change of address is seen at the order."""
    row = plain(receipt.model_dump())
    match receipt:
        case ReturnReceipt():
            yield "returns", receipt.return_number, row
        case ExchangeReceipt():
            yield "exchanges", receipt.exchange_number, row
        case CancellationReceipt():
            yield "cancellations", receipt.order_number, row
        case SubscriptionReceipt():
            yield "subscriptions", f"{receipt.sku}/{receipt.email or receipt.phone}", row
        case EnrolmentReceipt():
            yield "enrolments", f"{receipt.product_id}/{receipt.email}", row
        case StopReceipt():
            yield "stops", f"{receipt.email or ''}/{receipt.phone or ''}", row
        case _:
            return


def _fields(old: Row, new: Row) -> dict[str, tuple[Any, Any]]:
    return {name: (old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)}
