"""Peers measured in alternation, block by block, some tenths of a second each: ``python -m benchmarks.paired``.

Two processes that are measured minutes apart meet two machines where the machine is a virtual one beside others: their ratio moved by a fifth
from run to run. Here all live at once, one works at a time, and a ratio is the median over ratios of blocks that lie beside each other.

examples:
  python -m benchmarks.paired                                       what the targets are about, in some six minutes
  python -m benchmarks.paired --scenarios seq,conc64 --specs raw,lean,warmline:durable
  python -m benchmarks.paired --before ../old                       another checkout of Warmline beside this one
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .commands import names, needs_linux, takes_cache, tell
from .entries import Entry, entries, prepare, surroundings
from .measuring import cores
from .mock_server import Mock, Unmeasurable, running
from .results import PAIRED, RAW, ROOT, Results, Row
from .run import Figures

OURS = (RAW, "warmline:loop", "warmline:durable")
BEFORE = "before:"
"""What a spec begins with that is of another checkout."""


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """So many blocks of a scenario, ``count`` turns (conversations, for ``grow``) each, of which a tenth more are not counted.

    Long enough that what a peer finds in the caches is its own: in blocks of 30 turns beside ``full``, whose weights fill them, ``durable`` was a
    quarter dearer than in 300 turns in one piece. So ``full`` has a measurement of its own.
    """

    scenario: str
    count: int
    blocks: int
    shown: Sequence[tuple[str, str, int]]
    """Figures, what they are called and how many digits they are shown with."""
    specs: Sequence[str] = OURS


CPU = ("cpu_ms", "CPU ms a turn", 2)
RATE = ("turns_per_s", "turns/s", 0)
FIRST = ("first_text_ms", "first text ms", 2)
LAST = ("cpu_ms_100", "CPU ms of turn 100", 2)
PLANS: Mapping[str, Blocks] = {
    "seq": Blocks(scenario="seq", count=150, blocks=32, shown=(CPU,)),
    "full": Blocks(scenario="seq", count=150, blocks=16, shown=(CPU,), specs=(RAW, "warmline:full")),
    "conc64": Blocks(scenario="conc64", count=384, blocks=12, shown=(CPU, RATE)),
    "conc256": Blocks(scenario="conc256", count=768, blocks=6, shown=(CPU, RATE)),
    "stream": Blocks(scenario="stream", count=60, blocks=20, shown=(CPU, FIRST)),
    "grow": Blocks(scenario="grow", count=1, blocks=4, shown=(LAST,)),
}


Processes = Mapping[str, "subprocess.Popen[str]"]
"""They wait for their blocks, by spec."""


def measured(
    known: Mapping[str, Entry], name: str, specs: Sequence[str], cache: Path, *, part: float = 1.0, before: Path | None = None
) -> Iterator[Row]:
    """Every block of a plan; ``part`` of them for a first look. ``before:warmline:…`` is the Warmline of the checkout ``before``."""
    plan = PLANS[name]
    with peers(known, specs, cache, before=before) as processes:
        for number in range(_number(name, part)):
            in_order = list(processes.items())
            for spec, process in reversed(in_order) if number % 2 else in_order:  # each follows each as often
                yield replace(_row(name, spec, number), figures=_block(spec, process, f"{plan.scenario} {plan.count}"))


def missing(known: Mapping[str, Entry], results: Results, cache: Path, *, part: float) -> Iterator[Row]:
    """What the results lack, for the targets; a plan of which a block is missing is measured as a whole."""
    for name, plan in PLANS.items():
        if not all(results.has(_row(name, spec, _number(name, part) - 1).key) for spec in plan.specs):
            yield from measured(known, name, plan.specs, cache, part=part)


def _number(name: str, part: float) -> int:
    return max(1, round(PLANS[name].blocks * part))


def _row(name: str, spec: str, number: int) -> Row:
    return Row(spec=spec, scenario=PAIRED + name, round=number, count=PLANS[name].count)


@contextmanager
def peers(known: Mapping[str, Entry], specs: Sequence[str], cache: Path, *, before: Path | None = None) -> Generator[Processes]:
    """The peers of these specs, started and warm."""
    client, server = cores()
    with running(cache, core=server) as mock, ExitStack() as stack:
        started = {spec: stack.enter_context(_started(known, spec, mock, cache, client, before)) for spec in specs}
        for spec, process in started.items():
            _block(spec, process, "")
        yield started


@contextmanager
def _started(
    known: Mapping[str, Entry], spec: str, mock: Mock, cache: Path, core: int | None, before: Path | None
) -> Generator["subprocess.Popen[str]"]:
    own = spec.removeprefix(BEFORE)
    command = [known[own.partition(":")[0]].python(cache), "-m", "benchmarks.block", own, "--port", str(mock.port)]
    command += [] if core is None else ["--core", str(core)]
    there = {"PYTHONPATH": str(before / "src")} if before is not None and own != spec else {}
    process = subprocess.Popen(
        command, cwd=ROOT, env={**surroundings(), **there}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()


def _block(spec: str, process: "subprocess.Popen[str]", asked: str) -> Figures:
    """What a process says of a block; of nothing, that it is ready."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(f"{asked}\n" if asked else "")
        process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise Unmeasurable(f"{spec} ended in {asked or 'its start'}; what it said is above")
    return json.loads(answer)


