"""One process of agents over a database: says it is ready, waits for a line, answers its turns, says what they cost, waits for the end."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.mock_server import Mock
from benchmarks.peers.warmline import Warmline
from benchmarks.run import Run
from benchmarks.spent import cpu_seconds, resident_mb


async def work(asked: argparse.Namespace, folder: Path) -> None:
    """Half of the turns that are counted come first and are not."""
    peer, mock = Warmline(file=asked.url, guarded=True, classified=False), Mock(asked.port)
    await peer.start(mock.base_url(), folder)
    run = Run(peer, mock)
    await run.many(asked.turns // 2, at_once=asked.at_once)
    _say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    began, cpu = time.time(), cpu_seconds()
    await run.many(asked.turns, at_once=asked.at_once)
    _say(json.dumps({"began": began, "ended": time.time(), "cpu_s": cpu_seconds() - cpu, "mb": resident_mb()}))
    await asyncio.to_thread(sys.stdin.readline)
    await peer.stop()


def main(arguments: Sequence[str]) -> None:
    """Started by ``benchmarks.scale.measuring``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--turns", type=int, required=True)
    parser.add_argument("--at-once", type=int, required=True)
    with tempfile.TemporaryDirectory(prefix="warmline-scale-") as folder:
        asyncio.run(work(parser.parse_args(arguments), Path(folder)))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
