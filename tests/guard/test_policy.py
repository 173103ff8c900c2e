"""The policy: what the default one decides, and how one that cannot be right is refused."""

from decimal import Decimal
from pathlib import Path

import pytest

from warmline.agent.guard.conditions import ConditionError, compile_condition
from warmline.agent.guard.decision import AUTOMATED_REASONS, HUMAN_REASONS, TEXT_HUMAN_REASONS, Decision
from warmline.agent.guard.facts import CustomerFacts, Facts
from warmline.agent.guard.names import names_of
from warmline.agent.guard.policy import Policy, digest_of
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.guard.rules import RuleHit
from warmline.agent.guard.signals import Signals
from warmline.errors import SettingsError
from warmline.tools.model import Tier

POLICY = Policy.load()
CALM = Signals(intent="order_status", intent_probability=0.9, concern=True)
STOCK = Signals(intent="stock_check", intent_probability=0.9)


def a_policy(rules: str, *, head: str = "version: 1\nqueues: {unsure: {queue: care}}\n") -> str:
    return f"{head}rules:\n{rules}"


def a_rule(when: str = '"true"', *, more: str = "", id_: str = "r", route: str = "human", reason: str = "unsure") -> str:
    return f"  - {{id: {id_}, when: {when}, route: {route}, reason: {reason}{more}}}\n"


LAST = a_rule(id_="last", route="automate", reason="from_signals")


def decide(signals: Signals, **facts: object) -> Decision:
    return POLICY.decide(signals.with_facts(Facts.model_validate(facts)))


@pytest.mark.parametrize(
    ("tier", "value", "total", "reason"),
    [
        ("vip", None, None, "high_value"),
        ("gold", Decimal("1999.99"), Decimal("499.99"), "order_status"),
        ("standard", Decimal(2000), None, "high_value"),
        (None, None, Decimal(500), "high_value"),
        (None, None, None, "order_status"),
    ],
)
def test_high_value_takes_a_concern_and_a_reason_to_care(
    tier: Tier | None, value: Decimal | None, total: Decimal | None, reason: str
) -> None:
    customer = CustomerFacts(tier=tier, lifetime_value=value)
    assert decide(CALM, customer=customer, order_total=total).reason == reason
    assert decide(STOCK, customer=customer, order_total=total).reason == "stock_check"


@pytest.mark.parametrize(
    ("signals", "reason", "rule", "layer"),
    [
        (Signals(failure="it broke"), "system_failure", "reading_failed", "failure"),
        (Signals(too_long=True), "unsure", "too_long", "policy"),
        (Signals(human_probability=0.5, top_reason="dispute"), "dispute", "human", "classifier"),
        (Signals(human_probability=0.3, critical_probability=0.3, top_reason="safety"), "safety", "human", "classifier"),
        (Signals(intent_probability=0.19), "unsure", "unclear", "classifier"),
        (Signals(rules=(RuleHit(id="x", reason="human_request", words="a person"),)), "human_request", "words", "rules"),
        (Signals(rules=(RuleHit(id="x", reason="safety", words="smoke"),)), "safety", "critical_words", "rules"),
    ],
)
def test_layers(signals: Signals, reason: str, rule: str, layer: str) -> None:
    decision = POLICY.decide(signals)
    assert (decision.route, decision.reason, decision.rule, decision.layer) == ("human", reason, rule, layer)
    assert decision.queue


def test_a_rule_outweighs_the_classifier_and_the_classifier_outweighs_high_value() -> None:
    vip = Facts(customer=CustomerFacts(tier="vip"))
    both = Signals(facts=vip, concern=True, human_probability=0.9, top_reason="angry")
    assert POLICY.decide(both).reason == "angry"
    worded = both.model_copy(update={"rules": (RuleHit(id="x", reason="legal_threat", words="lawyer"),)})
    assert POLICY.decide(worded).reason == "legal_threat"


def test_the_third_contact_about_the_same_thing_is_anger_and_the_third_asking_a_loop() -> None:
    assert decide(CALM, contacts=2, topic="order_status").reason == "angry"
    assert decide(CALM, contacts=1, topic="order_status").route == "automate"
    assert decide(CALM, contacts=2, topic="stock_check").route == "automate"
    assert decide(CALM, repeats=2).reason == "unsure"
    assert decide(CALM, repeats=1).route == "automate"


@pytest.mark.parametrize("reason", ["high_value", "angry", "unsure"])
def test_what_a_person_has_settled_does_not_trigger_again(reason: str) -> None:
    facts = {"customer": CustomerFacts(tier="vip"), "contacts": 2, "topic": "order_status", "repeats": 2}
    decision = decide(CALM, **facts, settled=frozenset({reason}))
    assert decision.reason != reason
    assert decide(CALM, **facts, settled=frozenset({"high_value", "angry", "unsure"})).route == "automate"


