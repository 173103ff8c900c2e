"""Yes, no, or something else."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from warmline.agent.guard.consent import echoes, read_consent

ANSWERS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("consent.yaml").read_text("utf-8"))
PLAIN = [(kind, text) for kind in ("yes", "no", "other") for texts in ANSWERS[kind].values() for text in texts]
DEEDS = [(tool, kind, text) for tool, kinds in ANSWERS["deeds"].items() for kind, texts in kinds.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), PLAIN)
def test_an_answer_is_read_as_a_person_would_and_a_doubtful_one_is_neither(kind: str, text: str) -> None:
    assert read_consent(text) == kind


@pytest.mark.parametrize(("tool", "kind", "text"), DEEDS)
def test_naming_the_deed_is_a_yes_only_to_the_question_that_proposed_it(tool: str, kind: str, text: str) -> None:
    assert read_consent(text, tool=tool) == kind


@pytest.mark.parametrize("text", [text for kind, text in PLAIN if kind == "yes"])
def test_a_yes_with_a_reserve_behind_it_is_none(text: str) -> None:
    for reserve in (", but the black one", "?", " if it is free", " only the shoes"):
        assert read_consent(text + reserve) != "yes"


QUESTION = "I would send back 1 × Canvas Sneakers (blue, 40) from order W-10391. Shall I?"


@pytest.mark.parametrize(
    "text", ["yes, the blue ones", "Yes the canvas sneakers please", "ok, the blue sneakers", "yes, from order W-10391"]
)
def test_a_yes_with_only_the_questions_own_words_echoes_it(text: str) -> None:
    assert echoes(text, QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        "yes, the black ones",
        "yes but the blue ones",
        "the blue ones",
        "no, the blue ones",
        "",
        "yes only the blue",
        "yes, 1",
        "yes, keep it",
    ],
)
def test_another_word_or_a_reserve_does_not_echo(text: str) -> None:
    assert not echoes(text, QUESTION)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("yes, the blue ones", "I would send back 1 × Sneakers (blue) and 1 × Boots (red). Shall I?"),
        ("yes, the old one", "I can exchange 1 × Coat (navy) for 1 × Coat (red). Send the old one back. Shall I?"),
        ("yes, Cedar Street", "I can send it to a new address:\n- now: 12 Cedar Street\n- new: 9 Elm Road\nShall I?"),
        ("yes, one", "I would send back 2 × Sneakers (blue). Shall I?"),
    ],
)
def test_words_that_could_choose_a_part_of_the_question_do_not_echo(text: str, question: str) -> None:
    assert not echoes(text, question)


CANCELLING = "I can cancel the whole order W-10001. You get $73.00 back. This cannot be undone. Shall I cancel it?"


@pytest.mark.parametrize(
    "text", ["yes, cancel it", "Yes please cancel the order", "yes cancel", "yes, I'm sure", "yes 🙂 cancel it"]
)
def test_a_yes_that_names_the_deed_echoes_the_question(text: str) -> None:
    assert echoes(text, CANCELLING)


@pytest.mark.parametrize(
    "text",
    ["yes, is it the whole order?", "yes, it cannot be undone?", "yes, do not cancel it", "yes, stop", "ok wait", "yes, cancel the other", "yes " * 13],
)  # fmt: skip
def test_a_question_or_a_doubt_behind_a_yes_does_not_echo(text: str) -> None:
    assert not echoes(text, CANCELLING)


def test_the_deed_of_another_question_does_not_echo() -> None:
    assert not echoes("yes, cancel it", QUESTION)
