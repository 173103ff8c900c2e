"""Sifted expressions find what the same ones joined by ``|`` find, whatever is left untried."""

import re
from itertools import pairwise

import pytest
from guard_corpus import read_examples
from hypothesis import given, settings
from hypothesis import strategies as st

from warmline.agent.guard import gift_words, promise_words
from warmline.agent.guard.claims import CLAIMS
from warmline.agent.guard.sifted import Shelf, Sifted, pieces_of

PROMISES = {
    "promised": promise_words.PROMISED,
    "certain": promise_words.CERTAIN,
    "compensated": promise_words.COMPENSATED,
    "fault": promise_words.FAULT,
    "paid": promise_words.PAID,
    "regular": promise_words.REGULAR,
    "secrets": gift_words.SECRETS,
    "lawful": gift_words.LAWFUL,
    "given": gift_words.GIVEN,
    "claimed": gift_words.CLAIMED,
    "assured": gift_words.ASSURED,
}
GROUPS: dict[str, tuple[str, ...]] = {**PROMISES, **{f"claim {place}": claim.patterns for place, claim in enumerate(CLAIMS)}}
_, LINES = read_examples("test")
WORDS = sorted({word for line in LINES[:400] for word in line.split()})


def spans(found: "list[re.Match[str]]") -> list[tuple[int, int]]:
    return [match.span() for match in found]


def same(name: str, text: str) -> None:
    words = GROUPS[name]
    joined = re.compile("|".join(words), re.IGNORECASE)
    assert spans(list(Sifted(words).finditer(text))) == spans(list(joined.finditer(text))), text


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_nothing_is_lost_by_what_is_not_tried(name: str) -> None:
    """Real messages, and the expressions themselves read as texts: those are full of what they look for."""
    sifted, joined = Sifted(GROUPS[name]), re.compile("|".join(GROUPS[name]), re.IGNORECASE)
    plain = [re.sub(r"\\b|\(\?:|[()?|\\]", " ", source) for source in GROUPS[name]]
    for text in (*LINES[:600], *plain, *(" ".join(pair) for pair in pairwise(plain))):
        assert spans(list(sifted.finditer(text))) == spans(list(joined.finditer(text))), text


@given(st.sampled_from(sorted(GROUPS)), st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_nor_by_words_in_any_order(name: str, text: str) -> None:
    same(name, text)


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        (r"\b(?:i|we) (?:promise|guarantee|vow)\b", {"promise", "guarantee", "vow"}),
        (r"cancel(?:l)?ed\b", {"cancel"}),
        (r"(?:refund)?\w+", set[str]()),
        (r"(?:a|b)", set[str]()),
        (r"(?:\w+ ){2}straße", {"strasse"}),
    ],
)
def test_what_a_match_must_hold(source: str, pieces: set[str]) -> None:
    assert pieces_of(source) == pieces


def test_what_is_no_expression_says_so() -> None:
    with pytest.raises(re.error):
        pieces_of("(")


def test_the_first_expression_is_taken_where_several_match() -> None:
    (match, other) = Sifted((r"refund\w*", r"refunds for all", r"all of it")).finditer("Refunds for ALL of it")
    assert (match.group(), other.group()) == ("Refunds", "ALL of it")


def test_a_shelf_gives_what_may_be_there_in_its_order() -> None:
    shelf = Shelf([("money", Sifted((r"money back",))), ("any", Sifted((r"\w+",))), ("law", Sifted((r"lawyer",)))])
    assert [name for name, _ in shelf.possible("your MONEY BACK")] == ["money", "any"]
    assert [name for name, _ in shelf.possible("my lawyer wants money back")] == ["money", "any", "law"]
