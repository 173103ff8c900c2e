"""The gate before a tool: default deny."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from warmline.agent.guard.evidence import Evidence
from warmline.agent.guard.limits import Limits
from warmline.agent.guard.tool_gate import Allow, Ask, Asked, Beyond, Counting, Made, Refuse, ToolGate, Verdict
from warmline.agent.models.base import CallRequest
from warmline.agent.state import Pending
from warmline.errors import UsageError
from warmline.testing import MemoryShop, a_customer, an_order
from warmline.tools.access import Access
from warmline.tools.clock import FrozenClock
from warmline.tools.tool import ToolContext
from warmline.tools.toolbox import ALL_TOOLS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CUSTOMER = a_customer()
ORDER = an_order(status="processing", customer_id=CUSTOMER.customer_id)
SHOP = MemoryShop(customers=[CUSTOMER], orders=[ORDER], clock=FrozenClock(NOON))
GATE = ToolGate({tool.name: tool for tool in ALL_TOOLS})
NOTHING = Asked(pending=None, answer="hello")


def call(name: str, **arguments: object) -> CallRequest:
    return CallRequest(call_id="1", name=name, arguments=json.dumps(arguments))


def context() -> ToolContext:
    return ToolContext(shop=SHOP, access=Access(customer=CUSTOMER), clock=FrozenClock(NOON))


def said(*texts: str) -> Evidence:
    evidence = Evidence()
    for text in texts:
        evidence.add(text)
    return evidence


def made(here: int = 0, by_customer: int = 0) -> Counting:
    async def count(_: BaseModel) -> Made:
        return Made(here=here, by_customer=by_customer)

    return count


NOTHING_MADE = made()


def cancel() -> CallRequest:
    return call("cancel_unshipped_order", order_number=ORDER.number)


async def test_a_read_with_arguments_the_customer_said_may_run() -> None:
    verdict = await GATE.check(
        call("get_order", order_number=ORDER.number), context=context(), evidence=said(f"where is {ORDER.number}?"), asked=NOTHING, made=NOTHING_MADE
    )  # fmt: skip
    assert isinstance(verdict, Allow)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"order_number": "W-99999"}, "order_number 'W-99999'"),
        ({"order_number": ORDER.number, "email": "guess@example.com"}, "email 'guess@example.com'"),
    ],
)
async def test_an_argument_nobody_mentioned_is_refused_and_named(arguments: dict[str, str], named: str) -> None:
    verdict = await GATE.check(
        call("get_order", **arguments),
        context=context(),
        evidence=said(f"my order is {ORDER.number}"),
        asked=NOTHING,
        made=NOTHING_MADE,
    )
    assert isinstance(verdict, Refuse)
    assert named in verdict.why
    assert not verdict.strike


async def test_invented_arguments_are_found_inside_lists() -> None:
    request = call("start_return", order_number=ORDER.number, items=[{"sku": "MADE-UP-1", "quantity": 1}], reason="other")
    verdict = await GATE.check(request, context=context(), evidence=said(ORDER.number), asked=NOTHING, made=NOTHING_MADE)
    assert isinstance(verdict, Refuse)
    assert "MADE-UP-1" in verdict.why


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        (call("refund_everything"), "There is no tool 'refund_everything'"),
        (CallRequest(call_id="1", name="get_order", arguments='{"order_number": "W-1'), "do not fit"),
        (call("get_order"), "order_number"),
        (call("get_order", order_number="W-1", customer_id="C-2"), "customer_id"),
        (call("get_order", order_number=["W-1"]), "order_number"),
    ],
)
async def test_a_malformed_call_is_a_strike_and_says_what_fits(request_: CallRequest, named: str) -> None:
    verdict = await GATE.check(request_, context=context(), evidence=said("W-1"), asked=NOTHING, made=NOTHING_MADE)
    assert isinstance(verdict, Refuse)
    assert verdict.strike
    assert named in verdict.why


async def test_a_write_asks_first_with_the_exact_arguments() -> None:
    verdict = await GATE.check(cancel(), context=context(), evidence=said(ORDER.number), asked=NOTHING, made=NOTHING_MADE)
    assert isinstance(verdict, Ask)
    assert json.loads(verdict.arguments) == {"order_number": ORDER.number}
    assert verdict.preview.question.rstrip().endswith("?")


async def test_a_write_the_shop_would_refuse_is_never_asked_for() -> None:
    shipped = an_order(status="shipped", customer_id=CUSTOMER.customer_id)
    shop = MemoryShop(customers=[CUSTOMER], orders=[shipped], clock=FrozenClock(NOON))
    where = ToolContext(shop=shop, access=Access(customer=CUSTOMER), clock=FrozenClock(NOON))
    request = call("cancel_unshipped_order", order_number=shipped.number)
    verdict = await GATE.check(request, context=where, evidence=said(shipped.number), asked=NOTHING, made=NOTHING_MADE)
    assert isinstance(verdict, Refuse)


QUESTION = "I can cancel the whole order W-10432 (1 × Harbour Crewneck (navy, M)). You get $73.00 back. This cannot be undone. Shall I cancel it?"


def pending(order_number: str = ORDER.number, question: str = QUESTION) -> Pending:
    arguments = json.dumps({"order_number": order_number}, separators=(",", ":"))
    return Pending(tool="cancel_unshipped_order", arguments=arguments, question=question, asked_at=NOON)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (Asked(pending=pending(), answer="yes, the navy one"), True),
        (Asked(pending=pending(), answer="Yes, cancel it please"), True),
        (Asked(pending=pending(), answer="yes"), True),
        (Asked(pending=pending(), answer="yes but the black one"), False),
        (Asked(pending=pending(), answer="yes, is it the whole order?"), False),
        (Asked(pending=pending(), answer="the navy one"), False),
        (Asked(pending=pending("W-1"), answer="yes, the navy one"), False),
        (Asked(pending=pending(question=QUESTION.replace("73", "83")), answer="yes"), False),
        (Asked(pending=None, answer="yes, the navy one"), False),
    ],
)
async def test_a_write_runs_only_on_a_yes_to_the_very_question_that_would_be_asked_now(asked: Asked, allowed: bool) -> None:
    verdict = await GATE.check(cancel(), context=context(), evidence=said(ORDER.number), asked=asked, made=NOTHING_MADE)
    assert isinstance(verdict, Allow) is allowed


async def cancelling(limits: Limits, counted: Counting = NOTHING_MADE, *, asked: Asked = NOTHING) -> Verdict:
    gate = ToolGate(GATE.tools, limits)
    return await gate.check(cancel(), context=context(), evidence=said(ORDER.number), asked=asked, made=counted)


@pytest.mark.parametrize(
    ("counted", "rule"),
    [
        (made(here=4, by_customer=9), None),
        (made(here=5), "tool_gate.write_limit"),
        (made(by_customer=10), "tool_gate.customer_write_limit"),
    ],
)
async def test_neither_a_conversation_nor_a_customer_may_write_without_end(counted: Counting, rule: str | None) -> None:
    verdict = await cancelling(Limits(), counted)
    assert (verdict.rule if isinstance(verdict, Beyond) else None) == rule


@pytest.mark.parametrize(("amount", "kind"), [("73.00", Beyond), ("73.01", Ask), (None, Ask), ("0", Beyond)])
async def test_a_write_to_an_order_of_the_limit_or_more_is_a_persons_whatever_the_answer(amount: str | None, kind: type) -> None:
    limits = Limits(amount=None if amount is None else Decimal(amount))
    verdict = await cancelling(limits)
    assert isinstance(verdict, kind)
    after_a_yes = await cancelling(limits, asked=Asked(pending=pending(), answer="yes"))
    assert isinstance(after_a_yes, Beyond) is (kind is Beyond)


@pytest.mark.parametrize("given", [{"writes_per_customer": -1}, {"amount": Decimal("NaN")}, {"amount": Decimal(-1)}])
def test_a_limit_that_is_none_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=rf"Limits\({next(iter(given))}="):
        Limits(**given)


async def test_an_address_that_only_a_note_shows_proves_nothing() -> None:
    evidence = said(f"where is {ORDER.number}?")
    evidence.add('{"note":"same as bob@example.com"}', json=True)
    request = call("get_order", order_number=ORDER.number, email="bob@example.com")
    verdict = await GATE.check(request, context=context(), evidence=evidence, asked=NOTHING, made=NOTHING_MADE)
    assert isinstance(verdict, Refuse)
    assert "bob@example.com" in verdict.why
