"""Each write is made once: the key decides, now, at the same time, and after a restart."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from warmline.errors import UsageError
from warmline.testing import an_address
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Receipt, ReturnItem
from warmline.tools.sqlshop import SqlShop

BOOTS = ReturnItem(sku="HP-BOOT-GRN-39")
SOCKS = ReturnItem(sku="HP-SOCK-CHR-SM")
MAIL = "maya.brooks@example.com"

Write = Callable[[SqlShop, str], Awaitable[Receipt]]
WRITES: dict[str, Write] = {
    "return": lambda shop, key: shop.create_return("W-10391", [BOOTS], reason="other", key=key),
    "exchange": lambda shop, key: shop.create_exchange("W-10391", BOOTS, new_sku="HP-BOOT-GRN-40", reason="other", key=key),
    "cancellation": lambda shop, key: shop.cancel_order("W-10460", key=key),
    "address": lambda shop, key: shop.change_address("W-10460", an_address(), key=key),
    "subscription": lambda shop, key: shop.subscribe_back_in_stock("HP-LAMP-BRS", MAIL, key=key),
    "enrolment": lambda shop, key: shop.enrol_in_care_series("galley-dutch-oven", MAIL, key=key),
}
every_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


@every_write
async def test_the_same_key_gets_the_same_receipt(shop: SqlShop, write: Write) -> None:
    first = await write(shop, "k1")
    assert await write(shop, "k1") == first
    assert await shop.find_receipt("k1") == first


@every_write
async def test_the_same_key_at_the_same_time_is_one_write(shop: SqlShop, write: Write) -> None:
    receipts = await asyncio.gather(*(write(shop, "k1") for _ in range(4)))
    assert all(receipt == receipts[0] for receipt in receipts)


@every_write
async def test_a_receipt_outlives_the_process(shop: SqlShop, url: URL, clock: FrozenClock, labels: Path, write: Write) -> None:
    receipt = await write(shop, "k1")
    async with SqlShop(url=url, clock=clock, labels=labels) as reopened:
        assert await reopened.find_receipt("k1") == receipt


async def test_the_second_call_changes_nothing_whatever_it_asks(shop: SqlShop) -> None:
    first = await shop.create_return("W-10391", [BOOTS], reason="other", key="k1")
    assert await shop.create_return("W-10391", [SOCKS], reason="defective", key="k1") == first
    order = await shop.get_order("W-10391")
    assert order
    assert [line.returned for line in order.lines] == [1, 0, 0]


async def test_two_keys_cannot_return_one_pair_of_boots_twice(shop: SqlShop) -> None:
    answers = await asyncio.gather(
        *(shop.create_return("W-10391", [BOOTS], reason="other", key=key) for key in ("k1", "k2", "k3")),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ReturnReceipt", "ToolError", "ToolError"]


async def test_a_key_belongs_to_one_kind_of_write(shop: SqlShop) -> None:
    await shop.cancel_order("W-10460", key="k1")
    with pytest.raises(UsageError, match="expected a new key, got 'k1', under which a CancellationReceipt was made"):
        await shop.create_return("W-10391", [BOOTS], reason="other", key="k1")


async def test_a_key_that_was_never_used_has_no_receipt(shop: SqlShop) -> None:
    assert await shop.find_receipt("k1") is None
