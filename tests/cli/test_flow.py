"""Prose that arrives in pieces keeps its words whole and its paragraphs apart."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from warmline.cli.flow import Flow


def flowed(*pieces: str, width: int = 30) -> str:
    screen = io.StringIO()
    flow = Flow(Console(file=screen, width=width), indent=2)
    for piece in pieces:
        flow.write(piece)
    flow.end()
    return screen.getvalue()


def test_words_are_not_broken() -> None:
    assert flowed("one two three four five six seven eight nine") == ("  one two three four five six \n  seven eight nine\n")


@pytest.mark.parametrize("pieces", [("hel", "lo wo", "rld"), ("hello", " ", "world"), ("hello world",)])
def test_where_a_piece_ends_does_not_show(pieces: tuple[str, ...]) -> None:
    assert flowed(*pieces) == "  hello world\n"


def test_paragraphs_and_lists_stay() -> None:
    assert flowed("Items:\n- a mug\n- a vase\n\nBye.\n") == "  Items:\n  - a mug\n  - a vase\n\n  Bye.\n"


def test_wide_characters_count_double() -> None:
    assert flowed("日本語 " * 5, width=24).splitlines() == ["  日本語 日本語 日本語 ", "  日本語 日本語"]


def test_nothing_is_nothing() -> None:
    assert flowed("") == ""


@given(st.lists(st.text(alphabet="ab \n", max_size=8), max_size=8))
def test_no_word_is_lost_or_changed(pieces: list[str]) -> None:
    assert flowed(*pieces).split() == "".join(pieces).split()
