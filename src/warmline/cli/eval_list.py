"""``warmline eval list`` and ``schema``: which cases there are, and how a suite is written."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from .eval_exits import or_misused
from .eval_run import Cases, Tags, Tiers
from .exits import OK
from .options import Json, example

EXAMPLES = example("warmline eval list evals/suites", "warmline eval list evals/suites --tag injection --json | jq -r '.[].id'")
SCHEMA_EXAMPLES = example("warmline eval schema > warmline-eval.schema.json")


def list_cases(
    paths: Annotated[list[Path], typer.Argument(metavar="SUITES", help="Suites (*.eval.yaml), or folders of them.")],
    case: Cases = None,
    tag: Tags = None,
    tier: Tiers = None,
    json: Json = False,
) -> int:
    """List the cases of suites, every matrix expanded: id, how grave, how often, where it stands, why."""
    return or_misused(lambda: _list(paths, case or [], tag or [], tier or [], json=json))


def _list(paths: list[Path], cases: list[str], tags: list[str], tiers: list[str], *, json: bool) -> int:
    from warmline.evals.running.heading import info_of
    from warmline.evals.suite_files.choosing import chosen
    from warmline.evals.suite_files.loading import load_suites

    from .screen import console, jsonable, print_json, print_table

    infos = [
        info_of(one) for one in chosen(load_suites(paths, today=datetime.now(UTC).date()), cases=cases, tags=tags, tiers=tiers)
    ]
    if json:
        print_json([{"id": one.case_id, **jsonable(one)} for one in infos])
        return OK
    rows = [[one.case_id, one.severity, one.tier, f"{one.place.file}:{one.place.line}", one.why] for one in infos]
    print_table(("case", "severity", "tier", "place", "why"), rows, console=console())
    return OK


def schema() -> int:
    """Print the JSON Schema of a suite, for editors.

    Name it on the first line of a suite: # yaml-language-server: $schema=./warmline-eval.schema.json
    """
    from warmline.evals.suite_files.json_schema import suite_schema

    from .screen import print_json

    print_json(suite_schema())
    return OK
