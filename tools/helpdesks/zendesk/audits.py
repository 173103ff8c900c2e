"""A ticket's audits, read as what happened: what a person wrote in public, what became of the ticket. Ours are told apart by their metadata."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from warmline.tools.helpdesks.helpdesk import HAND_BACK, INSTRUCTION, Happening, Kind, Standing

from .shapes import Audit, AuditEvent, Status, ZendeskUser

SAID = "warmline_said"
"""The custom metadata of each update of ours: the last event of the case it tells."""

STANDINGS: Mapping[Status, Standing] = {
    "new": "open",
    "open": "open",
    "hold": "open",
    "pending": "pending",
    "solved": "solved",
    "closed": "closed",
    "deleted": "gone",
}

END_USER = "end-user"
MERGED = "closed_by_merge"
"""The tag Zendesk sets on a ticket that became part of another."""


def ours(audit: Audit) -> bool:
    """Whether we made this update."""
    return str(audit.metadata.custom.get(SAID, "")).isdecimal()


def said(audits: Sequence[Audit]) -> int:
    """The last event of the case that we told this ticket; 0 if none."""
    return max((int(audit.metadata.custom[SAID]) for audit in audits if ours(audit)), default=0)


def authors(audits: Sequence[Audit]) -> set[int]:
    """Who has to be looked up: everybody else who did something; -1 stands for a rule of the desk's."""
    return {_author(audit, event) for audit in audits if not ours(audit) for event in audit.events} - {-1}


def marks(audits: Sequence[Audit]) -> list[str]:
    """Every place in the history, in the order in which things are taken in."""
    return [mark for audit in audits for mark, _ in _placed(audit)]


def happenings(audits: Sequence[Audit], people: Mapping[int, ZendeskUser]) -> list[Happening]:
    """What others did, in that order. Of the changes of status the last one counts, and only if it was not ours."""
    last = next((mark for audit in reversed(audits) for mark, event in reversed(_placed(audit)) if _of_status(event)), "")
    return [one for audit in audits if not ours(audit) for one in _of(audit, people, last)]


def _of(audit: Audit, people: Mapping[int, ZendeskUser], last: str) -> Iterator[Happening]:
    tags = {tag for event in audit.events for tag in _new_tags(event)}
    for mark, event in _placed(audit):
        person = people.get(_author(audit, event))
        kind = _kind(event, person, tags, last=mark == last)
        yield Happening(
            mark=mark,
            kind=kind,
            who=person.name if person is not None and person.name else "a rule",
            text=event.said if kind in ("reply", "customer") else _instruction(audit) if kind == "hand_back" else "",
            standing=_standing(event.value) if kind == "standing" else None,
            at=audit.created_at,
        )


def _placed(audit: Audit) -> list[tuple[str, AuditEvent]]:
    """What was written comes before what became of the ticket: whoever answers and solves at once did so in this order."""
    placed = [(f"{audit.id}:{place}", event) for place, event in enumerate(audit.events)]
    return sorted(placed, key=lambda one: one[1].type != "Comment")


def _of_status(event: AuditEvent) -> bool:
    return event.type == "Change" and event.field_name == "status"


def _kind(event: AuditEvent, person: ZendeskUser | None, tags: set[str], *, last: bool) -> Kind:
    if event.type == "Comment" and event.public and event.said:
        return "customer" if person is None or person.role in (END_USER, None) else "reply"
    if event.type != "Change":
        return "other"
    if HAND_BACK in tags:
        return "hand_back" if HAND_BACK in _new_tags(event) else "other"
    if last and _standing(event.value) != _standing(event.previous_value):
        return "merged" if MERGED in tags else "standing"
    return "other"


def _instruction(audit: Audit) -> str:
    """What the agent is to do next: an internal note of the same update that says it is for the agent."""
    notes = (event.said for event in audit.events if event.type == "Comment" and not event.public)
    said = next((note for note in notes if note.casefold().startswith(INSTRUCTION)), "")
    return said[len(INSTRUCTION) :].strip()


def _author(audit: Audit, event: AuditEvent) -> int:
    return event.author_id or audit.author_id


def _standing(value: Any) -> Standing | None:
    return STANDINGS.get(value)


def _new_tags(event: AuditEvent) -> set[str]:
    return _tags(event.value) - _tags(event.previous_value) if event.field_name == "tags" else set()


def _tags(value: Any) -> set[str]:
    """Tags come as a list, in older audits as words."""
    return set(value.split()) if isinstance(value, str) else set(map(str, cast("list[object]", value or [])))
