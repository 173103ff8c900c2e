"""Parts of Warmline by themselves, which targets refer to: ``python -m benchmarks.pieces [core]`` prints one line of JSON.

``store_ms`` is the CPU time of a turn's two transactions on a SQLite file, the thread of a conversation of one turn read back in the
first. ``encoder_ms`` is the classifier's for one message, ``batched_ms`` for one of a batch of 64.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from . import shop
from .installed import distributions, help_seconds
from .run import Figures
from .spent import cpu_seconds

BLOCKS = 5


async def store_ms(folder: Path, count: int) -> float:
    """Open and close that many turns, each the second of its conversation; the median over blocks."""
    from warmline.agent.models.base import CallRequest, Message
    from warmline.agent.store.store import Closing, Opened, Store
    from warmline.tools.clock import SystemClock

    store = await Store.open(f"sqlite:///{folder / 'pieces.db'}", clock=SystemClock())
    call = CallRequest(call_id="call_1", name="get_order", arguments='{"order_number":"1001"}')
    new = [
        ("call", Message(role="assistant", calls=(call,))),
        ("tool", Message(role="tool", text=shop.lookup_order("1001"), call_id="call_1")),
        ("agent", Message(role="assistant", text=f"{shop.REPLY} is on its way.")),
    ]

    async def turn(conversation: str, message: str) -> None:
        opened = await store.open_turn(conversation, message, shop.QUESTION, customer_id="C-1001")
        assert isinstance(opened, Opened)
        await store.close_turn(opened, Closing(messages=new, state=opened.state, outcome="{}"))

    spent: list[float] = []
    for block in range(BLOCKS):
        names = [f"b{block}-{number}" for number in range(count)]
        for name in names:
            await turn(name, "m1")
        before = cpu_seconds()
        for name in names:
            await turn(name, "m2")
        spent.append((cpu_seconds() - before) / count * 1e3)
    await store.close()
    return median(spent)


def encoder_ms(count: int, *, batch: int = 1) -> float:
    """Read messages with the classifier; CPU a message, the median over blocks."""
    from warmline.agent.guard.classifier import Classifier

    classifier = Classifier.load()
    classifier.probabilities([shop.QUESTION])
    spent: list[float] = []
    for block in range(BLOCKS):
        texts = [f"{shop.QUESTION} {block} {number}" for number in range(count)]
        before = cpu_seconds()
        for at in range(0, count, batch):
            classifier.probabilities(texts[at : at + batch])
        spent.append((cpu_seconds() - before) / count * 1e3)
    return median(spent)


def pieces(count: int = 128) -> Figures:
    """All of them."""
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder:
        stored = asyncio.run(store_ms(Path(folder), count))
    return {
        "store_ms": stored,
        "encoder_ms": encoder_ms(count),
        "batched_ms": encoder_ms(count, batch=64),
        "help_s": help_seconds(),
        "distributions": len(distributions()),
    }


if __name__ == "__main__":
    if sys.argv[1:]:
        os.sched_setaffinity(0, {int(sys.argv[1])})  # as the figures they are compared with
    sys.stdout.write(json.dumps(pieces()) + "\n")
