"""Returns at the SQL shop: the receipt, the money, the label, and the rules inside the transaction."""

from datetime import timedelta
from pathlib import Path

import pytest

from warmline.errors import ShopError, ToolError
from warmline.testing import dollars
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Label, ReturnItem
from warmline.tools.sqlshop import SqlShop

BOOTS = ReturnItem(sku="HP-BOOT-GRN-39")
SOCKS = ReturnItem(sku="hp-sock-chr-sm")


def is_pdf(label: Label) -> bool:
    return Path(label.location).read_bytes().startswith(b"%PDF")


def block(folder: Path) -> None:
    folder.write_text("a file where the folder should be")


async def test_a_return_tells_what_comes_back_and_until_when(shop: SqlShop, clock: FrozenClock) -> None:
    receipt = await shop.create_return("#10391", [BOOTS, SOCKS], reason="too_small", key="k1")
    assert receipt.order_number == "W-10391"
    assert receipt.return_number == "R-50001"
    assert receipt.items == (ReturnItem(sku="HP-BOOT-GRN-39"), ReturnItem(sku="HP-SOCK-CHR-SM"))
    assert (str(receipt.refund), str(receipt.label_fee)) == ("$108.05", "$4.95")
    assert receipt.send_by == clock.now() + timedelta(days=14)


async def test_the_label_is_free_when_the_item_is_defective(shop: SqlShop) -> None:
    receipt = await shop.create_return("W-10391", [BOOTS], reason="defective", key="k1")
    assert (str(receipt.refund), str(receipt.label_fee)) == ("$89.00", "$0.00")


async def test_the_fee_is_taken_off_once_whatever_goes_back(shop: SqlShop) -> None:
    order = next(one for one in await shop.list_orders("C-1008") if one.line("HP-TUBE-12"))
    receipt = await shop.create_return(order.number, [ReturnItem(sku="HP-TUBE-12")], reason="other", key="k1")
    assert receipt.refund == dollars("3.05")


async def test_a_discount_on_the_order_lowers_the_refund(shop: SqlShop, clock: FrozenClock) -> None:
    order = next(one for one in await shop.list_orders("C-1010") if one.discount.amount)
    delivered = order.shipments[0].delivered_at
    assert delivered
    clock.moment = delivered + timedelta(days=1)
    receipt = await shop.create_return(order.number, [ReturnItem(sku="HP-DUTC-CRM")], reason="damaged", key="k1")
    assert str(receipt.refund) == "$134.10"


async def test_the_label_is_a_pdf_in_the_folder_with_a_tracking_number_of_its_own(shop: SqlShop, labels: Path) -> None:
    first = await shop.create_return("W-10391", [BOOTS], reason="too_small", key="k1")
    second = await shop.create_return("W-10391", [SOCKS], reason="too_small", key="k2")
    assert first.label
    assert second.label
    assert first.label.tracking_number != second.label.tracking_number
    assert first.label.location == str(labels / f"{first.return_number}.pdf")
    assert is_pdf(first.label)


async def test_what_was_returned_counts_on_the_order_and_cannot_go_back_again(shop: SqlShop) -> None:
    await shop.create_return("W-10391", [BOOTS], reason="too_small", key="k1")
    order = await shop.get_order("W-10391")
    assert order
    assert [line.returned for line in order.lines] == [1, 0, 0]
    with pytest.raises(ToolError, match="returned already"):
        await shop.create_return("W-10391", [BOOTS], reason="too_small", key="k2")


@pytest.mark.parametrize(
    ("number", "items", "said"),
    [
        ("W-99999", [BOOTS], "There is no order 'W-99999'"),
        ("W-10391", [ReturnItem(sku="HP-RUGB-GRN-M")], "final sale"),
        ("W-10391", [ReturnItem(sku="HP-CREW-NVY-M")], "has no item 'HP-CREW-NVY-M'"),
        ("W-10391", [BOOTS, BOOTS], "Only 1 of Fjord Rain Boots"),
        ("W-10391", [], "at least one item"),
        ("W-10300", [ReturnItem(sku="HP-CHEL-BRN-40")], "The 30 days for returns ended"),
        ("W-10432", [ReturnItem(sku="HP-CREW-NVY-M")], "not been delivered yet"),
    ],
)
async def test_what_the_rules_forbid_changes_nothing(shop: SqlShop, number: str, items: list[ReturnItem], said: str) -> None:
    before = await shop.get_order(number)
    with pytest.raises(ToolError, match=said):
        await shop.create_return(number, items, reason="other", key="k1")
    assert await shop.get_order(number) == before
    assert await shop.find_receipt("k1") is None


async def test_without_its_label_a_return_is_not_made(shop: SqlShop, labels: Path) -> None:
    block(labels)
    with pytest.raises(ShopError, match="cannot be written"):
        await shop.create_return("W-10391", [BOOTS], reason="other", key="k1")
    order = await shop.get_order("W-10391")
    assert order
    assert [line.returned for line in order.lines] == [0, 0, 0]
    assert await shop.find_receipt("k1") is None
