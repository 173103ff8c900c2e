"""A shop of plain functions is a shop: its calls run in threads, and no customer waits for another's query."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from support.shop_worlds import a_memory_world
from support.world import ANN, OPEN

from warmline import Capacity, HandedOff, NeedsConfirmation, Replied, ShuttingDown, SupportAgent
from warmline.agent.outbox.sinks import FunctionSink
from warmline.errors import ShopUnavailable, ToolError, UsageError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, calls, says
from warmline.testing.shop_contract import ShopContract, World
from warmline.tools.capabilities import Declares
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


def test_a_write_that_still_runs_is_waited_for_and_not_made_again(tmp_path: Path) -> None:
    """A shop that looks for the key first and notes it last, as no shop should, whose turn is broken off and taken up again meanwhile."""
    inner, made = in_memory(), list[str]()

    class Slow(Plain):
        def cancel_order(self, number: str, *, key: str) -> Any:
            known = key in made
            time.sleep(0.5)
            if not known:
                made.append(key)
            return asyncio.run(inner.cancel_order(number, key=key))

    shop = Slow(inner)
    del shop.cancel_order  # the instance's
    first = an_agent(shop, CANCELS, says("It is cancelled."), store=tmp_path / "w.db")
    assert isinstance(first.reply_sync("c1", "Please cancel W-10001", "m1", "C-1"), NeedsConfirmation)
    with ThreadPoolExecutor(1) as pool:
        yes = pool.submit(first.reply_sync, "c1", "yes", "m2", "C-1")
        time.sleep(0.2)
        first.sync(first.close, 0)
        with pytest.raises(ShuttingDown):
            yes.result(SECONDS)
    with an_agent(shop, says("It is cancelled."), store=tmp_path / "w.db") as second:
        assert isinstance(second.reply_sync("c1", "yes", "m2", "C-1"), Replied)
    assert len(made) == 1


async def test_a_question_for_a_receipt_waits_for_the_write_it_is_about() -> None:
    shop = Plain(in_memory(), 0.2)
    shop.slow = {"cancel_order"}
    threads = threaded(shop)
    assert isinstance(threads, OrderChanges)
    writing = asyncio.create_task(threads.cancel_order("W-10001", key="k"))
    await asyncio.sleep(0.05)
    found, again = await asyncio.gather(threads.find_receipt("k"), threads.cancel_order("W-10001", key="k"))
    assert found == again == await writing


@pytest.mark.parametrize("error", [StopIteration, SystemExit(1), KeyboardInterrupt, asyncio.CancelledError, GeneratorExit])
async def test_what_would_end_the_event_loop_is_an_error_like_others(error: Any) -> None:
    class Rough(Plain):
        def get_order(self, number: str) -> Any:
            raise error

    shop = Rough(in_memory())
    del shop.get_order
    async with asyncio.timeout(SECONDS):
        with pytest.raises(RuntimeError, match=getattr(error, "__name__", "SystemExit")):
            await threaded(shop).get_order("W-10001")


async def test_when_every_thread_is_held_by_a_call_that_was_given_up_it_is_said_at_once() -> None:
    go = threading.Event()

    class Hangs(Plain):
        def get_order(self, number: str) -> None:
            assert go.wait(SECONDS)

    shop = Hangs(in_memory())
    del shop.get_order
    threads = threaded(shop, threads=2)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(threads.get_order("W-10001"), 0.05)
    with pytest.raises(ShopUnavailable, match="all 2 threads"):
        await threads.list_orders("C-1")
    go.set()
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                assert await threads.list_orders("C-1") == [OPEN]
                break
            except ShopUnavailable:
                await asyncio.sleep(0.01)


async def test_facts_that_hang_hold_up_only_those_they_are_about(tmp_path: Path) -> None:
    go = threading.Event()

    def facts(_: object) -> Any:
        assert go.wait(SECONDS)

    agent = an_agent(in_memory(), *[says("Hello.")] * 60, store=tmp_path / "w.db", facts=facts)
    slow = [asyncio.create_task(agent.reply(f"c{number}", "hello", customer="C-1")) for number in range(40)]
    await asyncio.sleep(0.1)
    began = time.monotonic()
    assert isinstance(await agent.reply("guest", "hello"), Replied)
    assert time.monotonic() - began < 1.5, "what facts of others may take is 2 seconds"
    go.set()
    assert {type(turn) for turn in await asyncio.gather(*slow)} == {Replied}
    await agent.close()


async def test_what_wraps_an_async_function_stays_in_the_event_loop() -> None:
    inner = in_memory()

    @wraps(inner.get_order)
    def get_order(number: str) -> Any:
        return asyncio.get_running_loop().create_task(inner.get_order(number))

    shop: Any = Plain(inner)
    shop.get_order = get_order
    assert await threaded(shop).get_order("W-10001") == OPEN


async def test_what_it_lacks_is_asked_each_time() -> None:
    shop: Any = Plain(in_memory())
    shop.lacks = {"cancel_order": "no"}
    threads = threaded(shop)
    shop.lacks = {}
    assert isinstance(threads, Declares)
    assert threads.lacks == {}
    assert not isinstance(threaded(Plain(in_memory())), Declares)


def test_a_shop_that_lacks_a_method_is_refused_before_a_customer_writes() -> None:
    class Part:
        def get_order(self, number: str) -> None: ...

    with pytest.raises(UsageError, match="a Part, has no get_customer, list_orders, get_product, search_products, list_policies"):
        an_agent(Part())


async def test_facts_and_sinks_may_be_plain_functions_too() -> None:
    taken: list[object] = []
    await FunctionSink(taken.append).deliver("event")  # pyright: ignore[reportArgumentType]
    assert taken == ["event"]
