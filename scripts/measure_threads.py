"""What threads get out of one agent that they call with ``reply_sync``: ``python scripts/measure_threads.py`` prints a table.

The store is a SQLite file; the model answers after 200 ms, as a quick one would. N threads that do not wait for each other are served
N / 0.2 times a second.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from warmline import SupportAgent
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says

MODEL_SECONDS = 0.2
TURNS_A_THREAD = 10
THREADS = (1, 8, 32)


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


def main() -> None:
    """Print the table."""
    sys.stdout.write("| threads | turns a second | a turn, median s | longest s |\n|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder:
        for threads in THREADS:
            rate, middle, longest = measured(threads, Path(folder))
            sys.stdout.write(f"| {threads} | {rate:.1f} | {middle:.2f} | {longest:.2f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
