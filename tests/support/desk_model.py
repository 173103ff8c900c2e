"""The rules of the desk, once more and plainly: what a stateful test compares the real one with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

CLAIM, WINDOW = timedelta(minutes=30), timedelta(days=3)
RANK = {"safety": 0, "dispute": 2, "human_request": 2, "unsure": 2}
AGAIN = ("human_request", "unsure")
OPEN = ("open", "reopened", "claimed", "waiting_for_customer")


@dataclass
class ModelCase:
    """One case."""

    id: str
    thread: str
    reason: str
    told: str
    rank: int
    status: str = "open"
    holder: str | None = None
    until: datetime | None = None
    into: str | None = None
    events: list[str] = field(default_factory=lambda: ["opened"])

    @property
    def open(self) -> bool:
        return self.status in OPEN

    def lapsed(self, now: datetime) -> bool:
        return self.status == "claimed" and self.until is not None and self.until < now

    def held_by(self, who: str, now: datetime) -> bool:
        return self.holder == who and not self.lapsed(now)

    def claimable(self, who: str, now: datetime) -> bool:
        return self.open and (self.holder in (None, who) or self.lapsed(now))

    def let_go(self, event: str) -> None:
        self.status, self.holder, self.until = "open", None, None
        self.events.append(event)

    def give(self, who: str, now: datetime) -> None:
        if self.lapsed(now) and self.holder != who:
            self.let_go("lapsed")
        if self.holder != who or self.status != "claimed":
            self.events.append("claimed")
        self.status, self.holder, self.until = "claimed", who, now + CLAIM


@dataclass
class ModelThread:
    """One conversation: what the customer sees of it, which case was closed in it last, whether a danger was answered in the open one."""

    customer: str
    said: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    settled: set[str] = field(default_factory=set[str])
    last: tuple[str, str, datetime] | None = None
    warned: bool = False


@dataclass
class Model:
    """Everything there is."""

    now: datetime
    threads: dict[str, ModelThread] = field(default_factory=dict[str, ModelThread])
    cases: dict[str, ModelCase] = field(default_factory=dict[str, ModelCase])

    def own(self, thread: str) -> ModelCase | None:
        return next((case for case in self.cases.values() if case.thread == thread and case.open), None)

    def case_of(self, thread: str) -> ModelCase | None:
        """Where a message of this conversation goes."""
        merged = (self.cases[case.into] for case in self.cases.values() if case.thread == thread and case.into)
        return self.own(thread) or next((case for case in merged if case.open), None)

    def threads_of(self, case: ModelCase) -> list[str]:
        merged = [one.thread for one in self.cases.values() if one.into == case.id]
        return list(dict.fromkeys([case.thread, *merged]))

    def expects(self, thread: str, kind: str) -> tuple[str, str, str | None]:
        """What becomes of a message that no open case takes: ``replied``, a ``new`` case or the ``same``; its reason; which."""
        there = self.threads[thread]
        if kind == "smalltalk":
            return "replied", kind, None
        if there.last is None or self.now >= there.last[2]:
            return "new", kind, None
        case, how, _ = there.last
        if how == "resolved":
            return self._or_new(kind, case, same=kind in AGAIN or kind in there.settled)
        if kind == "human_request":
            return self._or_new(kind, case, same=True)
        reason = "unsure" if kind in there.settled else kind
        if reason in there.settled:
            return "replied", "smalltalk", None
        return self._or_new(reason, case, same=reason in AGAIN)

    def _or_new(self, reason: str, case: str, *, same: bool) -> tuple[str, str, str | None]:
        known = self.cases[case]
        if same and known.into is None and self.own(known.thread) is None:
            return "same", reason, case
        return "new", reason, None

    def close(self, case: ModelCase, how: str) -> None:
        case.status, case.until = how, None
        case.events.append(how)
        for name in self.threads_of(case):
            there = self.threads[name]
            there.settled |= {case.reason, case.told}
            there.last = (case.id, how, self.now + WINDOW)

    def hears(self, case: ModelCase, reason: str | None) -> None:
        """A customer's message reaches an open case."""
        case.events.append("customer_wrote")
        if reason is not None and RANK[reason] < case.rank:
            case.rank, case.reason = RANK[reason], reason
        if case.status == "waiting_for_customer":
            case.status, case.until = "claimed", self.now + CLAIM

    def comes_back(self, case: ModelCase, reason: str | None) -> None:
        """A closed case is open again, by the customer's ``reason`` or by a person."""
        case.status, case.holder = "reopened", None
        case.events.append("reopened")
        if reason is not None:
            case.told = reason
            if RANK[reason] < case.rank:
                case.rank, case.reason = RANK[reason], reason

    def merge(self, case: ModelCase, into: ModelCase) -> None:
        for one in self.cases.values():
            if one.into == case.id:
                one.into = into.id
        case.status, case.into, case.until = "merged", into.id, None
        case.events.append("merged")
        into.events.append("joined_by")
        if case.rank < into.rank:
            into.rank, into.reason = case.rank, case.reason

    def waits_in(self, case: ModelCase) -> list[str]:
        """Where a person's words go: wherever the customer waits for some, else where they wrote last."""
        threads = self.threads_of(case)
        if len(threads) == 1:
            return threads
        last = {name: _last(self.threads[name], "customer") for name in threads}
        return [name for name in threads if last[name] > _last(self.threads[name], "person")] or []


def _last(thread: ModelThread, author: str) -> int:
    return max((number for number, (who, _) in enumerate(thread.said, 1) if who == author), default=0)
