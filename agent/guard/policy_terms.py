"""Reading what a policy says of the desk: opening hours, service levels, people, and how long things hold."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast, get_args
from zoneinfo import ZoneInfo

from warmline.agent.desk.hours import ALWAYS, MIDNIGHT, Holidays, Hours, Span, public_holidays
from warmline.agent.desk.service_levels import ANY, Level, ServiceLevels
from warmline.agent.desk.terms import Person, Terms

from .decision import HUMAN_REASONS, Priority
from .durations import read_duration
from .findings import Findings
from .names import did_you_mean
from .yaml_node import Node

SECTIONS = ("hours", "service_levels", "people", "desk")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

HOURS_KEYS = ("zone", "open", "holidays", "queues")
_OWN_HOURS = ("open", "holidays")
_HOLIDAYS = ("country", "region", "also", "open")
LEVEL_KEYS = ("first_response", "next_response", "resolution")
PERSON_KEYS = ("queues", "capacity")
DESK_KEYS = ("claims_lapse", "reopen_within", "ask_after", "never_ask", "drafts")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_SOME_YEAR = 2026


def read_length(node: Node) -> timedelta:
    """A length of time."""
    try:
        return read_duration(str(node.plain()))
    except ValueError as error:
        raise node.error(str(error)) from error


@dataclass
class TermsReader:
    """Reads the sections, noting mistakes as it goes; ``queues`` are those cases may go to."""

    findings: Findings
    queues: Collection[str]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def terms(self, top: Mapping[str, Node]) -> Terms:
        """The terms, as far as they could be read; the usual ones where nothing is said."""
        hours, own = self._hours(top["hours"]) if "hours" in top else (ALWAYS, {})
        levels = self._levels(top["service_levels"]) if "service_levels" in top else {}
        people = self._people(top["people"]) if "people" in top else {}
        said = ServiceLevels(levels=levels, hours=hours, own_hours=own, told="hours" in top)
        return self._desk(top["desk"], said, people) if "desk" in top else Terms(levels=said, people=people)

    def _parts(self, node: Node, known: Collection[str], what: str) -> dict[str, tuple[Node, Node]]:
        """The entries of a mapping; those that are not known are noted."""
        entries = self.findings.tried(Node.entries, node) or {}
        for name, (key, _) in entries.items():
            if name not in known:
                self.findings.mistakes.append(key.error(f"unknown {what} {name!r}: {did_you_mean(name, list(known))}"))
        return {name: both for name, both in entries.items() if name in known}

    def _hours(self, node: Node) -> tuple[Hours, dict[str, Hours]]:
        parts = {name: value for name, (_, value) in self._parts(node, HOURS_KEYS, "key").items()}
        for needed in ("zone", "open"):
            if needed not in parts:
                self.findings.mistakes.append(node.error(f"the hours have no {needed!r}"))
        self.zone = self.findings.tried(_zone, parts.get("zone")) or self.zone
        holidays = self._holidays(parts["holidays"]) if "holidays" in parts else Holidays()
        hours = Hours(self._week(parts["open"]), self.zone, holidays) if "open" in parts else ALWAYS
        own = self._parts(parts["queues"], self.queues, "queue") if "queues" in parts else {}
        return hours, {queue: self._own_hours(value, holidays) for queue, (_, value) in own.items()}

    def _own_hours(self, node: Node, holidays: Holidays) -> Hours:
        """A queue's own: ``always``, days, or a mapping with holidays of its own."""
        if node.value == "always":
            return Hours(zone=self.zone)
        if isinstance(node.value, dict) and set(node.entries()) & set(_OWN_HOURS):
            parts = {name: value for name, (_, value) in self._parts(node, _OWN_HOURS, "key").items()}
            holidays = self._holidays(parts["holidays"]) if "holidays" in parts else holidays
            return Hours(self._week(parts["open"]), self.zone, holidays) if "open" in parts else Hours(zone=self.zone)
        return Hours(self._week(node), self.zone, holidays)

    def _week(self, node: Node) -> tuple[tuple[Span, ...], ...]:
        week: list[tuple[Span, ...]] = [()] * len(DAYS)
        for name, (key, value) in (self.findings.tried(Node.entries, node) or {}).items():
            with self.findings.noted():
                spans = self._spans(value)
                for day in _days(name, key):
                    if week[day]:
                        raise key.error(f"{DAYS[day]} stands here twice")
                    week[day] = spans
        if not any(week):
            self.findings.mistakes.append(
                node.error("nobody is ever there: name a day with its hours, such as mon-fri: 09:00-17:00")
            )
        return tuple(week)

    def _spans(self, node: Node) -> tuple[Span, ...]:
        places = node.list() if isinstance(node.value, list) else [node]
        spans = [span for place in places if (span := self.findings.tried(_span, place)) is not None]
        for (_, end), (begin, _), place in zip(spans, spans[1:], places[1:], strict=False):
            if begin < end:
                self.findings.mistakes.append(place.error("the hours of a day are given in order, without overlap"))
        return tuple(spans)

    def _holidays(self, node: Node) -> Holidays:
        parts = {name: value for name, (_, value) in self._parts(node, _HOLIDAYS, "key").items()}
        tried = self.findings.tried
        country, region = tried(Node.text, parts.get("country")), tried(Node.text, parts.get("region"))
        if country is not None:
            with self.findings.noted():
                _check_country(country, region, parts["country"], parts.get("region"))
        also, opened = (self._dates(parts[name]) if name in parts else frozenset[date]() for name in ("also", "open"))
        return Holidays(country, region, also, opened)

    def _dates(self, node: Node) -> frozenset[date]:
        days = [self.findings.tried(_date, one) for one in self.findings.tried(Node.list, node) or []]
        return frozenset(day for day in days if day is not None)

    def _levels(self, node: Node) -> dict[tuple[str, str], Level]:
        found: dict[tuple[str, str], Level] = {}
        for queue, (_, by_priority) in self._parts(node, self.queues, "queue").items():
            for priority, (_, level) in self._parts(by_priority, (*get_args(Priority), ANY), "priority").items():
                parts = {name: value for name, (_, value) in self._parts(level, LEVEL_KEYS, "key").items()}
                found[queue, priority] = Level(*(self.findings.tried(read_length, parts.get(name)) for name in LEVEL_KEYS))
        return found

    def _people(self, node: Node) -> dict[str, Person]:
        entries = self.findings.tried(Node.entries, node) or {}
        return {name: self._person(value) for name, (_, value) in entries.items()}

    def _person(self, node: Node) -> Person:
        parts = {name: value for name, (_, value) in self._parts(node, PERSON_KEYS, "key").items()}
        queues = self._words(parts["queues"], self.queues) if "queues" in parts else None
        capacity = self.findings.tried(Node.whole, parts.get("capacity"))
        return Person(queues) if capacity is None else Person(queues, capacity)

    def _desk(self, node: Node, levels: ServiceLevels, people: Mapping[str, Person]) -> Terms:
        parts = {name: value for name, (_, value) in self._parts(node, DESK_KEYS, "key").items()}
        usual, tried = Terms(), self.findings.tried
        return Terms(
            levels=levels,
            people=people,
            claim=tried(read_length, parts.get("claims_lapse")) or usual.claim,
            reopen=tried(read_length, parts.get("reopen_within")) or usual.reopen,
            ask_after=tried(read_length, parts.get("ask_after")) or usual.ask_after,
            drafts=tried(Node.flag, parts.get("drafts")) or False,
            never_ask=self._words(parts["never_ask"], HUMAN_REASONS) if "never_ask" in parts else usual.never_ask,
        )

    def _words(self, node: Node, among: Collection[str]) -> frozenset[str]:
        places = self.findings.tried(Node.list, node) or []
        words = [self.findings.tried(lambda one: one.text(among=tuple(among)), place) for place in places]
        return frozenset(word for word in words if word is not None)


