"""Finer topics: words of many customers, with those that mean the same; and that a rule finds exactly what the figures are of."""

from datetime import UTC, datetime, timedelta

from warmline.agent.guard.topics import Topic
from warmline.evals.insights.review.contacts import Contact
from warmline.evals.insights.review.topics import Finer, finer_topics

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIZES = (
    "What sizes does the parka come in?", "Which size is the tee?", "size chart please", "Do you have bigger sizes of the boots?",
    "Welche Größen gibt es beim Parka?", "In welcher Größe gibt es die Jacke?", "Quelles tailles pour la robe ?", "Et la taille du pull ?",
)  # fmt: skip
OTHERS = (
    "What is the vase made of?",
    "How much is the kettle?",
    "Does the lamp come in navy?",
    "Where are the mugs made?",
    "How heavy is it?",
)


def contacts(texts: tuple[str, ...], each: int, *, start: int = 0, customers: int = 1_000) -> list[Contact]:
    made = enumerate([text for text in texts for _ in range(each)], start)
    return [a_contact(number, text, f"C-{number % customers}") for number, text in made]


def a_contact(number: int, text: str, customer: str, topic: str = "product_basic") -> Contact:
    at = NOON + timedelta(minutes=number)
    return Contact(
        conversation_id=f"c{number}",
        customer=customer,
        began=at,
        ended=at,
        messages=1,
        topic=topic,
        topics=frozenset({topic}),
        orders=frozenset(),
        server="agent",
        route="automate",
        reason=topic,
        rule="automate",
        layer="policy",
        agent_first=True,
        text=text,
    )


def about_sizes(found: list[Finer]) -> Finer:
    return next(one for one in found if "sizes" in one.topic.words)


def test_words_of_one_meaning_are_one_topic_in_whatever_language() -> None:
    found = about_sizes(finer_topics(contacts(SIZES, 6) + contacts(OTHERS, 12, start=500)))
    assert {"size", "sizes", "taille", "tailles"} < set(found.topic.words)
    assert {"größe", "größen"} < set(found.topic.words)
    assert len(found.contacts) == 6 * len(SIZES)
    assert found.intent == "product_basic"


def test_a_rule_with_the_topic_finds_exactly_the_contacts_the_figures_are_of() -> None:
    everything = contacts(SIZES, 6) + contacts(OTHERS, 12, start=500)
    for one in finer_topics(everything):
        (again,) = (other for other in finer_topics(everything, [one.topic]) if other.named)
        assert again.contacts == one.contacts


def test_the_same_contacts_make_the_same_topics() -> None:
    everything = contacts(SIZES, 6) + contacts(OTHERS, 12, start=500)
    assert finer_topics(everything) == finer_topics(everything)


def test_what_few_customers_write_is_no_topic_as_it_may_be_a_name() -> None:
    found = finer_topics(contacts(("Has Willoughby answered?",), 40, customers=3) + contacts(OTHERS, 12, start=500))
    assert not any("willoughby" in one.topic.words for one in found)


def test_words_that_nearly_all_write_set_nothing_apart() -> None:
    assert finer_topics(contacts(("Which sizes?", "Which size?"), 40) + contacts(OTHERS[:1], 15, start=500)) == []


def test_words_of_one_sentence_that_many_write_are_one_topic() -> None:
    found = finer_topics(contacts(("Is there an engraving on the pewter tankard?",), 30) + contacts(OTHERS, 12, start=500))
    assert [one.topic.words for one in found if len(one.contacts) == 30] == [("engraving",)]


def test_a_topic_that_the_policy_names_is_not_found_a_second_time() -> None:
    sizing = Topic("sizing", ("siz*", "*größe*", "taille*"))
    found = finer_topics(contacts(SIZES, 6) + contacts(OTHERS, 12, start=500), [sizing])
    assert [(one.topic.name, len(one.contacts)) for one in found if one.named] == [("sizing", 6 * len(SIZES))]
    assert not any({"size", "sizes"} & set(one.topic.words) for one in found if not one.named)


def test_two_classes_have_their_topics_apart_under_names_of_their_own() -> None:
    asked = (
        "Is size 42 of the boots left?",
        "Do you have the dress in size 38?",
        "Do you have the vase?",
        "Is the lamp in stock?",
    )
    in_stock = [a_contact(2_000 + number, asked[number % 4], f"C-{number}", "stock_check") for number in range(60)]
    found = finer_topics(contacts(SIZES, 6) + contacts(OTHERS, 12, start=500) + in_stock)
    names = [one.topic.name for one in found]
    assert len(names) == len(set(names))
    assert {one.intent for one in found if "size" in one.topic.words} == {"product_basic", "stock_check"}


def test_contacts_whose_words_were_erased_are_of_no_topic() -> None:
    assert finer_topics([a_contact(number, "", f"C-{number}") for number in range(100)]) == []
