"""What a shop of any size needs: ``python -m benchmarks.scale``.

examples:
  python -m benchmarks.scale                       from the constants measured last; checks them by simulation, prints tables
  python -m benchmarks.scale --measure             measure first, on a PostgreSQL started for it, and keep the constants
  python -m benchmarks.scale --write               write the tables into docs/scaling.md
  python -m benchmarks.scale --conversations 2500  for a shop of your own size; --json for a program
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.commands import takes_cache, tell
from benchmarks.mock_server import Unmeasurable
from benchmarks.page import written
from benchmarks.tables import table

from .constants import Assumed, Constants
from .measuring import measure
from .simulation import Outcome, Simulation
from .sizing import Needs, needs

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
SIZES = (100, 10_000, 1_000_000)
TURNS = 300
PLAYED_TURNS = 40_000
"""How many turns a simulation plays at most: enough for a percentile, in seconds."""

BUSY = (
    "> The cores were never used up, and the load says why: other programs had them. The rates say nothing about how more processes help, and a"
    " connection was held for longer than on an idle machine; the other costs stand within some tenths. Measure again on an idle one."
)


def main(arguments: Sequence[str]) -> int:
    """Exit code 0; 2 when it could not be measured."""
    asked = _asked(arguments)
    try:
        if asked.measure:
            measure(asked.cache, tell, turns=asked.turns).write()
        constants = Constants.read()
        sizes = [needs(size, constants) for size in asked.conversations or SIZES]
        played = [play(one, constants) for one in sizes]
        if asked.json:
            told = [{**asdict(one), "simulated": asdict(outcome)} for one, outcome in zip(sizes, played, strict=True)]
            sys.stdout.write(json.dumps({"constants": asdict(constants), "needs": told}, indent=2) + "\n")
            return 0
        region = tables(constants, sizes, played)
        sys.stdout.write(region)
        if asked.write:
            PAGE.write_text(written(PAGE.read_text("utf-8"), region), "utf-8")
            tell(f"written into {PAGE}")
    except Unmeasurable as error:
        tell(f"scale: {error}")
        return 2
    return 0


def play(one: Needs, constants: Constants) -> Outcome:
    """A simulated hour of it, or as much of one as has ``PLAYED_TURNS``."""
    return Simulation(one, constants, seconds=min(3600.0, PLAYED_TURNS / one.turns_per_s)).run()


def tables(constants: Constants, sizes: Sequence[Needs], played: Sequence[Outcome]) -> str:
    """What was measured, what follows, and what the simulation says of it."""
    measured = [
        ["CPU of the agent's process", f"{constants.agent_s * 1e3:.1f} ms"],
        ["CPU of PostgreSQL", f"{constants.database_s * 1e3:.1f} ms"],
        ["a connection is held for", f"{constants.connection_s * 1e3:.1f} ms"],
        ["transactions", f"{constants.transactions:.1f}"],
        ["write-ahead log", f"{constants.wal_bytes / 1024:.1f} KB"],
        ["stored, with indexes", f"{constants.stored_bytes / 1024:.1f} KB"],
        ["(memory of a process)", f"{constants.process_mb:.0f} MB"],
    ]
    rates = [[str(one.processes), f"{one.turns_per_s:.1f}", one.bottleneck] for one in constants.rates]
    parts = [
        f"Measured: {constants.machine}.",
        *([] if any(rate.full for rate in constants.rates) else [BUSY]),
        table(["a turn (one tool call)", "costs"], measured),
        table(["processes over one PostgreSQL", "turns/s", "bottleneck"], rates),
        table(["conversations in the busiest hour", *(f"{one.conversations:,}" for one in sizes)], _needed(sizes, played)),
        f"Assumed: {', '.join(f'{name} {value:g}' for name, value in asdict(Assumed()).items())}.",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _needed(sizes: Sequence[Needs], played: Sequence[Outcome]) -> list[list[str]]:
    shown = {
        "turns a second": [f"{one.turns_per_s:.2f}" for one in sizes],
        "turns under way at once": [f"{one.turns_at_once:.1f}" for one in sizes],
        "processes, a core each": [f"{one.processes:,}" for one in sizes],
        "memory of the processes, GB": [f"{one.memory_gb:,.1f}" for one in sizes],
        "cores of PostgreSQL": [f"{one.database_cores:.2f}" for one in sizes],
        "connections behind a pooler": [f"{one.pooled:,}" for one in sizes],
        "connections without one, at most": [f"{one.direct:,}" for one in sizes],
        "transactions a second": [f"{one.transactions_per_s:.1f}" for one in sizes],
        "write-ahead log, MB/s": [f"{one.wal_mb_per_s:.3f}" for one in sizes],
        "stored in a month, GB": [f"{one.stored_gb_a_month:,.1f}" for one in sizes],
        "stored with 13 months kept, GB": [f"{one.kept_gb:,.1f}" for one in sizes],
        "turns retention deletes a night": [f"{one.forgotten_a_night:,.0f}" for one in sizes],
        "simulated: an agent's core is busy": [f"{one.agents_used:.0%}" for one in played],
        "simulated: PostgreSQL's cores are busy": [f"{one.database_used:.0%}" for one in played],
        "simulated: connections behind the pooler are busy": [f"{one.connections_used:.0%}" for one in played],
        "simulated: 95 % of turns wait for us at most, ms": [f"{one.waited_p95_s * 1e3:.0f}" for one in played],
    }
    return [[name, *values] for name, values in shown.items()]


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--measure", action="store_true", help="measure the constants on this machine first")
    parser.add_argument("--turns", type=int, default=TURNS, help="of each process while measuring (%(default)s)")
    parser.add_argument("--conversations", type=int, nargs="+", metavar="N", help="sizes other than 100, 10,000 and 1,000,000")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/scaling.md")
    parser.add_argument("--json", action="store_true", help="print JSON")
    takes_cache(parser)
    asked = parser.parse_args(arguments)
    if any(size < 1 for size in asked.conversations or ()) or asked.turns < 2:
        parser.error("expected at least 1 conversation an hour, and at least 2 turns")
    return asked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
