"""``warmline queue``: the human side of the desk."""

import typer

from . import queue_answer, queue_close, queue_judge, queue_look, queue_stats, queue_take
from .options import example

commands = typer.Typer(
    help="See, take, answer and close cases.",
    epilog=example(
        "warmline queue list --watch",
        "warmline queue claim --next",
        "warmline queue show K-7F3QXM",
        "warmline queue reply K-7F3QXM --edit",
        "warmline queue resolve K-7F3QXM --note 'replacement sent'",
    ),
    no_args_is_help=True,
)
for part in (queue_look, queue_take, queue_answer, queue_close, queue_judge, queue_stats):
    commands.add_typer(part.commands)
