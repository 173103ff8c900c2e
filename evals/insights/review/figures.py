"""The figures of a period, each with the sample it comes from: a figure that cannot be known has none, and is never 0."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warmline.evals.stats.between import median_interval
from warmline.evals.stats.means import clustered
from warmline.evals.stats.rates import Counted, Interval, wilson

from .contacts import LASTING, Contact, Score, Server

Answer = tuple[float, str]
"""A rating and the customer who gave it."""

OFFERED = "offered"
"""The key of a figure that is there only if somebody was offered a person and gave no answer."""

Unit = Literal["share", "of 5", "minutes", "tokens", "money"]


@dataclass(frozen=True)
class Values:
    """Measured values, each with the customer it belongs to. ``middle`` is what stands for them: skewed ones have a median."""

    values: tuple[float, ...]
    customers: tuple[str, ...]
    middle: Literal["mean", "median"] = "mean"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure: ``sample`` is what it comes from, ``None`` where it cannot be known; ``note`` says why, or what else is to be known.

    ``single`` is the value of a ratio of two sums, which has no sample to test.
    """

    key: str
    name: str
    unit: Unit = "share"
    sample: Counted | Values | None = None
    single: float | None = None
    note: str = ""

    @property
    def of(self) -> int:
        """How many contacts, cases or answers it rests on."""
        if isinstance(self.sample, Counted):
            return self.sample.of
        return len(self.sample.values) if self.sample else 0

    @property
    def value(self) -> float | None:
        """The figure; ``None`` when it is not known."""
        match self.sample:
            case Counted():
                return self.sample.rate
            case Values(values=()):
                return None
            case Values(middle="median"):
                return _median(self.sample.values)
            case Values():
                return sum(self.sample.values) / len(self.sample.values)
            case _:
                return self.single

    @property
    def interval(self) -> Interval | None:
        """Where it lies, 19 times of 20; ``None`` where too little is known to say."""
        match self.sample:
            case Counted(of=0) | None | Values(values=()):
                return None
            case Counted():
                return wilson(self.sample.count, self.sample.of)
            case Values(middle="median"):
                return median_interval(self.sample.values)
            case _:
                found = clustered(self.sample.values, self.sample.customers).interval
                bounds = (1.0, 5.0) if self.unit == "of 5" else (0.0, float("inf"))
                return found and Interval(max(bounds[0], found.low), min(bounds[1], found.high))


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What a million tokens cost, in the shop's money."""

    input: float
    output: float
    cached: float | None = None

    def of(self, tokens: tuple[int, int, int]) -> float:
        """What these input, output and cached tokens cost."""
        into, out, cached = tokens
        half = self.input if self.cached is None else self.cached
        return ((into - cached) * self.input + out * self.output + cached * half) / 1_000_000


def figures_of(contacts: Sequence[Contact], *, now: datetime, prices: Prices | None = None) -> list[Figure]:
    """Every figure of a period's contacts, in the order a reader wants them."""
    asked = [one for one in contacts if one.asks]
    agent = [one for one in asked if one.server == "agent"]
    handed = [one for one in asked if one.server == "person"]
    over = [one for one in agent if now - one.ended >= LASTING]
    closed = [one for one in handed if one.case is not None and one.case.closed_at is not None]
    first = [one for one in asked if one.agent_first or one.missed]
    return [
        _rate("automation", "served by the agent alone", asked, lambda one: one.server == "agent"),
        _rate("lasting", "of these, not back within 72 h", over, lambda one: not one.came_back, note=_recent(agent, over)),
        *_offered(asked),
        _rate("missed", "missed hand-offs, as found by people", first, lambda one: bool(one.missed)),
        _rate(
            "needless", "needless hand-offs, as found by people", closed, lambda one: bool(one.needless), note=_unjudged(closed)
        ),
        _satisfaction("csat_agent", "satisfaction, served by the agent", _rated(asked, "agent"), among=len(first)),
        _satisfaction("csat_person", "satisfaction, served by people", _rated(asked, "person"), among=len(handed)),
        _first_reply(handed),
        *_levels(handed),
        _rate(
            "tool_failures",
            "contacts in which a tool failed",
            [one for one in asked if one.tools],
            lambda one: one.tools_failed > 0,
        ),
        *_drafts(asked),
        *_spent(asked, now, prices),
    ]


def satisfaction_by(contacts: Iterable[Contact], part: Callable[[Contact, Score], str]) -> list[tuple[str, Figure]]:
    """Satisfaction for each value of ``part`` that anybody rated, the most often rated first."""
    groups: dict[str, list[Answer]] = {}
    for one in contacts:
        for score in one.scores if one.asks else ():
            groups.setdefault(part(one, score), []).append((float(score.score), one.customer))
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [(name, _satisfaction(f"csat.{name}", name, group)) for name, group in ordered]


def escalations(contacts: Iterable[Contact], kind: str, part: Callable[[Contact], str]) -> list[tuple[str, Figure]]:
    """How many of all contacts went to a person, for each value of ``part`` (its ``kind``: the reason, the rule), the most frequent first."""
    asked = [one for one in contacts if one.asks]
    names = [part(one) for one in asked if one.server == "person"]
    counts = {name: names.count(name) for name in dict.fromkeys(names)}
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(name, Figure(key=f"{kind}.{name}", name=name, sample=Counted(count, len(asked)))) for name, count in ordered]


