"""A review: what the store says of a period, and of the one before it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from warmline.agent.guard.text import excerpt
from warmline.agent.store.store import Store
from warmline.errors import UsageError
from warmline.evals.stats.rates import Counted

from .changes import Change, changes
from .contacts import LASTING, Contact, contacts_of, with_cases, with_ratings
from .figures import OFFERED, Figure, Prices, escalations, figures_of, satisfaction_by
from .reading import Answered, read_answered, read_cases, read_ratings

LOOK_BACK = timedelta(days=1)
"""Read before a period, so that a contact that began before it is not taken for one that begins in it."""

LONGEST = 1_000
"""Characters of a message in which its topic is looked for; of a longer one head and tail."""

Tell = Callable[[int], None]
"""Told after each page how many messages were read."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """A stretch of time with the contacts that began in it and the figures of them."""

    since: datetime
    until: datetime
    contacts: list[Contact]
    figures: list[Figure]
    by_reason: list[tuple[str, Figure]]
    by_rule: list[tuple[str, Figure]]
    csat: dict[str, list[tuple[str, Figure]]]

    def named(self, beside: "Period") -> list[tuple[str, Figure]]:
        """Every figure with its name in words, each once; what is counted only in the period ``beside`` is none of these contacts."""
        found = [(one.name, one) for one in self.figures if one.key != OFFERED] + self._counted()
        known, asked = {one.key for _, one in found}, sum(one.asks for one in self.contacts)
        gone = [(name, one) for name, one in beside._counted() if one.key not in known]
        found += [(name, replace(one, sample=Counted(0, asked))) for name, one in gone]
        return found + [(f"satisfaction, {part}: {name}", one) for part, rows in self.csat.items() for name, one in rows]

    def _counted(self) -> list[tuple[str, Figure]]:
        """Figures that are there only if something was counted."""
        found = [(one.name, one) for one in self.figures if one.key == OFFERED]
        found += [(f"to a person: {name}", one) for name, one in self.by_reason]
        return found + [(f"to a person by rule {name}", one) for name, one in self.by_rule]


@dataclass(frozen=True, kw_only=True)
class Review:
    """A period, the one before it of the same length as it stood when it was as old, and what changed between them."""

    now: datetime
    this: Period
    before: Period
    changes: list[Change]

    @property
    def changed(self) -> list[Change]:
        """What may be said to have changed, the surest first."""
        return sorted((one for one in self.changes if one.holds), key=lambda one: one.adjusted or 0.0)


async def review(
    store: Store, *, span: timedelta, until: datetime | None = None, prices: Prices | None = None, tell: Tell | None = None
) -> Review:
    """The period of length ``span`` up to ``until`` (now), beside the one before; only reads.

    The one before is read as it stood one span ago. People judge, close and rate days later: of a time that is longer over more is known,
    and what is only known later would look like a change.
    """
    now = store.clock.now()
    end = until or now
    if end > now:
        raise UsageError(f"the end, {end:%Y-%m-%d %H:%M} UTC, is not there yet; name a moment that is over")
    start, middle, known = end - 2 * span, end - span, min(now, end + LASTING)
    turns = await _read_turns(store, start - LOOK_BACK, known, tell)
    old = await _contacts(store, turns, start, known - span, at=now - span)
    new = await _contacts(store, turns, middle, known)
    before = period([one for one in old if one.began < middle], start, middle, now=known - span, prices=prices)
    this = period([one for one in new if one.began < end], middle, end, now=known, prices=prices)
    return Review(now=now, this=this, before=before, changes=changes(before.named(this), this.named(before)))


async def read_contacts(store: Store, since: datetime, until: datetime, *, tell: Tell | None = None) -> list[Contact]:
    """The contacts of this time with their cases and ratings, oldest first."""
    return await _contacts(store, await _read_turns(store, since, until, tell), since, until)


async def _read_turns(store: Store, since: datetime, until: datetime, tell: Tell | None) -> list[Answered]:
    slim: list[Answered] = []
    async for page in read_answered(store, since, until):
        slim += map(_without_words, page)
        if tell is not None:
            tell(len(page))
    return slim


async def _contacts(
    store: Store, turns: Iterable[Answered], since: datetime, until: datetime, *, at: datetime | None = None
) -> list[Contact]:
    """The contacts that began from ``since``, of messages up to ``until``, with cases and ratings as they stood ``at`` a moment (now)."""
    found = [one for one in contacts_of(turn for turn in turns if turn.closed_at < until) if one.began >= since]
    cases = await read_cases(store, {one.case_id for one in found if one.case_id}, at=at)
    own = [one for one in with_cases(found, cases) if one.case is None or one.case.opened_at >= since]  # else begun long before
    return with_ratings(own, await read_ratings(store, since, until, at=at))


def period(contacts: list[Contact], since: datetime, until: datetime, *, now: datetime, prices: Prices | None = None) -> Period:
    """The figures of contacts that began from ``since`` up to ``until``, as far as they are known ``now``."""
    return Period(
        since=since,
        until=until,
        contacts=contacts,
        figures=figures_of(contacts, now=now, prices=prices),
        by_reason=escalations(contacts, "to_person", lambda one: one.reason),
        by_rule=escalations(contacts, "to_person_by_rule", lambda one: one.rule.partition(":")[0] or "not known"),
        csat={
            "topic and server": satisfaction_by(contacts, lambda one, score: f"{one.topic}, {score.server}"),
            "reason": satisfaction_by(contacts, lambda _, score: score.reason),
            "route": satisfaction_by(contacts, lambda one, score: "automate" if score.server == "agent" else _route(one)),
        },
    )


def _route(contact: Contact) -> str:
    """How a contact came to a person: at once, with facts gathered, or by an offer that was accepted."""
    return "offer" if contact.rule.startswith("offer.") else contact.route


@lru_cache(maxsize=4_096)
def _decided(kept: tuple[tuple[str, str], ...], intent: str | None) -> dict[str, Any]:
    """A decision, one for all messages that were decided alike; nobody changes it."""
    return {**dict(kept), "signals": {"intent": intent}}


def _without_words(turn: Answered) -> Answered:
    """Only what a contact is made of, so that a year fits into memory: no results, of the signals the intent, and of the words those that are read."""
    was, decision = turn.outcome, turn.decision
    signals = decision.get("signals") or {}
    left = {name: was[name] for name in ("kind", "case_id", "usage", "refused_drafts") if name in was}
    kept = tuple((name, str(decision[name])) for name in ("route", "reason", "rule", "layer") if name in decision)
    calls = [{name: call.get(name) for name in ("status", "arguments")} for call in was.get("tool_calls") or ()]
    outcome = {**left, "decision": _decided(kept, signals.get("intent")), "tool_calls": calls}
    return Answered(
        turn_id=turn.turn_id,
        conversation_id=turn.conversation_id,
        customer=turn.customer,
        opened_at=turn.opened_at,
        closed_at=turn.closed_at,
        text=excerpt(turn.text, LONGEST),
        outcome=outcome,
    )
