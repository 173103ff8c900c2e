"""``warmline eval mutate``: would the graders notice if the expectations were not so?"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .eval_exits import or_misused
from .eval_run import Cases, Tags
from .exits import NOT_AS_ASKED, OK
from .options import Json, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warmline.evals.suite_files.loading import LoadedCase
    from warmline.evals.trust.mutating import Mutant

EXAMPLES = example("warmline eval mutate evals/suites", "warmline eval mutate evals/suites --tag refund --json | jq .survived")


def mutate(
    paths: Annotated[list[Path], typer.Argument(metavar="SUITES", help="Suites (*.eval.yaml), or folders of them.")],
    case: Cases = None,
    tag: Tags = None,
    json: Json = False,
) -> int:
    """Change expectations that hold so that they do not, one at a time, and name those whose change no check notices.

    Each case is played once with the embedded model; those that are only counted, by the gates of their suite, are left out. The exit code is 1 if
    a change went unnoticed.
    """
    return or_misused(lambda: _mutate(paths, case or [], tag or [], json=json))


def _mutate(paths: list[Path], wanted: list[str], tags: list[str], *, json: bool) -> int:
    from warmline.evals.suite_files.choosing import chosen
    from warmline.evals.suite_files.loading import load_suites

    from .eval_running import preflight
    from .screen import print_json

    every = chosen(load_suites(paths, today=datetime.now(UTC).date()), cases=wanted, tags=tags)
    cases = [case for case in every if case.case.tier != "counted"]
    preflight(cases)
    mutants = asyncio.run(_made(cases, quiet=json))
    survived = [one for one in mutants if not one.noticed]
    if json:
        print_json({"mutants": len(mutants), "survived": [_as_json(one) for one in survived]})
    else:
        for one in survived:
            place = one.case.source.place(one.path)
            typer.echo(f"{place.file}:{place.line}: {one.case.id} {_where(one)}: {one.change}: no check notices")
        typer.echo(f"{len(mutants)} changed expectations of {len(cases)} cases: {len(mutants) - len(survived)} noticed")
    return NOT_AS_ASKED if survived else OK


def _where(one: "Mutant") -> str:
    from warmline.evals.grading.seen import in_words

    return in_words(one.path)


def _as_json(one: "Mutant") -> dict[str, object]:
    from .screen import jsonable

    return {"case_id": one.case.id, "path": _where(one), "change": one.change, "place": jsonable(one.case.source.place(one.path))}


async def _made(cases: "Sequence[LoadedCase]", *, quiet: bool) -> "list[Mutant]":
    from rich.console import Console
    from rich.progress import Progress

    from warmline.evals.running.quiet import agent_unheard
    from warmline.evals.running.troupes import embedded_troupe
    from warmline.evals.trust.mutating import mutate as make_mutants

    troupe = embedded_troupe()
    try:
        with agent_unheard(), Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
            task = bar.add_task("mutants", total=len(cases))
            return await make_mutants(cases, troupe, lambda: bar.advance(task))
    finally:
        await troupe.stage.close()
