"""``warmline eval compare``: what became worse, and whether it is the change or chance."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .eval_exits import EXIT_CODES, or_misused
from .eval_report import SHOWN, Ceiling, Every, Power
from .options import Json, example

if TYPE_CHECKING:
    from warmline.evals.gating.compare import Comparison
    from warmline.evals.gating.runs import Run

_COMPARED = example(
    "warmline eval compare eval-baseline.json results.jsonl",
    "warmline eval compare eval-baseline.json results.jsonl --base-rev origin/main",
    "warmline eval compare before.jsonl after.jsonl --json",
)
EXAMPLES = f"{EXIT_CODES}\n\n{_COMPARED}"


def compare(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="A blessed baseline, or the log of a run.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The log of a run.")],
    revision: Annotated[
        str | None,
        typer.Option(
            "--base-rev", metavar="REV", help="Try what seems worse again on this revision (git) before calling it a regression."
        ),
    ] = None,
    ceiling: Ceiling = 0.05,
    power: Power = None,
    every: Every = False,
    json: Json = False,
) -> int:
    """Compare a run with a baseline, case by case and on the whole.

    The exit codes are those of 'warmline eval gate': 1 if the run fails or regressed. A case seems worse when its pass rate fell by .30 or
    more with p < .05 (Fisher, adjusted for many cases). It is a regression if, tried again, the base still passes.
    """
    return or_misused(lambda: _compare(base, new, revision, ceiling=ceiling, power=power, every=every, json=json))


def _compare(base: Path, new: Path, revision: str | None, *, ceiling: float, power: float | None, every: bool, json: bool) -> int:
    from warmline.evals.gating.baseline import read_base
    from warmline.evals.gating.compare import compare as paired
    from warmline.evals.gating.gate import rule
    from warmline.evals.gating.runs import read_run
    from warmline.evals.reports.report import as_json, report

    from .screen import console, print_json

    run = read_run(new)
    found = paired(read_base(base), run)
    if revision is not None:
        found = _tried_again(found, run, revision)
    made = report(run, found, ruling=rule(run, found, ceiling=ceiling, detectable=power))
    if json:
        print_json(as_json(made))
    else:
        from warmline.evals.reports.terminal import show

        show(made, console(), shown=len(made.failures) if every else SHOWN, every=every)
    return made.ruling.exit_code


def _tried_again(found: "Comparison", run: "Run", revision: str) -> "Comparison":
    from warmline.evals.gating.compare import confirm

    from .eval_compare_base import tried_on

    flagged = [change.case_id for change in found.of_kind("flagged")]
    for case_id, counted in tried_on(revision, run, flagged).items():
        found = confirm(found, case_id, counted)
    return found
