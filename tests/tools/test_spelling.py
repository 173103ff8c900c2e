"""How near two words are: what rapidfuzz says, which is too much to install for two figures about short words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from warmline.tools.spelling import letters_apart, likeness, may_be_as_like

WORDS = st.text("abcdé", max_size=9)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("retrun", "return", 1),
        ("cancle", "cancel", 1),
        ("adress", "address", 1),
        ("boot", "boot", 0),
        ("", "hat", 3),
        ("ca", "abc", 3),
    ],
)
def test_what_a_typing_error_costs(one: str, other: str, apart: int) -> None:
    assert letters_apart(one, other, most=9) == letters_apart(other, one, most=9) == apart


def test_farther_than_asked_for_is_only_said_to_be_farther() -> None:
    assert letters_apart("lamp", "trousers", most=2) == 3


@given(WORDS, WORDS, st.integers(0, 4))
def test_letters_are_counted_as_rapidfuzz_counts_them(one: str, other: str, most: int) -> None:
    assert letters_apart(one, other, most=most) == OSA.distance(one, other, score_cutoff=most)


@given(WORDS, WORDS)
def test_words_are_as_like_as_rapidfuzz_finds_them(one: str, other: str) -> None:
    assert likeness(one, other) == pytest.approx(fuzz.ratio(one, other))


@given(WORDS, WORDS, st.integers(0, 100))
def test_no_words_are_left_out_that_are_alike(one: str, other: str, least: int) -> None:
    assert may_be_as_like(one, other, least) or likeness(one, other) < least
