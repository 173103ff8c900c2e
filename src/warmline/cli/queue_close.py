"""``warmline queue wait``, ``resolve``, ``hand-back``, ``reopen``, ``merge``: how a case goes on, or ends."""

from typing import TYPE_CHECKING, Annotated

import typer

from .options import By, CaseId, Home, Json, example
from .queue_desk import Note, Seat, tell

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case, Desk

commands = typer.Typer()


@commands.command("wait", epilog=example("warmline queue wait K-7F3QXM --note 'asked for a photo of the crack'"))
def wait(case_id: CaseId, note: Note = "", by: By = None, json: Json = False, home: Home = None) -> None:
    """Set a case aside until the customer answers: it stays yours, and no deadline runs."""
    seat = Seat(by, home)

    async def set_aside(desk: "Desk") -> "Case":
        return await desk.wait_for_customer(case_id, by=seat.person, note=note)

    case = seat.do(set_aside)
    tell(case, f"{case.id} waits for the customer; it is yours again when they write.", json=json)


@commands.command("resolve", epilog=example("warmline queue resolve K-7F3QXM --note 'replacement sent'"))
def resolve(
    case_id: CaseId,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What came of it; stays in the case.")] = "",
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Close a case: the agent serves the customer again.

    A customer who comes back to the same matter soon reaches this case again.
    """
    seat = Seat(by, home)

    async def close(desk: "Desk") -> "Case":
        return await desk.resolve(case_id, by=seat.person, note=note)

    case = seat.do(close)
    tell(case, f"{case.id} is resolved; the agent serves the customer again.", json=json)


@commands.command(
    "hand-back",
    epilog=example("warmline queue hand-back K-7F3QXM --instruction 'Offer the exchange for a size 40; it is paid for.'"),
)
def hand_back(
    case_id: CaseId,
    instruction: Annotated[
        str, typer.Option("--instruction", metavar="TEXT", help="What the agent is to do next; the customer never sees it.")
    ] = "",
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Give the conversation back to the agent, and tell it what to do.

    What led to the case does not bring it back; a customer who asks for a person reaches it again.
    """
    seat = Seat(by, home)

    async def give_back(desk: "Desk") -> "Case":
        return await desk.hand_back(case_id, by=seat.person, instruction=instruction)

    case = seat.do(give_back)
    told = " and knows your instruction" if instruction.strip() else ""
    tell(case, f"{case.id} is handed back; the agent serves the customer again{told}.", json=json)


@commands.command("reopen", epilog=example("warmline queue reopen K-7F3QXM --note 'the parcel came back'"))
def reopen(case_id: CaseId, note: Note = "", by: By = None, json: Json = False, home: Home = None) -> None:
    """Put a closed case back into its queue: the agent is silent again."""
    seat = Seat(by, home)

    async def open_again(desk: "Desk") -> "Case":
        return await desk.reopen(case_id, by=seat.person, note=note)

    case = seat.do(open_again)
    tell(case, f"{case.id} waits in {case.queue} again. Take it: warmline queue claim {case.id}{seat.as_me}", json=json)


@commands.command("merge", epilog=example("warmline queue merge K-7F3QXM --into K-9M2RTB"))
def merge(
    case_id: CaseId,
    into: Annotated[str, typer.Option("--into", metavar="ID", help="The case that goes on.")],
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make a case part of another one of the same customer.

    The case that goes on has the conversations of both, is as pressing as the more pressing one, and is answered as one.
    """
    seat = Seat(by, home)

    async def join(desk: "Desk") -> "Case":
        return await desk.merge(case_id, into=into, by=seat.person)

    case = seat.do(join)
    merged = case_id.strip().upper()
    tell(case, f"{merged} is part of {case.id} now. Go on there: warmline queue show {case.id}{seat.as_me}", json=json)
