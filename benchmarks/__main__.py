"""Measure Warmline beside what a user would pick instead: ``make bench``, or ``python -m benchmarks``.

examples:
  python -m benchmarks --quick --peers raw,warmline           a first look, in about a minute
  python -m benchmarks --scenarios seq,stream --rounds 3      only these, three times
  python -m benchmarks                                        everything; goes on where it was broken off
  python -m benchmarks --json                                 the figures and targets as JSON
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_cache_path

from .entries import entries, prepare
from .measuring import Bench
from .mock_server import Unmeasurable
from .plan import steps
from .results import code_digest
from .scenarios import SCENARIOS


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when it was measured, whether targets are met or not; 2 when it could not be."""
    asked = _asked(arguments)
    try:
        return _measured(asked)
    except Unmeasurable as error:
        _tell(f"bench: {error}")
        return 2
    except KeyboardInterrupt:
        _tell("bench: broken off; the same command goes on from here")
        return 130


def _measured(asked: argparse.Namespace) -> int:
    known, chosen = entries(), entries(asked.peers)
    for entry in chosen.values():
        prepare(entry, known, asked.cache, _tell)
    file = asked.cache / f"results-{code_digest()}{'-quick' if asked.quick else ''}.jsonl"
    if asked.fresh:
        file.unlink(missing_ok=True)
    planned = list(steps(chosen.values(), scenarios=asked.scenarios, rounds=asked.rounds, quick=asked.quick))
    results = Bench(cache=asked.cache, file=file, tell=_tell).measure(planned)
    for spec in results.specs():
        sys.stdout.write(f"{spec:20} {json.dumps({s: results.get(spec, s, 'cpu_ms') for s in SCENARIOS})}\n")
    return 0


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer turns and one round: a first look")
    parser.add_argument("--peers", type=_names, default=(), metavar="A,B", help="only these of peers.toml")
    parser.add_argument("--scenarios", type=_names, default=(), metavar="A,B", help=f"only these of {', '.join(SCENARIOS)}")
    parser.add_argument("--rounds", type=int, help="how often each figure is measured (5; 1 with --quick)")
    parser.add_argument("--fresh", action="store_true", help="measure again what was measured of this code")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--cache", type=Path, default=user_cache_path("warmline") / "benchmarks", metavar="FOLDER",
                        help="where the peers' environments and the figures are (%(default)s)")  # fmt: skip
    asked = parser.parse_args(arguments)
    asked.rounds = asked.rounds or (1 if asked.quick else 5)
    if unknown := [name for name in asked.scenarios if name not in SCENARIOS]:
        parser.error(f"no scenario is called {unknown[0]!r}; expected some of {', '.join(SCENARIOS)}")
    return asked


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
