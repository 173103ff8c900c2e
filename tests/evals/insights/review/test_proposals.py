"""What is proposed, and what is not: only what the figures hold, and never what must stay with people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from warmline.agent.guard.policy import default_file, shipped, text_of
from warmline.agent.guard.topics import Topic
from warmline.evals.insights.patch import ToOffer, ToPeople, patched
from warmline.evals.insights.review.contacts import Contact, Score, Server
from warmline.evals.insights.review.proposals import propose
from warmline.evals.insights.review.reading import CaseSeen
from warmline.evals.insights.review.topics import Finer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_contact(
    number: int,
    topic: str,
    server: Server,
    *,
    score: int | None = None,
    rule: str = "automate",
    reason: str = "",
    verdict: str | None = None,
) -> Contact:
    case = CaseSeen(
        id=f"K-{number}",
        conversation_id=f"c{number}",
        reason=reason or topic,
        queue="care",
        status="resolved",
        opened_at=NOON,
        closed_at=NOON,
        first_reply=NOON,
        verdict=verdict,
        levels={},
    )
    return Contact(
        conversation_id=f"c{number}",
        customer=f"C-{number}",
        began=NOON + timedelta(hours=number),
        ended=NOON + timedelta(hours=number),
        messages=1,
        topic=topic,
        topics=frozenset({topic}),
        orders=frozenset(),
        server=server,
        route="automate" if server == "agent" else "human",
        reason=reason or topic,
        rule=rule,
        layer="policy",
        agent_first=server == "agent",
        scores=() if score is None else (Score(server, reason or topic, score),),
        case=case if server == "person" else None,
    )


def rated(topic: str, server: Server, scores: list[int], start: int) -> list[Contact]:
    return [a_contact(start + place, topic, server, score=score) for place, score in enumerate(scores)]


def test_a_topic_that_people_serve_better_is_sent_to_them() -> None:
    bad = rated("product_basic", "agent", [1, 2, 2, 3] * 12, 0) + rated("product_basic", "person", [4, 5] * 10, 100)
    good = rated("stock_check", "agent", [4, 5] * 20, 200) + rated("stock_check", "person", [4, 5] * 10, 300)
    (found,) = propose(bad + good, shipped())
    assert isinstance(found.edit, ToPeople)
    assert found.edit.when == 'signals.intent == "product_basic"'
    assert found.words.startswith("product basic: CSAT 2.0 [1.8, 2.2] on 48 automated contacts against 4.5 [")
    assert (
        "with people on 20; 36 of 48 contacts the agent answered first needed a person (61% to 85%) against 0% of all others"
        in found.words
    )
    assert found.words.endswith(": send them to people")


def test_a_few_bad_ratings_are_no_reason_and_neither_is_nobody_to_compare_with() -> None:
    few = rated("product_basic", "agent", [1, 2] * 4, 0) + rated("product_basic", "person", [5] * 20, 100)
    alone = rated("stock_check", "agent", [1, 2] * 20, 200)
    assert propose(few + alone, shipped()) == []


def fine(contacts: list[Contact], word: str = "sizes") -> Finer:
    return Finer(intent="product_basic", topic=Topic(word, (word,)), contacts=tuple(contacts))


PEOPLE = rated("product_basic", "person", [4, 5] * 10, 5_000)


def test_a_finer_topic_that_is_worse_than_the_rest_of_its_class_is_proposed_alone_with_the_words_it_needs() -> None:
    sizes, others = rated("product_basic", "agent", [1, 2, 2, 3] * 12, 0), rated("product_basic", "agent", [4, 5] * 24, 100)
    (found,) = propose(sizes + others + PEOPLE, shipped(), [fine(sizes)])
    assert isinstance(found.edit, ToPeople)
    assert found.edit.topic == Topic("sizes", ("sizes",))
    assert found.edit.when == 'signals.intent == "product_basic" && "sizes" in signals.topics'
    assert found.words.startswith(
        "product basic, “sizes” (sizes): CSAT 2.0 [1.8, 2.2] on 48 automated contacts against 4.5 [4.3, 4.7] with people about any product basic on 20"
    )


def test_a_piece_of_a_class_that_is_as_bad_as_the_rest_is_no_topic_of_its_own_and_the_class_is_proposed() -> None:
    sizes, others = rated("product_basic", "agent", [1, 2, 2, 3] * 12, 0), rated("product_basic", "agent", [1, 2, 2, 3] * 12, 100)
    (found,) = propose(sizes + others + PEOPLE, shipped(), [fine(sizes)])
    assert isinstance(found.edit, ToPeople)
    assert (found.edit.topic, found.edit.when) == (None, 'signals.intent == "product_basic"')


def test_of_two_words_for_one_trouble_the_one_that_explains_it_is_proposed() -> None:
    sizes, others = rated("product_basic", "agent", [1, 2, 2, 3] * 12, 0), rated("product_basic", "agent", [4, 5] * 40, 100)
    boots = [*sizes[:36], *others[:12]]
    (found,) = propose(sizes + others + PEOPLE, shipped(), [fine(boots, "boots"), fine(sizes)])
    assert isinstance(found.edit, ToPeople)
    assert found.edit.topic == Topic("sizes", ("sizes",))


def test_what_the_policy_does_already_is_not_proposed_again() -> None:
    sizes, others = rated("product_basic", "agent", [1, 2, 2, 3] * 12, 0), rated("product_basic", "agent", [4, 5] * 24, 100)
    (found,) = propose(sizes + others + PEOPLE, shipped(), [fine(sizes)])
    then = patched("mine.yaml", text_of(default_file()), [found.edit]).policy
    assert propose(sizes + others + PEOPLE, then, [replace(fine(sizes), named=True)]) == []


def upset(topic: str, start: int, of: int, every: int) -> list[Contact]:
    made = [a_contact(start + place, topic, "agent") for place in range(of)]
    return [replace(one, turned="angry") if place % every == 0 else one for place, one in enumerate(made)]


def test_where_many_more_than_elsewhere_needed_a_person_it_is_sent_to_people_without_any_rating() -> None:
    sizes = upset("product_basic", 0, 60, 2)
    calm = upset("product_basic", 100, 60, 30) + upset("stock_check", 200, 100, 30)
    (found,) = propose(sizes + calm, shipped(), [fine(sizes)])
    assert found.words == (
        "product basic, “sizes” (sizes): 30 of 60 contacts the agent answered first needed a person (38% to 62%) against 4% of all others:"
        " send them to people"
    )


def test_more_than_elsewhere_but_few_is_no_reason_to_give_a_topic_up() -> None:
    sizes = upset("product_basic", 0, 200, 7)
    calm = upset("product_basic", 300, 200, 100) + upset("stock_check", 600, 300, 100)
    assert propose(sizes + calm, shipped(), [fine(sizes)]) == []


def test_topics_that_differ_by_chance_alone_are_hardly_ever_proposed() -> None:
    chance, proposed = Random(8), 0  # noqa: S311 (a draw that anyone can repeat)
    for _ in range(40):
        all_alike = rated("product_basic", "agent", chance.choices((1, 2, 3, 4, 5), k=200), 0)
        people = rated("product_basic", "person", chance.choices((1, 2, 3, 4, 5), k=60), 5_000)
        finer = [fine(chance.sample(all_alike, 50), f"word{number}") for number in range(10)]
        proposed += len(propose(all_alike + people, shipped(), finer)) > 0
    assert proposed <= 4


def test_a_topic_the_policy_names_already_is_used_as_it_is() -> None:
    sizes, others = rated("product_basic", "agent", [1, 2, 2, 3] * 12, 0), rated("product_basic", "agent", [4, 5] * 24, 100)
    (found,) = propose(sizes + others + PEOPLE, shipped(), [replace(fine(sizes), named=True)])
    assert isinstance(found.edit, ToPeople)
    assert found.edit.topic is None


def judged(rule: str, reason: str, needless: int, of: int) -> list[Contact]:
    verdicts = ["needless"] * needless + ["right"] * (of - needless)
    return [
        a_contact(place, "order_status", "person", rule=rule, reason=reason, verdict=verdict)
        for place, verdict in enumerate(verdicts)
    ]


def test_a_rule_most_of_whose_cases_were_needless_asks_first() -> None:
    (found,) = propose(judged("high_value", "high_value", 18, 20), shipped())
    assert found.edit == ToOffer(rule="high_value", why="people judged 18 of 20 of its cases needless (70% to 97%)")
    assert propose(judged("high_value", "high_value", 11, 20), shipped()) == []


def test_danger_is_never_proposed_to_the_agent_however_often_it_was_called_needless() -> None:
    for rule, reason in (("critical_words", "safety"), ("words", "human_request"), ("contacts", "angry"), ("human", "self_harm")):
        assert propose(judged(rule, reason, 60, 60), shipped()) == []
