"""Deciding anew asks fewer rules than deciding, and says the same."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmline.agent.guard.decision import Decision
from warmline.agent.guard.facts import CustomerFacts, Facts
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
