"""What changed in an account since it was last looked at: by the times of messages and events, each looked at once."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from warmline.tools.helpdesks.helpdesk import Changed

from .history import STANDINGS, TAGGED, ours
from .shapes import Event, Message

OVERLAP = timedelta(minutes=1)
"""How much of what was looked at is looked at again: something may show later than it was made."""

TELLING = frozenset({*STANDINGS, TAGGED, "ticket-trashed", "ticket-deleted"})
"""Events after which a ticket is read."""


@dataclass(frozen=True, kw_only=True)
class Poll:
    """From when on is looked, and what of it was seen."""

    since: datetime
    seen: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cursor: str | None, *, since: datetime) -> Self:
        """Where a cursor of ours goes on; without one from ``since``."""
        if cursor is None:
            return cls(since=since)
        known = json.loads(cursor)
        return cls(since=datetime.fromisoformat(known["since"]), seen=frozenset(known["seen"]))

    def changed(self, messages: Sequence[Message], events: Sequence[Event]) -> Changed:
        """The tickets of what is new, and the cursor after it."""
        made = {f"m{one.id}": one for one in messages} | {f"e{one.id}": one for one in events}
        new = {name: one for name, one in made.items() if one.created_datetime >= self.since and name not in self.seen}
        newest = max((one.created_datetime for one in new.values()), default=self.since)
        start = max(self.since, newest - OVERLAP)
        seen = sorted({name for name, one in made.items() if one.created_datetime >= start})
        cursor = json.dumps({"since": start.isoformat(), "seen": seen})
        return Changed(tickets=[*dict.fromkeys(map(str, _tickets([*new.values()])))], cursor=cursor, more=False)


def _tickets(new: Sequence[Message | Event]) -> Iterator[int]:
    for one in sorted(new, key=lambda one: one.created_datetime):
        if isinstance(one, Message):
            if not ours(one):
                yield one.ticket_id
        elif one.object_type == "Ticket" and one.object_id is not None and one.type in TELLING:
            yield one.object_id
