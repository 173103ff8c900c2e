"""Where a durable turn's CPU goes: ``python -m benchmarks.profiled [turns]`` prints a table of shares.

The profile is ``cProfile``'s with ``time.thread_time`` as its clock, of the event loop's thread alone: the guard reads a message in another.
It makes many small functions look dearer than they are; shares within some hundredths are what it is good for.
"""

import asyncio
import cProfile
import pstats
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from platformdirs import user_cache_path

from .mock_server import running
from .peers.warmline import VARIANTS
from .run import Run

WARM = 60
Function = tuple[str, str]
"""A file's name and a function's."""


@dataclass(frozen=True)
class Part:
    """A part of a turn: the functions ``of`` which it is, with all they call ``but`` these."""

    name: str
    of: tuple[Function, ...]
    but: tuple[Function, ...] = ()


_POST, _CLOSE, _REDECIDE = ("doors.py", "post"), ("store.py", "close_turn"), ("guard.py", "redecide")
PARTS = (
    Part("two requests to the model, sent and read", (_POST, ("selector_events.py", "_read_ready"))),
    Part("their bodies joined, their answers parsed, retries, breaker", (("bounded.py", "answer"),), (_POST,)),
    Part("the message taken in: who writes, what they named, a wish to stop", (
        ("incoming.py", "taken_in"), ("stakes.py", "facts_before"), ("rating.py", "rated"), ("stopping.py", "stopped"),
    )),
    Part("the guard's decision, before the turn and when the order is known", (("guard.py", "decide"), _REDECIDE)),
    Part("the tool, its gate, its result as JSON", (("loop.py", "_run_calls"),), (_REDECIDE,)),
    Part("the reply gate and the evidence it checks against", (("loop.py", "_judge"), ("evidence.py", "hear"))),
    Part("the turn opened in the store", (("store.py", "open_turn"),)),
    Part("the turn closed in the store", (_CLOSE,)),
    Part("the outcome: what is remembered, and its JSON", (("closing.py", "close"),), (_CLOSE,)),
)  # fmt: skip

Stats = dict[tuple[str, int, str], tuple[int, int, float, float, Any]]


def shares(stats: Stats) -> dict[str, float]:
    """The part of the whole that each of ``PARTS`` takes, and the rest."""
    whole = sum(own for _, _, own, _, _ in stats.values())
    found = {
        part.name: sum(_seconds(stats, one) for one in part.of) - sum(_seconds(stats, one) for one in part.but) for part in PARTS
    }
    found["the rest: events, time-outs, leases, the event loop itself"] = whole - sum(found.values())
    return {name: seconds / whole for name, seconds in found.items()}


def _seconds(stats: Stats, function: Function) -> float:
    """The time in a function and whatever it called."""
    file, name = function
    return sum(
        took for (path, _, called), (_, _, _, took, _) in stats.items() if called == name and path.endswith((f"/{file}", file))
    )


async def profiled(turns: int) -> Stats:
    """The profile of so many turns of the ``durable`` variant."""
    profile = cProfile.Profile(time.thread_time)
    with running(user_cache_path("warmline") / "benchmarks") as mock, tempfile.TemporaryDirectory() as folder:
        peer = VARIANTS["durable"]()
        await peer.start(mock.base_url(), Path(folder))
        run = Run(peer, mock)
        await run.many(WARM)
        profile.enable()
        await run.many(turns)
        profile.disable()
        await peer.stop()
    return cast("Stats", cast("Any", pstats.Stats(profile)).stats)


def main(turns: int = 400) -> None:
    """Print the table."""
    found = shares(asyncio.run(profiled(turns)))
    sys.stdout.write("| | share |\n|---|---|\n")
    for name, share in found.items():
        sys.stdout.write(f"| {name} | {share:.0%} |\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
