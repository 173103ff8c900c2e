"""Whose orders a conversation may see, through every tool that takes an order number."""

from typing import Any

import pytest

from warmline.errors import ToolError
from warmline.testing import MemoryShop, ToolBench, a_customer, a_policy, a_product, an_order
from warmline.tools.access import ASK_EMAIL, MAX_ATTEMPTS, NO_MORE_ATTEMPTS, NOT_FOUND, Access
from warmline.tools.toolbox import ALL_TOOLS

ADA = a_customer()
BEN = a_customer("C-2002", name="Ben Okafor", email="ben@example.com")
ADDRESS = {"name": "Ada Moore", "line1": "1 Elm Street", "city": "Portland", "region": "ME", "postcode": "04102", "country": "US"}
BY_ORDER: dict[str, dict[str, Any]] = {
    "get_order": {},
    "check_return": {},
    "cancel_unshipped_order": {},
    "change_shipping_address": ADDRESS,
    "start_return": {"items": [{"sku": "CREW-NVY-M", "quantity": 1}], "reason": "too_small"},
    "start_exchange": {"sku": "CREW-NVY-M", "quantity": 1, "new_sku": "CREW-GRY-M", "reason": "too_small"},
}
TAKES_EMAIL = ("get_order", "check_return")


def a_shop() -> MemoryShop:
    """Ada's order and Ben's, one of each status a write could touch."""
    orders = [
        an_order("W-10001", status="delivered"),
        an_order("W-20001", status="delivered", customer_id="C-2002", email=BEN.email),
    ]
    return MemoryShop(customers=[ADA, BEN], products=[a_product()], orders=orders, policies=[a_policy()])


async def refusal(bench: ToolBench, name: str, /, **arguments: Any) -> str:
    """The words of a tool that refuses, with its preview tried too if it has one."""
    with pytest.raises(ToolError) as refused:
        await bench.run(name, **arguments)
    if any(tool.name == name and tool.preview for tool in ALL_TOOLS):
        with pytest.raises(ToolError):
            await bench.ask(name, **arguments)
    return str(refused.value)


def test_these_are_all_the_tools_that_take_an_order_number() -> None:
    taking = {tool.name for tool in ALL_TOOLS if "order_number" in tool.arguments.model_fields}
    assert taking == set(BY_ORDER)


@pytest.mark.parametrize("name", BY_ORDER)
async def test_a_signed_in_customer_gets_one_answer_for_no_such_order_and_another_customers(name: str) -> None:
    foreign = await refusal(ToolBench(a_shop(), customer=ADA), name, order_number="W-20001", **BY_ORDER[name])
    missing = await refusal(ToolBench(a_shop(), customer=ADA), name, order_number="W-99999", **BY_ORDER[name])
    assert foreign == missing == NOT_FOUND


@pytest.mark.parametrize("name", TAKES_EMAIL)
async def test_a_signed_in_customer_cannot_use_another_customers_email(name: str) -> None:
    assert await refusal(ToolBench(a_shop(), customer=ADA), name, order_number="W-20001", email=BEN.email) == NOT_FOUND


@pytest.mark.parametrize("name", BY_ORDER)
async def test_a_guest_who_proved_nothing_is_asked_for_number_and_email(name: str) -> None:
    existing = await refusal(ToolBench(a_shop()), name, order_number="W-10001", **BY_ORDER[name])
    missing = await refusal(ToolBench(a_shop()), name, order_number="W-99999", **BY_ORDER[name])
    assert existing == missing == ASK_EMAIL


@pytest.mark.parametrize("name", TAKES_EMAIL)
async def test_a_guest_gets_one_answer_for_a_wrong_email_and_a_wrong_number(name: str) -> None:
    wrong_email = await refusal(ToolBench(a_shop()), name, order_number="W-10001", email=BEN.email)
    wrong_number = await refusal(ToolBench(a_shop()), name, order_number="W-99999", email=ADA.email)
    assert wrong_email == wrong_number == NOT_FOUND


@pytest.mark.parametrize("email", ["ada@example.com", "  ADA@Example.com "])
async def test_a_guest_proves_an_order_once_and_later_calls_need_no_email(email: str) -> None:
    bench = ToolBench(a_shop())
    await bench.run("get_order", order_number="10001", email=email)
    await bench.run("check_return", order_number="W-10001")
    assert (bench.access.verification, bench.access.email) == ("order_and_email", "ada@example.com")


async def test_proving_one_order_opens_no_other() -> None:
    bench = ToolBench(a_shop())
    await bench.run("get_order", order_number="W-10001", email=ADA.email)
    assert await refusal(bench, "get_order", order_number="W-20001") == ASK_EMAIL


async def test_attempts_run_out_and_then_even_the_right_pair_is_refused() -> None:
    bench = ToolBench(a_shop())
    for number in range(MAX_ATTEMPTS):
        assert await refusal(bench, "get_order", order_number=f"W-{30000 + number}", email=ADA.email) == NOT_FOUND
    assert await refusal(bench, "get_order", order_number="W-10001", email=ADA.email) == NO_MORE_ATTEMPTS


async def test_nothing_is_written_and_nothing_seen_of_somebody_elses_order() -> None:
    shop = a_shop()
    for name, arguments in BY_ORDER.items():
        bench = ToolBench(shop, customer=BEN)
        await refusal(bench, name, order_number="W-10001", **arguments)
        assert bench.access.seen == {}
    assert shop.receipts == {}


async def test_an_order_that_was_shown_is_at_stake() -> None:
    bench = ToolBench(a_shop(), customer=ADA)
    await bench.run("find_orders")
    assert bench.access.seen == {}
    await bench.run("get_order", order_number="W-10001")
    assert list(bench.access.seen) == ["W-10001"]


def test_verification_says_how_sure_we_are() -> None:
    assert Access().verification == "none"
    assert Access().email is None
    assert (Access(customer=ADA).verification, Access(customer=ADA).email) == ("signed_in", ADA.email)


async def test_wrong_numbers_do_not_lock_a_customer_out_of_their_own_orders() -> None:
    bench = ToolBench(a_shop(), customer=ADA)
    for _ in range(MAX_ATTEMPTS):
        assert await refusal(bench, "get_order", order_number="W-99999") == NOT_FOUND
    assert await refusal(bench, "get_order", order_number="W-20001") == NO_MORE_ATTEMPTS
    assert (await bench.tell("get_order", order_number="W-10001"))["number"] == "W-10001"


@pytest.mark.parametrize("email", ["", "  "])
async def test_an_order_without_an_address_is_nobodys_to_prove(email: str) -> None:
    shop = MemoryShop(orders=[an_order("W-10001", customer_id="", email="")])
    with pytest.raises(ToolError, match="No order matches"):
        await Access().order(shop, "W-10001", email=email)
