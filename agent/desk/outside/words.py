"""What a ticket is told, in words for the colleagues who work there: the whole story once, then what happened since. All of it is internal."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from warmline.agent.desk.case import Case
from warmline.agent.desk.case_file import CaseFile, CustomerCard, Line, OrderCard
from warmline.agent.desk.found import fact_in_words
from warmline.agent.desk.steps import cut, step_in_words

SUBJECT = 140
"""Characters of a subject; Zendesk takes 150."""

MOST = 60_000
"""Characters of a note; Zendesk takes 65,535."""

STORY = 40_000
"""Characters of a case file; what is over that is cut from the conversation, its oldest lines first."""

_CUT = "\n(cut here; the rest is in Warmline)"

_PROOF = {"signed_in": "signed in", "order_and_email": "proved an order by number and e-mail", "none": "IDENTITY NOT PROVED"}
_MOVES = {
    "reply_sent": "{who} answered the customer in Warmline",
    "noted": "{who} noted",
    "waiting_for_customer": "{who} waits for the customer",
    "resolved": "{who} resolved the case in Warmline",
    "handed_back": "{who} gave the conversation back to the agent",
    "reopened": "{who} reopened the case in Warmline",
    "merged": "{who} merged this case",
    "joined_by": "{who} merged another case into this one",
    "erased": "{who} erased this customer's data in Warmline. Delete this ticket too, and the requester if nothing else keeps them",
}


def subject(case: Case) -> str:
    """The case's number and what it is about."""
    return cut(f"[{case.id}] {case.file.wants or case.reason.replace('_', ' ')}", SUBJECT)


def tags(case: Case) -> list[str]:
    """Tags for views and triggers there; letters, digits and underscores alone."""
    mood = case.file.mood[-1] if case.file.mood else "calm"
    return ["warmline", *(_tag(f"warmline_{one}") for one in (case.reason, f"queue_{case.queue}", f"mood_{mood}"))]


def story(case: Case) -> str:
    """The case file as a note: who, why, what they want, their mood and orders, what was done and promised, what to do, the draft, what was said."""
    file = case.file
    parts = [
        ("Case", [f"{case.id}: {case.reason.replace('_', ' ')} (rule {file.rule}), queue {case.queue}, {case.priority}"]),
        ("Who", list(_who(file.customer, file.contact))),
        ("What they want", [file.wants]),
        ("What happened", [file.summary]),
        ("Mood", [" → ".join(one.replace("_", " ") for one in file.mood)]),
        ("Orders", [line for order in file.orders for line in _order(order)]),
        ("Looked up", [fact_in_words(fact) for fact in file.facts]),
        ("The agent did", [step_in_words(step) for step in file.done]),
        ("The agent would not", [step_in_words(step) for step in file.refused]),
        ("Promised to the customer", [*file.promised, *_due(case)]),
        ("Noticed", file.noticed),
        ("Not known", file.open_questions),
        ("Next step", [file.next_step]),
        ("Draft reply", [file.draft_reply]),
    ]
    told = "\n\n".join(_part(name, lines) for name, lines in parts if any(lines))
    how = "Answer in public: Warmline sends it to the customer. Internal notes stay here."
    return "\n\n".join([told, _part("Conversation", _transcript(file.transcript, STORY - len(told))), how])


def news(case: Case, events: Iterable[Any], *, name: str) -> str:
    """What happened to a case since, for its ticket; what came from the help desk of this name is known there."""
    told = [words for event in events if not event.who.endswith(f"({name})") and (words := _event(case, event))]
    return fitted("\n\n".join(told))


def fitted(text: str) -> str:
    """A note that is not longer than a ticket takes, and says so where it is cut."""
    return text if len(text) <= MOST else text[: MOST - len(_CUT)] + _CUT


def from_there(who: str, name: str) -> str:
    """What somebody at the help desk of this name is called here."""
    return f"{who} ({name})"


def _event(case: Case, event: Any) -> str:
    match event.kind:
        case "customer_wrote" if event.note:
            return f"The customer wrote:\n{_words_of(event.note)}"
        case "reopened" if event.who == "customer":
            return f"The customer came back, and the case is open again:\n{_words_of(event.note)}\n\n{story(case)}"
        case "gathered":
            return _part("Looked up", [fact_in_words(fact) for fact in case.file.facts])
        case "drafted":
            return "\n\n".join([_part("What happened", [case.file.summary]), _part("Draft reply", [case.file.draft_reply])])
        case _:
            move = _MOVES.get(event.kind, "").format(who=event.who)
            return f"{move}:\n{event.note}" if move and event.note else move


def _words_of(note: str) -> str:
    """The customer's words; the guard's reason, where there is one, stands before them."""
    return re.sub(r"^([a-z_]+): ", lambda found: f"[{found[1].replace('_', ' ')}] ", note)


def _part(name: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{name.upper()}", *lines])


def _who(card: CustomerCard, contact: str | None) -> Iterator[str]:
    known = [card.name or "a guest", card.customer_id, card.tier, card.lifetime_value and f"spent {card.lifetime_value}"]
    known += [card.since and f"customer since {card.since}", card.locale]
    yield " · ".join(one for one in known if one)
    yield f"{_PROOF.get(card.verification, card.verification)}; {f'reached at {contact}' if contact else 'no way to reach them is known'}"


def _order(order: OrderCard) -> Iterator[str]:
    yield f"{order.number}: {order.status}, placed {order.placed}, {order.total}"
    yield from (f"  {line}" for line in [*order.items, *order.parcels])
    if order.gift is not None:
        yield f"  a gift: “{order.gift}”"


def _due(case: Case) -> list[str]:
    return [
        f"{one.kind.replace('_', ' ')} due {one.due_at:%Y-%m-%d %H:%M} UTC" for one in case.deadlines if one.state == "pending"
    ]


def _transcript(lines: Sequence[Line], room: int) -> list[str]:
    """The newest lines there is room for, and how many older ones there are."""
    told: list[str] = []
    for line in reversed(lines):
        said = f"{line.author}: {line.text}"
        room -= len(said) + 1
        if room < 0:
            return [f"({len(lines) - len(told)} older lines are in Warmline)", *told]
        told.insert(0, said)
    return told


def _tag(text: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", text.casefold())


def proved_requester(file: CaseFile) -> tuple[str, str] | None:
    """Name and address of a customer who is known to have them; an address that was only typed may be another person's."""
    card = file.customer
    if card.verification == "none" or not card.email:
        return None
    return card.name or card.email.partition("@")[0], card.email
