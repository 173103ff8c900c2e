"""A shop of plain functions is a shop: its calls run in threads, and no customer waits for another's query."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from support.shop_worlds import a_memory_world
from support.world import ANN, OPEN

from warmline import Capacity, HandedOff, NeedsConfirmation, Replied, SupportAgent
from warmline.agent.outbox.sinks import FunctionSink
from warmline.errors import ToolError, UsageError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, calls, says
from warmline.testing.shop_contract import ShopContract, World
from warmline.tools.model import Order
from warmline.tools.plain_shop import as_async
from warmline.tools.shop import METHODS, OrderChanges, Shop
from warmline.tools.toolbox import tools_for

SECONDS = 30.0
LOOKS = calls("get_order", order_number="W-10001")
CANCELS = calls("cancel_unshipped_order", order_number="W-10001")


class Plain:
    """The shop in memory with plain functions, except for those named by ``still_async``; each notes its thread, and the ``slow`` ones take ``seconds``."""

    def __init__(self, shop: Shop, seconds: float = 0.0, *, still_async: tuple[str, ...] = ()) -> None:
        self.seconds, self.slow, self.threads = seconds, set(METHODS), set[str]()
        for name in METHODS:
            if hasattr(shop, name):
                method = getattr(shop, name)
                setattr(self, name, method if name in still_async else self.plainly(name, method))

    def plainly(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.threads.add(threading.current_thread().name)
            time.sleep(self.seconds if name in self.slow else 0)
            return asyncio.run(method(*args, **kwargs))  # this thread has no event loop

        return call


def in_memory() -> MemoryShop:
    return MemoryShop(customers=[ANN], orders=[OPEN])


def threaded(shop: Any, **more: Any) -> Shop:
    return as_async(shop, **more)


def an_agent(shop: Any, *answers: Any, **more: Any) -> SupportAgent:
    return SupportAgent(shop=shop, model=ScriptedModel(answers), guard=FixedGuard(), **more)


class TestAPlainShop(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        async with a_memory_world() as world:
            yield replace(world, shop=threaded(Plain(world.shop, still_async=("get_product", "find_receipt"))))


def test_a_shop_that_is_async_stays_what_it_is() -> None:
    shop = in_memory()
    assert as_async(shop) is shop


def test_it_is_offered_the_same_tools_and_has_the_same_protocols() -> None:
    shop = threaded(Plain(in_memory()))
    assert [tool.name for tool in tools_for(shop)] == [tool.name for tool in tools_for(in_memory())]
    assert isinstance(shop, Shop)
    assert isinstance(shop, OrderChanges)
    assert all(iscoroutinefunction(getattr(shop, name)) for name in METHODS if hasattr(in_memory(), name))


def test_customers_do_not_wait_for_each_others_queries() -> None:
    shop = Plain(in_memory(), 0.2)
    answers = [LOOKS, says("It is being packed.")] * 20
    began = time.monotonic()
    with an_agent(shop, *answers) as agent, ThreadPoolExecutor(20) as pool:
        turns = [pool.submit(agent.reply_sync, f"c{number}", "Where is W-10001?", "m", "C-1") for number in range(20)]
        assert [type(turn.result(SECONDS)) for turn in turns] == [Replied] * 20
    assert time.monotonic() - began < 20 * 0.2, "as long as one after the other would take"
    assert {name.rpartition("_")[0] for name in shop.threads} == {"warmline-shop"}


def test_no_more_threads_than_the_capacity_allows() -> None:
    shop = Plain(in_memory(), 0.01)
    with an_agent(shop, *[says("Hello.")] * 20, capacity=Capacity(shop_calls=2)) as agent, ThreadPoolExecutor(20) as pool:
        turns = [pool.submit(agent.reply_sync, f"c{number}", "hello", "m", "C-1") for number in range(20)]
        assert [type(turn.result(SECONDS)) for turn in turns] == [Replied] * 20
    assert len(shop.threads) <= 2


def test_a_write_is_asked_for_and_made_once(tmp_path: Path) -> None:
    shop = in_memory()
    with an_agent(Plain(shop), CANCELS, says("It is cancelled."), store=tmp_path / "w.db") as agent:
        assert isinstance(agent.reply_sync("c1", "Please cancel W-10001", customer="C-1"), NeedsConfirmation)
        turn = agent.reply_sync("c1", "yes", customer="C-1")
    assert isinstance(turn, Replied)
    assert shop.records.orders["W-10001"].status == "cancelled"


def test_a_write_whose_time_is_up_is_a_persons_who_reads_that_nobody_knows(tmp_path: Path) -> None:
    shop = Plain(in_memory())
    with an_agent(shop, CANCELS, says("It is cancelled."), store=tmp_path / "w.db", shop_seconds=0.3) as agent:
        assert isinstance(agent.reply_sync("c1", "Please cancel W-10001", customer="C-1"), NeedsConfirmation)
        shop.seconds, shop.slow = 1.0, {"cancel_order"}
        turn = agent.reply_sync("c1", "yes", customer="C-1")
        assert isinstance(turn, HandedOff)
        case = agent.sync(agent.sync(agent.desk).case, turn.case_id)
    assert [run.status for run in turn.tool_calls] == ["unknown"]
    assert case.file.open_questions == ["cancel_unshipped_order broke off; check at the shop whether it happened."]


async def test_what_it_raises_is_raised() -> None:
    shop = threaded(Plain(MemoryShop(customers=[ANN], orders=[OPEN.model_copy(update={"status": "shipped"})])))
    assert isinstance(shop, OrderChanges)
    with pytest.raises(ToolError):
        await shop.cancel_order("W-10001", key="k")


async def test_around_each_call_what_the_host_wants_and_its_context() -> None:
    trace, seen = ContextVar("trace", default=""), list[str]()

    @contextmanager
    def connection() -> Generator[None]:
        seen.append(f"open {trace.get()}")
        yield
        seen.append("close")

    trace.set("T-1")
    shop = threaded(Plain(in_memory()), around=connection)
    assert await shop.get_order("W-10001") == OPEN
    assert seen == ["open T-1", "close"]


async def test_what_it_yields_is_read_in_the_thread() -> None:
    class Lazy(Plain):
        def list_orders(self, customer_id: str) -> Iterator[Order]:
            assert threading.current_thread() is not threading.main_thread()
            yield OPEN

    lazy = Lazy(in_memory())
    del lazy.list_orders  # the instance's
    assert await threaded(lazy).list_orders("C-1") == [OPEN]


def test_a_shop_that_lacks_a_method_is_refused_before_a_customer_writes() -> None:
    class Part:
        def get_order(self, number: str) -> None: ...

    with pytest.raises(UsageError, match="a Part, has no get_customer, list_orders, get_product, search_products, list_policies"):
        an_agent(Part())


async def test_facts_and_sinks_may_be_plain_functions_too() -> None:
    taken: list[object] = []
    await FunctionSink(taken.append).deliver("event")  # pyright: ignore[reportArgumentType]
    assert taken == ["event"]
