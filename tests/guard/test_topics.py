"""A shop's own topics: words in the policy, found in messages, used in conditions."""

import pytest

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.findings import PolicyError
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.policy_file import examine_policy, read_policy
from warmline.agent.guard.rules import searchable
from warmline.agent.guard.signals import Signals
from warmline.agent.guard.topics import Topic, TopicHit, topics_in, with_topics

SIZING = Topic("sizing", ("size*", "how big", "*größe*", "taille*", "talla*", "taglia", "taglie", "tamanho*", "maat", "maten"))
POLICY = """\
version: 1
topics:
  sizing: [size*, how big]
queues:
  complex_product: {queue: product_experts}
rules:
  - {id: sizing, when: '"sizing" in signals.topics', route: human, reason: complex_product}
  - {id: automate, when: "true", route: automate, reason: from_signals}
"""


def found(text: str, *topics: Topic) -> list[tuple[str, str]]:
    return [(hit.name, hit.words) for hit in topics_in(searchable(text), topics or (SIZING,))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What SIZES does the crewneck come in?", "sizes"),
        ("How   big is it?", "how big"),
        ("Welche Kleidergrößen gibt es?", "kleidergrossen"),
        ("Quelles tailles avez-vous ?", "tailles"),
        ("¿Qué tallas hay?", "tallas"),
        ("Che taglie ci sono?", "taglie"),
        ("Que tamanhos tem?", "tamanhos"),
        ("Welke maten zijn er?", "maten"),
    ],
)
def test_a_word_is_found_whatever_its_case_its_accents_or_its_language(text: str, words: str) -> None:
    assert found(text) == [("sizing", words)]


def test_a_word_is_a_whole_word_and_a_phrase_stands_in_one_sentence() -> None:
    assert found("It was a prize, how nice. Big thanks, signorina Tagliente, I am outsized.") == []


def test_a_message_may_be_of_several_topics_in_the_policys_order() -> None:
    colour = Topic("colour", ("colour*",))
    assert [name for name, _ in found("Which colour and which size?", colour, SIZING)] == ["colour", "sizing"]


def test_a_mere_answer_to_the_agents_question_is_of_no_topic() -> None:
    hit = TopicHit(name="sizing", words="size")
    assert with_topics(Signals(), "size M please", [SIZING]).topics == (hit,)
    assert with_topics(Signals(answer=True, topics=(hit,)), "size M please", [SIZING]).topics == ()


def test_the_guard_reads_the_policys_topics_and_its_rules_decide_by_them() -> None:
    guard = Guard(policy=read_policy("mine.yaml", POLICY))
    asked, other = guard.read_many(["What sizes does the Harbour Crewneck come in?", "Where is my order W-10432?"], Facts())
    assert (guard.decide(asked).rule, guard.decide(other).rule) == ("sizing", "automate")
    assert guard.decide(asked).signals["topics"] == [{"name": "sizing", "words": "sizes"}]
    assert next(one.words for one in asked.explain() if one.source == "topic:sizing") == "sizes"


def test_a_topic_changes_the_digest() -> None:
    one, other = read_policy("mine.yaml", POLICY), read_policy("mine.yaml", POLICY.replace("how big", "how wide"))
    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("[size*, how big]", "[si*ze]", "line 3, column 12: 'si*ze' has a * inside"),
        ("[size*, how big]", "[si*]", "'si*' is in too many words"),
        ("[size*, how big]", '["How big? So big"]', "is no word to look for"),
        ("[size*, how big]", "[]", "the topic 'sizing' has no words"),
        ("[size*, how big]", "size", "expected a list, got 'size'"),
        ("[size*, how big]", "[42]", "expected a word, got 42; put it in quotes"),
        ("  sizing: [", "  my sizing: [", "'my sizing' is no name for a topic"),
        ('"sizing" in', '"sizes" in', "signals.topics is never \"sizes\": did you mean 'sizing'?"),
        ("topics:\n  sizing: [size*, how big]\n", "", 'signals.topics is never "sizing": there is nothing'),
    ],
)
def test_a_mistake_in_a_topic_is_named_with_its_place(was: str, now: str, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy("mine.yaml", POLICY.replace(was, now))
    assert says in str(caught.value)


def test_a_topic_that_no_condition_uses_is_a_warning() -> None:
    examined = examine_policy("mine.yaml", POLICY.replace("  sizing:", "  colour: [colour*]\n  sizing:"))
    assert examined.policy is not None
    assert [one.problem for one in examined.findings.warnings] == ["no condition uses the topic 'colour'"]
