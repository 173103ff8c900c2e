"""``warmline queue list`` and ``show``: looking, without changing anything."""

import sys
from typing import TYPE_CHECKING, Annotated, cast

import typer

from .options import By, CaseId, Home, Json, example
from .queue_desk import Queue, Seat

if TYPE_CHECKING:
    from datetime import datetime

    from warmline.agent.desk.desk import Case, Desk
    from warmline.agent.desk.lifecycle import Status
    from warmline.agent.store.reading import Said

    from .case_list import Wanted

commands = typer.Typer()


@commands.command(
    "list",
    epilog=example(
        "warmline queue list",
        "warmline queue list --watch --queue payments",
        "warmline queue list --mine",
        "warmline queue list --overdue --json",
        "warmline queue list --all --limit 100 --after K-7F3QXM",
    ),
)
def list_cases(
    name: Queue = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only the cases you hold.")] = False,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="Only cases that stand so, such as waiting_for_customer.")
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases that are late.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Closed cases too.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=500, help="Cases on a page.")] = 50,
    after: Annotated[str | None, typer.Option("--after", metavar="ID", help="The page after this case.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and show what changes; q ends it.")] = False,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """List the cases, the most pressing first.

    By priority, then by what falls due first, then by age. What is late is marked with an exclamation mark.
    """
    from .case_list import Wanted

    seat = Seat(by, home)
    wanted = Wanted(
        queue=name,
        status=_status(status),
        assignee=seat.person if mine else None,
        overdue=overdue,
        include_resolved=everything,
        limit=limit,
        after=after,
    )
    if not watch:
        _print_page(seat, wanted, json=json)
        return
    if json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.BadParameter("is for a person at a terminal; leave it out", param_hint="--watch")
    from .queue_watch import watch_queue

    watch_queue(seat, wanted)


@commands.command(
    "show",
    epilog=example(
        "warmline queue show K-7F3QXM",
        "warmline queue show K-7F3QXM --transcript --history",
        "warmline queue show K-7F3QXM --json",
    ),
)
def show(
    case_id: CaseId,
    transcript: Annotated[bool, typer.Option("--transcript", help="The whole conversation too.")] = False,
    history: Annotated[bool, typer.Option("--history", help="What happened to the case too: who, when, why.")] = False,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show a case on one screen.

    Who it is, what happened, what was done, what is promised by when, what to do next, a draft of the reply.
    """
    from .case_list import case_row
    from .case_view import View, case_on_screen
    from .screen import console, jsonable, print_json

    async def read(desk: "Desk") -> "tuple[Case, list[Case], list[Said], datetime]":
        case = await desk.case(case_id)
        related = [] if case.closed else list(await desk.related(case.id))
        return case, related, list(await desk.thread(case.id)), desk.store.clock.now()

    seat = Seat(by, home)
    case, related, thread, now = seat.do(read)
    if json:
        said = {"thread": [{"author": one.author, "text": one.text, "at": one.at.isoformat()} for one in thread]}
        print_json(jsonable(case) | {"related": [case_row(one) for one in related]} | (said if transcript else {}))
        return
    screen = console()
    view = View(case=case, thread=thread, related=related, now=now, transcript=transcript, history=history, as_me=seat.as_me)
    screen.print(case_on_screen(view, width=screen.width))


def _print_page(seat: Seat, wanted: "Wanted", *, json: bool) -> None:
    from .case_list import case_row, show_cases
    from .screen import console, print_json

    async def read(desk: "Desk") -> "tuple[list[Case], bool, datetime]":
        found = await wanted.page(desk)
        more = len(found) == wanted.limit and bool(await wanted.beyond(found[-1]).page(desk))
        return found, more, desk.store.clock.now()

    found, more, now = seat.do(read)
    if not found:
        seat.must_know(wanted.queue)
    if json:
        print_json([case_row(case) for case in found])
    elif found:
        show_cases(found, console=console(), now=now)
    else:
        typer.echo(f"No case {wanted.in_words}.")
    if more:
        typer.echo(f"There are more; the next page: --after {found[-1].id}", err=True)


def _status(words: str | None) -> "Status | None":
    from warmline.agent.desk.lifecycle import LIFE_CYCLE

    if words is None:
        return None
    status = words.strip().lower().replace("-", "_").replace(" ", "_")
    if status not in LIFE_CYCLE:
        raise typer.BadParameter(f"{words!r} is no status; expected one of {', '.join(LIFE_CYCLE)}", param_hint="--status")
    return cast("Status", status)