@pytest.mark.parametrize("reason", ["self_harm", "safety", "security", "legal_threat"])
def test_critical_words_are_never_settled(reason: str) -> None:
    signals = Signals(rules=(RuleHit(id="x", reason=reason, words="…"),), facts=Facts(settled=frozenset(HUMAN_REASONS)))
    assert POLICY.decide(signals).reason == reason


def test_every_reason_for_a_person_has_a_desk() -> None:
    assert set(POLICY.desks) == set(HUMAN_REASONS)
    assert POLICY.desk_for("never heard of") == POLICY.desk_for("unsure")


def test_a_decision_can_be_made_again_from_what_it_stored() -> None:
    decision = decide(CALM, customer=CustomerFacts(tier="vip"), order_total=Decimal("512.30"))
    stored = Decision.model_validate_json(decision.model_dump_json())
    assert POLICY.decide(Signals.model_validate(stored.signals)) == decision
    assert stored.policy == POLICY.stamp
    assert stored.thresholds["human"] == POLICY.thresholds["human"]


def test_outcomes_show_every_rule() -> None:
    outcomes = POLICY.outcomes(CALM.with_facts(Facts(customer=CustomerFacts(tier="vip"), settled=frozenset({"high_value"}))))
    said = {outcome.rule.id: (outcome.holds, outcome.why) for outcome in outcomes}
    assert said["high_value"] == (False, "settled")
    assert said["automate"] == (True, "")
    assert len(said) == len(POLICY.rules)


def test_what_cannot_be_evaluated_goes_to_a_person() -> None:
    policy = read_policy("p.yaml", a_policy(a_rule("1 / (facts.contacts - 3) >= 0", route="automate", reason="smalltalk") + LAST))
    third = CALM.with_facts(Facts(contacts=3))
    decision = policy.decide(third)
    assert (decision.route, decision.reason, decision.rule) == ("human", "unsure", "r")
    assert policy.outcomes(third)[0].why == "failed"


def test_unknown_facts_are_values() -> None:
    names = names_of(Signals())
    assert names["customer"] == {"known": False, "tier": "unknown", "lifetime_value": -1.0, "consent": "unknown", "orders": -1}
    assert names["order"]["total"] == -1.0
    policy = read_policy("p.yaml", a_policy(a_rule('customer.tier == "unknown" && order.total < 0.0') + LAST))
    assert policy.decide(CALM).route == "human"


def test_the_digest_is_of_the_content() -> None:
    one = read_policy("p.yaml", a_policy(LAST))
    assert one.digest == read_policy("q.yaml", "# a remark\n" + a_policy(LAST)).digest
    assert one.digest != read_policy("p.yaml", a_policy(LAST).replace("version: 1", "version: 2")).digest
    assert len(one.digest) == 12
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})


def test_a_rule_may_name_its_own_queue() -> None:
    policy = read_policy("p.yaml", a_policy(a_rule(more=", queue: night, priority: low, always: true"), head="version: 1\n"))
    decision = policy.decide(STOCK)
    assert (decision.queue, decision.priority) == ("night", "low")
    assert policy.name == "p"


