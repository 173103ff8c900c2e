"""Cancelling, redirecting and returning: what WooCommerce is asked for, what is refused, and what money moves."""

from decimal import Decimal
from typing import Any

import httpx2
import pytest
from support.woo import READ_KEY, Woo
from support.woo_shapes import a_line, a_place, a_product, a_refund, an_order, completed
from support.woo_worlds import NOW, TERMS, a_woo, open_woo

from warmline.errors import OutcomeUnknown, ShopError, ToolError, UsageError
from warmline.testing import an_address
from warmline.tools.model import Label, Money, ReturnCheck, ReturnItem
from warmline.tools.shops.woocommerce import WooShop

LABEL = Label(carrier="USPS", tracking_number="9405", location="https://labels.example/9405.pdf")


async def with_order(*orders: dict[str, Any], **terms: Any) -> tuple[WooShop, Woo]:
    woo = Woo()
    woo.add(*orders)
    woo.products = {93: a_product()}
    return await open_woo(woo, terms=TERMS.model_copy(update=terms)), woo


async def test_an_order_that_was_paid_is_refunded_whole_through_its_provider() -> None:
    shop, woo = await with_order(an_order())
    receipt = await shop.cancel_order("727", key="k1")
    [refund] = woo.refunds[727]
    assert (receipt.refund, refund["amount"]) == (Money(amount=Decimal("16.45"), currency="USD"), "16.45")
    assert woo.orders[727]["status"] == "refunded"
    sent = next(one for one in woo.seen if one.url.path.endswith("/refunds") and one.method == "POST")
    body = httpx2.Response(200, content=sent.content).json()
    assert (body["api_refund"], body["api_restock"]) == (True, True)
    assert body["line_items"][0] == {
        "id": "315",
        "quantity": 2,
        "refund_total": "6.00",
        "refund_tax": [{"id": "75", "refund_total": "0.45"}],
    }
    found = await shop.get_order("727")
    assert found is not None
    assert found.status == "cancelled"


async def test_an_order_nobody_paid_is_cancelled_without_money() -> None:
    shop, woo = await with_order(an_order(status="pending", date_paid_gmt=None))
    receipt = await shop.cancel_order("727", key="k1")
    assert (receipt.refund.amount, woo.orders[727]["status"], woo.refunds) == (0, "cancelled", {})


async def test_an_order_that_cost_nothing_is_cancelled_without_a_refund() -> None:
    shop, woo = await with_order(an_order(total="0.00"))
    assert (await shop.cancel_order("727", key="k1")).refund.amount == 0
    assert (woo.orders[727]["status"], woo.refunds) == ("cancelled", {})


async def test_a_providers_name_may_have_a_hyphen() -> None:
    shop, woo = await with_order(an_order(payment_method="ppcp-gateway"))
    woo.gateways["ppcp-gateway"] = ["products", "refunds"]
    await shop.cancel_order("727", key="k1")
    assert woo.orders[727]["status"] == "refunded"


@pytest.mark.parametrize(
    "given",
    [
        {"date_paid_gmt": None},
        {"payment_method": "bacs"},
        {"payment_method": "gone"},
        {"payment_method": "../customers/1"},
        {"refunds": [{"id": 1, "reason": "", "total": "-2.00"}]},
    ],
    ids=["on delivery", "no automatic refund", "no such provider", "a path", "partly refunded"],
)
async def test_what_cannot_be_paid_back_automatically_takes_a_person(given: dict[str, Any]) -> None:
    shop, woo = await with_order(an_order(**given))
    with pytest.raises(ToolError, match="escalate"):
        await shop.cancel_order("727", key="k1")
    assert (woo.writes, woo.orders[727]["status"]) == (0, "processing")


async def test_a_refund_whose_answer_is_lost_is_found_and_not_made_again() -> None:
    shop, woo = await with_order(an_order())
    woo.lost_path = "/refunds"
    with woo.set("lost"), pytest.raises(OutcomeUnknown):
        await shop.cancel_order("727", key="k1")
    receipt = await shop.find_receipt("k1")
    assert await (await open_woo(woo)).cancel_order("727", key="k1") == receipt is not None
    assert len(woo.refunds[727]) == 1


async def test_a_refund_that_was_only_begun_is_unknown_and_then_made_once() -> None:
    shop, woo = await with_order(an_order())
    with woo.set("lost"), pytest.raises(OutcomeUnknown):
        await shop.cancel_order("727", key="k1")
    assert woo.refunds == {}
    with pytest.raises(OutcomeUnknown, match="begun"):
        await shop.find_receipt("k1")
    receipt = await shop.cancel_order("727", key="k1")
    assert await shop.find_receipt("k1") == receipt
    assert len(woo.refunds[727]) == 1


async def test_a_refund_that_was_begun_and_never_came_is_none_after_some_minutes() -> None:
    shop, woo = await with_order(an_order())
    with woo.set("broken"), pytest.raises(OutcomeUnknown):
        await shop.cancel_order("727", key="k1")
    kept = woo.orders[727]["meta_data"][-1]
    kept["value"] = kept["value"].replace("2026-11-20T15:30", "2026-11-20T15:20")
    assert await shop.find_receipt("k1") is None
    woo.refunds = {727: [a_refund(1, "16.45", {315: 2})]}  # made after all, or by somebody else: it has no key
    with pytest.raises(OutcomeUnknown):
        await shop.find_receipt("k1")


