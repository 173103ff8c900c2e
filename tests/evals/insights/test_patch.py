"""A change to a policy as a change to its text; and what no figure may change."""

from dataclasses import replace
from decimal import Decimal

import pytest

from warmline.agent.guard.facts import CustomerFacts, Facts
from warmline.agent.guard.policy import default_file, text_of
from warmline.agent.guard.signals import Signals
from warmline.agent.guard.topics import Topic
from warmline.errors import UsageError
from warmline.evals.insights.patch import Threshold, ToOffer, ToPeople, patched

SHIPPED = text_of(default_file())
SIZES = ToPeople(
    id="review_product_basic",
    when='signals.intent == "product_basic"',
    reason="complex_product",
    why="product basic: CSAT 2.1 [1.7, 2.6] on 48 automated contacts",
)


def test_a_rule_comes_before_what_automates_and_everything_else_stays() -> None:
    new = patched("mine.yaml", SHIPPED, [SIZES])
    ids = [rule.id for rule in new.policy.rules]
    assert ids[-2:] == ["review_product_basic", "automate"]
    assert [line for line in new.diff.splitlines() if line.startswith("-") and not line.startswith("---")] == ["-version: 1"]
    assert new.policy.version == 2
    assert "+    # product basic: CSAT 2.1 [1.7, 2.6] on 48 automated contacts" in new.diff


FINER = replace(
    SIZES,
    id="review_sizes",
    when='signals.intent == "product_basic" && "sizes" in signals.topics',
    topic=Topic("sizes", ("sizes", "größe", "l'été")),
)


def test_a_topic_that_a_rule_needs_is_named_above_the_rules_and_with_those_that_are_there() -> None:
    once = patched("mine.yaml", SHIPPED, [FINER])
    assert '+topics:\n+  sizes: ["sizes", "größe", "l\'été"]\n' in once.diff
    assert once.policy.topics == (Topic("sizes", ("sizes", "größe", "l'été")),)
    other = replace(FINER, id="review_care", when='signals.concern && "care" in signals.topics', topic=Topic("care", ("wash",)))
    twice = patched("mine.yaml", once.text, [other])
    assert [topic.name for topic in twice.policy.topics] == ["care", "sizes"]
    assert [rule.id for rule in twice.policy.rules][-3:] == ["review_sizes", "review_care", "automate"]


def test_topics_on_one_line_cannot_be_added_to() -> None:
    source = SHIPPED.replace("thresholds:", "topics: {old: [old]}\nthresholds:")
    with pytest.raises(UsageError, match="write one topic a line"):
        patched("mine.yaml", source, [FINER])


GREETINGS = """\
rules:
  - id: greetings
    when: signals.intent == "smalltalk" && !signals.concern
    route: automate
    reason: from_signals
"""


def test_a_new_rule_stays_below_danger_although_something_else_is_automated_above_it() -> None:
    new = patched("mine.yaml", SHIPPED.replace("rules:\n", GREETINGS), [SIZES])
    ids = [rule.id for rule in new.policy.rules]
    assert ids[0] == "greetings"
    assert ids[-2:] == ["review_product_basic", "automate"]


@pytest.mark.parametrize(
    "when", ['signals.language == "de"', 'signals.intent in ["product_basic", "product_care"]', 'signals.intent != "smalltalk"']
)
def test_what_is_automated_above_danger_cannot_be_sent_to_people_by_a_rule_above_danger(when: str) -> None:
    source = SHIPPED.replace("rules:\n", GREETINGS.replace('signals.intent == "smalltalk" && !signals.concern', when))
    with pytest.raises(UsageError, match="'greetings' automates such messages above 'unclear'"):
        patched("mine.yaml", source, [SIZES])


def test_a_new_rule_stands_above_an_offer() -> None:
    offered = patched("mine.yaml", SHIPPED, [ToOffer(rule="high_value", why="16 of 20")])
    both = patched("mine.yaml", offered.text, [SIZES])
    assert [rule.id for rule in both.policy.rules][-3:] == ["review_product_basic", "high_value", "automate"]


