"""What is measured of a peer. Each scenario runs in a process of its own and gives figures by name."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median

from . import shop
from .run import Figures, Run
from .spent import cpu_seconds, percentile, resident_mb

GROWN = (1, 10, 50, 100)
"""Which turns of a conversation are looked at; each figure is the median over it and its neighbours."""


async def check(run: Run, count: int) -> Figures:
    """Two turns of one conversation: the history travels, the tool ran, the model was asked twice a turn."""
    shop.RUNS.clear()
    conversation, seen = run.begin(), [run.mock.counted()]
    for _ in range(count):
        await run.turn(conversation)
        seen.append(run.mock.counted())
    whole = seen[-1].since(seen[0])
    run.prove(count, whole.requests, whole.bad)
    first, last = (after.since(before).bytes_in for before, after in (seen[:2], seen[-2:]))
    if last <= first:
        raise AssertionError(f"turn {count} sent {last} bytes and the first {first}: the history did not travel")
    return {"first_bytes": first, "last_bytes": last}


async def one_after_the_other(run: Run, count: int) -> Figures:
    """Turns one after the other, each a new conversation."""
    return await run.timed(count, at_once=1, warm=max(2, count // 10))


async def at_once(run: Run, count: int, *, conversations: int) -> Figures:
    """That many conversations at once."""
    return await run.timed(count, at_once=conversations, warm=conversations)


async def grow(run: Run, count: int) -> Figures:
    """What the N-th turn of a conversation costs."""
    spent: dict[int, list[float]] = {number: [] for number in GROWN}
    await run.many(20)
    for _ in range(count):
        conversation = run.begin()
        for number in range(1, GROWN[-1] + 2):
            before = cpu_seconds()
            await run.turn(conversation)
            took = (cpu_seconds() - before) * 1e3
            for looked_at in GROWN:
                if abs(looked_at - number) <= 1:
                    spent[looked_at].append(took)
    return {f"cpu_ms_{number}": median(values) for number, values in spent.items()}


async def memory(run: Run, count: int) -> Figures:
    """Resident memory for live conversations of ten turns."""
    await run.many(50, at_once=16)
    base, live = resident_mb(), [run.begin() for _ in range(count)]
    waiting = list(live)

    async def worker() -> None:
        while waiting:
            conversation = waiting.pop()
            for _ in range(10):
                await run.turn(conversation)

    await asyncio.gather(*(worker() for _ in range(16)))
    return {"base_mb": base, "mb_per_1000": (resident_mb() - base) / count * 1000, "conversations": len(live)}


async def stream(run: Run, count: int) -> Figures:
    """A streamed turn, both requests: when the first piece of the reply comes, and what it costs."""
    for _ in range(max(2, count // 10)):
        _ = [piece async for piece in run.pieces(run.begin())]
    gc.collect()
    shop.RUNS.clear()
    before, cpu = run.mock.counted(), cpu_seconds()
    came = [[piece async for piece in run.pieces(run.begin())] for _ in range(count)]
    cpu = cpu_seconds() - cpu
    seen = run.mock.counted().since(before)
    run.prove(count, seen.requests, seen.bad)
    if seen.streams != seen.requests:
        raise AssertionError(f"{seen.streams} of {seen.requests} requests were streamed; expected all")
    firsts = [pieces[0] * 1e3 for pieces in came]
    return {
        "cpu_ms": cpu / count * 1e3,
        "first_text_ms": median(firsts),
        "first_text_p95_ms": percentile(firsts, 0.95),
        "p50_ms": median(pieces[-1] for pieces in came) * 1e3,
        "pieces": median(len(pieces) for pieces in came),
    }


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """``count`` is how many turns (conversations, for some) make a figure; the rest is the model's script."""

    measure: Callable[[Run, int], Awaitable[Figures]]
    count: int
    quick: int
    calls: int = 1
    delay_ms: int = 0
    gap_ms: int = 0


SCENARIOS: Mapping[str, Scenario] = {
    "check": Scenario(measure=check, count=2, quick=2),
    "seq": Scenario(measure=one_after_the_other, count=300, quick=60),
    "seq_cold": Scenario(measure=one_after_the_other, count=100, quick=30, delay_ms=20),
    "seq2": Scenario(measure=one_after_the_other, count=200, quick=50, calls=2),
    "conc64": Scenario(measure=partial(at_once, conversations=64), count=768, quick=192),
    "conc256": Scenario(measure=partial(at_once, conversations=256), count=1024, quick=512),
    "lat256": Scenario(measure=partial(at_once, conversations=256), count=1024, quick=256, delay_ms=500),
    "grow": Scenario(measure=grow, count=2, quick=1),
    "stream": Scenario(measure=stream, count=150, quick=30),
    "stream_slow": Scenario(measure=stream, count=40, quick=10, gap_ms=2),
    "memory": Scenario(measure=memory, count=1000, quick=40),
}
