"""All mistakes of a policy file are found at once, each with its place and what was meant."""

import pytest

from warmline.agent.guard.findings import PolicyError
from warmline.agent.guard.policy import Policy, default_file, text_of
from warmline.agent.guard.policy_file import Examined, examine_policy, read_policy

HEAD = "version: 1\nqueues: {unsure: {queue: care}, angry: {queue: care}}\n"
LAST = "  - {id: last, when: 'true', route: automate, reason: from_signals}\n"


def examine(rules: str, *, head: str = HEAD, last: str = LAST) -> Examined:
    return examine_policy("shop.yaml", f"{head}rules:\n{rules}{last}")


def a_rule(when: str, *, id_: str = "r", reason: str = "unsure", more: str = "", route: str = "human") -> str:
    return f"  - {{id: {id_}, when: '{when}', route: {route}, reason: {reason}{more}}}\n"


def mistakes(examined: Examined) -> list[str]:
    return [str(one) for one in examined.findings.mistakes]


def warnings(examined: Examined) -> list[str]:
    return [str(one) for one in examined.findings.warnings]


def test_the_default_policy_has_nothing_wrong_or_odd() -> None:
    examined = examine_policy("default_policy.yaml", text_of(default_file()))
    assert examined.policy is not None
    assert (mistakes(examined), warnings(examined)) == ([], [])


MANY = """\
version: 0
names: x
thresholds: {human: high, no-name: 1}
queues:
  angyr: {queue: a}
  angry: {queue: b, service_level: 4 hours, acknowledgement: ack_angyr, priority: soon, colour: red}
  unsure: {priority: low, acknowledgement: {de: "Danke {cas}", ge: x, en: " ", fr: "{"}}
  dispute: 7
  safety: {queue: [], acknowledgement: {}}
rules:
  - {id: a, when: signals.lop || custmer.tier == "x" || len(facts.topic) > 1, route: humn, reason: angyr, layer: rule, always: 1}
  - {id: a, when: facts.asked, route: human}
  - 7
"""


def test_all_mistakes_of_a_file_are_reported_at_once_in_order() -> None:
    found = examine_policy("shop.yaml", MANY).findings.mistakes
    said = [(one.line, one.problem.split(":")[0].split(" (")[0]) for one in found]
    assert said == [
        (1, "expected a whole number such as 1, got 0"),
        (2, "unknown key 'names'"),
        (3, "expected a number, got 'high'"),
        (3, "'no-name' is no name for a threshold"),
        (5, "unknown key 'angyr'"),
        (6, "expected a duration such as 15m, 4h or 1d, at most 365d, got '4 hours'"),
        (6, "prompts/desk.md has no acknowledgement 'ack_angyr'"),
        (6, "unknown value 'soon'"),
        (6, "unknown key 'colour'"),
        (7, "no queue"),
        (7, "unknown placeholder 'cas'"),
        (7, "unknown language 'ge'"),
        (7, "the text is empty"),
        (7, "a brace stands alone"),
        (8, "expected a mapping, got 7"),
        (9, "expected a word, got []"),
        (9, "no text"),
        (11, "unknown name 'signals.lop'"),
        (11, "unknown name 'custmer'"),
        (11, "unknown function 'len'"),
        (11, "unknown value 'humn'"),
        (11, "unknown value 'angyr'"),
        (11, "unknown value 'rule'"),
        (11, "expected true or false, got 1"),
        (12, "the rule has no 'reason'"),
        (12, "the id 'a' was used in line 11"),
        (13, "expected a mapping, got 7"),
    ]
    with pytest.raises(PolicyError) as raised:
        read_policy("shop.yaml", MANY)
    assert [str(one) for one in raised.value.mistakes] == [str(one) for one in found]
    assert all(str(one) in str(raised.value) for one in found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("4 hours", "'4h'"),
        ("'15'", "'15m'"),
        ("20min", "'20m'"),
        ("1 Day", "'1d'"),
        ("0m", ""),
        ("soon", ""),
        ("2w", ""),
        ("400d", ""),
    ],
)
def test_a_duration_that_cannot_be_read_says_what_was_meant(written: str, meant: str) -> None:
    head = f"version: 1\nqueues: {{unsure: {{queue: care, service_level: {written}}}}}\n"
    (mistake,) = mistakes(examine("", head=head))
    assert mistake.startswith("shop.yaml, line 2, column ")
    assert "expected a duration such as 15m, 4h or 1d" in mistake
    assert (f"did you mean {meant}?" in mistake) == bool(meant)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("facts.asked", "facts.asked"),
        ("facts.asked", " ( facts.asked ) "),
        ("facts.asked", "facts.asked && signals.loop"),
        ("facts.asked || signals.loop", "signals.loop"),
        ("!(facts.asked && signals.loop)", "!signals.loop"),
        ("!(facts.asked || signals.loop)", "!facts.asked && !signals.loop && signals.answer"),
        ("facts.contacts >= 2", "facts.contacts > 2"),
        ("2 <= facts.contacts", "facts.contacts >= 3"),
        ("facts.contacts < 5", "facts.contacts == 4"),
        ("!(facts.contacts < 5)", "facts.contacts > 7"),
        ("!(order.total > 5)", "order.total <= 5"),
        ('customer.tier in ["vip", "gold"]', 'customer.tier == "vip"'),
        ('customer.tier != "vip"', 'customer.tier == "gold" && facts.asked'),
        ("facts.contacts >= 0", "signals.loop"),
        ("true || signals.loop", "facts.asked"),
    ],
)
def test_a_rule_that_another_always_answers_first_is_never_reached(above: str, below: str) -> None:
    above, below = above.replace("'", '"'), below.replace("'", '"')
    (mistake,) = mistakes(examine(a_rule(above, id_="above") + a_rule(below, id_="below")))
    assert mistake.startswith("shop.yaml, line 5, column 5: rule 'below' is never reached: ")
    assert "'above' above it" in mistake


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("facts.asked && signals.loop", "facts.asked"),
        ("facts.contacts > 2", "facts.contacts >= 2"),
        ("facts.contacts >= 2", "facts.repeats >= 2"),
        ('customer.tier == "vip"', 'customer.tier in ["vip", "gold"]'),
        ("facts.asked ? signals.loop : signals.answer", "signals.loop"),
        ("1 + facts.contacts > 2", "facts.contacts > 2"),
        ("facts.contacts == 2", "facts.contacts >= 2"),
        ("size(signals.rule_reasons) > 0", "size(signals.rule_reasons) > 1"),
        ('"angry" in signals.rule_reasons', '"unsure" in signals.rule_reasons'),
        ("(" + " || ".join(f"facts.contacts == {n}" for n in range(70)) + ")", "facts.contacts == 3"),
        (" && ".join(["(signals.loop || facts.asked || signals.answer)"] * 4), "signals.loop && facts.asked"),
    ],
)
def test_a_rule_that_may_be_reached_is_left_alone(above: str, below: str) -> None:
    assert mistakes(examine(a_rule(above, id_="above") + a_rule(below, id_="below"))) == []


