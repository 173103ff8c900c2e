"""``warmline doctor``: what is configured, what can be reached, what is missing."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import NOT_AS_ASKED, OK
from .options import Home, Json, example

if TYPE_CHECKING:
    from warmline.tools.capabilities import Finding

command = typer.Typer()

_MARKS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "problem": ("problem", "bold red")}


@command.command(
    "doctor",
    epilog=example(
        "warmline doctor",
        "warmline doctor --live --json",
        "WARMLINE_SHOP=http warmline doctor --shop",
        "warmline doctor --helpdesk",
    ),
)
def doctor(
    live: Annotated[bool, typer.Option("--live", help="Also ask the model's server for an answer (costs a few tokens).")] = False,
    shop: Annotated[
        bool, typer.Option("--shop", help="Examine the shop alone, by reads: credentials, scopes, and what will not work.")
    ] = False,
    helpdesk: Annotated[
        bool,
        typer.Option("--helpdesk", help="Examine the shop's own help desk alone, by reads: credentials and what they may do."),
    ] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Say what is configured, reachable, missing.

    And what to do about it; the exit code is 1 if something is a problem.
    """
    from .checkup import examine
    from .checkup_helpdesk import examine_helpdesk
    from .checkup_shop import examine_shop
    from .screen import print_json

    if shop and helpdesk:
        raise typer.BadParameter("give one of --shop and --helpdesk; each examines one thing alone", param_hint="--helpdesk")
    one = examine_shop(home=home) if shop else examine_helpdesk(home=home) if helpdesk else examine(home=home, live=live)
    findings = asyncio.run(one)
    if json:
        print_json([{"name": one.name, "status": one.status, "found": one.found, "do": one.remedy} for one in findings])
    else:
        _show(findings)
    return NOT_AS_ASKED if any(one.status == "problem" for one in findings) else OK


def _show(findings: list["Finding"]) -> None:
    from rich.table import Table
    from rich.text import Text

    from .screen import console, print_trimmed

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for one in findings:
        mark, style = _MARKS[one.status]
        found = Text.assemble(one.found, (f"\n{one.remedy}" if one.remedy else "", "dim"))
        table.add_row(Text(mark, style=style), Text(one.name, style="bold"), found)
    print_trimmed(table, console=console())
