"""Between the tables and the shop's types, both ways. Rows hold minor units: cents for every currency the shop knows."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from warmline.errors import FixtureError
from warmline.tools.model import (
    CarrierEvent,
    Customer,
    Money,
    Order,
    OrderLine,
    PolicyDocument,
    Product,
    Shipment,
    Variant,
)
from warmline.tools.shopsearch import Entry

from .tables import (
    CustomerRow,
    LineRow,
    OrderRow,
    PolicyRow,
    ProductRow,
    ScanRow,
    ShipmentRow,
    ShopTable,
    StockRow,
    VariantRow,
)

Row = tuple[type[ShopTable], dict[str, Any]]
"""A table and the values of one of its rows."""


def minor(money: Money) -> int:
    """An amount in minor units: 12.50 is 1250. ``ValueError`` for fractions of a cent."""
    units = money.amount * 100
    if units != int(units):
        raise ValueError(f"expected whole cents, got {money.amount}")
    return int(units)


def money(units: int, currency: str) -> Money:
    """Minor units as an amount: 1250 is 12.50."""
    return Money(amount=Decimal(units).scaleb(-2), currency=currency)


def product_from(row: ProductRow) -> Product:
    """A product with its variants and their stock."""
    return Product(
        product_id=row.product_id,
        name=row.name,
        kind=row.kind,
        brand=row.brand,
        description=row.description,
        specs=row.specs,
        care=row.care,
        compatible_parts=tuple(row.compatible_parts),
        keywords=tuple(row.keywords),
        variants=tuple(variant_from(variant) for variant in row.variants),
    )


def variant_from(row: VariantRow) -> Variant:
    """A variant with its stock."""
    return Variant(
        sku=row.sku,
        options=row.options,
        price=money(row.price, row.currency),
        stock={shelf.warehouse: shelf.units for shelf in row.stock},
        next_delivery=row.next_delivery,
        final_sale=row.final_sale,
    )


def customer_from(row: CustomerRow) -> Customer:
    """A customer."""
    stored = row.model_dump(exclude={"lifetime_value", "currency"})
    return Customer.model_validate({**stored, "lifetime_value": money(row.lifetime_value, row.currency)})


def order_from(row: OrderRow) -> Order:
    """An order with its lines and parcels."""
    stored = row.model_dump(exclude={"currency", "shipping", "discount", "total"})
    return Order.model_validate(
        {
            **stored,
            "lines": tuple(_line_from(line, row.currency) for line in row.lines),
            "shipments": tuple(_shipment_from(parcel) for parcel in row.shipments),
            "shipping": money(row.shipping, row.currency),
            "discount": money(row.discount, row.currency),
            "total": money(row.total, row.currency),
        }
    )


def policy_from(row: PolicyRow) -> PolicyDocument:
    """A policy document."""
    return PolicyDocument(topic=row.topic, title=row.title, text=row.text)


def product_rows(product: Product, position: int) -> Iterator[Row]:
    """The rows of a product, its variants and their stock."""
    yield ProductRow, {**product.model_dump(exclude={"variants"}), "position": position}
    for place, variant in enumerate(product.variants):
        if variant.supply != "counted":
            raise FixtureError(f"{variant.sku}: expected counted stock; the demo shop counts all of it")
        stored = variant.model_dump(exclude={"price", "stock", "supply"})
        price = {"price": minor(variant.price), "currency": variant.price.currency}
        yield VariantRow, {**stored, **price, "product_id": product.product_id, "position": place}
        for warehouse, units in variant.stock.items():
            yield StockRow, {"sku": variant.sku, "warehouse": warehouse, "units": units}


def customer_rows(customer: Customer) -> Iterator[Row]:
    """The row of a customer."""
    worth = customer.lifetime_value
    if worth is None:
        raise FixtureError(f"customer {customer.customer_id}: expected a lifetime_value; the demo shop knows it of everybody")
    stored = customer.model_dump(exclude={"lifetime_value"})
    yield CustomerRow, {**stored, "lifetime_value": minor(worth), "currency": worth.currency}


def order_rows(order: Order) -> Iterator[Row]:
    """The rows of an order, its lines and its parcels."""
    stored = order.model_dump(exclude={"lines", "shipments", "shipping", "discount", "total"})
    amounts = {name: minor(amount) for name, amount in _amounts(order)}
    yield OrderRow, {**stored, **amounts, "currency": order.total.currency}
    for place, line in enumerate(order.lines):
        bought = {**line.model_dump(exclude={"unit_price"}), "unit_price": minor(line.unit_price)}
        yield LineRow, {**bought, "number": order.number, "position": place}
    for place, parcel in enumerate(order.shipments):
        yield ShipmentRow, {**parcel.model_dump(exclude={"events"}), "number": order.number, "position": place}
        for turn, event in enumerate(parcel.events):
            yield ScanRow, {**event.model_dump(), "shipment_id": parcel.shipment_id, "position": turn}


def policy_rows(policy: PolicyDocument, position: int) -> Iterator[Row]:
    """The row of a policy document."""
    yield PolicyRow, {**policy.model_dump(), "position": position}


def search_entry(row: ProductRow) -> Entry:
    """What of a product can be searched, and what a word found there is worth."""
    options = [(f"{variant.sku} {' '.join(variant.options.values())}", 0.7) for variant in row.variants]
    keywords = [(keyword, 0.85) for keyword in row.keywords]
    return Entry(row.product_id, ((row.name, 1.0), (row.brand, 0.6), (row.kind, 0.6), *keywords, *options))


def _line_from(row: LineRow, currency: str) -> OrderLine:
    stored = row.model_dump(exclude={"number", "position", "unit_price"})
    return OrderLine.model_validate({**stored, "unit_price": money(row.unit_price, currency)})


def _shipment_from(row: ShipmentRow) -> Shipment:
    events = tuple(CarrierEvent(at=scan.at, place=scan.place, what=scan.what) for scan in row.events)
    return Shipment.model_validate({**row.model_dump(exclude={"number", "position"}), "events": events})


def _amounts(order: Order) -> tuple[tuple[str, Money], ...]:
    return ("shipping", order.shipping), ("discount", order.discount), ("total", order.total)
