"""The policy: which signals take a message to a person, as data.

``default_policy.yaml`` beside this file is both the default and the example; docs/policy.md explains it. A policy is checked when it is
read, and a policy that cannot be right is refused with file, line and column. What fails while deciding counts as a reason for a person.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal

from warmline.agent.desk.terms import Terms
from warmline.errors import SettingsError

from .conditions import Condition, Together
from .decision import Acknowledgement, Decision, Layer, Priority, Route
from .expressions import Values
from .facts import Facts
from .names import PROBABILITIES, Names, changed_names, names_of
from .signals import Signals
from .topics import Topic

PassedOver = Literal["settled", "offered", "declined"]
"""Why a rule that holds does not decide: a person dealt with its reason, or the customer was asked about one, or just wants none."""

FROM_SIGNALS = "from_signals"
UNSURE = "unsure"
DEFAULT_FILE = "default_policy.yaml"


@dataclass(frozen=True)
class Desk:
    """Where the cases of a reason go: ``service_level`` is the time to a first response, ``acknowledgement`` what the customer reads
    (empty: the reason's own)."""

    queue: str
    priority: Priority = "normal"
    service_level: timedelta | None = None
    acknowledgement: Acknowledgement = ""


@dataclass(frozen=True)
class OwnDesk:
    """What a rule says of the desk itself; ``None`` leaves what the reason's entry says."""

    queue: str | None = None
    priority: Priority | None = None
    service_level: timedelta | None = None
    acknowledgement: Acknowledgement | None = None

    def over(self, desk: Desk) -> Desk:
        """The reason's desk with what the rule changes."""
        return Desk(
            queue=self.queue or desk.queue,
            priority=self.priority or desk.priority,
            service_level=self.service_level or desk.service_level,
            acknowledgement=self.acknowledgement or desk.acknowledgement,
        )


@dataclass(frozen=True)
class PolicyRule:
    """One rule: when it holds, who serves the message and why. ``own`` is what it changes of its reason's desk."""

    id: str
    when: Condition
    route: Route
    reason: str
    layer: Layer
    always: bool = False
    own: OwnDesk = OwnDesk()

    def reason_for(self, signals: Signals) -> str:
        """The reason this rule gives these signals."""
        if self.reason != FROM_SIGNALS:
            return self.reason
        if self.route == "automate":
            return signals.intent
        return signals.rules[0].reason if self.layer == "rules" and signals.rules else signals.top_reason


@dataclass(frozen=True)
class Outcome:
    """What one rule said: ``holds``, and if it was passed over or failed, ``why``."""

    rule: PolicyRule
    holds: bool
    why: PassedOver | Literal["", "failed"] = ""


@dataclass(frozen=True, eq=False)
class Policy:
    """A checked policy. ``digest`` is the start of the SHA-256 of its canonical content; ``thresholds`` and ``topics`` may be used in
    conditions. ``terms`` are those of the desk; they decide nothing, and are no part of the digest."""

    name: str
    version: int
    digest: str
    rules: tuple[PolicyRule, ...]
    thresholds: dict[str, float]
    desks: dict[str, Desk] = field(default_factory=dict[str, Desk])
    terms: Terms = field(default_factory=Terms)
    topics: tuple[Topic, ...] = ()

    @cached_property
    def stamp(self) -> str:
        """What decisions carry: name, version and digest, ``default@1:0123456789ab``."""
        return f"{self.name}@{self.version}:{self.digest}"

    @property
    def queues(self) -> list[str]:
        """The queues cases may go to, each once."""
        own = [rule.own.queue for rule in self.rules if rule.own.queue and rule.route != "automate"]
        return sorted({*own, *(desk.queue for desk in self.desks.values())})

    @classmethod
    def load(cls, file: Traversable | None = None) -> "Policy":
        """The policy in ``file``, or the default; ``SettingsError`` with file, line and column if it cannot be used."""
        from .policy_file import read_policy

        source = file or default_file()
        return read_policy(source.name, text_of(source))

    @cached_property
    def _probabilities(self) -> bool:
        """Whether a condition uses one of ``signals.probability``."""
        return any(name.startswith(PROBABILITIES) for rule in self.rules for name in rule.when.names)

    @cached_property
    def _together(self) -> Together:
        return Together([rule.when for rule in self.rules])

    def _names(self, signals: Signals) -> Names:
        return names_of(signals, probabilities=self._probabilities)

    def _values(self, names: Names) -> Values:
        return Values(names | {"thresholds": self.thresholds})

    @cached_property
    def _place(self) -> dict[str, int]:
        """Where each rule stands."""
        return {rule.id: place for place, rule in enumerate(self.rules)}

    def desk_for(self, reason: str) -> Desk:
        """Where cases with this reason go; those of ``unsure`` for a reason the policy does not name."""
        return self.desks.get(reason) or self.desks.get(UNSURE) or Desk("care")

    def outcomes(self, signals: Signals) -> list[Outcome]:
        """What every rule says, in order: the first that holds decides."""
        values = self._values(self._names(signals))
        return [_outcome(rule, signals, values) for rule in self.rules]

    def decide(self, signals: Signals) -> Decision:
        """The decision for these signals: pure, and the same wherever and whenever it is made."""
        return self._decided(signals, self._values(self._names(signals)))

    def _decided(self, signals: Signals, values: Values) -> Decision:
        for rule in self.rules[self._together.before_any_holds(values) :]:
            if (decision := self._by(rule, signals, values)) is not None:
                return decision
        return self._decision(None, signals, "human", UNSURE)

    def decide_anew(self, signals: Signals, facts: Facts, before: Decision) -> Decision:
        """``decide`` for the same words under other facts; ``before`` is what it said of ``signals``, or it is not relied on.

        Rules whose names have kept their values say what they said before, and are not asked again.
        """
        newer, place = signals.with_facts(facts), self._place.get(before.rule)
        theirs = before.policy == self.stamp and before.signals == signals.model_dump(mode="json")
        if place is None or not theirs or _passed_over_by(facts) != _passed_over_by(signals.facts):
            return self.decide(newer)
        names = self._names(newer)
        changed, values = changed_names(self._names(signals), names), self._values(names)
        first = self._together.before_any_holds(values)
        if first > place:
            return self._decided(newer, values)
        for rule in (one for one in self.rules[first : place + 1] if one.when.names & changed):
            if (decision := self._by(rule, newer, values)) is not None:
                return decision
            if rule.id == before.rule:
                return self._decided(newer, values)
        return before.model_copy(update={"signals": before.signals | {"facts": facts.model_dump(mode="json")}})

    def _by(self, rule: PolicyRule, signals: Signals, values: Values) -> Decision | None:
        """What one rule decides; ``None`` where it does not hold, or is passed over."""
        try:
            holds = rule.when.holds(values)
        except Exception:  # noqa: BLE001 - whatever it is, a person takes over
            return self._decision(rule, signals, "human", UNSURE)
        if not holds or _passed_over(rule, signals):
            return None
        return self._decision(rule, signals, rule.route, rule.reason_for(signals))

    def _decision(self, rule: PolicyRule | None, signals: Signals, route: Route, reason: str) -> Decision:
        made = Decision(
            route=route,
            reason=reason,
            rule=rule.id if rule else "no_rule",
            layer=rule.layer if rule else "policy",
            score=signals.human_probability,
            thresholds=self.thresholds,
            policy=self.stamp,
            signals=signals.model_dump(mode="json"),
        )
        return made if route == "automate" else at_desk(made, (rule.own if rule else OwnDesk()).over(self.desk_for(reason)))


def at_desk(decision: Decision, desk: Desk) -> Decision:
    """The decision with what the desk says of its case."""
    level = desk.service_level
    handling = {
        "queue": desk.queue,
        "priority": desk.priority,
        "service_level_minutes": level // timedelta(minutes=1) if level else None,
        "acknowledgement": desk.acknowledgement,
    }
    return decision.model_copy(update=handling)


def default_file() -> Traversable:
    """The shipped policy."""
    return resources.files(__package__ or "").joinpath(DEFAULT_FILE)


@cache
def shipped() -> Policy:
    """The shipped policy, read once."""
    return Policy.load()


def text_of(file: Traversable) -> str:
    """A policy's text; ``SettingsError`` if it cannot be read."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file.name}: expected a policy in YAML, got {error}") from error


def digest_of(content: Any) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _outcome(rule: PolicyRule, signals: Signals, names: Values) -> Outcome:
    try:
        holds = rule.when.holds(names)
    except Exception:  # noqa: BLE001 - whatever it is, a person takes over
        return Outcome(rule, holds=False, why="failed")
    if holds and (why := _passed_over(rule, signals)):
        return Outcome(rule, holds=False, why=why)
    return Outcome(rule, holds=holds)


def _passed_over(rule: PolicyRule, signals: Signals) -> PassedOver | Literal[""]:
    facts, reason = signals.facts, rule.reason_for(signals)
    if rule.route == "offer" and reason in facts.offered:
        return "offered"
    if rule.always or rule.route == "automate":
        return ""
    if reason in facts.settled:
        return "settled"
    return "declined" if reason in facts.declined else ""


def _passed_over_by(facts: Facts) -> tuple[frozenset[str], ...]:
    """The facts that a rule which holds may be passed over for."""
    return facts.settled, facts.offered, facts.declined
