"""The tools over MCP, with the SDK's own client: in the process, in both ways the protocol asks, and over stdio."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Literal

import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.client.stdio import StdioServerParameters
from mcp_types import ElicitRequestParams, ElicitResult, TextContent
from support.shop_worlds import a_memory_shop

from warmline.agent.guard.limits import Limits
from warmline.errors import OutcomeUnknown, ShopError
from warmline.mcp.counter import Counter
from warmline.mcp.server import mcp_server
from warmline.testing import MemoryShop, a_customer
from warmline.tools.access import NOT_FOUND, Access
from warmline.tools.model import CancellationReceipt, Receipt
from warmline.tools.toolbox import ALL_TOOLS

Mode = Literal["legacy", "auto"]
Action = Literal["accept", "decline", "cancel"]
both_ways = pytest.mark.parametrize("mode", ["legacy", "auto"])
CANCEL = ("cancel_unshipped_order", {"order_number": "W-10460"})


class Person:
    """Answers forms the same way each time, and remembers what was asked."""

    def __init__(self, action: Action = "accept", *, ticked: bool = True) -> None:
        self.action: Action = action
        self.ticked = ticked
        self.asked: list[str] = []

    async def __call__(self, context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(params.message)
        return ElicitResult(action=self.action, content={"confirm": self.ticked} if self.action == "accept" else None)


def a_counter(shop: MemoryShop, *, guest: bool = False, limits: Limits | None = None) -> Counter:
    access = Access(customer=None if guest else a_customer())
    return Counter(shop=shop, access=access, clock=shop.clock, session="s-1", limits=limits or Limits())


def at(counter: Counter, mode: Mode = "auto", person: Person | None = None) -> Client:
    return Client(mcp_server(counter), mode=mode, elicitation_callback=person)


async def say(client: Client, name: str, arguments: dict[str, Any]) -> tuple[str, bool]:
    result = await client.call_tool(name, arguments)
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text, result.is_error


@both_ways
async def test_the_tools_are_listed_with_what_they_do(mode: Mode) -> None:
    async with at(a_counter(a_memory_shop()), mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert list(tools) == [tool.name for tool in ALL_TOOLS if tool.name != "escalate"]
    hints = {name: tool.annotations.read_only_hint for name, tool in tools.items() if tool.annotations}
    assert hints == {tool.name: tool.effect == "read" for tool in ALL_TOOLS if tool.name != "escalate"}


@both_ways
async def test_a_read_needs_no_yes_and_sees_only_the_customers_own(mode: Mode) -> None:
    person = Person()
    async with at(a_counter(a_memory_shop()), mode, person) as client:
        own, refused = await say(client, "get_order", {"order_number": "W-10432"})
        assert (json.loads(own)["number"], refused) == ("W-10432", False)
        assert await say(client, "get_order", {"order_number": "W-20001"}) == (NOT_FOUND, True)
        assert await say(client, "get_order", {"order_number": "W-1"}) == (NOT_FOUND, True)
    assert person.asked == []


async def test_a_guest_proves_an_order_and_cannot_guess_for_ever() -> None:
    async with at(a_counter(a_memory_shop(), guest=True)) as client:
        shown, refused = await say(client, "get_order", {"order_number": "W-10432", "email": "ada@example.com"})
        assert not refused, shown
        told = [(await say(client, "get_order", {"order_number": "W-20001", "email": f"{n}@example.com"}))[0] for n in range(6)]
    assert told[:5] == [NOT_FOUND] * 5
    assert "Too many" in told[5]


@both_ways
async def test_a_write_is_done_after_the_persons_yes_to_exactly_it(mode: Mode) -> None:
    shop, person = a_memory_shop(), Person()
    async with at(a_counter(shop), mode, person) as client:
        text, refused = await say(client, *CANCEL)
    assert (json.loads(text)["order_number"], refused) == ("W-10460", False)
    [question] = person.asked
    assert "W-10460" in question
    assert len(shop.receipts) == 1


@both_ways
@pytest.mark.parametrize("person", [Person("decline"), Person("cancel"), Person(ticked=False)])
async def test_anything_but_a_yes_changes_nothing(mode: Mode, person: Person) -> None:
    shop = a_memory_shop()
    async with at(a_counter(shop), mode, person) as client:
        text, refused = await say(client, *CANCEL)
    assert (text.startswith("Nothing was done"), refused, shop.receipts) == (True, True, {})


@both_ways
async def test_a_client_that_cannot_ask_gets_nothing_written(mode: Mode) -> None:
    shop = a_memory_shop()
    async with at(a_counter(shop), mode) as client:
        text, refused = await say(client, *CANCEL)
    assert ("cannot ask" in text, refused, shop.receipts) == (True, True, {})


@both_ways
async def test_a_yes_among_the_arguments_is_no_yes(mode: Mode) -> None:
    shop = a_memory_shop()
    async with at(a_counter(shop), mode) as client:
        text, refused = await say(client, CANCEL[0], {**CANCEL[1], "confirm": True, "customer_id": "C-2002"})
    assert ("do not fit" in text, refused, shop.receipts) == (True, True, {})


async def test_a_yes_to_one_thing_is_no_yes_to_another() -> None:
    shop = a_memory_shop()
    counter = a_counter(shop)
    asked = await counter.call(CANCEL[0], json.dumps(CANCEL[1]))
    other = json.dumps({"order_number": "W-10432"})
    told = await counter.answered(getattr(asked, "state", ""), CANCEL[0], other, yes=True)
    assert told.refused
    again = await counter.answered(getattr(asked, "state", ""), CANCEL[0], json.dumps(CANCEL[1]), yes=True)
    made_up = await counter.answered("made-up", CANCEL[0], json.dumps(CANCEL[1]), yes=True)
    assert (again.refused, made_up.refused, shop.receipts) == (True, True, {})


async def test_a_question_that_would_read_otherwise_now_is_asked_anew() -> None:
    shop = a_memory_shop()
    counter = a_counter(shop)
    asked = await counter.call("start_exchange", json.dumps(SWAP))
    crewneck = shop.records.products["harbour-crewneck"]
    dearer = [one.model_copy(update={"price": one.price.times(2)}) for one in crewneck.variants]
    shop.records.products["harbour-crewneck"] = crewneck.model_copy(update={"variants": tuple(dearer)})
    told = await counter.answered(getattr(asked, "state", ""), "start_exchange", json.dumps(SWAP), yes=True)
    assert ("no longer what would happen" in told.text, shop.receipts) == (True, {})


SWAP = {"order_number": "W-10391", "sku": "CREW-NVY-L", "quantity": 1, "new_sku": "CREW-GRY-M", "reason": "too_small"}


async def test_the_same_write_again_is_the_same_receipt_without_a_question() -> None:
    shop, person = a_memory_shop(), Person()
    async with at(a_counter(shop), person=person) as client:
        first, again = await say(client, *CANCEL), await say(client, *CANCEL)
    assert (first == again, len(person.asked), len(shop.receipts)) == (True, 1, 1)


async def test_beyond_the_limits_nobody_is_asked() -> None:
    shop, person = a_memory_shop(), Person()
    async with at(a_counter(shop, limits=Limits(writes_per_conversation=1)), person=person) as client:
        await say(client, *CANCEL)
        text, refused = await say(client, "start_exchange", SWAP)
    assert ("limit of changes" in text, refused, len(person.asked)) == (True, True, 1)


class Lost(MemoryShop):
    """Writes, and fails before it can say so."""

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        await super().cancel_order(number, key=key)
        raise ShopError("ada@example.com: the wire is down")


class Forgetful(Lost):
    """Nor does it know afterwards."""

    async def find_receipt(self, key: str) -> Receipt | None:
        if self.receipts:
            raise OutcomeUnknown("the wire is down")
        return None


async def test_what_is_not_known_is_never_told_as_not_done() -> None:
    shop, person = a_memory_shop(Forgetful), Person()
    async with at(a_counter(shop), person=person) as client:
        told = [await say(client, *CANCEL) for _ in range(2)]
    assert ["not known" in text for text, _ in told] == [True, True]
    assert (len(shop.receipts), len(person.asked)) == (1, 1)


async def test_a_lost_answer_is_told_as_unknown_and_looked_up_next_time() -> None:
    shop = a_memory_shop(Lost)
    async with at(a_counter(shop), person=Person()) as client:
        text, refused = await say(client, *CANCEL)
        assert ("not known" in text, "ada@" in text, refused) == (True, False, True)
        found, refused = await say(client, *CANCEL)
    assert (json.loads(found)["order_number"], refused, len(shop.receipts)) == ("W-10460", False, 1)


@both_ways
async def test_over_stdio_as_a_client_starts_it(tmp_path: Path, mode: Mode) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "warmline", "mcp", "--as", "C-1001", "--home", str(tmp_path)],
        env={"WARMLINE_NAME": "x"},
    )
    person = Person()
    async with asyncio.timeout(60), Client(command, mode=mode, elicitation_callback=person) as client:
        shown, _ = await say(client, "get_order", {"order_number": "W-10460"})
        done, refused = await say(client, "cancel_unshipped_order", {"order_number": "W-10460"})
    assert json.loads(shown)["number"] == "W-10460"
    assert (json.loads(done)["order_number"], refused, len(person.asked)) == ("W-10460", False, 1)
