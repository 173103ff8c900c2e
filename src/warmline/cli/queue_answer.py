"""``warmline queue reply`` and ``note``: words for the customer, and words for colleagues."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .options import By, CaseId, Home, Json, example
from .queue_desk import Seat, tell

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case, Desk

commands = typer.Typer()


@commands.command(
    "reply",
    epilog=example(
        "warmline queue reply K-7F3QXM 'Hello Maya, a new vase leaves today.'",
        "warmline queue reply K-7F3QXM --edit",
        "warmline queue reply K-7F3QXM --as-is",
        "cat answer.txt | warmline queue reply K-7F3QXM -",
    ),
)
def reply(
    case_id: CaseId,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="What to write; - reads the standard input.")] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Write it in $EDITOR, starting from the case's draft.")] = False,
    as_is: Annotated[bool, typer.Option("--as-is", help="Send the draft also when it is not changed.")] = False,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="ID", help="In a merged case: which conversation is answered.")
    ] = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Answer the customer in their own chat.

    What you write is never lost: when it cannot be sent it is kept in a file that is named, and --edit goes on from it.
    """
    from .queue_reply import Reply

    if (edit or as_is) == (text is not None):
        raise typer.BadParameter(
            "give the text, or --edit to write it in your editor, or --as-is for the draft", param_hint="TEXT"
        )
    seat = Seat(by, home)
    answer = Reply(seat, case_id, conversation)
    case = answer.send(_given(text) if text is not None else answer.written(as_is=as_is) if edit else answer.drafted())
    tell(case, f"Sent to the customer. When it is settled: warmline queue resolve {case.id}{seat.as_me}", json=json)


@commands.command(
    "note",
    epilog=example("warmline queue note K-7F3QXM 'the carrier pays; claim 4711'", "warmline queue note K-7F3QXM - < call.txt"),
)
def note(
    case_id: CaseId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What colleagues should know; - reads the standard input.")],
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Leave a note for colleagues; the customer never sees it."""
    seat = Seat(by, home)
    words = _given(text).strip()

    async def leave(desk: "Desk") -> "Case":
        return await desk.note(case_id, words, by=seat.person)

    case = seat.do(leave)
    tell(case, f"Noted in {case.id}; the customer does not see it.", json=json)


def _given(text: str) -> str:
    return sys.stdin.read() if text == "-" else text
