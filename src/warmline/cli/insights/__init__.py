"""``warmline insights``: what customers ask for, and whether the line between agent and people is drawn well (docs/insights.md)."""

import typer

from warmline.cli.options import example

from . import conversations, label, landscape, review

commands = typer.Typer(
    help="See what customers ask for before automating anything, and afterwards whether the line is drawn well.",
    no_args_is_help=True,
    epilog=example(
        "warmline insights landscape tickets.csv --out landscape",
        "warmline insights landscape --demo",
        "warmline insights review --demo",
    ),
)
commands.command("landscape", epilog=f"{landscape.FIELDS}\n\n{landscape.EXAMPLES}")(landscape.landscape)
commands.command("review", epilog=review.EXAMPLES)(review.review)
commands.command("conversations", epilog=conversations.EXAMPLES)(conversations.conversations)
commands.command("label", epilog=label.EXAMPLES)(label.label)