def test_two_rules_above_may_answer_together_what_neither_answers_alone() -> None:
    rules = a_rule("facts.asked", id_="a") + a_rule("signals.loop", id_="b") + a_rule("facts.asked || signals.loop", id_="c")
    (mistake,) = mistakes(examine(rules))
    assert "rule 'c' is never reached: whenever it holds, 'a' or 'b' above it holds too" in mistake


@pytest.mark.parametrize(
    ("above", "below", "reached"),
    [
        ({}, {}, False),
        ({"more": ", always: true"}, {"reason": "angry"}, False),
        ({}, {"reason": "angry"}, True),  # after a person settled `unsure`
        ({}, {"more": ", always: true"}, True),
        ({}, {"route": "automate", "reason": "smalltalk"}, True),
        ({"route": "offer"}, {"route": "gather"}, True),  # a person is offered once
        ({"route": "offer"}, {"route": "offer"}, False),
        ({"route": "gather"}, {"route": "offer"}, False),
        ({"route": "automate", "reason": "smalltalk"}, {}, False),
        ({"reason": "from_signals", "more": ", layer: rules, queue: q"}, {"reason": "from_signals", "more": ", queue: q"}, True),
    ],
)
def test_the_same_condition_again_needs_a_longer_reach(above: dict[str, str], below: dict[str, str], *, reached: bool) -> None:
    examined = examine(a_rule("facts.asked", id_="a", **above) + a_rule("facts.asked", id_="b", **below))
    assert (mistakes(examined) == []) == reached


@pytest.mark.parametrize(
    "when", ["signals.loop && !signals.loop", "false", "facts.contacts < 0", 'customer.tier == "vip" && customer.tier == "gold"']
)
def test_a_condition_that_cannot_hold_is_a_mistake(when: str) -> None:
    (mistake,) = mistakes(examine(a_rule(when)))
    assert mistake.endswith("rule 'r' is never reached: its condition cannot hold")
    assert "line 4, column 20" in mistake


