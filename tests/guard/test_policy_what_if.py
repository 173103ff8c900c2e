"""What would change a decision: every answer is a decision that is really made."""

from dataclasses import replace
from decimal import Decimal

import pytest

from warmline.agent.guard.facts import CustomerFacts, Facts
from warmline.agent.guard.policy import Policy
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.guard.signals import Signals
from warmline.agent.guard.whatif import Margin, margins, what_ifs

POLICY = Policy.load()
LATE = Signals(
    intent="order_status",
    intent_probability=0.6,
    human_probability=0.43,
    critical_probability=0.1,
    top_reason="angry",
    concern=True,
)


def by_name(signals: Signals, policy: Policy = POLICY) -> dict[str, Margin]:
    return {f"{one.path} {one.threshold}": one for one in margins(policy, signals)}


def changes(signals: Signals, policy: Policy = POLICY) -> dict[str, str | None]:
    return {one.change: one.decision.reason if one.decision else None for one in what_ifs(policy, signals)}


def test_the_margin_is_from_the_value_to_the_threshold() -> None:
    human = by_name(LATE)["signals.human_probability human"]
    assert (human.value, human.sign, human.bound, human.met, human.rule) == (0.43, ">=", 0.45, False, "human")
    assert human.turning == 0.43
    assert human.decision is not None
    assert (human.decision.route, human.decision.reason) == ("human", "angry")


def test_unknown_facts_have_no_margin_and_known_ones_have() -> None:
    assert not [name for name in by_name(LATE) if name.startswith(("customer", "order"))]
    known = by_name(
        LATE.with_facts(Facts(customer=CustomerFacts(tier="gold", lifetime_value=Decimal(300)), order_total=Decimal(80)))
    )
    assert known["customer.lifetime_value high_value_lifetime"].value == 300
    assert known["order.total high_value_order"].turning == 80


@pytest.mark.parametrize("sign", [">=", ">", "<", "<="])
@pytest.mark.parametrize("value", [0.3, 0.5, 0.7])
def test_at_the_turning_threshold_the_comparison_is_the_other_way_and_just_before_it_is_not(sign: str, value: float) -> None:
    rules = f"  - {{id: r, when: 'signals.human_probability {sign} thresholds.t', route: human, reason: unsure, queue: q}}\n"
    last = "  - {id: last, when: 'true', route: automate, reason: smalltalk}\n"
    policy = read_policy("p.yaml", f"version: 1\nthresholds: {{t: 0.5}}\nrules:\n{rules}{last}")
    signals = Signals(human_probability=value)
    (margin,) = margins(policy, signals)
    now = policy.decide(signals).route
    assert margin.met == (now == "human")
    assert margin.decision is not None
    assert margin.decision.route != now

    def at(threshold: float) -> str:
        return replace(policy, thresholds={"t": threshold}).decide(signals).route

    assert at(margin.turning) != now
    assert at((margin.turning + margin.bound * 99) / 100) == now


def test_a_comparison_that_another_rule_makes_irrelevant_makes_no_difference() -> None:
    failed = Signals(failure="it broke", human_probability=0.43)
    found = [*margins(POLICY, failed), *what_ifs(POLICY, failed)]
    assert len(found) > 5
    assert [one for one in found if one.decision is not None] == []


def test_other_facts_are_decided_again() -> None:
    assert changes(LATE) == {
        "tier vip": "high_value",
        "lifetime value 2000": "high_value",
        "order total 500": "high_value",
        "2 earlier contacts about the same thing": "angry",
        "the same question asked 2 times before": "unsure",
    }
    stock = LATE.model_copy(update={"intent": "stock_check", "concern": False})
    assert [change for change, reason in changes(stock).items() if reason == "high_value"] == []


def test_what_is_reached_already_is_taken_back() -> None:
    customer = CustomerFacts(tier="vip", lifetime_value=Decimal(2500))
    facts = Facts(customer=customer, order_total=Decimal(20), contacts=3, topic="order_status", repeats=2)
    found = changes(LATE.with_facts(facts))
    assert list(found) == [
        "tier standard",
        "lifetime value 1999.99",
        "order total 500",
        "1 earlier contacts about the same thing",
        "the same question asked 0 times before",
    ]
    only_vip = changes(LATE.with_facts(Facts(customer=CustomerFacts(tier="vip"))))
    assert only_vip["tier standard"] == "order_status"


def test_a_policy_that_compares_nothing_has_only_the_facts_every_policy_knows() -> None:
    policy = read_policy("p.yaml", "version: 1\nrules:\n  - {id: last, when: 'true', route: automate, reason: smalltalk}\n")
    assert margins(policy, LATE) == []
    assert list(changes(LATE, policy)) == ["tier vip", "the same question asked 2 times before"]


def test_a_bound_written_as_a_figure_counts_for_the_facts() -> None:
    rules = "  - {id: r, when: 'order.total > 120.5', route: human, reason: unsure, queue: q}\n"
    last = "  - {id: last, when: 'true', route: automate, reason: smalltalk}\n"
    policy = read_policy("p.yaml", f"version: 1\nrules:\n{rules}{last}")
    assert margins(policy, LATE) == []
    assert changes(LATE, policy)["order total 120.51"] == "unsure"
    assert changes(LATE.with_facts(Facts(order_total=Decimal(200))), policy)["order total 120.50"] == "smalltalk"
