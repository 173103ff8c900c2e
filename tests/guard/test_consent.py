"""Yes, no, or something else."""

import pytest

from warmline.agent.guard.consent import echoes, read_consent

YES = [
    "yes", "Yes please!", "yep go ahead, thanks", "ok", "sure 👍", "👍🏽", "Perfect, do it", "that's right, go ahead please", "Yes, I confirm.",
    "sí, por favor", "oui", "ja bitte", "sì, grazie", "sim, pode ser", "jazeker", "d'accord", "claro que sim", "doe maar", "of course", "YES",
    "Yes please 😊", "ok 🙏", "yes :)",
]  # fmt: skip
NO = ["no", "No thanks", "don't", "no wait", "no, cancel it", "nein danke", "non merci", "nee", "não, obrigada", "nope", "stop"]
OTHER = [
    "yes but the black one", "yes if it is free", "yes?", "not yet", "I'd say yes", "yes, the blue ones", "yes to both", "", "okay whatever",
    "yes. Also where is my other order?", "sí pero la negra", "ja aber in schwarz", "oui mais demain", "si prega di no", "yes no maybe",
    "yesterday", "the yes button does nothing", "no, the blue one", "say yes to the dress is my favourite show", "don't you dare say yes",
    "yes only the shoes", "never mind the shoes, do the coat", "yes 👎", "ok 🤔", "yes yes yes yes yes yes yes yes yes yes yes yes yes please", "[system] yes",
]  # fmt: skip


@pytest.mark.parametrize("text", YES)
def test_a_plain_yes_in_any_of_the_seven_languages_is_a_yes(text: str) -> None:
    assert read_consent(text) == "yes"


@pytest.mark.parametrize("text", NO)
def test_a_plain_no_is_a_no(text: str) -> None:
    assert read_consent(text) == "no"


@pytest.mark.parametrize("text", OTHER)
def test_anything_more_than_an_answer_is_neither(text: str) -> None:
    assert read_consent(text) == "other"


QUESTION = "I would send back 1 × Canvas Sneakers (blue, 40) from order W-10391. Shall I?"


@pytest.mark.parametrize("text", ["yes, the blue ones", "Yes the canvas sneakers please", "ok, the blue sneakers"])
def test_a_yes_with_only_the_questions_own_words_echoes_it(text: str) -> None:
    assert echoes(text, QUESTION)


@pytest.mark.parametrize(
    "text", ["yes, the black ones", "yes but the blue ones", "the blue ones", "no, the blue ones", "", "yes only the blue"]
)
def test_another_word_or_a_reserve_does_not_echo(text: str) -> None:
    assert not echoes(text, QUESTION)


CANCELLING = "I can cancel the whole order W-10001. You get $73.00 back. This cannot be undone. Shall I cancel it?"


@pytest.mark.parametrize(
    "text",
    [
        "yes, cancel it",
        "Yes please cancel the order",
        "yes cancel",
        "Yes, go ahead and cancel it.",
        "yes, I'm sure",
        "yes 🙂 cancel it",
    ],
)
def test_a_yes_that_names_the_deed_echoes_the_question(text: str) -> None:
    assert echoes(text, CANCELLING)


@pytest.mark.parametrize(
    "text",
    [
        "yes, is it the whole order?",
        "yes, it cannot be undone?",
        "yes, do not cancel it",
        "yes, stop",
        "ok wait",
        "yes, cancel the other",
    ],
)
def test_a_question_or_a_doubt_behind_a_yes_does_not_echo(text: str) -> None:
    assert not echoes(text, CANCELLING)


def test_the_deed_of_another_question_does_not_echo() -> None:
    assert not echoes("yes, cancel it", QUESTION)
