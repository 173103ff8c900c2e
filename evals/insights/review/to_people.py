"""What to send to people: topics with which customers are worse off with the agent, by what they said and by what people found.

Every topic is tested, the finer ones and the whole classes, all together (Benjamini-Hochberg). A finer topic must be worse than the rest of its
class as well, else it is only a piece of it: both tests must hold, so the larger p counts (Berger, Technometrics 24, 1982). It goes before
the class, which is proposed only if what is left of it, without the finer topics, is no better.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from warmline.evals.stats.between import fisher_two_sided, means_differ
from warmline.evals.stats.exact import benjamini_hochberg
from warmline.evals.stats.rates import Counted, wilson

from .contacts import Contact, Server, by_class
from .figures import Figure, Values
from .topics import Finer

SHARE = 0.05
"""Of what is proposed, the share that may be chance."""

LEAST_RATED = (20, 8)
"""Rated contacts of the agent's and of people's without which a topic is not compared."""

LEAST_FIRST = 30
"""Contacts the agent answered first without which missed hand-offs are not compared."""

SCALE = 4
"""From the worst rating to the best."""

MISSED = 0.2
"""Share that surely (its lower bound) needed a person, from which a topic is sent to people for it."""


@dataclass(frozen=True, eq=False)
class Part:
    """Contacts that one rule could send to people: a class, or a finer topic in it."""

    intent: str
    contacts: tuple[Contact, ...]
    finer: Finer | None = None

    @property
    def name(self) -> str:
        """In words: ``product basic``, ``product basic, “size” (size, sizes)``."""
        whole = self.intent.replace("_", " ")
        return whole if self.finer is None else f"{whole}, “{self.finer.topic.name}” ({', '.join(self.finer.topic.words)})"

    @cached_property
    def first(self) -> Counted:
        """How many, as people found, needed a person, of those the agent answered first."""
        return _missed(self.contacts)

    def rated(self, server: Server) -> Figure:
        """How satisfied those were whom ``server`` served."""
        return _rated(self.contacts, server)


def parts_of(contacts: Iterable[Contact], finer: Sequence[Finer]) -> list[Part]:
    """Whatever is tested: the finer topics, then the classes."""
    fine = [Part(one.intent, one.contacts, one) for one in finer]
    return fine + [Part(intent, tuple(group)) for intent, group in sorted(by_class(contacts).items())]


@dataclass(frozen=True)
class LessContent:
    """Customers rate the agent lower than people: those who asked the same, or where too few did, those of the whole class."""

    classes: Mapping[str, Part]

    def p(self, part: Part) -> float | None:
        """The two-sided p that they are as content; ``None`` with too few ratings."""
        ours, theirs = part.rated("agent"), self.people(part)
        if ours.of < LEAST_RATED[0] or theirs.of < LEAST_RATED[1]:
            return None
        return _differ(ours, theirs)

    def apart(self, part: Part, rest: Part) -> float | None:
        """The two-sided p that the agent does as well with the rest of the class."""
        others = rest.rated("agent")
        return None if others.of < LEAST_RATED[1] else _differ(part.rated("agent"), others)

    def matters(self, part: Part) -> bool:
        """Whether it is the agent who is rated lower."""
        return self.lost(part) > 0

    def lost(self, part: Part) -> float:
        """Contacts' worth of what the agent is rated below people, the whole scale being one."""
        ours, theirs = part.rated("agent"), self.people(part)
        return ours.of * ((theirs.value or 0) - (ours.value or 0)) / SCALE

    def words(self, part: Part) -> str:
        """The comparison, as it is proposed with."""
        ours, theirs = part.rated("agent"), self.people(part)
        about = "" if part.rated("person").of >= LEAST_RATED[1] else f" about any {part.intent.replace('_', ' ')}"
        return f"CSAT {_csat(ours)} on {ours.of} automated contacts against {_csat(theirs)} with people{about} on {theirs.of}"

    def people(self, part: Part) -> Figure:
        """The satisfaction it is compared with."""
        own = part.rated("person")
        return own if own.of >= LEAST_RATED[1] else self.classes[part.intent].rated("person")


