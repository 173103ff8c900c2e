"""The sentences the embedded model may say."""

import pytest

from warmline.agent.guard.values import values_in
from warmline.prompts import sections

ASKING = ("which_", "ask_", "why", "how_many", "go_", "back_to_", "not_found", "change_what", "do_you_mean", "offer_")


@pytest.mark.parametrize("name", sections("embedded"))
def test_a_sentence_holds_no_value_of_its_own(name: str) -> None:
    assert not values_in(sections("embedded")[name])


@pytest.mark.parametrize("name", [name for name in sections("embedded") if name.startswith(ASKING)])
def test_a_question_ends_in_a_question_mark(name: str) -> None:
    assert sections("embedded")[name].endswith("?")


@pytest.mark.parametrize("name", sections("embedded"))
def test_a_sentence_speaks_plainly(name: str) -> None:
    text = sections("embedded")[name]

    assert "As an AI" not in text
    assert text.count("!") == 0
