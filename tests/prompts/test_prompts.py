"""Prompts are text with strict placeholders."""

from pathlib import Path

import pytest

from warmline.agent.guard.decision import HUMAN_REASONS
from warmline.errors import UsageError
from warmline.prompts import placeholders, render, sections

FILES = [file.stem for file in (Path(__file__).parents[2] / "prompts").glob("*.md")]


@pytest.mark.parametrize("file", FILES)
def test_every_section_has_text_and_parses(file: str) -> None:
    found = sections(file)
    assert found
    for name, text in found.items():
        assert text, name
        values = dict.fromkeys(placeholders(file, name), "…")
        assert "{" not in render(file, name, **values) or "{{" in text


def test_a_missing_or_unknown_placeholder_is_refused() -> None:
    for values in ({}, {"name": "Ann", "email": "a@b.c", "today": "now", "more": 1}):
        with pytest.raises(UsageError, match=r"prompts/agent.md ## context_customer takes \['email', 'name', 'today'\]"):
            render("agent", "context_customer", **values)


def test_an_unknown_section_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="no section 'nope'; it has"):
        render("agent", "nope")


@pytest.mark.parametrize("reason", HUMAN_REASONS)
def test_each_reason_for_a_person_has_its_own_words(reason: str) -> None:
    acknowledgement = render("desk", f"ack_{reason}", case="K-ABC234", when="soon")
    assert "K-ABC234" in acknowledgement
    assert "soon" in acknowledgement
    assert render("desk", f"next_{reason}")
    assert render("desk", f"draft_{reason}", name="Ann").startswith(("Dear Ann", "Hello Ann"))
