"""Deciding asks rules together, and anew only those whose facts have changed; it says what each would say alone."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmline.agent.guard.conditions import Condition
from warmline.agent.guard.decision import Decision
from warmline.agent.guard.expressions import Values
from warmline.agent.guard.facts import CustomerFacts, Facts
from warmline.agent.guard.findings import PolicyError
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.policy import Policy, shipped
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.guard.rules import RuleHit
from warmline.agent.guard.signals import Signals

OWN = """
version: 1
name: own
thresholds: {large: 200}
queues: {unsure: {queue: care}, high_value: {queue: care}}
rules:
  - {id: late, when: 'size(signals.rule_reasons) > 1', route: human, reason: unsure}
  - {id: rich, when: 'customer.lifetime_value > thresholds.large && signals.concern', route: offer, reason: high_value}
  - {id: broken, when: 'signals.intent == "return_start" && 1 / facts.contacts == 1', route: human, reason: unsure}
  - {id: dear, when: 'order.total >= thresholds.large', route: human, reason: high_value}
  - {id: known, when: 'customer.known', route: automate, reason: from_signals}
  - {id: doubtful, when: 'facts.repeats > 1', route: gather, reason: unsure}
  - {id: rest, when: 'true', route: automate, reason: from_signals}
"""
POLICIES = {"shipped": shipped(), "own": read_policy("own.yaml", OWN)}
MONEY = st.one_of(st.none(), st.sampled_from([Decimal(0), Decimal(199), Decimal(200), Decimal(5000)]))
REASONS = st.frozensets(st.sampled_from(["high_value", "unsure", "angry"]), max_size=2)
FACTS = st.builds(
    Facts,
    customer=st.builds(
        CustomerFacts, tier=st.sampled_from([None, "standard", "vip"]), lifetime_value=MONEY, certain=st.booleans()
    ),
    order_total=MONEY,
    verification=st.sampled_from(["none", "signed_in", "order_and_email"]),
    topic=st.sampled_from([None, "order_status", "high_value"]),
    contacts=st.integers(0, 3),
    repeats=st.integers(0, 3),
    settled=REASONS,
    offered=REASONS,
    declined=REASONS,
)
HITS = st.lists(
    st.sampled_from(["angry", "human_request", "safety"]).map(
        lambda reason: RuleHit(id=f"{reason}.any", reason=reason, words="any")
    ),
    max_size=2,
).map(tuple)
SIGNALS = st.builds(
    Signals,
    facts=FACTS,
    intent=st.sampled_from(["order_status", "return_start", "smalltalk"]),
    intent_probability=st.sampled_from([0.1, 0.9]),
    human_probability=st.sampled_from([0.0, 0.5]),
    concern=st.booleans(),
    rules=HITS,
)


@pytest.mark.parametrize("name", sorted(POLICIES))
@settings(max_examples=150, deadline=None)
@given(signals=SIGNALS, facts=FACTS)
def test_it_is_the_decision_there_would_be_if_all_rules_were_asked(name: str, signals: Signals, facts: Facts) -> None:
    policy: Policy = POLICIES[name]
    assert policy.decide_anew(signals, facts, policy.decide(signals)) == policy.decide(signals.with_facts(facts))


def alone(policy: Policy, signals: Signals) -> str:
    """The rule that decides when each is asked by itself: the first that fails, or holds and is not passed over."""
    return next(one.rule.id for one in policy.outcomes(signals) if one.why == "failed" or (one.holds and not one.why))


@pytest.mark.parametrize("name", sorted(POLICIES))
@settings(max_examples=150, deadline=None)
@given(signals=SIGNALS)
def test_rules_asked_together_decide_as_each_alone(name: str, signals: Signals) -> None:
    assert POLICIES[name].decide(signals).rule == alone(POLICIES[name], signals)


def many(conditions: Sequence[str]) -> Policy:
    written = "".join(
        f"  - {{id: r{place}, when: '{one}', route: human, reason: unsure}}\n" for place, one in enumerate(conditions)
    )
    last = "  - {id: rest, when: 'true', route: automate, reason: from_signals}\n"
    return read_policy("many.yaml", f"version: 1\nqueues: {{unsure: {{queue: care}}}}\nrules:\n{written}{last}")


@pytest.mark.parametrize("count", [1, 23, 24, 25, 32, 33, 200])
@pytest.mark.parametrize("asked", [0, 5, 24, 30, 199])
def test_as_many_rules_as_one_likes(count: int, asked: int) -> None:
    policy = many([f"facts.contacts == {number}" for number in range(count)])
    assert policy.decide(Signals(facts=Facts(contacts=asked))).rule == (f"r{asked}" if asked < count else "rest")


@pytest.mark.parametrize("depth", [1, 6, 20])
def test_conditions_that_nest_deeply(depth: int) -> None:
    nested = ["(" * depth + f"facts.contacts == {number}" + ")" * depth for number in range(12)]
    policy = many(["facts.contacts == 12 // 12", *nested])
    decided = [policy.decide(Signals(facts=Facts(contacts=asked))).rule for asked in (12, 0, 11, 13)]
    assert decided == ["r0", "r1", "r12", "rest"]


def test_a_name_with_a_leading_dot_is_refused_for_its_facts_would_not_be_looked_at_again() -> None:
    with pytest.raises(PolicyError, match="line 4, column 21: a name begins with a dot"):
        many([".facts.contacts == 3"])


def test_most_rules_are_asked_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()
    alone = Condition.holds

    def counted(self: Condition, values: Values) -> bool:
        asked.append(self.source)
        return alone(self, values)

    monkeypatch.setattr(Condition, "holds", counted)
    assert shipped().decide(Signals(intent="order_status", intent_probability=0.9)).rule == "automate"
    assert asked == ["true"]


@settings(max_examples=100, deadline=None)
@given(signals=SIGNALS, other=SIGNALS, facts=FACTS)
def test_a_decision_on_other_words_is_not_relied_on(signals: Signals, other: Signals, facts: Facts) -> None:
    policy = POLICIES["own"]
    assert policy.decide_anew(signals, facts, policy.decide(other)) == policy.decide(signals.with_facts(facts))


def test_a_guard_of_ones_own_is_asked_again_when_facts_change() -> None:
    class Careful(Guard):
        def decide(self, signals: Signals) -> Decision:
            decision = super().decide(signals)
            dear = (signals.facts.order_total or 0) > 1000
            return decision.model_copy(update={"route": "human", "rule": "dear"}) if dear else decision

    calm = Signals(intent="order_status", intent_probability=0.9)
    assert Careful().redecide(calm, Facts(order_total=Decimal(1001))).rule == "dear"


def test_a_decision_of_another_policy_is_not_relied_on() -> None:
    other = POLICIES["own"].decide(Signals())
    assert shipped().decide_anew(Signals(), Facts(), other) == shipped().decide(Signals())