def test_what_only_the_thresholds_make_unreachable_is_a_warning() -> None:
    head = "version: 1\nqueues: {unsure: {queue: care}}\nthresholds: {few: 2, many: 3, none: 0}\n"
    rules = a_rule("facts.contacts >= thresholds.few", id_="few") + a_rule("facts.contacts >= thresholds.many", id_="many")
    examined = examine(rules + a_rule("signals.intent_probability < thresholds.none", id_="never"), head=head)
    assert examined.policy is not None
    few, off = warnings(examined)
    assert "rule 'many' is never reached: whenever it holds, 'few' above it holds too" in few
    assert "rule 'never' is never reached: its condition cannot hold" in off
    assert warnings(examine(rules, head=head.replace("many: 3", "many: 1").replace(", none: 0", ""))) == []


@pytest.mark.parametrize(("value", "meant"), [("50", ": did you mean 0.5?"), ("-0.1", "none"), ("150", "none")])
def test_a_threshold_for_a_probability_is_one(value: str, meant: str) -> None:
    head = HEAD + f"thresholds: {{human: {value}}}\n"
    (mistake,) = mistakes(examine(a_rule("signals.human_probability >= thresholds.human"), head=head))
    assert mistake.startswith("shop.yaml, line 3, column 21: 'human' is compared with the probability signals.human_probability")
    assert mistake.endswith(meant)
    (mistake,) = mistakes(examine(a_rule(f"facts.asked && {value} < signals.probability.angry")))
    assert "line 4, column 35: signals.probability.angry is a probability, 0 to 1" in mistake


def test_a_sum_is_not_taken_for_a_probability() -> None:
    assert (
        mistakes(examine(a_rule("100.0 * signals.human_probability >= 50.0 && signals.human_probability <= 50.0 - 49.5"))) == []
    )


def test_odd_things_are_warnings_and_the_policy_can_be_used() -> None:
    head = "version: 1\nthresholds: {spare: 1}\nqueues: {unsure: {queue: care}, high_value: {queue: vip}}\n"
    last = LAST.replace("}", ", queue: q}")
    examined = examine(a_rule("facts.asked"), head=head, last=last)
    assert isinstance(examined.policy, Policy)
    assert [(one.line, one.column, one.problem.split(":")[0]) for one in examined.findings.warnings] == [
        (2, 14, "no condition uses the threshold 'spare'"),
        (3, 33, "no rule leads to the queue 'vip'"),
        (6, 5, "rule 'last' is for the agent"),
    ]


def test_from_signals_leads_to_every_queue_for_words() -> None:
    queues = ", ".join(
        f"{reason}: {{queue: q}}"
        for reason in "emotional angry dispute legal_threat complex_product human_request safety security self_harm unsure".split()
    )
    head = f"version: 1\nqueues: {{{queues}}}\n"
    assert warnings(examine(a_rule("facts.asked", reason="from_signals"), head=head)) == []
    assert len(warnings(examine(a_rule("facts.asked"), head=head))) == 9


def test_a_file_that_is_no_yaml_has_one_mistake() -> None:
    for source in ("version: [", "version: \x07", "a: b: c"):
        (mistake,) = mistakes(examine_policy("shop.yaml", source))
        assert mistake.startswith("shop.yaml, line 1, column ")
        assert "no valid YAML" in mistake


@pytest.mark.parametrize("style", [">-", "|"])
@pytest.mark.parametrize(("second", "place"), [("signals.lop", "line 7, column 7"), ("(signals.loop", "line 7, column 20")])
def test_a_mistake_in_a_condition_of_several_lines_is_found_in_its_line(style: str, second: str, place: str) -> None:
    rule = f"  - id: r\n    when: {style}\n      facts.asked &&\n      {second}\n    route: human\n    reason: unsure\n"
    (mistake,) = mistakes(examine(rule))
    assert mistake.startswith(f"shop.yaml, {place}: ")


@pytest.mark.parametrize("when", ["", "facts.asked facts.asked", "facts.asked @"])
def test_what_is_no_cel_says_so(when: str) -> None:
    (mistake,) = mistakes(examine(a_rule(when)))
    assert mistake.startswith("shop.yaml, line 4, column ")
    assert "no valid CEL: " in mistake


def test_the_order_is_not_judged_while_a_rule_cannot_be_read() -> None:
    assert [one.split(": ")[1] for one in mistakes(examine(a_rule("facts.askd"), last=""))] == ["unknown name 'facts.askd'"]


def test_a_condition_may_be_written_as_yaml_true() -> None:
    assert mistakes(examine("", last="  - {id: last, when: true, route: automate, reason: smalltalk}\n")) == []
