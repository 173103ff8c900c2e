"""A demo shop from other files: what is wrong in them is named by file and line, and nothing is stored."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warmline.errors import FixtureError
from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.demofiles import read_demo_files
from warmline.tools.model import ReturnItem

Row = dict[str, Any]
ADDRESS = {"name": "Ada", "line1": "1 Road", "city": "Town", "postcode": "1", "country": "US"}
MUG: Row = {
    "product_id": "mug", "name": "Mug", "kind": "home", "brand": "H", "description": "A mug.",
    "variants": [{"sku": "MUG-1", "options": {"colour": "red"}, "price": "3.00", "stock": {}, "next_delivery": None}],
}  # fmt: skip
ADA: Row = {"customer_id": "C-1", "name": "Ada", "email": "ada@example.com", "lifetime_value": "3.00", "since": "-P9D"}
ORDER: Row = {
    "number": "W-1", "customer_id": "C-1", "email": "ada@example.com", "placed_at": "-P5D", "status": "delivered",
    "lines": [{"sku": "MUG-1", "name": "Mug", "quantity": 1, "unit_price": "3.00"}],
    "shipments": [{"shipment_id": "S-1", "carrier": "C", "tracking_number": "T", "status": "delivered", "contents": {"MUG-1": 1},
                   "shipped_at": "-P4D", "delivered_at": "-P1DT2H30M"}],
    "address": ADDRESS, "promised": "PT0S", "shipping": "0.00", "discount": "0.00", "total": "3.00",
}  # fmt: skip
OPEN: Row = {**ORDER, "number": "W-2", "status": "processing", "shipments": []}


WRONG: list[tuple[Callable[[Row], object], str]] = [
    (lambda row: row.update(status="gone"), r"expected 'awaiting_payment', .* at status, got 'gone'"),
    (lambda row: row.pop("email"), r"expected a value at email, got "),
    (lambda row: row.update(colour="red"), r"expected Extra inputs are not permitted at colour, got 'red'"),
    (
        lambda row: row.update(placed_at="2026-11-20T00:00:00Z"),
        r"expected a duration .* at placed_at, got '2026-11-20T00:00:00Z'",
    ),
    (lambda row: row.update(placed_at="-P"), r"expected a duration from now such as '-P3DT4H' at placed_at, got '-P'"),
    (lambda row: row.update(placed_at="P1DT"), r"expected a duration .* got 'P1DT'"),
    (lambda row: row.update(placed_at=-3), r"expected a duration .* got -3"),
    (lambda row: row.update(total="3"), r"expected an amount such as '12\.50' at total, got '3'"),
    (lambda row: row.update(total=3.0), r"expected an amount such as '12\.50' at total, got 3\.0"),
    (lambda row: row.update(total="2.00"), r"expected a total of \$3\.00 \(lines - discount \+ shipping\), got \$2\.00"),
    (lambda row: row.update(customer_id="C-9"), r"expected a customer of customers\.jsonl, got 'C-9'"),
    (lambda row: row["lines"][0].update(sku="CUP-1"), r"expected SKUs of products\.jsonl, got CUP-1"),
    (lambda row: row["lines"][0].update(quantity=0), r"expected greater than or equal to 1 at lines\.0\.quantity, got 0"),
    (lambda row: row.update(number="W-1"), r"expected an id that no line before has, got 'W-1'"),
]


def a_shop(
    folder: Path,
    *,
    products: tuple[Row, ...] = (MUG,),
    customers: tuple[Row, ...] = (ADA,),
    orders: tuple[Row, ...] = (ORDER, OPEN),
) -> Path:
    for name, rows in (("products", products), ("customers", customers), ("orders", orders)):
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / "returns.md").write_text("---\ntopic: returns\ntitle: Returns\n---\nYes.\n", "utf-8")
    return folder


def changed(row: Row, change: Callable[[Row], object]) -> Row:
    copy: Row = json.loads(json.dumps(row))
    change(copy)
    return copy


async def test_a_shop_can_be_opened_from_other_files(tmp_path: Path, clock: FrozenClock) -> None:
    async with await open_demo_shop("sqlite://", clock=clock, labels=tmp_path, folder=a_shop(tmp_path)) as shop:
        order = await shop.get_order("1")
        assert order
        assert order.promised == clock.now()
        cheap = await shop.create_return("1", [ReturnItem(sku="MUG-1")], reason="other", key="k1")
        assert str(cheap.refund) == "$0.00"
        assert str((await shop.cancel_order("2", key="k2")).refund) == "$3.00"


@pytest.mark.parametrize(("change", "said"), WRONG)
async def test_a_wrong_order_is_named_and_nothing_is_stored(
    tmp_path: Path, clock: FrozenClock, change: Callable[[Row], object], said: str
) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    wrong = a_shop(tmp_path, orders=(ORDER, changed(OPEN, change)))
    with pytest.raises(FixtureError, match=rf"^orders\.jsonl, line 2: {said}"):
        await open_demo_shop(url, clock=clock, labels=tmp_path, folder=wrong)
    async with await open_demo_shop(url, clock=clock, labels=tmp_path, folder=a_shop(tmp_path)) as shop:
        assert len(await shop.list_orders("C-1")) == 2


def test_a_sku_is_one_variants(tmp_path: Path, clock: FrozenClock) -> None:
    folder = a_shop(tmp_path, products=(MUG, {**MUG, "product_id": "cup"}))
    with pytest.raises(FixtureError, match=r"^products\.jsonl, line 2: expected a SKU that no variant before has, got 'MUG-1'"):
        read_demo_files(folder, clock.now())


def test_since_is_a_duration_too(tmp_path: Path, clock: FrozenClock) -> None:
    folder = a_shop(tmp_path, customers=({**ADA, "since": "2020-01-01"},))
    with pytest.raises(FixtureError, match=r"^customers\.jsonl, line 1: expected a duration .* at since, got '2020-01-01'"):
        read_demo_files(folder, clock.now())
