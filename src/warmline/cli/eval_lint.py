"""``warmline eval lint``: is a suite right, and could it fail?"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .eval_exits import or_misused
from .exits import NOT_AS_ASKED, OK
from .options import Json, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warmline.evals.suite_files.loading import LoadedSuite
    from warmline.evals.trust.linting import Kept, Passed, Remark

EXAMPLES = example(
    "warmline eval lint evals/suites",
    "warmline eval lint evals/suites --probe",
    "warmline eval lint evals/suites --probe --json | jq '.passed'",
)


def lint(
    paths: Annotated[list[Path], typer.Argument(metavar="SUITES", help="Suites (*.eval.yaml), or folders of them.")],
    probe: Annotated[bool, typer.Option("--probe", help="Play agents that understand nothing, and name what they pass.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for a warning too.")] = False,
    json: Json = False,
) -> int:
    """Check suites: exit code 4 for a mistake in one, 1 for one that could not fail.

    With --probe agents that are silent, vague, repeat the customer, hand everything over, return everything, or obey are played. A critical case
    that one of them passes is an error, and so is a suite of which one passes more than 5 in 100; why_null_passes in a case excuses it. Of a suite
    with gates none of them may keep every gate, and each gate must be broken by one.
    """
    return or_misused(lambda: _lint(paths, probe=probe, strict=strict, json=json))


def _lint(paths: list[Path], *, probe: bool, strict: bool, json: bool) -> int:
    from warmline.evals.suite_files.loading import load_suites
    from warmline.evals.trust.linting import read_through, weak, weak_gates

    from .eval_running import preflight

    suites = load_suites(paths, today=datetime.now(UTC).date())
    preflight([case for suite in suites for case in suite.cases])
    remarks = list(read_through(suites))
    passed, kept = asyncio.run(_probed(suites, quiet=json)) if probe else ([], [])
    remarks += [*weak(suites, passed), *weak_gates(kept)] if probe else []
    _tell(suites, remarks, passed, kept, json=json)
    bad = [one for one in remarks if strict or one.level == "error"]
    return NOT_AS_ASKED if bad else OK


async def _probed(suites: "Sequence[LoadedSuite]", *, quiet: bool) -> "tuple[list[Passed], list[Kept]]":
    from rich.console import Console
    from rich.progress import Progress

    from warmline.evals.running.quiet import agent_unheard
    from warmline.evals.running.troupes import embedded_troupe
    from warmline.evals.trust.linting import probe, probe_gates
    from warmline.evals.trust.null_agents import NULL_AGENTS

    troupe = embedded_troupe()
    total = len(NULL_AGENTS) * sum(len(suite.cases) for suite in suites)
    try:
        with agent_unheard(), Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
            task = bar.add_task("null agents", total=total)
            passed = await probe(suites, troupe, lambda _: bar.advance(task))
            return passed, await probe_gates(suites, troupe, lambda _: bar.advance(task))
    finally:
        await troupe.stage.close()


def _tell(
    suites: "Sequence[LoadedSuite]",
    remarks: "Sequence[Remark]",
    passed: "Sequence[Passed]",
    kept: "Sequence[Kept]",
    *,
    json: bool,
) -> None:
    from .screen import jsonable, print_json

    if json:
        listed: list[dict[str, Any]] = [
            {"level": one.level, "case_id": one.case_id, "text": one.text, "place": jsonable(one.place)} for one in remarks
        ]
        found = [{"agent": one.agent, "case_id": one.case.id, "excused": one.excused} for one in passed]
        gates = [{"agent": one.agent, "suite": one.suite.name, "kept": sorted(one.gates)} for one in kept]
        cases = sum(len(suite.cases) for suite in suites)
        print_json({"cases": cases, "remarks": listed, "passed": found, "gates": gates})
        return
    for one in remarks:
        case = f"{one.case_id} " if one.case_id else ""
        typer.echo(f"{one.place.file}:{one.place.line}: {one.level}: {case}{one.text}")
    errors = sum(one.level == "error" for one in remarks)
    cases = sum(len(suite.cases) for suite in suites)
    typer.echo(f"{cases} cases in {len(suites)} suites: {errors} errors, {len(remarks) - errors} warnings")
