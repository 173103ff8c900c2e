"""What was looked up for a case, as ``warmline queue show`` tells it; the results are those the tools give."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.policies import gathering_for
from support.shell import Shell

from warmline.agent.desk.case_file import Fact
from warmline.agent.desk.found import LONGEST, fact_in_words
from warmline.testing import NOW, MemoryShop, ToolBench, a_customer, a_line, a_product, an_order

FINAL = an_order("W-2", status="delivered", lines=(a_line(final_sale=True),), placed_at=NOW - timedelta(days=9))
SHOP = MemoryShop(
    customers=[a_customer()], orders=[an_order("W-1"), an_order("W-3", status="delivered"), FINAL], products=[a_product()]
)


def a_fact(tool: str, result: str, *, failed: bool = False, **arguments: object) -> Fact:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Fact(tool=tool, arguments=json.dumps(arguments), status="failed" if failed else "found", result=result, at=at)


async def looked_up(tool: str, **arguments: Any) -> str:
    """The line for what this look-up finds in the shop."""
    result = await ToolBench(SHOP, customer=a_customer()).run(tool, **arguments)
    return fact_in_words(a_fact(tool, result.model_dump_json(exclude_none=True), **arguments))


async def test_an_order_is_told_with_its_date_and_the_newest_scan_of_each_parcel() -> None:
    line = await looked_up("get_order", order_number="W-1")
    assert line.startswith("get_order W-1: shipped, promised for 2026-11-22; ")
    assert line.endswith("Coastal Post CP42700000019US in transit, last scan 2026-11-19 In transit, Boston, MA")


def test_a_parcel_without_a_scan_is_told_without_one() -> None:
    parcels = [{"carrier": "Coastal Post", "tracking_number": "CP1", "status": "label created"}]
    result = {"status": "shipped", "promised": "2026-11-22", "expected_note": "Soon.", "parcels": parcels}
    assert fact_in_words(a_fact("get_order", json.dumps(result))).endswith("Soon; Coastal Post CP1 label created")


async def test_orders_are_told_by_number_and_status() -> None:
    assert await looked_up("find_orders", limit=1) == "find_orders: W-1 shipped, placed 2026-11-15"


async def test_no_orders_are_told_as_the_tool_says_it() -> None:
    line = fact_in_words(a_fact("find_orders", '{"note": "The customer has no orders."}'))
    assert line == "find_orders: The customer has no orders."


async def test_what_may_go_back_is_told_with_its_last_day_or_why_not() -> None:
    may = await looked_up("check_return", order_number="W-3")
    assert may.startswith("check_return W-3: Harbour Crewneck (navy, M): may go back until 20")
    assert "may go back" not in (never := await looked_up("check_return", order_number="W-2"))
    assert never.startswith("check_return W-2: Harbour Crewneck (navy, M): ")


async def test_stock_is_told_for_each_variant() -> None:
    line = await looked_up("check_stock", sku="CREW-NVY-L")
    assert line.startswith("check_stock CREW-NVY-L: Harbour Crewneck ")
    assert line.endswith("only 2 left")
    assert fact_in_words(a_fact("check_stock", '{"note": "Sold out."}', sku="X")) == "check_stock X: Sold out."


def test_other_results_are_told_by_their_texts_and_a_failure_by_its_reason() -> None:
    policy = a_fact("get_policy", '{"title": "Returns", "text": "30 days.", "pages": [1]}', topic="returns")
    assert fact_in_words(policy) == "get_policy returns: title Returns; text 30 days."
    for odd in ("[1]", "no JSON"):
        assert fact_in_words(a_fact("get_policy", odd)) == f"get_policy: {odd}"
    assert fact_in_words(a_fact("get_order", '{"state": "sent"}')) == 'get_order: {"state": "sent"}'
    assert fact_in_words(a_fact("check_return", "OSError: x", failed=True)) == "check_return: failed, OSError: x"
    assert len(fact_in_words(a_fact("get_policy", json.dumps({"text": "long " * 100})))) == LONGEST


def test_a_gathered_case_shows_what_was_looked_up(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_POLICY", str(gathering_for("high_value", shell.home.parent)))
    out = shell("chat", "--as", "C-1002", "--json", stdin="Where is my order? It has not arrived.\n").out
    case_id = json.loads(out.splitlines()[-1])["case_id"]
    shown = shell("queue", "show", case_id, "--history").out
    assert "looked up" in shown
    assert "• find_orders: W-" in shown
    assert "agent: gathered" in shown
    assert json.loads(shell("queue", "show", case_id, "--json").out)["file"]["facts"][0]["tool"] == "find_orders"
