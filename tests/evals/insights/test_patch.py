"""A change to a policy as a change to its text; and what no figure may change."""

from dataclasses import replace

import pytest

from warmline.agent.guard.policy import default_file, text_of
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


def test_a_threshold_and_a_route_are_changed_where_they_stand() -> None:
    edits = [Threshold(name="human", value=0.6, why="labels"), ToOffer(rule="high_value", why="16 of 20")]
    new = patched("mine.yaml", SHIPPED, edits)
    assert "  human: 0.6             # probability that a person is needed\n" in new.text
    assert next(rule.route for rule in new.policy.rules if rule.id == "high_value") == "offer"
    assert "+    # 16 of 20\n+    route: offer\n" in new.diff


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
