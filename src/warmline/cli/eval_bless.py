"""``warmline eval bless``: make a run the baseline that later runs are compared with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .eval_exits import or_misused
from .exits import OK
from .options import Json, example

if TYPE_CHECKING:
    from warmline.evals.gating.baseline import Baseline

EXAMPLES = example(
    "warmline eval bless results.jsonl",
    "warmline eval bless monday.jsonl tuesday.jsonl --output evals/baseline.json",
)


def bless(
    results: Annotated[
        list[Path], typer.Argument(metavar="RESULTS...", help="Logs of runs of one agent; their trials are added up.")
    ],
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="The baseline; commit it.")] = Path(
        "eval-baseline.json"
    ),
    failing: Annotated[bool, typer.Option("--failing", help="Take cases that fail as they are.")] = False,
    json: Json = False,
) -> int:
    """Write the baseline: for each case how many of how many trials passed, one line each.

    What could not be measured, and what was replayed, is not blessed; what fails only with --failing. A drop can be called from 10 trials
    a case on.
    """
    return or_misused(lambda: _bless(results, output, failing=failing, json=json))


def _bless(results: list[Path], output: Path, *, failing: bool, json: bool) -> int:
    from warmline.evals.gating.baseline import bless as blessed
    from warmline.evals.gating.baseline import read_baseline, too_few, written
    from warmline.evals.gating.runs import read_run

    from .screen import print_json

    made = blessed([read_run(file) for file in results], failing=failing)
    before = read_baseline(output) if output.is_file() else None
    output.write_text(written(made), "utf-8")
    changed = _changed(before, made)
    few = too_few(made)
    if json:
        print_json({"baseline": str(output), "cases": len(made.cases), "changed": changed, "too_few_trials": few})
        return OK
    typer.echo(f"blessed {len(made.cases)} cases of {', '.join(sorted(made.suites))} in {output}")
    for line in changed[:20]:
        typer.echo(f"  {line}")
    if len(changed) > 20:
        typer.echo(f"  and {len(changed) - 20} more")
    if few:
        cases = f"{len(few)} of {len(made.cases)} cases have"
        typer.echo(f"{cases} fewer than 10 trials, so no drop of theirs can be called; bless more runs together")
    return OK


def _changed(before: "Baseline | None", after: "Baseline") -> list[str]:
    if before is None:
        return []
    names = sorted({*before.cases, *after.cases})
    shown = {
        name: tuple(f"{found.count}/{found.of}" if (found := side.cases.get(name)) else "none" for side in (before, after))
        for name in names
    }
    return [f"{name}: {old} → {new}" for name, (old, new) in shown.items() if old != new]
