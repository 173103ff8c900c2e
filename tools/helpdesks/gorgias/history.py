"""A ticket's messages and events, read as what happened: what a person wrote in public, what became of the ticket.

Ours are told apart by themselves, whoever's key we have: an internal note carries ``warmline:<last event told>`` as its ``external_id``, and one that came
with a change of status the new status as well. Of the changes of status the last one counts, and only if it was not ours.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, cast

from warmline.tools.helpdesks.helpdesk import INSTRUCTION, Happening, Kind
from warmline.tools.helpdesks.places import Entry

from .shapes import Event, Message

_OURS = re.compile(r"warmline:(\d+)(?::(open|solved))?")
CLOSED, REOPENED, TAGGED = "ticket-closed", "ticket-reopened", "ticket-tags-added"
STANDINGS: dict[str, Literal["open", "solved"]] = {CLOSED: "solved", REOPENED: "open"}

NEAR = timedelta(minutes=10)
"""How long before the hand-back tag a note may have been written that tells the agent what to do."""

AFTER = timedelta(minutes=1)
"""And how long after it: a macro does both, in an order of its own."""


def signed(said: int, standing: Literal["open", "solved"] | None = None) -> str:
    """The ``external_id`` of a note of ours."""
    return f"warmline:{said}" + (f":{standing}" if standing else "")


def ours(message: Message) -> bool:
    """Whether we wrote it."""
    return _signature(message) is not None


def said(messages: Iterable[Message]) -> int:
    """The last event of the case that we told this ticket; 0 if none."""
    return max((int(found[1]) for one in messages if (found := _signature(one)) is not None), default=0)


def words(messages: Sequence[Message]) -> list[Entry]:
    """What others wrote, of which a rule's automatic answer is nobody's word."""
    theirs = (one for one in messages if not ours(one) and one.public and one.deleted_datetime is None and one.said)
    return [_entry("m", one.id, _happening(one)) for one in theirs if one.rule_id is None]


def hand_backs(
    messages: Sequence[Message], events: Sequence[Event], people: Mapping[int, str], *, tag: int | None
) -> list[Entry]:
    """When others set the tag of this number."""
    set_then = (one for one in events if one.type == TAGGED and tag is not None and tag in _tags(one.data))
    return [
        _entry(
            "h",
            one.id,
            Happening(mark="", kind="hand_back", who=_who(one, people), text=_told(messages, one), at=one.created_datetime),
        )
        for one in set_then
    ]


def standing(messages: Sequence[Message], events: Sequence[Event], people: Mapping[int, str], *, snoozed: bool) -> list[Entry]:
    """The last change of status, unless it was ours or the ticket only sleeps."""
    changes = changes_of_status(events)
    if not changes or snoozed or _was_ours(changes[-1], messages):
        return []
    last = changes[-1]
    now = STANDINGS[last.type]
    return [
        _entry("s", last.id, Happening(mark="", kind="standing", who=_who(last, people), standing=now, at=last.created_datetime))
    ]


def changes_of_status(events: Sequence[Event]) -> list[Event]:
    """Closed, opened again, oldest first."""
    return [one for one in sorted(events, key=lambda one: one.id) if one.type in STANDINGS]


def authors(events: Sequence[Event]) -> set[int]:
    """Who has to be looked up: whoever changed the status last, or set tags."""
    telling = [*changes_of_status(events)[-1:], *(one for one in events if one.type == TAGGED)]
    return {one.user_id for one in telling if one.user_id is not None}


def _was_ours(last: Event, messages: Sequence[Message]) -> bool:
    """We change a status first and say so in the note that follows: the first one after it that says any."""
    after = (_signature(one) for one in messages if one.created_datetime >= last.created_datetime)
    claims = (found[2] for found in after if found is not None and found[2])
    return next(claims, None) == STANDINGS[last.type]


def _signature(message: Message) -> re.Match[str] | None:
    return None if message.public else _OURS.fullmatch(message.external_id or "")


def _happening(message: Message) -> Happening:
    kind: Kind = "reply" if message.from_agent else "customer"
    who = (message.sender and (message.sender.name or message.sender.email)) or "somebody"
    return Happening(mark="", kind=kind, who=who, text=message.said, at=message.created_datetime)


def _told(messages: Sequence[Message], tagged: Event) -> str:
    """What the agent is to do next: the newest internal note around the tag that says it is for the agent."""
    near = [
        one.said for one in messages if -NEAR <= one.created_datetime - tagged.created_datetime <= AFTER and _for_the_agent(one)
    ]
    return near[-1][len(INSTRUCTION) :].strip() if near else ""


def _for_the_agent(message: Message) -> bool:
    return not ours(message) and not message.public and message.said.casefold().startswith(INSTRUCTION)


def _entry(name: str, number: int, happening: Happening) -> Entry:
    return Entry(list=name, number=number, happening=happening)


def _who(event: Event, people: Mapping[int, str]) -> str:
    return people.get(event.user_id, "somebody") if event.user_id else "a rule"


def _tags(data: Any) -> Iterator[int]:
    added: object = cast("dict[str, Any]", data).get("tags_added") if isinstance(data, dict) else None
    if isinstance(added, list):
        yield from (one for one in cast("list[object]", added) if isinstance(one, int))
