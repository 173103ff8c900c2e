"""``warmline queue``: the human side of the desk."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from warmline.errors import DeskError

from .options import By, CaseId, Home, Json, example, login_name

if TYPE_CHECKING:
    from pathlib import Path

    from warmline.agent.desk.desk import Case, Desk
    from warmline.agent.store.reading import Said
    from warmline.settings import Settings

T = TypeVar("T")

commands = typer.Typer(
    help="See, take, answer and resolve cases.",
    epilog=example(
        "warmline queue list",
        "warmline queue show K-7F3QXM",
        "warmline queue claim K-7F3QXM",
        "warmline queue reply K-7F3QXM --edit",
        "warmline queue resolve K-7F3QXM --note 'replacement sent'",
    ),
    no_args_is_help=True,
)


@commands.command("list", epilog=example("warmline queue list", "warmline queue list --all --json"))
def list_cases(
    name: Annotated[str | None, typer.Option("--queue", metavar="QUEUE", help="Only this queue, such as care.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Resolved cases too.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """List the cases, the most pressing first."""
    from .case_list import case_row, show_cases
    from .screen import print_json

    async def cases(desk: "Desk") -> "list[Case]":
        return list(await desk.cases(queue=name, include_resolved=everything))

    found = _at_the_desk(home, cases)
    if json:
        print_json([case_row(case) for case in found])
    elif found:
        show_cases(found)
    else:
        typer.echo(f"No case is waiting{f' in {name}' if name else ''}.")


@commands.command("show", epilog=example("warmline queue show K-7F3QXM", "warmline queue show K-7F3QXM --json"))
def show(case_id: CaseId, json: Json = False, home: Home = None) -> None:
    """Show a case on one screen.

    Who it is, what happened, what was done and promised, what to do next, a draft, the conversation.
    """
    from .case_view import case_on_screen
    from .screen import console, jsonable, print_json

    async def read(desk: "Desk") -> "tuple[Case, list[Said]]":
        case = await desk.case(case_id)
        return case, await desk.store.thread(case.conversation_id)

    case, thread = _at_the_desk(home, read)
    if json:
        print_json(jsonable(case))
    else:
        screen = console()
        screen.print(case_on_screen(case, thread, width=screen.width))


@commands.command("claim", epilog=example("warmline queue claim K-7F3QXM", "warmline queue claim K-7F3QXM --by anna"))
def claim(case_id: CaseId, by: By = None, json: Json = False, home: Home = None) -> None:
    """Take a case: nobody else can answer it then."""
    person = by or login_name()

    async def take(desk: "Desk") -> "Case":
        return await desk.claim(case_id, by=person)

    case = _at_the_desk(home, take)
    _say(case, f"{case.id} is yours, {person}. Answer with: warmline queue reply {case.id} --edit{_as(by)}", json=json)


@commands.command(
    "reply",
    epilog=example(
        "warmline queue reply K-7F3QXM 'Hello Maya, a new vase leaves today.'",
        "warmline queue reply K-7F3QXM --edit",
        "cat answer.txt | warmline queue reply K-7F3QXM -",
    ),
)
def reply(
    case_id: CaseId,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="What to write; - reads the standard input.")] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Write it in $EDITOR, starting from the case's draft.")] = False,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Answer the customer in their own chat."""
    if edit == (text is not None):
        raise typer.BadParameter("give the text, or --edit to write it in your editor", param_hint="TEXT")
    person = by or login_name()
    words = _drafted(case_id, person, home) if text is None else sys.stdin.read() if text == "-" else text

    async def send(desk: "Desk") -> "Case":
        from .screen import printable

        return await desk.reply(case_id, printable(words), by=person)

    case = _at_the_desk(home, send)
    _say(case, f"Sent to the customer. When it is settled: warmline queue resolve {case.id}{_as(by)}", json=json)


@commands.command("resolve", epilog=example("warmline queue resolve K-7F3QXM --note 'replacement sent'"))
def resolve(
    case_id: CaseId,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What came of it; stays in the case.")] = "",
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Close a case: the agent serves the customer again."""
    person = by or login_name()

    async def close(desk: "Desk") -> "Case":
        return await desk.resolve(case_id, by=person, note=note)

    case = _at_the_desk(home, close)
    _say(case, f"{case.id} is resolved; the agent serves the customer again.", json=json)


def _at_the_desk(home: "Path | None", act: "Callable[[Desk], Awaitable[T]]") -> T:
    from warmline.settings import Settings

    async def run(settings: "Settings") -> T:
        from .assembly import open_desk

        async with open_desk(settings) as desk:
            return await act(desk)

    return asyncio.run(run(Settings.from_env(home=home)))


def _drafted(case_id: str, person: str, home: "Path | None") -> str:
    """The reply as the person wrote it in the editor; ``DeskError`` if they may not send one, or wrote nothing."""
    from warmline.settings import Settings

    from .editor import edit

    async def read(desk: "Desk") -> "Case":
        return await desk.case(case_id)

    case = _at_the_desk(home, read)
    if case.assignee != person or case.status != "claimed":
        raise DeskError(f"case {case.id} is not claimed by {person}; claim it first: warmline queue claim {case.id}")
    note = f"Case {case.id}, {case.file.customer.name or 'a guest'}: {case.file.wants}"
    words = edit(case.file.draft_reply, note=note, editor=Settings.from_env(home=home).editor)
    if words.strip() in ("", case.file.draft_reply.strip()):
        raise DeskError("the draft was not changed; nothing was sent")
    return words


def _as(by: str | None) -> str:
    return f" --by {by}" if by else ""


def _say(case: "Case", words: str, *, json: bool) -> None:
    from .screen import jsonable, print_json

    if json:
        print_json(jsonable(case))
    else:
        typer.echo(words)
