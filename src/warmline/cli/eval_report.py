"""``warmline eval report`` and ``gate``: what a run came to, for people and for machines."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .eval_exits import EXIT_CODES, or_misused
from .exits import OK
from .options import Json, example

if TYPE_CHECKING:
    from warmline.evals.gating.compare import Comparison
    from warmline.evals.gating.runs import Run
    from warmline.evals.reports.report import Report

SHOWN = 10
"""Failing cases that are told in full unless all are asked for."""

REPORT_EXAMPLES = example(
    "warmline eval report",
    "warmline eval report results.jsonl --html report.html --junit junit.xml",
    'warmline eval report results.jsonl --baseline eval-baseline.json --github "$GITHUB_STEP_SUMMARY"',
    "warmline eval report results.jsonl --json | jq .reason",
)
_GATES = example(
    "warmline eval gate results.jsonl",
    "warmline eval gate results.jsonl --baseline eval-baseline.json --require-power 0.05",
)
GATE_EXAMPLES = f"{EXIT_CODES}\n\n{_GATES}"

Results = Annotated[
    Path | None, typer.Argument(metavar="RESULTS", help="The log of a run (default: the newest in .warmline-evals).")
]
Against = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="A blessed baseline, or the log of another run, to compare with."),
]
Ceiling = Annotated[
    float,
    typer.Option(
        "--ceiling",
        metavar="SHARE",
        min=0,
        max=1,
        help="Trials that may end in infrastructure, judge or simulator trouble, each.",
    ),
]
Power = Annotated[
    float | None,
    typer.Option(
        "--require-power",
        metavar="SHARE",
        min=0,
        max=1,
        help="Exit with 2 unless a change of the whole by this much would be seen.",
    ),
]
Minutes = Annotated[
    float, typer.Option("--minutes", metavar="N", min=0, help="What a needless hand-off costs of an agent's time.")
]
Every = Annotated[bool, typer.Option("--all", help="Show every failing case in full, and all of a green run.")]


def report(
    results: Results = None,
    baseline: Against = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write one page, complete in itself.")] = None,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML.")] = None,
    github: Annotated[
        Path | None,
        typer.Option(
            "--github", metavar="FILE", help="Append Markdown to this file, and print annotations instead of the report."
        ),
    ] = None,
    marker: Annotated[
        str, typer.Option("--marker", metavar="NAME", help="What finds a comment again (a hidden line of the Markdown).")
    ] = "warmline-eval",
    minutes: Minutes = 6.0,
    every: Every = False,
    json: Json = False,
) -> int:
    """Show what a run came to: the verdict and its reason, then what is worth reading.

    Runs nothing and decides nothing: the exit code is 0 whatever the verdict. 'warmline eval gate' decides.
    """
    from warmline.evals.reports.report import report as sum_up

    def work() -> int:
        made = sum_up(*_read(results, baseline), minutes=minutes)
        _write(made, html=html, junit=junit)
        if github is not None:
            _to_github(made, github, marker)
        _say(made, json=json, every=every, quiet=github is not None)
        return OK

    return or_misused(work)


def gate(
    results: Results = None,
    baseline: Against = None,
    ceiling: Ceiling = 0.05,
    power: Power = None,
    minutes: Minutes = 6.0,
    every: Every = False,
    json: Json = False,
) -> int:
    """Decide on a run, from its log alone.

    A failure that was measured stands, whatever else could not be measured. With a baseline, drops are named too; only 'warmline eval compare' with
    --base-rev can call one a regression.
    """
    from warmline.evals.gating.gate import rule
    from warmline.evals.reports.report import report as sum_up

    def work() -> int:
        run, comparison = _read(results, baseline)
        ruling = rule(run, comparison, ceiling=ceiling, detectable=power)
        _say(sum_up(run, comparison, ruling=ruling, minutes=minutes), json=json, every=every)
        return ruling.exit_code

    return or_misused(work)


def _read(results: Path | None, baseline: Path | None) -> "tuple[Run, Comparison | None]":
    from warmline.evals.gating.baseline import read_base
    from warmline.evals.gating.compare import compare
    from warmline.evals.gating.runs import read_run
    from warmline.evals.running.log import newest

    from .eval_running import LOGS

    run = read_run(results or newest(LOGS))
    return run, compare(read_base(baseline), run) if baseline else None


def _write(made: "Report", *, html: Path | None, junit: Path | None) -> None:
    if html is not None:
        from warmline.evals.reports.html import page

        html.write_text(page(made), "utf-8")
    if junit is not None:
        from warmline.evals.reports.junit import junit as as_junit

        junit.write_text(as_junit(made.run), "utf-8")


def _to_github(made: "Report", file: Path, marker: str) -> None:
    from warmline.evals.reports.annotations import annotations
    from warmline.evals.reports.github import summary

    with file.open("a", encoding="utf-8") as out:
        out.write(summary(made, name=marker))
    for line in annotations(made):
        typer.echo(line)


def _say(made: "Report", *, json: bool, every: bool = False, quiet: bool = False) -> None:
    if json:
        from warmline.evals.reports.report import as_json

        from .screen import print_json

        print_json(as_json(made))
    elif not quiet:
        from warmline.evals.reports.terminal import show

        from .screen import console

        show(made, console(), shown=len(made.failures) if every else SHOWN, every=every)
