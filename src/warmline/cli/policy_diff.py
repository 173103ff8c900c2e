"""``warmline policy diff``: which messages two policies decide differently."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import NOT_AS_ASKED, OK
from .options import Json, example

if TYPE_CHECKING:
    from .comparing import Comparison

EXAMPLES = example(
    "warmline policy diff old.yaml mine.yaml --input messages.jsonl",
    "warmline policy diff old.yaml mine.yaml --input - --json --fail-on-change < messages.jsonl",
)
SHOWN = 20
"""Changed messages that are printed unless all are asked for."""


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The policy as it was.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The policy as it will be.")],
    source: Annotated[
        str, typer.Option("--input", metavar="FILE", help="JSON Lines as 'warmline route' reads; - is standard input.")
    ],
    every: Annotated[bool, typer.Option("--all", help=f"Show every changed message, not the first {SHOWN}.")] = False,
    fail: Annotated[bool, typer.Option("--fail-on-change", help="Exit with 1 if any message changes.")] = False,
    json: Json = False,
) -> int:
    """Show which messages change their route or reason.

    Each message is read once and decided twice. The exit code is 0 whether or not there are changes; 1 if a line could not be read.
    """
    from .assembly import load_guard, ready_guard
    from .comparing import as_json, compare
    from .route import report
    from .screen import console, print_json
    from .streams import progress, reading

    policies = load_guard(old).policy, load_guard(new).policy
    with reading(source) as (stream, size), progress(size) as advance:
        found = compare(stream, *policies, guard=ready_guard(None), advance=advance, shown=None if every else SHOWN)
    if json:
        print_json(as_json(found))
    else:
        from .comparing_view import show

        show(found, console=console())
    report(found.tally)
    return NOT_AS_ASKED if found.tally.broken or (fail and _changed(found)) else OK


def _changed(found: "Comparison") -> bool:
    return found.changed + found.handled > 0