@pytest.mark.parametrize(
    ("source", "place", "problem"),
    [
        ("", "line 1, column 1", "the file is empty"),
        ("- a", "line 1, column 1", "expected a mapping"),
        ("version: 1", "line 1, column 1", "no 'rules'"),
        ("version: 1\nrules: 7", "line 2, column 8", "expected a list"),
        ("version: one\nrules: []", "", "expected a number"),
        ("version: 1\nrules: []", "", "must hold always"),
        ("version: 1\nruels: []", "line 2, column 1", "unknown key 'ruels': did you mean 'rules'"),
        ("version: 1\nversion: 2", "line 2, column 1", "stands here twice"),
        ("version: 1\nrules: [", "line 2", ""),
        ("version: 1\nqueues: {angyr: {queue: a}}\nrules: []", "line 2, column 10", "did you mean 'angry'"),
        (a_policy(LAST, head="version: 1\nqueues: {angry: {priority: low}}\n"), "line 2", "no queue"),
        (a_policy(LAST, head="version: 1\nthresholds: {human: high}\n"), "line 2, column 21", "expected a number, got 'high'"),
        (a_policy(a_rule(more=", queu: a")), "line 4, column", "did you mean 'queue'"),
        (a_policy(a_rule(route="humn")), "line 4, column", "did you mean 'human'"),
        (a_policy(a_rule(reason="angyr")), "line 4, column", "did you mean 'angry'"),
        (a_policy(a_rule(reason="angry")), "line 4, column", "has no queue"),
        (a_policy(a_rule(reason="from_signals")), "line 4, column", "has no queue"),
        (a_policy(a_rule(more=", priority: soon")), "", "rule"),
        (a_policy(a_rule(more=", always: maybe")), "line 4, column", "expected true or false"),
        (a_policy(a_rule(more=", layer: rule")), "line 4, column", "did you mean 'rules'"),
        (a_policy(a_rule(id_="[a]")), "line 4, column", "expected a word"),
        (a_policy("  - {id: r, route: human, reason: unsure}\n"), "line 4, column 5", "no 'when'"),
        (a_policy(a_rule("facts.asked") + a_rule("facts.asked") + LAST), "line 5, column", "'r' was used in line 4"),
        (a_policy(LAST + a_rule()), "line 5, column 5", "'r' is never reached: 'last' above it"),
        (a_policy(a_rule("facts.asked")), "line 4", "must hold always"),
        (a_policy(a_rule("customer.teir == 1") + LAST), "line 4, column 19", "did you mean 'tier'"),
        (a_policy(a_rule("custmer.tier == 1") + LAST), "line 4, column 19", "did you mean 'customer'"),
        (a_policy(a_rule("facts.asked && signals.lop") + LAST), "line 4, column 34", "did you mean 'loop'"),
        (a_policy(a_rule('facts.contacts > "x"') + LAST), "line 4, column 19", "wrong type"),
        (a_policy(a_rule("facts.asked && (facts.contacts)") + LAST), "line 4, column 35", "no condition"),
        (a_policy(a_rule("facts.asked &&") + LAST), "line 4, column", "mismatched input"),
        (a_policy(a_rule("signals.intent_probability < thresholds.none") + LAST), "line 4", "thresholds.none"),
        (a_policy(a_rule('customer.tier == "vpi"') + LAST), "line 4, column 19", "did you mean 'vip'"),
        (a_policy(a_rule("customer.tier == 3") + LAST), "line 4, column 19", "is a word"),
        (a_policy(a_rule('"\\"anger\\" in signals.rule_reasons"') + LAST), "line 4", "did you mean 'angry'"),
        (a_policy(a_rule('\'customer.tier in ["gold", "vpi"]\'') + LAST), "line 4", "did you mean 'vip'"),
        (a_policy(a_rule("len(signals.rule_reasons) > 0") + LAST), "line 4", "unknown function 'len'"),
        (a_policy(a_rule("customer == 3") + LAST), "line 4", "group of names"),
    ],
)
def test_a_policy_that_cannot_be_right_is_refused_with_its_place(source: str, place: str, problem: str) -> None:
    if "soon" in source:
        source = source.replace(", priority: soon", ", queue: a, priority: soon")
        problem = "unknown value 'soon'"
    with pytest.raises(SettingsError) as raised:
        read_policy("shop.yaml", source)
    assert str(raised.value).startswith("shop.yaml, line")
    assert place in str(raised.value)
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    "source",
    [
        "facts.asked",
        "!(facts.asked) || !signals.loop",
        'customer.tier in ["vip", "gold"] && (order.total >= 500 || facts.repeats == 0)',
        '"angry" in signals.rule_reasons',
        "size(signals.rule_reasons) > 0",
        "signals.probability.angry > 0.5 && thresholds.limit > 0.1",
        "signals.language == 'de'",
    ],
)
def test_conditions_that_can_be_used(source: str) -> None:
    assert compile_condition(source, {"limit": 1.0}).source == source


def test_a_condition_points_at_its_mistake() -> None:
    with pytest.raises(ConditionError) as raised:
        compile_condition("facts.asked && facts.contatcs > 1", {})
    assert raised.value.offset == 15


def test_a_folded_condition_points_into_its_line() -> None:
    source = a_policy(
        "  - id: r\n    when: >-\n      facts.asked &&\n      facts.contatcs > 1\n    route: human\n    reason: unsure\n" + LAST
    )
    with pytest.raises(SettingsError, match=r"line 7, column 7: unknown name 'facts.contatcs'"):
        read_policy("p.yaml", source)


def test_a_policy_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(a_policy(LAST))
    assert Policy.load(file).name == "mine"
    with pytest.raises(SettingsError, match=r"other\.yaml"):
        Policy.load(tmp_path / "other.yaml")


def test_the_names_of_the_reasons_are_usable() -> None:
    probability = names_of(Signals())["signals"]["probability"]
    assert set(probability) == {*AUTOMATED_REASONS, *TEXT_HUMAN_REASONS}


def test_a_division_that_fails_for_some_messages_is_no_mistake_of_the_policy() -> None:
    text = a_policy(a_rule('"1 / facts.contacts == 1"', route="automate", reason="from_signals") + LAST)
    policy = read_policy("own.yaml", text)
    assert policy.decide(CALM.with_facts(Facts(contacts=1))).rule == "r"
    assert policy.decide(CALM).route == "human"
