"""What threads get out of one agent that they call with ``reply_sync``: ``python scripts/measure_threads.py`` prints a table.

The store is a SQLite file; the model answers after 200 ms, as a quick one would. N threads that do not wait for each other are served
N / 0.2 times a second. A second table is of twenty customers at once and a shop whose query of 200 ms blocks: as `async def`, and as a plain function.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from warmline import SupportAgent
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, a_customer, an_order, calls, says
from warmline.tools.model import Order

MODEL_SECONDS = 0.2
TURNS_A_THREAD = 10
THREADS = (1, 8, 32)
CUSTOMERS, QUERY_SECONDS = 20, 0.2


class Slow(ScriptedModel):
    """Answers after a while."""

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        await asyncio.sleep(MODEL_SECONDS)
        return await super().answer(request, on_text=on_text)


def measured(threads: int, folder: Path) -> tuple[float, float, float]:
    """Turns a second; the median and the longest time of one, in seconds."""
    turns = threads * TURNS_A_THREAD
    model = Slow([says("It is on its way.")] * (turns + 1))
    agent = SupportAgent(shop=MemoryShop(), model=model, store=folder / f"{threads}.db", guard=FixedGuard())
    agent.reply_sync("warm", "hello")
    took: list[float] = []

    def customer(number: int) -> None:
        for turn in range(TURNS_A_THREAD):
            began = time.perf_counter()
            agent.reply_sync(f"c{number}-{turn}", "hello")
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(customer, number) for number in range(threads)]:
            done.result()
    return turns / (time.perf_counter() - began), median(took), max(took)


def served(shop: Any) -> float:
    """How long the slowest of twenty customers waits, who ask for an order at once."""
    answers = [calls("get_order", order_number="W-10432"), says("It is on its way.")]
    agent = SupportAgent(shop=shop, model=ScriptedModel(answers * CUSTOMERS), guard=FixedGuard())

    def customer(number: int) -> float:
        began = time.perf_counter()
        agent.reply_sync(f"c{number}", "Where is W-10432?", customer="C-1001")
        return time.perf_counter() - began

    with agent, ThreadPoolExecutor(CUSTOMERS) as pool:
        return max(pool.map(customer, range(CUSTOMERS)))


class Blocking(MemoryShop):
    """What an `async def` around a blocking driver is."""

    async def get_order(self, number: str) -> Order | None:
        """The order, after a query that takes its time."""
        time.sleep(QUERY_SECONDS)  # noqa: ASYNC251 - this is what is measured
        return await super().get_order(number)


class Plain(MemoryShop):
    """The same as a plain function."""

    def get_order(self, number: str) -> Order | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The order, after a query that takes its time."""
        time.sleep(QUERY_SECONDS)
        return self.records.orders.get(number)


def main() -> None:
    """Print the tables."""
    sys.stdout.write("| threads | turns a second | a turn, median s | longest s |\n|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder:
        for threads in THREADS:
            rate, middle, longest = measured(threads, Path(folder))
            sys.stdout.write(f"| {threads} | {rate:.1f} | {middle:.2f} | {longest:.2f} |\n")
            sys.stdout.flush()
    known: dict[str, Any] = {"customers": [a_customer()], "orders": [an_order()]}
    sys.stdout.write("\n| a shop whose query blocks | the slowest of twenty waits, s |\n|---|---|\n")
    for kind in (Blocking, Plain):
        sys.stdout.write(f"| {'async def' if kind is Blocking else 'def'} | {served(kind(**known)):.2f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
