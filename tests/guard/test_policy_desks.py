"""What a policy says of the person's side: routes, queues, service levels, acknowledgements, and what a rule may change of them."""

from datetime import timedelta

import pytest

from warmline.agent.guard.decision import HUMAN_REASONS, Decision, Route
from warmline.agent.guard.durations import in_short, read_duration
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.policy import Desk, Policy
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.guard.signals import Signals

POLICY = Policy.load()
LAST = "  - {id: last, when: 'true', route: automate, reason: from_signals}\n"
ASKED = Signals(intent="order_status", facts=Facts(asked=True))


def a_policy(rule: str, *, queues: str = "unsure: {queue: care, priority: low, service_level: 1d12h}") -> Policy:
    return read_policy("shop.yaml", f"version: 1\nqueues: {{{queues}}}\nrules:\n  - {{id: r, when: facts.asked, {rule}}}\n{LAST}")


@pytest.mark.parametrize("reason", HUMAN_REASONS)
def test_every_reason_has_a_service_level_and_an_acknowledgement_by_default(reason: str) -> None:
    desk = POLICY.desks[reason]
    assert desk.service_level is not None
    assert timedelta(0) < desk.service_level <= timedelta(days=1)
    assert desk.acknowledgement == f"ack_{reason}"


def test_the_gravest_reasons_are_answered_first() -> None:
    levels = {reason: desk.service_level or timedelta.max for reason, desk in POLICY.desks.items()}
    grave = max(levels[reason] for reason in ("self_harm", "safety", "security"))
    assert grave < min(level for reason, level in levels.items() if reason not in ("self_harm", "safety", "security"))


def test_a_decision_carries_the_desk_of_its_reason() -> None:
    decision = a_policy("route: human, reason: unsure").decide(ASKED)
    assert (decision.queue, decision.priority, decision.service_level_minutes) == ("care", "low", 36 * 60)
    automated = a_policy("route: human, reason: unsure").decide(Signals(intent="order_status"))
    assert (automated.queue, automated.priority, automated.service_level_minutes) == ("", "normal", None)


def test_a_rule_changes_what_it_names_of_its_reasons_desk_and_leaves_the_rest() -> None:
    decision = a_policy("route: human, reason: unsure, service_level: 15m, acknowledgement: ack_angry").decide(ASKED)
    assert (decision.queue, decision.priority, decision.service_level_minutes) == ("care", "low", 15)
    assert decision.acknowledgement == "ack_angry"
    decision = a_policy("route: human, reason: unsure, queue: night, priority: high").decide(ASKED)
    assert (decision.queue, decision.priority, decision.service_level_minutes) == ("night", "high", 36 * 60)


def test_a_shop_may_write_its_own_acknowledgement_by_language() -> None:
    policy = a_policy(
        "route: human, reason: unsure", queues='unsure: {queue: q, acknowledgement: {en: "Hi {case}", de: "Tag {case}"}}'
    )
    decision = policy.decide(ASKED)
    assert decision.acknowledgement == {"en": "Hi {case}", "de": "Tag {case}"}
    assert Decision.model_validate_json(decision.model_dump_json()) == decision


def test_a_reason_without_an_entry_goes_where_the_unsure_ones_go() -> None:
    assert a_policy("route: human, reason: unsure").desk_for("angry") == Desk("care", "low", timedelta(hours=36))
    assert read_policy("p.yaml", f"version: 1\nrules:\n{LAST}").desk_for("angry") == Desk("care")


def test_the_queues_are_those_of_reasons_and_rules_each_once() -> None:
    assert a_policy("route: gather, reason: unsure, queue: night").queues == ["care", "night"]


@pytest.mark.parametrize(("route", "for_person"), [("gather", True), ("human", True), ("offer", False), ("automate", False)])
def test_gather_is_for_a_person_and_offer_only_asks(route: Route, *, for_person: bool) -> None:
    reason = "smalltalk" if route == "automate" else "unsure"
    decision = a_policy(f"route: {route}, reason: {reason}").decide(ASKED)
    assert decision.route == route
    assert decision.for_person is for_person
    assert (decision.queue == "care") == (route != "automate")


@pytest.mark.parametrize("route", ["gather", "offer"])
def test_what_a_person_settled_is_neither_gathered_nor_offered_again(route: str) -> None:
    policy = a_policy(f"route: {route}, reason: unsure")
    settled = ASKED.with_facts(Facts(asked=True, settled=frozenset({"unsure"})))
    assert policy.decide(settled).route == "automate"
    assert policy.outcomes(settled)[0].why == "settled"


@pytest.mark.parametrize(("before", "after"), [("human", "offer"), ("gather", "automate"), ("offer", "automate")])
def test_knowing_more_never_lowers_what_was_decided(before: str, after: str) -> None:
    reason = "smalltalk" if after == "automate" else "unsure"
    rules = f"  - {{id: a, when: order.total < 0, route: {before}, reason: unsure}}\n"
    rules += f"  - {{id: b, when: order.total > 5, route: {after}, reason: {reason}}}\n{LAST}"
    guard = Guard(policy=read_policy("p.yaml", f"version: 1\nqueues: {{unsure: {{queue: care}}}}\nrules:\n{rules}"))
    known = Facts(order_total=POLICY_TOTAL)
    assert guard.decide(Signals().with_facts(known)).route == after
    assert guard.redecide(Signals(), known).route == before


POLICY_TOTAL = Facts.model_validate({"order_total": 10}).order_total


@pytest.mark.parametrize(("written", "minutes"), [("15m", 15), ("4h", 240), ("1d", 1440), ("1d12h", 2160), ("1d1h1m", 1501)])
def test_a_duration_is_read_and_written_the_same(written: str, minutes: int) -> None:
    assert read_duration(written) == timedelta(minutes=minutes)
    assert in_short(read_duration(written)) == written