def lines(results: Results, scenarios: Sequence[str]) -> Iterator[str]:
    """Each figure with its ratio to the first peer's: median and quartiles."""
    yield f"{'':12} {'':20} {'':24} {'median':>8}   by the first one's, with quartiles"
    for name in scenarios:
        specs = list(dict.fromkeys(row.spec for row in results.rows if row.scenario == PAIRED + name))
        for figure, title, digits in PLANS[name].shown:
            for spec in specs:
                value = results.get(spec, PAIRED + name, figure)
                spread = results.spread(spec, specs[0], PAIRED + name, figure)
                if value is not None and spread is not None:
                    low, middle, high = spread
                    yield f"{name:12} {title:20} {spec:24} {value:8.{digits}f}   {middle:.3f} ({low:.3f} to {high:.3f})"


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when it was measured; 2 when it could not be."""
    asked = _asked(arguments)
    try:
        results = _results(asked)
    except Unmeasurable as error:
        tell(f"paired: {error}")
        return 2
    sys.stdout.write("\n".join(lines(results, asked.scenarios)) + "\n")
    return 0


def _results(asked: argparse.Namespace) -> Results:
    needs_linux()
    known, results = entries(), Results()
    for name in asked.scenarios:
        chosen = list(asked.specs or PLANS[name].specs)
        for entry in entries(sorted({spec.partition(":")[0] for spec in chosen})).values():
            prepare(entry, known, asked.cache, tell)
        specs = [*chosen, *(BEFORE + spec for spec in chosen if asked.before and spec.startswith("warmline"))]
        for row in measured(known, name, specs, asked.cache, part=asked.part, before=asked.before):
            results.rows.append(row)
            if row.spec == specs[0]:
                tell(f"{name} {row.round + 1}")
    return results


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.paired", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--specs", type=names, default=(), metavar="A,B", help="these peers; the first is what others are compared with"
    )
    parser.add_argument("--scenarios", type=names, default=tuple(PLANS), metavar="A,B", help=f"only these of {', '.join(PLANS)}")
    parser.add_argument("--part", type=float, default=1.0, metavar="SHARE", help="of the blocks: 0.2 for a first look")
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="another checkout, whose Warmline is measured too")
    takes_cache(parser)
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.scenarios if name not in PLANS]:
        parser.error(f"no scenario is measured in alternation that is called {unknown[0]!r}; expected some of {', '.join(PLANS)}")
    if asked.before and not (asked.before / "src" / "warmline").is_dir():
        parser.error(f"{asked.before} is no checkout of Warmline: there is no src/warmline in it")
    return asked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
