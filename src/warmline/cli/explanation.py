"""Everything that led to a decision, as values: what ``warmline policy explain`` shows and prints as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from warmline.agent.guard.decision import Decision
    from warmline.agent.guard.policy import Outcome, Policy
    from warmline.agent.guard.signals import Signals
    from warmline.agent.guard.whatif import Margin, WhatIf

Said = Literal["held", "not", "settled", "offered", "declined", "failed"]
CASE = "K-7F3QXM"
"""A case's number, to show an acknowledgement with."""

_LATER = ("triage.", "offer.", "agent.", "tool_gate.", "reply_gate.", "failure:", "overload.")
"""How rules that are none of a policy's are named (agent/decisions.py)."""

_DECISION = (
    "route",
    "reason",
    "rule",
    "layer",
    "score",
    "queue",
    "priority",
    "service_level_minutes",
    "policy",
)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A decision with its reasons. ``recorded`` is the stored decision that was made again, if one was; ``words`` are those behind the
    classifier's scores, where they were looked for."""

    text: str
    policy: "Policy"
    signals: "Signals"
    decision: "Decision"
    outcomes: "Sequence[Outcome]"
    margins: "Sequence[Margin]"
    what_ifs: "Sequence[WhatIf]"
    recorded: "Decision | None" = None
    words: "Mapping[str, str]" = field(default_factory=dict[str, str])

    @property
    def same_policy(self) -> bool:
        """Whether the stored decision was made by this very policy."""
        return self.recorded is not None and self.recorded.policy == self.decision.policy

    @property
    def same_decision(self) -> bool:
        """Whether deciding again gives what was stored."""
        return self.recorded is not None and _decided(self.recorded) == _decided(self.decision)

    @property
    def later(self) -> bool:
        """Whether the stored decision was made after the policy's: by the agent, a gate or a failure."""
        if self.recorded is None or self.recorded.rule in {rule.id for rule in self.policy.rules}:
            return False
        return self.same_policy or self.recorded.rule.startswith(_LATER)

    @property
    def grey(self) -> bool:
        """Whether a language model, where one serves, would be asked before the agent answers."""
        from warmline.agent.guard.triage import is_grey

        return is_grey(self.decision)

    @property
    def reads(self) -> str:
        """What the customer reads; empty when the agent answers."""
        from warmline.agent.desk.acknowledgement import acknowledgement
        from warmline.agent.offer import offer_in_words

        if self.decision.route == "automate":
            return ""
        if self.decision.route == "offer":
            return offer_in_words(self.signals.language)
        return acknowledgement(self.decision, case_id=CASE, language=self.signals.language, ask_contact=False)


def explained(
    policy: "Policy",
    text: str,
    signals: "Signals",
    *,
    decision: "Decision | None" = None,
    recorded: "Decision | None" = None,
    words: "Mapping[str, str] | None" = None,
) -> Explanation:
    """The decision on these signals; ``decision`` is one that was made without the rules: nothing would change it. ``words`` are
    ``Guard.words_behind``."""
    from warmline.agent.guard.whatif import margins, what_ifs

    return Explanation(
        text=text,
        policy=policy,
        signals=signals,
        decision=decision or policy.decide(signals),
        outcomes=policy.outcomes(signals),
        margins=[] if decision else margins(policy, signals),
        what_ifs=[] if decision else what_ifs(policy, signals),
        recorded=recorded,
        words=words or {},
    )


def said(outcome: "Outcome") -> Said:
    """A rule's outcome in one word."""
    return outcome.why or ("held" if outcome.holds else "not")


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The same as plain JSON values."""
    one = explanation
    line = {
        "text": one.text,
        "decision": _shown(one.decision),
        "acknowledgement": one.reads,
        "grey": one.grey,
        "signals": [signal.model_dump(mode="json") for signal in one.signals.explain(one.words)],
        "rules": [_rule(outcome, decides=outcome.rule.id == one.decision.rule) for outcome in one.outcomes],
        "margins": [_margin(margin) for margin in one.margins],
        "what_ifs": [
            {"change": change.change, "decision": _shown(change.decision) if change.decision else None} for change in one.what_ifs
        ],
    }
    if one.recorded is None:
        return line
    stored = {"recorded": _shown(one.recorded), "same_policy": one.same_policy, "same_decision": one.same_decision}
    return {**line, **stored, "made_after_the_policy": one.later}


def _decided(decision: "Decision") -> tuple[str, ...]:
    return decision.route, decision.reason, decision.rule, decision.queue, decision.priority


def _shown(decision: "Decision") -> dict[str, Any]:
    return decision.model_dump(mode="json", include=set(_DECISION))


def _rule(outcome: "Outcome", *, decides: bool) -> dict[str, Any]:
    rule = outcome.rule
    return {
        "id": rule.id,
        "outcome": said(outcome),
        "decides": decides,
        "route": rule.route,
        "reason": rule.reason,
        "layer": rule.layer,
        "when": rule.when.source,
    }


def _margin(margin: "Margin") -> dict[str, Any]:
    return {
        "rule": margin.rule,
        "name": margin.path,
        "value": margin.value,
        "sign": margin.sign,
        "threshold": margin.threshold,
        "bound": margin.bound,
        "met": margin.met,
        "turns_at": margin.turning,
        "decision": _shown(margin.decision) if margin.decision else None,
    }
