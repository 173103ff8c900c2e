"""What only answers the agent's question, whatever a classifier makes of the few words; and what is more than an answer."""

import pytest

from warmline.agent.guard.answers import choices_in, is_answer, only_number, says_little
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.rules import matches
from warmline.agent.guard.signals import Signals, gather

LIST = """These are the orders it may be:
- W-10425, Wednesday, 18 November: Saltmarsh Lip Balm Trio and Pine Fire Pit, $34.95 (delivered)
- W-10345, Saturday, 24 October: Pine & Smoke Candle, $29.95 (delivered)
Which one is it from?"""
NAMED = choices_in(LIST)


def read(text: str, *, topic: str = "return_start", asked: bool = True, reason: str = "safety") -> Signals:
    facts = Facts(topic=topic, asked=asked, named=NAMED)
    return gather(text, facts, reasons={reason: 0.97, "smalltalk": 0.03}, hits=matches(text))


@pytest.mark.parametrize(
    "text",
    ["the lip balms", "the candle please", "Saltmarsh trio", "the smoke candle one", "my lip balm trio", "both the candles"],
)
def test_what_was_listed_may_be_named(text: str) -> None:
    assert read(text).answer


@pytest.mark.parametrize(
    "text",
    [
        "lip",
        "fire!",
        "smoke",
        "the lip balms burned my lips",
        "the candle caught fire",
        "my lips are swollen",
        "the socks",
        "smoke in the kitchen",
    ],
)
def test_more_than_a_name_or_a_bare_word_of_it_is_no_answer(text: str) -> None:
    assert not read(text).answer


def test_nothing_was_listed_then_nothing_is_picked() -> None:
    assert choices_in("What can I do - today?") == frozenset()
    assert not is_answer("the lip balms", asked=True)
    assert not is_answer("the lip balms", asked=False, named=NAMED)


@pytest.mark.parametrize(
    "text",
    [
        "didn't like the smell",
        "Don't like the colour.",
        "the scarf, it was not what I expected",
        "it's not my style",
        "just didn't like it",
        "they weren't what I hoped for",
        "I did not care for the scent",
    ],
)
def test_dislike_is_a_reason_to_send_something_back(text: str) -> None:
    assert read(text, reason="self_harm").answer
    assert read(text, topic="exchange_start").answer


@pytest.mark.parametrize(
    "text",
    [
        "didn't like the smell, I feel sick",
        "it was not what I expected, life I mean",
        "I don't like to live",
        "I don't want to",
        "didn't like the smell of burning",
    ],
)
def test_what_may_be_more_than_dislike_is_left_to_the_classifier(text: str) -> None:
    assert not says_little(text, asked=True, topic="return_start", named=NAMED)


def test_dislike_answers_nothing_where_nothing_goes_back_or_nothing_was_asked() -> None:
    assert not read("didn't like the smell", topic="order_status").answer
    assert not read("didn't like the smell", asked=False).answer


@pytest.mark.parametrize(
    "text",
    [
        "12 Birch Lane",
        "no, 51 Pine Street!",
        "sorry, it's 7 Old Mill Rd",
        "Austin, TX 78701",
        "make it 4 Quay Close",
    ],
)
def test_bits_of_an_address_answer(text: str) -> None:
    assert is_answer(text, asked=True)
    assert not is_answer(text, asked=False)


@pytest.mark.parametrize(
    "text", ["ok and L?", "actually make that XS", "and the other one", "what about in green then", "or the blue one instead"]
)
def test_a_pointing_word_leads_on_though_nothing_was_asked(text: str) -> None:
    assert is_answer(text, asked=False)


@pytest.mark.parametrize(
    "text", ["and another thing", "ok", "no", "it is wrong", "too small", "and you", "911", "none of them", "that is all wrong"]
)
def test_other_short_words_lead_nowhere(text: str) -> None:
    assert not is_answer(text, asked=False)


def test_a_name_that_is_picked_lowers_no_rule() -> None:
    facts = Facts(topic="return_start", asked=True, named=frozenset({"lawyer", "doll"}))
    text = "my lawyer will hear of it"
    assert not gather(text, facts, reasons={"smalltalk": 1.0}, hits=matches(text)).answer


@pytest.mark.parametrize("text", ["w10445 pls", "W-10432", "hi order #W-10432 please", "my number: w-10432, thanks!"])
def test_an_order_number_alone_asks_where_it_is(text: str) -> None:
    signals = gather(text, Facts(), reasons={"human_request": 0.6, "unsure": 0.4}, hits=())
    assert (signals.intent, signals.human_probability) == ("order_status", 0.0)


@pytest.mark.parametrize(
    "text", ["w10445 caught fire", "W-10432 agent pls", "12345", "W-10432 is a fraud", "call W-10432", "W-10432 W-10433 lawyer"]
)
def test_a_word_beside_the_number_is_read(text: str) -> None:
    assert not only_number(text)


@pytest.mark.parametrize("text", ["no actually dont", "nah, don't", "no thanks, don't bother"])
def test_a_plain_no_is_an_answer_whatever_is_read_into_it(text: str) -> None:
    assert read(text, topic="back_in_stock_signup", reason="unsure").answer
    assert not read(text, asked=False).answer


@pytest.mark.parametrize("text", ["no, I can't go on", "no actually don't want to live", "no. my hand is burnt"])
def test_a_no_with_more_to_it_is_read(text: str) -> None:
    assert not read(text, topic="back_in_stock_signup", reason="self_harm").answer


def test_a_mail_address_without_its_signs_answers_where_one_is_wanted() -> None:
    assert is_answer("tom at post dot com", asked=True)
    assert is_answer("pia at example", asked=True, topic="back_in_stock_signup")
    assert not is_answer("attacked at work", asked=True, topic="order_status")
    assert not is_answer("pia at example", asked=False, topic="back_in_stock_signup")


@pytest.mark.parametrize(
    "text", ["text me please", "yes, by SMS", "lieber per SMS", "plutôt par sms", "actually e-mail me instead", "sms graag"]
)
def test_by_what_to_be_told_answers_the_offer_to_be_told(text: str) -> None:
    for topic in ("stock_check", "back_in_stock_signup"):
        assert read(text, topic=topic, reason="human_request").answer
    assert not read(text, topic="return_start", reason="human_request").answer
    assert not read(text, topic="stock_check", asked=False, reason="human_request").answer


@pytest.mark.parametrize("text", ["text me a human", "call me", "email my lawyer", "why do you text me"])
def test_what_says_more_than_by_what_is_no_answer(text: str) -> None:
    assert not read(text, topic="stock_check", reason="human_request").answer