@dataclass(frozen=True)
class MissedMore:
    """More of these contacts needed a person, as people found, than of all others that the agent answered first."""

    everything: Counted

    def p(self, part: Part) -> float | None:
        """The two-sided p that it is as many; ``None`` with too few contacts."""
        others = self.others(part)
        return None if min(part.first.of, others.of) < LEAST_FIRST else fisher_two_sided(others, part.first)

    def apart(self, part: Part, rest: Part) -> float | None:
        """The two-sided p that it is as many in the rest of the class."""
        return None if min(part.first.of, rest.first.of) < LEAST_FIRST else fisher_two_sided(rest.first, part.first)

    def matters(self, part: Part) -> bool:
        """Whether it is more, and surely too many."""
        return self.lost(part) > 0 and wilson(part.first.count, part.first.of).low >= MISSED

    def lost(self, part: Part) -> float:
        """Contacts that needed a person beyond what others did."""
        return part.first.of * ((part.first.rate or 0) - (self.others(part).rate or 0))

    def words(self, part: Part) -> str:
        """The comparison, as it is proposed with."""
        ours, others = part.first, self.others(part)
        between = wilson(ours.count, ours.of)
        return (
            f"{ours.count} of {ours.of} contacts the agent answered first needed a person ({between.low:.0%} to {between.high:.0%})"
            f" against {others.rate or 0:.0%} of all others"
        )

    def others(self, part: Part) -> Counted:
        """All contacts that are not of this part."""
        return Counted(self.everything.count - part.first.count, self.everything.of - part.first.of)


Test = LessContent | MissedMore


def worse_with_agent(contacts: Iterable[Contact], finer: Sequence[Finer]) -> list[tuple[Part, list[str]]]:
    """The parts to send to people, each with what says so."""
    parts = parts_of(contacts, finer)
    classes = {part.intent: part for part in parts if part.finer is None}
    tests = (LessContent(classes), MissedMore(_missed(one for part in classes.values() for one in part.contacts)))
    why: dict[Part, list[str]] = {}
    for test in tests:
        for part in _holding(parts, classes, test):
            why.setdefault(part, []).append(test.words(part))
    return [(part, why[part]) for intent in classes for part in _apart([one for one in why if one.intent == intent], tests)]


def _holding(parts: Sequence[Part], classes: Mapping[str, Part], test: Test) -> list[Part]:
    """The parts that are worse by one test, all of them held together."""
    known = [(part, p) for part in parts if (p := _p(part, classes, test)) is not None]
    adjusted = benjamini_hochberg([p for _, p in known])
    return [part for (part, _), p in zip(known, adjusted, strict=True) if p < SHARE and test.matters(part)]


def _p(part: Part, classes: Mapping[str, Part], test: Test) -> float | None:
    """The p of a part; of a finer topic the larger one, of it and of what sets it apart from the rest of its class."""
    found = [test.p(part)]
    if part.finer is not None and found[0] is not None:
        found.append(test.apart(part, _without(classes[part.intent], [part])))
    known = [p for p in found if p is not None]
    return max(known) if len(known) == len(found) else None


def _without(part: Part, others: Sequence[Part]) -> Part:
    gone = {id(one) for other in others for one in other.contacts}
    return Part(part.intent, tuple(one for one in part.contacts if id(one) not in gone), part.finer)


def _apart(worse: Sequence[Part], tests: Sequence[Test]) -> list[Part]:
    """Of parts that share contacts those that stand without the others; the class instead of them where its rest is no better."""
    kept: list[Part] = []
    fine = [one for one in worse if one.finer is not None]
    for one in sorted(fine, key=lambda part: (-sum(test.lost(part) for test in tests), part.name)):
        if not kept or _still_worse(one, kept, tests):
            kept.append(one)
    whole = [one for one in worse if one.finer is None and (not kept or _still_worse(one, kept, tests))]
    return whole or kept


def _still_worse(part: Part, without: Sequence[Part], tests: Sequence[Test]) -> bool:
    """Whether a part is worse by what none of the others has."""
    rest = _without(part, without)
    found = [test.p(rest) for test in tests]
    return any(p is not None and p < SHARE and test.matters(rest) for test, p in zip(tests, found, strict=True))


def _differ(one: Figure, two: Figure) -> float | None:
    if not isinstance(one.sample, Values) or not isinstance(two.sample, Values):
        return None
    return means_differ(one.sample.values, one.sample.customers, two.sample.values, two.sample.customers)


def _rated(contacts: Iterable[Contact], server: Server) -> Figure:
    found = [(float(score.score), one.customer) for one in contacts for score in one.scores if score.server == server]
    sample = Values(tuple(score for score, _ in found), tuple(who for _, who in found))
    return Figure(key=f"csat.{server}", name=f"satisfaction, {server}", unit="of 5", sample=sample)


def _missed(contacts: Iterable[Contact]) -> Counted:
    first = [one for one in contacts if one.agent_first or one.missed]
    return Counted(sum(bool(one.missed) for one in first), len(first))


def _csat(figure: Figure) -> str:
    between = f" [{figure.interval.low:.1f}, {figure.interval.high:.1f}]" if figure.interval else ""
    return f"{figure.value:.1f}{between}"
