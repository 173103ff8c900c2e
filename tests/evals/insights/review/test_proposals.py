"""What is proposed, and what is not: only what the figures hold, and never what must stay with people."""

from datetime import UTC, datetime, timedelta

from warmline.agent.guard.policy import shipped
from warmline.evals.insights.patch import ToOffer, ToPeople
from warmline.evals.insights.review.contacts import Contact, Score, Server
from warmline.evals.insights.review.proposals import propose
from warmline.evals.insights.review.reading import CaseSeen

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
    assert found.words.endswith("with people on 20: send them to people")


def test_a_few_bad_ratings_are_no_reason_and_neither_is_nobody_to_compare_with() -> None:
    few = rated("product_basic", "agent", [1, 2] * 4, 0) + rated("product_basic", "person", [5] * 20, 100)
    alone = rated("stock_check", "agent", [1, 2] * 20, 200)
    assert propose(few + alone, shipped()) == []


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
