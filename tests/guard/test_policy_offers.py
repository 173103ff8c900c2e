"""Offers in a policy: once for each reason; what was offered or declined never lowers what another rule says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.policy import Policy
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.guard.signals import Signals

QUEUES = "version: 1\nqueues: {angry: {queue: care}, dispute: {queue: pay}}\nrules:\n"
LAST = "  - {id: last, when: 'true', route: automate, reason: from_signals}\n"
OFFER = "  - {id: ask, when: facts.asked, route: offer, reason: angry}\n"
ASKED = Signals(facts=Facts(asked=True))
REASONS = st.frozensets(st.sampled_from(("angry", "dispute")))


def a_policy(*rules: str) -> Policy:
    return read_policy("p.yaml", f"{QUEUES}{''.join(rules)}{LAST}")


def after(offered: frozenset[str] = frozenset(), declined: frozenset[str] = frozenset()) -> Signals:
    return ASKED.with_facts(ASKED.facts.model_copy(update={"offered": offered, "declined": declined}))


@pytest.mark.parametrize("more", ["", ", always: true"])
def test_a_reason_is_offered_once_whatever_the_rule_says(more: str) -> None:
    policy = a_policy(OFFER.replace("}", f"{more}}}"))
    assert policy.decide(ASKED).route == "offer"
    assert policy.decide(after(frozenset({"angry"}))).route == "automate"
    assert policy.outcomes(after(frozenset({"angry"})))[0].why == "offered"
    assert policy.decide(after(frozenset({"dispute"}))).route == "offer"


def test_the_rules_below_an_offer_decide_once_it_was_made() -> None:
    policy = a_policy(OFFER, "  - {id: then, when: facts.asked, route: human, reason: angry}\n")
    assert policy.decide(after(frozenset({"angry"}))).rule == "then"


def test_a_declined_reason_is_passed_over_unless_the_rule_is_always_so() -> None:
    declined = after(frozenset({"angry"}), frozenset({"angry"}))
    rule = "  - {id: then, when: facts.asked, route: human, reason: angry%s}\n"
    policy = a_policy(OFFER, rule % "")
    assert policy.outcomes(declined)[1].why == "declined"
    assert policy.decide(declined).route == "automate"
    assert a_policy(OFFER, rule % ", always: true").decide(declined).rule == "then"


@given(offered=REASONS, declined=REASONS)
def test_offers_and_refusals_of_one_reason_leave_the_rules_of_others(offered: frozenset[str], declined: frozenset[str]) -> None:
    policy = a_policy(OFFER, "  - {id: pay, when: facts.asked, route: gather, reason: dispute}\n")
    route = policy.decide(after(offered, declined)).route
    if "dispute" not in declined:
        assert route == "gather" or (route == "offer" and "angry" not in offered | declined)


def test_the_facts_come_back_from_a_stored_decision_as_they_were() -> None:
    signals = after(frozenset({"dispute", "angry"}), frozenset({"angry"}))
    decision = a_policy(OFFER).decide(signals)
    assert decision.signals["facts"]["offered"] == ["angry", "dispute"]
    assert Signals.model_validate(decision.signals) == signals