def _zone(node: Node) -> ZoneInfo:
    name = node.text()
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        known = "a zone such as Europe/Berlin or America/New_York (the package tzdata has them, if this machine does not)"
        raise node.error(f"unknown time zone {name!r}: expected {known}") from error


def _days(name: str, key: Node) -> range:
    first, _, last = name.partition("-")
    for day in (first, last or first):
        if day not in DAYS:
            raise key.error(f"unknown day {name!r}: expected {', '.join(DAYS)}, or from-to such as mon-fri")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    if end < begin:
        raise key.error(f"{name!r} runs backwards; the week begins on mon")
    return range(begin, end + 1)


def _span(node: Node) -> Span:
    found = _SPAN.fullmatch(node.text())
    begin, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
    proper = found is not None and int(found[2]) < 60 and int(found[4]) < 60
    if not proper or not begin < end <= MIDNIGHT:
        raise node.error(f"expected hours such as 09:00-17:00, from and to, at most 24:00, got {node.value!r}")
    return begin, end


def _date(node: Node) -> date:
    value = node.plain()
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise node.error(f"expected a date such as 2026-12-24, got {value!r}") from error


def _check_country(country: str, region: str | None, place: Node, region_place: Node | None) -> None:
    try:
        public_holidays(country, region, _SOME_YEAR)
    except ImportError as error:
        raise place.error(
            "public holidays need the package 'holidays': pip install 'warmline[desk]', or list days under 'also'"
        ) from error
    except NotImplementedError as error:
        wrong = place if region is None or region_place is None or not _known(country) else region_place
        raise wrong.error(
            f"no public holidays are known for {cast('str', wrong.value)!r}: expected a code such as DE, and a region such as BY"
        ) from error


def _known(country: str) -> bool:
    try:
        public_holidays(country, None, _SOME_YEAR)
    except NotImplementedError:
        return False
    return True
