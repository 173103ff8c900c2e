"""``warmline queue wait``, ``resolve``, ``hand-back``, ``reopen``, ``merge``: how a case goes on, or ends."""

from typing import TYPE_CHECKING, Annotated

import typer

from .options import By, CaseId, Home, Json, example
from .queue_desk import Note, Seat, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warmline.agent.desk.desk import Case, Desk
    from warmline.agent.store.reading import Said

commands = typer.Typer()


@commands.command("wait", epilog=example("warmline queue wait K-7F3QXM --note 'asked for a photo of the crack'"))
def wait(
    case_id: CaseId,
    note: Note = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Although the customer wrote last: it needs no answer.")] = False,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Set a case aside until the customer answers: it stays yours, and no deadline runs."""
    seat = Seat(by, home)

    async def set_aside(desk: "Desk") -> "Case":
        return await desk.wait_for_customer(case_id, by=seat.person, note=note, anyway=anyway)

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

    async def close(desk: "Desk") -> "tuple[Case, str]":
        case = await desk.resolve(case_id, by=seat.person, note=note)
        return case, unanswered(await desk.thread(case.id))

    case, words = seat.do(close)
    tell(case, f"{case.id} is resolved; the agent serves the customer again.", json=json)
    _warn_of(words, case, seat)


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

    async def give_back(desk: "Desk") -> "tuple[Case, str]":
        case = await desk.hand_back(case_id, by=seat.person, instruction=instruction)
        return case, unanswered(await desk.thread(case.id))

    case, words = seat.do(give_back)
    told = " and knows your instruction" if instruction.strip() else ""
    tell(case, f"{case.id} is handed back; the agent serves the customer again{told}.", json=json)
    _warn_of(words, case, seat)


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


def unanswered(thread: "Sequence[Said]") -> str:
    """The customer's newest words if nobody answered them: they may have come while the case was being closed."""
    said = [one for one in thread if one.author in ("customer", "person")]
    return said[-1].text if said and said[-1].author == "customer" else ""


def _warn_of(words: str, case: "Case", seat: Seat) -> None:
    from warmline.agent.desk.steps import cut

    from .screen import printable

    if words:
        again = f"warmline queue reopen {case.id}{seat.as_me}"
        typer.echo(f"Their last words were not answered: “{cut(printable(words))}”. If they need an answer: {again}", err=True)
