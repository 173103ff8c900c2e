"""In which language a customer reads: told by small words, and by the wording a rule knows."""

import pytest

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.language import detect


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please take me off all lists"),
        ("en", "no dont"),
        (None, "a.b@example.com"),
        ("de", "bitte an o.a@posta.it"),
        ("es", "quiero hablar con alguien"),
        ("es", "ya no aguanto más la vida"),
        ("fr", "plus envie de rien"),
        ("fr", "je veux parler à une personne"),
        ("de", "ich will nicht mehr leben"),
        ("it", "voglio parlare con qualcuno"),
        ("pt", "quero falar com alguém"),
        ("nl", "ik wil iemand spreken"),
    ],
)
def test_short_messages_have_a_language(language: str | None, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("language", "text"), [("it", "operatore!"), ("nl", "medewerker svp"), ("de", "Selbstmord"), ("es", "sobredosis")]
)
def test_a_rule_that_fires_in_one_language_tells_it(language: str, text: str) -> None:
    (signals,) = Guard().read_many([text], Facts())
    assert signals.rules
    assert signals.language == language


def test_what_several_languages_say_alike_tells_none() -> None:
    (signals,) = Guard().read_many(["suicidio"], Facts())
    assert signals.rules
    assert signals.language is None


def test_the_language_of_a_rule_is_not_stored_with_a_decision() -> None:
    guard = Guard()
    (signals,) = guard.read_many(["operatore!"], Facts())
    assert signals.language == "it"
    assert "language" not in guard.decide(signals).signals["rules"][0]


def test_pieces_of_words_with_figures_in_them_tell_no_language() -> None:
    assert detect("pl34se f1nd 1t") is None
