"""What was promised by when: deadlines of a case, in the hours of its queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, TypeAdapter

from .hours import ALWAYS, Hours

Kind = Literal["first_response", "next_response", "resolution"]
DeadlineState = Literal["pending", "paused", "met", "breached"]

ANY = "any"
"""Stands for every priority of a queue."""

WARN_AT = 0.8
"""The share of the time after which the desk warns."""

NO_DEADLINE = timedelta(days=36_500)
"""Cases without a deadline stand, by age, behind all that have one."""


@dataclass(frozen=True)
class Level:
    """The times of one queue and priority; ``None`` promises nothing."""

    first_response: timedelta | None = None
    next_response: timedelta | None = None
    resolution: timedelta | None = None

    def over(self, other: "Level") -> "Level":
        """These times, and the other's where there is none."""
        return Level(
            self.first_response or other.first_response,
            self.next_response or other.next_response,
            self.resolution or other.resolution,
        )


@dataclass(frozen=True)
class ServiceLevels:
    """The times by queue and priority, and the hours they count in. ``told``: the shop said when people answer, so customers hear by when."""

    levels: Mapping[tuple[str, str], Level] = field(default_factory=dict[tuple[str, str], Level])
    hours: Hours = ALWAYS
    own_hours: Mapping[str, Hours] = field(default_factory=dict[str, Hours])
    told: bool = False

    def level(self, queue: str, priority: str, *, first_response: timedelta | None = None) -> Level:
        """The times of a case; ``first_response`` is what the policy says for its reason, which goes first."""
        nothing = Level()
        general = self.levels.get((queue, priority), nothing).over(self.levels.get((queue, ANY), nothing))
        return Level(first_response=first_response).over(general)

    def hours_of(self, queue: str) -> Hours:
        """When people of this queue are there."""
        return self.own_hours.get(queue, self.hours)


class Deadline(BaseModel):
    """One deadline. ``told`` is what the host heard of it; ``paused_at`` is since when the customer has to answer first."""

    kind: Kind
    since: AwareDatetime
    warn_at: AwareDatetime
    due_at: AwareDatetime
    met_at: AwareDatetime | None = None
    paused_at: AwareDatetime | None = None
    told: Literal["", "warning", "breached"] = ""

    def state(self, now: datetime) -> DeadlineState:
        """Whether it was met, in time or not; while it was not, whether it can still be."""
        if (self.met_at or self.paused_at or now) > self.due_at:
            return "breached"
        return "met" if self.met_at else "paused" if self.paused_at else "pending"

    @property
    def running(self) -> bool:
        """Whether it is still to be met, and its time runs."""
        return self.met_at is None and self.paused_at is None

    @property
    def watch_at(self) -> datetime | None:
        """When the desk has something to say about it."""
        if not self.running or self.told == "breached":
            return None
        return self.due_at if self.told else self.warn_at


_STORED: TypeAdapter[list[Deadline]] = TypeAdapter(list[Deadline])


def read_deadlines(stored: str) -> list[Deadline]:
    """The deadlines of a stored case."""
    return _STORED.validate_json(stored)


def deadline(kind: Kind, hours: Hours, since: datetime, length: timedelta) -> Deadline:
    """A deadline that begins now; the warning comes when most of the time during which people are there is over."""
    due = hours.add(since, length)
    warn = hours.add_open(since, hours.between(since, due) * WARN_AT)
    return Deadline(kind=kind, since=since, warn_at=warn, due_at=due)


def deadlines_for(level: Level, hours: Hours, since: datetime) -> list[Deadline]:
    """The deadlines of a case that opens: a first response, and an end."""
    wanted: dict[Kind, timedelta | None] = {"first_response": level.first_response, "resolution": level.resolution}
    return [deadline(kind, hours, since, length) for kind, length in wanted.items() if length is not None]


def answered(deadlines: Iterable[Deadline], at: datetime) -> list[Deadline]:
    """A person wrote to the customer: what asks for a response is met."""
    return [_met(one, at) if one.kind != "resolution" else one for one in deadlines]


def ended(deadlines: Iterable[Deadline], at: datetime) -> list[Deadline]:
    """The case is closed: everything is met, in time or not."""
    return [_met(one, at) for one in deadlines]


def asked_again(deadlines: Sequence[Deadline], level: Level, hours: Hours, at: datetime) -> list[Deadline]:
    """The customer wrote: what was paused goes on, and after a first response the next one is due."""
    running = [_resumed(one, hours, at) for one in deadlines]
    if level.next_response is None or any(one.met_at is None and one.kind != "resolution" for one in running):
        return running
    due = deadline("next_response", hours, at, level.next_response)
    return [*(one for one in running if one.kind != "next_response"), due]


def paused(deadlines: Iterable[Deadline], at: datetime) -> list[Deadline]:
    """The customer has to answer first: no time runs meanwhile."""
    return [one.model_copy(update={"paused_at": at}) if one.running else one for one in deadlines]


def resumed(deadlines: Iterable[Deadline], hours: Hours, at: datetime) -> list[Deadline]:
    """The time runs again, with as much left as there was."""
    return [_resumed(one, hours, at) for one in deadlines]


def tightened(deadlines: Sequence[Deadline], level: Level, hours: Hours) -> list[Deadline]:
    """The case became graver: what is still to be met falls due as it would have from its beginning, if that is earlier."""
    lengths = {"first_response": level.first_response, "next_response": level.next_response, "resolution": level.resolution}
    return [_earlier(one, hours, lengths[one.kind]) for one in deadlines]


def sooner(one: Sequence[Deadline], other: Sequence[Deadline]) -> list[Deadline]:
    """The deadlines of two cases that become one: of each kind what falls due first of what is still to be met."""
    unmet = sorted((each for each in (*one, *other) if each.met_at is None), key=lambda each: each.due_at, reverse=True)
    return list(({each.kind: each for each in one} | {each.kind: each for each in unmet}).values())


def columns(deadlines: Sequence[Deadline], opened_at: datetime) -> dict[str, Any]:
    """What a case's row holds of its deadlines: all of them, what is next, and where that puts the case in its queue."""
    due = min((one.due_at for one in deadlines if one.running), default=None)
    return {
        "deadlines": _STORED.dump_json(list(deadlines)).decode(),
        "due_at": due,
        "watch_at": min((at for one in deadlines if (at := one.watch_at)), default=None),
        "place_at": due or opened_at + NO_DEADLINE,
    }


def _met(one: Deadline, at: datetime) -> Deadline:
    return one if one.met_at is not None else one.model_copy(update={"met_at": at})


def _resumed(one: Deadline, hours: Hours, at: datetime) -> Deadline:
    if one.paused_at is None or one.met_at is not None:
        return one
    if one.due_at <= one.paused_at:
        return one.model_copy(update={"paused_at": None})
    moved = {name: hours.add_open(at, hours.between(one.paused_at, getattr(one, name))) for name in ("warn_at", "due_at")}
    return one.model_copy(update={**moved, "paused_at": None})


def _earlier(one: Deadline, hours: Hours, length: timedelta | None) -> Deadline:
    if length is None or one.met_at is not None:
        return one
    graver = deadline(one.kind, hours, one.since, length)
    return one.model_copy(update={"warn_at": min(one.warn_at, graver.warn_at), "due_at": min(one.due_at, graver.due_at)})
