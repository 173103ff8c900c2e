"""The demo shop's files as the shop's types, every row checked; whatever is wrong is named by file and line.

The files hold no date: times are ISO 8601 durations from now (``-P12DT3H``, ``P4D``), and amounts are strings with two decimals.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources.abc import Traversable
from typing import TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from warmline.fixtures import Line, read_lines, read_pages

from .model import Customer, Frozen, Order, PolicyDocument, Product

T = TypeVar("T", bound=Frozen)

_MOMENTS = frozenset({"placed_at", "promised", "shipped_at", "expected", "delivered_at", "at", "next_delivery"})
_AMOUNTS = frozenset({"price", "unit_price", "shipping", "discount", "total", "lifetime_value"})
_DURATION = re.compile(r"-?P(?=[\dT])(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_AMOUNT = re.compile(r"\d+\.\d\d")
_parsed_duration = TypeAdapter(timedelta).validate_python


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """All that a demo shop starts with."""

    products: Sequence[Product]
    customers: Sequence[Customer]
    orders: Sequence[Order]
    policies: Sequence[PolicyDocument]


def read_demo_files(folder: Traversable, now: datetime) -> DemoFiles:
    """Read ``products.jsonl``, ``customers.jsonl``, ``orders.jsonl`` and ``policies/*.md``; ``FixtureError`` names a mistake."""
    products = _rows(folder, "products.jsonl", Product, now, lambda product: product.product_id)
    customers = _rows(folder, "customers.jsonl", Customer, now, lambda customer: customer.customer_id)
    orders = _rows(folder, "orders.jsonl", Order, now, lambda order: order.number)
    _check_orders(orders, {sku for sku, _ in _skus(products)}, {customer.customer_id for _, customer in customers})
    return DemoFiles(
        products=[product for _, product in products],
        customers=[customer for _, customer in customers],
        orders=[order for _, order in orders],
        policies=[
            PolicyDocument(topic=page.topic, title=page.title, text=page.text) for page in read_pages(folder.joinpath("policies"))
        ],
    )


def _rows(folder: Traversable, file: str, kind: type[T], now: datetime, identity: Callable[[T], str]) -> list[tuple[Line, T]]:
    rows: list[tuple[Line, T]] = []
    known: set[str] = set()
    for line in read_lines(folder.joinpath(file)):
        row = _checked(line, kind, now)
        if identity(row) in known:
            raise line.error("an id that no line before has", repr(identity(row)))
        known.add(identity(row))
        rows.append((line, row))
    return rows


def _checked(line: Line, kind: type[T], now: datetime) -> T:
    value = {name: _resolved(line, name, content, now) for name, content in line.value.items()}
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        expected = first["msg"].removeprefix("Input should be ").replace("Field required", "a value")
        where = ".".join(str(step) for step in first["loc"])
        raise line.error(f"{expected} at {where}", repr(first["input"])[:80]) from error


def _resolved(line: Line, name: str, content: object, now: datetime) -> object:
    """Durations as times and amounts as money, all the way down."""
    if isinstance(content, dict):
        fields = cast("dict[str, object]", content)
        return {inner: _resolved(line, inner, value, now) for inner, value in fields.items()}
    if isinstance(content, list):
        return [_resolved(line, name, value, now) for value in cast("list[object]", content)]
    if name in _MOMENTS and content is not None:
        return now + _duration(line, name, content)
    if name == "since":
        return (now + _duration(line, name, content)).date()
    return _amount(line, name, content) if name in _AMOUNTS else content


def _duration(line: Line, name: str, content: object) -> timedelta:
    if not isinstance(content, str) or not _DURATION.fullmatch(content):
        raise line.error(f"a duration from now such as '-P3DT4H' at {name}", repr(content))
    return _parsed_duration(content)


def _amount(line: Line, name: str, content: object) -> object:
    if not isinstance(content, str) or not _AMOUNT.fullmatch(content):
        raise line.error(f"an amount such as '12.50' at {name}", repr(content))
    return {"amount": content}


def _skus(products: Sequence[tuple[Line, Product]]) -> Iterator[tuple[str, Line]]:
    known: set[str] = set()
    for line, product in products:
        for variant in product.variants:
            if variant.sku in known:
                raise line.error("a SKU that no variant before has", repr(variant.sku))
            known.add(variant.sku)
            yield variant.sku, line


def _check_orders(orders: Sequence[tuple[Line, Order]], skus: set[str], customers: set[str]) -> None:
    for line, order in orders:
        if order.customer_id not in customers:
            raise line.error("a customer of customers.jsonl", repr(order.customer_id))
        unknown = [item.sku for item in order.lines if item.sku not in skus]
        if unknown:
            raise line.error("SKUs of products.jsonl", ", ".join(unknown))
        total = sum((item.unit_price.times(item.quantity) for item in order.lines), order.shipping - order.discount)
        if order.total != total:
            raise line.error(f"a total of {total} (lines - discount + shipping)", str(order.total))
