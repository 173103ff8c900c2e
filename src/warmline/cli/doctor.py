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
        "WARMLINE_MCP=servers.yaml warmline doctor --mcp",
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
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Examine your MCP servers alone: are they reached, are the allowed tools as they were.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Say what is configured, reachable, missing.

    And what to do about it; the exit code is 1 if something is a problem.
    """
    from .checkup import examine
    from .checkup_helpdesk import examine_helpdesk
    from .checkup_mcp import examine_mcp
    from .checkup_shop import examine_shop
    from .screen import print_json

    alone = [look for wanted, look in ((shop, examine_shop), (helpdesk, examine_helpdesk), (mcp, examine_mcp)) if wanted]
    if len(alone) > 1:
        raise typer.BadParameter(
            "give one of --shop, --helpdesk and --mcp; each examines one thing alone", param_hint="--helpdesk"
        )
    findings = asyncio.run(alone[0](home=home) if alone else examine(home=home, live=live))
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
