"""One figure of one peer, in this process: ``python -m benchmarks.figure PEER[:VARIANT] SCENARIO --port N`` prints one line of JSON.

It runs in the peer's own environment, where neither Warmline nor its libraries need be; ``python -m benchmarks`` starts it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from .mock_server import Mock
from .peers import make
from .run import Figures, Run
from .scenarios import SCENARIOS

BEGAN = "WARMLINE_BENCH_BEGAN"
"""When this process was started, by its parent's clock."""


async def figures(spec: str, scenario: str, *, port: int, count: int, folder: Path) -> Figures:
    """Measure; ``AssertionError`` if the peer did not do the whole work."""
    peer, mock, plan = make(spec), Mock(port), SCENARIOS[scenario]
    await peer.start(mock.base_url(calls=plan.calls, delay_ms=plan.delay_ms, gap_ms=plan.gap_ms), folder)
    run = Run(peer, mock, calls=plan.calls)
    try:
        if scenario == "check":
            return await plan.measure(run, count)
        await run.turn(run.begin())
        began = os.environ.get(BEGAN)
        ready = {} if began is None else {"ready_ms": (time.time() - float(began)) * 1e3}
        return {**ready, **await plan.measure(run, count)}
    finally:
        await peer.stop()


def main(arguments: Sequence[str]) -> None:
    """Print the figures; what a peer prints goes to the error stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer")
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--count", type=int, default=0, help="turns or conversations (0: the scenario's own)")
    parser.add_argument("--core", type=int, help="the core to run on")
    asked = parser.parse_args(arguments)
    if asked.core is not None:
        os.sched_setaffinity(0, {asked.core})
    count = asked.count or SCENARIOS[asked.scenario].count
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder, contextlib.redirect_stdout(sys.stderr):
        found = asyncio.run(figures(asked.peer, asked.scenario, port=asked.port, count=count, folder=Path(folder)))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
