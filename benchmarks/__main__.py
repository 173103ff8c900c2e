"""Measure Warmline beside what a user would pick instead: ``make bench``, or ``python -m benchmarks``.

examples:
  python -m benchmarks --quick --peers raw,warmline           a first look, in some minutes
  python -m benchmarks --scenarios seq,stream --rounds 3      only these, three times
  python -m benchmarks                                        everything; goes on where it was broken off
  python -m benchmarks --json                                 the figures and targets as JSON
"""

import argparse
import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from .commands import names, needs_linux, takes_cache, tell
from .entries import Entry, entries, prepare, versions
from .measuring import Bench
from .mock_server import Unmeasurable
from .page import PAGE, machine, versions_line, written
from .paired import missing
from .plan import steps
from .results import Results, code_digest
from .scenarios import SCENARIOS
from .tables import alternating, beside, figures, labels_of, parts, remarks, targets
from .targets import verdicts

QUICK_PART = 0.1
"""Of the blocks in alternation, for a first look."""


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when it was measured, whether targets are met or not; 2 when it could not be."""
    asked = _asked(arguments)
    try:
        return _measured(asked)
    except Unmeasurable as error:
        tell(f"bench: {error}")
        return 2
    except KeyboardInterrupt:
        tell("bench: broken off; the same command goes on from here")
        return 130


def _measured(asked: argparse.Namespace) -> int:
    needs_linux()
    known, chosen = entries(), entries(asked.peers)
    for entry in chosen.values():
        prepare(entry, known, asked.cache, tell)
    file = asked.cache / f"results-{code_digest()}{'-quick' if asked.quick else ''}.jsonl"
    if asked.fresh:
        file.unlink(missing_ok=True)
    planned = list(steps(chosen.values(), scenarios=asked.scenarios, rounds=asked.rounds, quick=asked.quick))
    bench = Bench(cache=asked.cache, file=file, tell=tell)
    ours = "warmline" in chosen and not asked.scenarios
    pair = partial(missing, known, cache=asked.cache, part=QUICK_PART if asked.quick else 1.0)
    results = bench.measure(planned, pieces=ours, pair=pair if ours and "raw" in chosen else None)
    if asked.json:
        sys.stdout.write(json.dumps(_as_json(results), indent=2) + "\n")
        return 0
    region = _region(results, chosen.values(), asked.cache)
    sys.stdout.write(region)
    if asked.quick or asked.peers or asked.scenarios or asked.dry:
        tell("docs/performance.md stays as it is: not everything was measured in full (or --dry was given)")
    else:
        PAGE.write_text(written(PAGE.read_text("utf-8"), region), "utf-8")
        tell(f"written into {PAGE}")
    return 0


def _region(results: Results, chosen: Collection[Entry], cache: Path) -> str:
    labels = labels_of(chosen)
    used = {entry.label: versions(entry, cache) for entry in chosen}
    shown = [
        f"Measured: {machine()}.",
        *(f"> {remark}" for remark in remarks(results)),
        figures(results, labels),
        "In brackets: by the plain loop's.",
        beside(results, labels),
        alternating(results, labels),
        targets(results),
        parts(results),
        versions_line(used),
    ]
    return "\n\n".join(part.strip() for part in shown) + "\n"


def _as_json(results: Results) -> dict[str, Any]:
    told = [
        {"target": target.what, "wanted": target.wanted, "measured": value, "verdict": verdict}
        for target, value, verdict in verdicts(results)
    ]
    return {"machine": machine(), "targets": told, "remarks": remarks(results), "rows": [asdict(row) for row in results.rows]}


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer turns and one round: a first look")
    parser.add_argument("--peers", type=names, default=(), metavar="A,B", help="only these of peers.toml")
    parser.add_argument("--scenarios", type=names, default=(), metavar="A,B", help=f"only these of {', '.join(SCENARIOS)}")
    parser.add_argument("--rounds", type=int, help="how often each figure is measured (5; 1 with --quick)")
    parser.add_argument("--fresh", action="store_true", help="measure again what was measured of this code")
    parser.add_argument("--dry", action="store_true", help="do not write docs/performance.md")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    takes_cache(parser)
    asked = parser.parse_args(arguments)
    asked.rounds = asked.rounds or (1 if asked.quick else 5)
    if unknown := [name for name in asked.scenarios if name not in SCENARIOS]:
        parser.error(f"no scenario is called {unknown[0]!r}; expected some of {', '.join(SCENARIOS)}")
    return asked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