async def test_an_order_that_left_between_a_crash_and_the_second_try_is_not_refunded() -> None:
    shop, woo = await with_order(an_order())
    with woo.set("broken"), pytest.raises(OutcomeUnknown):
        await shop.cancel_order("727", key="k1")
    woo.orders[727] |= {"status": "completed", "date_completed_gmt": "2026-11-20T15:00:00"}
    with pytest.raises(ToolError, match="has left"):
        await shop.cancel_order("727", key="k1")
    assert woo.refunds == {}


async def test_a_new_address_has_nothing_left_of_the_old_one() -> None:
    shop, woo = await with_order(an_order(shipping=a_place(company="Old Ltd", address_2="Flat 9")))
    address = an_address(name="Ada Maria Palmer", line1="14 Cedar Street")
    await shop.change_address("727", address, key="k1")
    place = woo.orders[727]["shipping"]
    assert (place["first_name"], place["last_name"], place["company"]) == ("Ada Maria", "Palmer", "")
    found = await shop.get_order("727")
    assert found is not None
    assert found.address == address
    assert "969 Market" in woo.notes[727][0]["note"]


async def test_another_country_takes_a_person() -> None:
    shop, woo = await with_order(an_order())
    with pytest.raises(ToolError, match="takes a person"):
        await shop.change_address("727", an_address(country="CA"), key="k1")
    assert woo.writes == 0


async def test_a_write_stands_though_its_note_was_not_written() -> None:
    shop, woo = await with_order(an_order())
    with woo.set("broken"):
        assert await shop.change_address("727", an_address(line1="14 Cedar Street"), key="k1")
    assert woo.orders[727]["shipping"]["address_1"] == "14 Cedar Street"


async def test_a_receipt_that_somebody_changed_is_not_taken_for_none() -> None:
    shop, woo = await with_order(an_order())
    await shop.change_address("727", an_address(), key="k1")
    woo.orders[727]["meta_data"][-1]["value"] = "edited"
    with pytest.raises(ShopError, match="cannot be read"):
        await shop.find_receipt("k1")


async def test_too_many_changed_orders_leave_a_key_unknown() -> None:
    shop, woo = await with_order(*(an_order(number) for number in range(1, 2102)))
    assert len(woo.orders) == 2101
    with pytest.raises(OutcomeUnknown, match="2,000"):
        await shop.find_receipt("k1")


async def test_a_key_of_another_kind_of_write_is_refused_in_another_process_too() -> None:
    woo = a_woo()
    await (await open_woo(woo)).change_address("729", an_address(), key="k1")
    with pytest.raises(UsageError, match="AddressReceipt"):
        await (await open_woo(woo)).cancel_order("729", key="k1")


async def test_a_key_that_may_only_read_offers_no_writes() -> None:
    shop = await open_woo(a_woo(), key=READ_KEY)
    assert {"cancel_order", "change_address", "create_return", "create_exchange"} <= set(shop.lacks)
    assert "Read/Write" in shop.lacks["cancel_order"]


async def checked(*orders: dict[str, Any], woo: Woo | None = None, **terms: Any) -> ReturnCheck:
    woo = woo or Woo()
    woo.add(*orders)
    found = await (await open_woo(woo, terms=TERMS.model_copy(update=terms))).check_return(orders[0]["number"])
    assert found is not None
    return found


async def test_what_may_go_back_is_worth_what_was_paid_for_it() -> None:
    line = a_line(quantity=3, subtotal="10.00", subtotal_tax="1.90", total="8.00", total_tax="1.52")
    check = await checked(completed(1, line_items=[line]))
    assert (check.items[0].returnable, check.items[0].unit_refund.amount) == (3, Decimal("3.17"))
    assert (check.label_fee.amount, check.free_for) == (Decimal("4.95"), ("damaged", "defective"))


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (an_order(1), "not completed"),
        (completed(1, date_completed_gmt="2026-10-01T08:00:00"), "ended on"),
        (an_order(1, status="cancelled"), "cancelled"),
    ],
)
async def test_why_nothing_may_go_back(order: dict[str, Any], why: str) -> None:
    check = await checked(order)
    assert (check.items[0].returnable, why in (check.items[0].why_not or "")) == (0, True)


async def test_final_sale_is_a_tag_of_the_product() -> None:
    woo = Woo()
    woo.products = {93: a_product(tags=[{"id": 1, "name": "Final sale", "slug": "final"}])}
    check = await checked(completed(1), woo=woo, final_sale_tag="final")
    assert "final sale" in (check.items[0].why_not or "")


async def test_units_that_were_returned_and_paid_back_perhaps_twice_take_a_person() -> None:
    woo = Woo()
    order = completed(728, line_items=[a_line(quantity=3)])
    woo.add(order)
    shop = await open_woo(woo)
    one = [ReturnItem(sku="CREW-NVY-M")]
    receipt = await shop.create_labelled_return("728", one, reason="damaged", label=LABEL, key="k1")
    assert (receipt.return_number, receipt.label_fee.amount, receipt.label) == ("R-728-1", 0, LABEL)
    assert "R-728-1" in woo.notes[728][0]["note"]
    check = await shop.check_return("728")
    assert check is not None
    assert check.items[0].returnable == 2
    woo.refunds = {728: [a_refund(1, "3.23", {315: 1})]}
    order["refunds"] = [{"id": 1, "reason": "", "total": "-3.23"}]
    check = await shop.check_return("728")
    assert check is not None
    assert "takes a person" in (check.items[0].why_not or "")
    with pytest.raises(ToolError, match="cannot go back"):
        await shop.create_labelled_return("728", one, reason="damaged", label=LABEL, key="k2")


async def test_the_send_by_date_is_the_operators() -> None:
    check = await checked(completed(1), send_days=7)
    assert check.send_by is not None
    assert (check.send_by - NOW).days == 7
