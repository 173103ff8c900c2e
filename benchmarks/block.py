"""A peer that is measured block by block: ``python -m benchmarks.block PEER[:VARIANT] --port N``, then a line for each block.

``SCENARIO COUNT`` on standard input gives one line of JSON with the scenario's figures; the end of the input ends it. ``python -m
benchmarks.paired`` has several of these, of which one works at a time.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from .mock_server import Mock
from .peers import make
from .run import Figures, Run
from .scenarios import SCENARIOS

WARM = 100
"""Turns before the first block."""


async def blocks(spec: str, *, port: int, folder: Path, say: Callable[[Figures], None]) -> None:
    """Say nothing of note when the peer is ready, then the figures of each block that is asked for."""
    peer, mock = make(spec), Mock(port)
    await peer.start(mock.base_url(), folder)
    run = Run(peer, mock)
    try:
        await run.many(WARM)
        say({})
        for line in sys.stdin:  # nothing else is to go on meanwhile: another peer is being measured
            scenario, count = line.split()
            say(await SCENARIOS[scenario].measure(run, int(count)))
    finally:
        await peer.stop()


def main(arguments: Sequence[str]) -> None:
    """Answer until the input ends; what a peer prints goes to the error stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--core", type=int, help="the core to run on")
    asked = parser.parse_args(arguments)
    if asked.core is not None:
        os.sched_setaffinity(0, {asked.core})
    answers = sys.stdout

    def say(found: Figures) -> None:
        answers.write(json.dumps(found) + "\n")
        answers.flush()

    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder, contextlib.redirect_stdout(sys.stderr):
        asyncio.run(blocks(asked.peer, port=asked.port, folder=Path(folder), say=say))


if __name__ == "__main__":
    main(sys.argv[1:])