def _offered(asked: Sequence[Contact]) -> Iterator[Figure]:
    """Whom nobody served: asked whether a person is wanted, and gone. Nothing where no policy offered."""
    if any(one.server == "offered" for one in asked):
        yield _rate(OFFERED, "offered a person, and gone without an answer", asked, lambda one: one.server == "offered")


def _rate(key: str, name: str, among: Sequence[Contact], so: Callable[[Contact], bool], *, note: str = "") -> Figure:
    return Figure(key=key, name=name, sample=Counted(sum(map(so, among)), len(among)), note=note)


def _satisfaction(key: str, name: str, rated: Sequence[Answer], *, among: int | None = None) -> Figure:
    sample = Values(tuple(score for score, _ in rated), tuple(who for _, who in rated))
    note = "" if among is None else f"{len(rated)} of {among} contacts were rated"
    return Figure(key=key, name=name, unit="of 5", sample=sample, note=note)


def _rated(contacts: Iterable[Contact], server: Server) -> list[Answer]:
    return [(float(score.score), one.customer) for one in contacts for score in one.scores if score.server == server]


def _first_reply(handed: Sequence[Contact]) -> Figure:
    cases = [(one, one.case) for one in handed if one.case is not None]
    waited = [(_minutes(case.first_reply, case.opened_at), one.customer) for one, case in cases if case.first_reply]
    waiting = sum(case.first_reply is None and case.closed_at is None for _, case in cases)
    unsaid = sum(case.first_reply is None and case.closed_at is not None for _, case in cases)
    notes = [f"{waiting} still wait"] * (waiting > 0) + [f"{unsaid} were closed without a reply"] * (unsaid > 0)
    sample = Values(tuple(minutes for minutes, _ in waited), tuple(who for _, who in waited), "median")
    return Figure(
        key="first_reply", name="time to a person's first reply, median", unit="minutes", sample=sample, note=", ".join(notes)
    )


def _minutes(later: datetime, earlier: datetime) -> float:
    return max(0.0, (later - earlier).total_seconds() / 60)


def _levels(handed: Sequence[Contact]) -> Iterator[Figure]:
    names = {
        "first_response": "first response in time",
        "next_response": "next response in time",
        "resolution": "resolved in time",
    }
    for kind, name in names.items():
        states = [one.case.levels[kind] for one in handed if one.case is not None and kind in one.case.levels]
        known = [state for state in states if state is not None]
        running = len(states) - len(known)
        if states:
            note = f"{running} still run" if running else ""
            yield Figure(key=f"level.{kind}", name=name, sample=Counted(sum(known), len(known)), note=note)


def _drafts(asked: Sequence[Contact]) -> Iterator[Figure]:
    answered = [one for one in asked if one.answers or one.blocked]
    known = [one for one in answered if one.refused_drafts is not None]
    unknown = len(answered) - len(known)
    note = f"not recorded for {unknown} older contacts" if unknown else ""
    refused = [one for one in known if one.refused_drafts]
    yield Figure(key="redrafts", name="contacts with a reply drafted anew", sample=Counted(len(refused), len(known)), note=note)
    yield _rate("blocked", "contacts with a reply that was blocked", answered, lambda one: one.blocked)


def _spent(asked: Sequence[Contact], now: datetime, prices: Prices | None) -> Iterator[Figure]:
    """Tokens and money for each contact that the agent resolved for good; what others cost is in it."""
    over = [one for one in asked if now - one.ended >= LASTING]
    resolved = sum(one.server == "agent" and not one.came_back for one in over)
    spent = [one.tokens for one in over if one.tokens is not None]
    if not resolved or len(spent) < len(over):
        why = "nothing that ended 72 h ago was resolved" if not resolved else "a model was called that reports no tokens"
        yield Figure(key="tokens", name="tokens for each contact resolved", unit="tokens", note=why)
        yield Figure(key="cost", name="cost of each contact resolved", unit="money", note=why)
        return
    tokens = sum(into + out for into, out, _ in spent)
    yield Figure(key="tokens", name="tokens for each contact resolved", unit="tokens", single=tokens / resolved)
    cost = None if prices is None else sum(map(prices.of, spent)) / resolved
    note = "say what a million tokens cost: --price-input, --price-output" if prices is None else ""
    yield Figure(key="cost", name="cost of each contact resolved", unit="money", single=cost, note=note)


def _recent(agent: Sequence[Contact], over: Sequence[Contact]) -> str:
    left = len(agent) - len(over)
    return f"{left} ended less than 72 h ago and are left out" if left else ""


def _unjudged(closed: Sequence[Contact]) -> str:
    left = sum(one.case is not None and one.case.verdict is None and not one.needless for one in closed)
    return f"nobody judged {left} of the closed cases, so this is the least there is" if left else ""


def _median(values: Sequence[float]) -> float:
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
