"""``warmline queue claim``, ``release``, ``reassign``: who has a case."""

from typing import TYPE_CHECKING, Annotated

import typer

from .options import By, CaseId, Home, Json, example
from .queue_desk import Note, Queue, Seat, tell

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case, Desk

commands = typer.Typer()


@commands.command(
    "claim",
    epilog=example(
        "warmline queue claim K-7F3QXM",
        "warmline queue claim --next",
        "warmline queue claim --next --queue payments --by anna",
    ),
)
def claim(
    case_id: Annotated[str | None, typer.Argument(metavar="ID", help="The case, such as K-7F3QXM; or --next.")] = None,
    following: Annotated[bool, typer.Option("--next", help="What comes first of the queues you serve.")] = False,
    queue: Queue = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take a case: nobody else can answer it then.

    Your claim lapses when you do nothing for a while; claiming again renews it.
    """
    if following == (case_id is not None):
        raise typer.BadParameter("name the case, or take --next", param_hint="ID")
    if queue is not None and not following:
        raise typer.BadParameter("goes with --next", param_hint="--queue")
    seat = Seat(by, home)

    async def take(desk: "Desk") -> "Case | None":
        if case_id is None:
            return await desk.claim_next(by=seat.person, queue=queue)
        return await desk.claim(case_id, by=seat.person)

    case = seat.do(take)
    if case is None:
        _nothing_waits(seat, queue, json=json)
        return
    until = f" until {case.claimed_until.astimezone():%H:%M}" if case.claimed_until else ""
    look = f"warmline queue show {case.id}{seat.as_me}"
    answer = f"warmline queue reply {case.id} --edit{seat.as_me}"
    tell(case, f"{case.id} is yours, {case.assignee}{until}. Read it: {look}\nAnswer it: {answer}", json=json)


@commands.command("release", epilog=example("warmline queue release K-7F3QXM --note 'needs somebody who knows boots'"))
def release(case_id: CaseId, note: Note = "", by: By = None, json: Json = False, home: Home = None) -> None:
    """Put a case you hold back into its queue."""
    seat = Seat(by, home)

    async def put_back(desk: "Desk") -> "Case":
        return await desk.release(case_id, by=seat.person, note=note)

    case = seat.do(put_back)
    tell(case, f"{case.id} waits in {case.queue} again.", json=json)


@commands.command("reassign", epilog=example("warmline queue reassign K-7F3QXM --to bob --note 'he knows the carrier'"))
def reassign(
    case_id: CaseId,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who has the case from now on.")],
    note: Note = "",
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Give a case to somebody, whoever holds it."""
    seat = Seat(by, home)

    async def give(desk: "Desk") -> "Case":
        return await desk.reassign(case_id, to=to, by=seat.person, note=note)

    case = seat.do(give)
    tell(case, f"{case.id} is {case.assignee}'s now.", json=json)


def _nothing_waits(seat: Seat, queue: str | None, *, json: bool) -> None:
    from .screen import print_json

    seat.must_know(queue)
    if json:
        print_json(None)
    else:
        typer.echo(f"No case waits for you{f' in {queue}' if queue else ''}, {seat.person}.")
