"""The commands, and what ``warmline --help`` says."""

from typing import Annotated

import typer

from . import chat, db, demo, doctor, eval, helpdesk, insights, mcp, outbox, policy, queue, route, worker  # noqa: A004
from .exits import EXIT_CODES
from .options import example

HELP = "A customer-service agent for online shops that does the predictable and hands the rest to people, warm."
EXAMPLES = example("warmline demo customers", "warmline chat --as C-1001", "warmline queue list")

app = typer.Typer(
    help=HELP,
    epilog=f"{EXAMPLES}\n\n{EXIT_CODES}",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(chat.command)
app.add_typer(queue.commands, name="queue")
app.add_typer(route.command)
app.add_typer(policy.commands, name="policy")
app.add_typer(outbox.commands, name="outbox")
app.add_typer(helpdesk.commands, name="helpdesk")
app.add_typer(eval.commands, name="eval")
app.add_typer(insights.commands, name="insights")
app.add_typer(db.commands, name="db")
app.add_typer(worker.command)
app.add_typer(mcp.commands, name="mcp")
app.add_typer(demo.commands, name="demo")
app.add_typer(doctor.command)


def installed() -> str:
    """The installed version, or that there is none (a checkout on the path)."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("warmline")
    except PackageNotFoundError:
        return "(not installed)"


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"warmline {installed()}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version.")] = False,
    _debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks; may stand anywhere.")] = False,
) -> None:
    """What holds for every command; ``--debug`` is taken out before typer sees it (see ``warmline.cli.main``)."""
