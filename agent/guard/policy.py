"""The policy: which signals take a message to a person, as data.

``default_policy.yaml`` beside this file is both the default and the example. A policy is checked when it is read, and a policy that
cannot be right is refused with file, line and column. What fails while deciding counts as a reason for a person.
"""

import hashlib
import json
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal

from warmline.errors import SettingsError

from .conditions import Condition, Values, values_for
from .decision import Decision, Layer, Priority, Route
from .signals import Signals

FROM_SIGNALS = "from_signals"
UNSURE = "unsure"


@dataclass(frozen=True)
class Desk:
    """Where the cases of a reason go."""

    queue: str
    priority: Priority


@dataclass(frozen=True)
class PolicyRule:
    """One rule: when it holds, who serves the message and why. ``desk`` overrides the reason's own."""

    id: str
    when: Condition
    route: Route
    reason: str
    layer: Layer
    always: bool = False
    desk: Desk | None = None

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
    why: Literal["", "settled", "failed"] = ""


@dataclass(frozen=True, eq=False)
class Policy:
    """A checked policy. ``digest`` is the start of the SHA-256 of its canonical content; ``thresholds`` may be used in conditions."""

    name: str
    version: int
    digest: str
    rules: tuple[PolicyRule, ...]
    thresholds: dict[str, float]
    desks: dict[str, Desk] = field(default_factory=dict[str, Desk])

    @property
    def stamp(self) -> str:
        """What decisions carry: name, version and digest, ``default@1:0123456789ab``."""
        return f"{self.name}@{self.version}:{self.digest}"

    @classmethod
    def load(cls, file: Traversable | None = None) -> "Policy":
        """The policy in ``file``, or the default; ``SettingsError`` with file, line and column if it cannot be used."""
        from .policy_file import read_policy

        source = file or resources.files(__package__ or "").joinpath("default_policy.yaml")
        try:
            text = source.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{source.name}: expected a policy in YAML, got {error}") from error
        return read_policy(source.name, text)

    def desk_for(self, reason: str) -> Desk:
        """Where cases with this reason go; those of ``unsure`` for a reason the policy does not name."""
        return self.desks.get(reason) or self.desks.get(UNSURE) or Desk("care", "normal")

    def outcomes(self, signals: Signals) -> list[Outcome]:
        """What every rule says, in order: the first that holds decides."""
        names = values_for(signals, self.thresholds)
        return [_outcome(rule, signals, names) for rule in self.rules]

    def decide(self, signals: Signals) -> Decision:
        """The decision for these signals: pure, and the same wherever and whenever it is made."""
        names = values_for(signals, self.thresholds)
        for rule in self.rules:
            outcome = _outcome(rule, signals, names)
            if outcome.why == "failed":
                return self._decision(rule, signals, "human", UNSURE)
            if outcome.holds:
                return self._decision(rule, signals, rule.route, rule.reason_for(signals))
        return self._decision(None, signals, "human", UNSURE)

    def _decision(self, rule: PolicyRule | None, signals: Signals, route: Route, reason: str) -> Decision:
        desk = (rule.desk if rule else None) or self.desk_for(reason)
        return Decision(
            route=route,
            reason=reason,
            rule=rule.id if rule else "no_rule",
            layer=rule.layer if rule else "policy",
            score=signals.human_probability,
            queue=desk.queue if route == "human" else "",
            priority=desk.priority if route == "human" else "normal",
            thresholds=self.thresholds,
            policy=self.stamp,
            signals=signals.model_dump(mode="json"),
        )


def digest_of(content: Any) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _outcome(rule: PolicyRule, signals: Signals, names: Values) -> Outcome:
    try:
        holds = rule.when.holds(names)
    except Exception:  # noqa: BLE001 - what CEL raises is its own affair; a person takes over
        return Outcome(rule, holds=False, why="failed")
    if holds and rule.route == "human" and not rule.always and rule.reason_for(signals) in signals.facts.settled:
        return Outcome(rule, holds=False, why="settled")
    return Outcome(rule, holds=holds)