@pytest.mark.parametrize("name", ["off", "yes", "on", "null", "true"])
def test_a_topic_whose_name_yaml_would_read_as_something_else_is_quoted(name: str) -> None:
    edit = replace(SIZES, when=f'signals.intent == "product_basic" && "{name}" in signals.topics', topic=Topic(name, ("sizes",)))
    new = patched("mine.yaml", SHIPPED, [edit])
    assert f'+  "{name}": ["sizes"]' in new.diff
    assert new.policy.topics == (Topic(name, ("sizes",)),)


def test_a_threshold_is_changed_where_it_stands_with_its_reason_above_it() -> None:
    new = patched("mine.yaml", SHIPPED, [Threshold(name="human", value=0.6, why="by 60 labels")])
    assert "thresholds:\n  # by 60 labels\n  human: 0.6             # probability that a person is needed\n" in new.text


def test_a_rule_that_becomes_an_offer_goes_below_all_that_hand_over() -> None:
    new = patched("mine.yaml", SHIPPED, [ToOffer(rule="high_value", why="16 of 20")])
    assert [rule.id for rule in new.policy.rules][-6:] == [
        "high_value_untold",
        "contacts",
        "loop",
        "unclear",
        "high_value",
        "automate",
    ]
    assert new.policy.rules[-2].route == "offer"
    assert "    # 16 of 20\n    route: offer\n" in new.text


VIP = Signals(intent="order_status", intent_probability=0.9, concern=True)
DEAR = CustomerFacts(tier="vip", lifetime_value=Decimal(3_000))


@pytest.mark.parametrize(
    ("facts", "decided"),
    [
        (Facts(customer=DEAR, verification="signed_in", contacts=3, topic="order_status"), ("human", "angry")),
        (Facts(verification="signed_in"), ("human", "high_value")),
        (Facts(customer=DEAR, verification="signed_in"), ("offer", "high_value")),
    ],
)
def test_an_offer_takes_nobody_from_people_who_came_to_them_for_another_reason(facts: Facts, decided: tuple[str, str]) -> None:
    new = patched("mine.yaml", SHIPPED, [ToOffer(rule="high_value", why="16 of 20")])
    found = new.policy.decide(VIP.with_facts(facts))
    assert (found.route, found.reason) == decided


def test_what_stayed_with_people_when_its_rule_became_an_offer_becomes_none_later() -> None:
    once = patched("mine.yaml", SHIPPED, [ToOffer(rule="high_value", why="16 of 20")])
    with pytest.raises(UsageError, match="'high_value_untold' stays with people"):
        patched("mine.yaml", once.text, [ToOffer(rule="high_value_untold", why="all needless")])


def test_what_hands_over_below_what_automates_forbids_the_offer() -> None:
    rest = '  - {id: orders, when: signals.intent == "order_status", route: automate, reason: from_signals}\n  - id: contacts\n'
    with pytest.raises(UsageError, match="'contacts', 'loop', 'unclear' would hand over below it"):
        patched("mine.yaml", SHIPPED.replace("  - id: contacts\n", rest), [ToOffer(rule="high_value", why="16 of 20")])


@pytest.mark.parametrize("rule", ["critical_words", "words", "reading_failed", "contacts", "human", "too_long"])
def test_what_must_stay_with_people_stays_whatever_the_figures_say(rule: str) -> None:
    with pytest.raises(UsageError, match="stays with people"):
        patched("mine.yaml", SHIPPED, [ToOffer(rule=rule, why="all needless")])


def test_what_is_not_there_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="no rule 'gone'"):
        patched("mine.yaml", SHIPPED, [ToOffer(rule="gone", why="")])
    with pytest.raises(UsageError, match="no threshold 'humen'"):
        patched("mine.yaml", SHIPPED, [Threshold(name="humen", value=0.5, why="")])


def test_rules_on_one_line_cannot_be_added_to() -> None:
    source = """\
version: 3
queues: {unsure: {queue: care}, complex_product: {queue: care}}
rules: [{id: loop, when: signals.loop, route: human, reason: unsure}, {id: rest, when: "true", route: automate, reason: from_signals}]
"""
    with pytest.raises(UsageError, match="write one rule a line"):
        patched("mine.yaml", source, [SIZES])
