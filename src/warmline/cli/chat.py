"""``warmline chat``: open everything, choose how to talk (a terminal, a pipe, JSON), and leave in good order."""

import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import INTERRUPTED, OK
from .options import Home, Json, example

if TYPE_CHECKING:
    from .session import Session
    from .stage import Stage

EXAMPLES = example(
    "warmline chat",
    "warmline chat --as C-1001",
    "warmline chat --resume",
    "echo 'Where is my order?' | warmline chat --as C-1001 --json",
)
PIPES = (
    "Without a terminal each line in is one message, and each gets one reply, followed by an empty line. A question that needs"
    ' a yes comes as it is; while a person has the case the reply is "(added to case K-…)".\n\n'
    "With --json each line out is one turn: kind, text, conversation_id, message_id, decision, tool_calls, usage, timings;"
    " case_id and queue when a person has it."
)

command = typer.Typer()


@command.command("chat", epilog=f"{PIPES}\n\n{EXAMPLES}")
def chat(
    conversation: Annotated[str | None, typer.Argument(metavar="CONVERSATION", help="With --resume: which one.")] = None,
    who: Annotated[str | None, typer.Option("--as", metavar="CUSTOMER", help="Sign in, by id or e-mail address.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the newest conversation, or the one named.")] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Talk to the agent in the shop of WARMLINE_SHOP (unset: the demo shop).

    You are a guest, or with --as one of its customers.
    """
    from warmline.settings import Settings

    from .assembly import open_service
    from .session import new_session, resumed_session
    from .stage import Stage

    if conversation and not resume:
        raise typer.BadParameter("goes with --resume; messages are written in the chat", param_hint="CONVERSATION")
    settings = Settings.from_env(home=home)
    stack = AsyncExitStack()
    with Stage() as stage:
        try:
            service = stage.run(stack.enter_async_context(open_service(settings)))
            opening = resumed_session(service, who, conversation) if resume else new_session(service, who)
            return _talk(stage, stage.run(opening), json=json, history=settings.history_file)
        finally:
            stage.run(stack.aclose())


def _talk(stage: "Stage", session: "Session", *, json: bool, history: Path) -> int:
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not json
    try:
        if on_terminal:
            from .chat_terminal import talk_on_terminal

            talk_on_terminal(stage, session, history=history)
        else:
            from .chat_plain import talk_in_lines

            talk_in_lines(stage, session, json=json)
    except KeyboardInterrupt:
        typer.echo(f"\nInterrupted; continue with: warmline chat --resume {session.conversation_id}", err=True)
        return INTERRUPTED
    return OK
