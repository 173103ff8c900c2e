"""Cleaning, tokens and plain words: what readers see stays, what they do not see goes, and nothing fails."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.agent.guard.language import detect
from warmline.agent.guard.text import clean, excerpt, folded, plain_words, sentences, tokens

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x07c", "abc"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\there", "tab here"),
        ("zero\u200bwidth\ufeff \u202eflip", "zerowidth flip"),
        ("lone \ud800 half", "lone  half"),
        ("cafe\u0301", "café"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("  padded  ", "padded"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(ANY_TEXT)
def test_cleaning_never_fails_and_leaves_text_that_can_be_written(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert clean(cleaned) == cleaned


@given(ANY_TEXT)
def test_plain_words_are_bare(text: str) -> None:
    assert all(
        char.isalnum() or char in " ." or unicodedata.category(char).startswith(("M", "N")) for char in plain_words(clean(text))
    )


def test_piled_accents_stay_quick() -> None:
    assert len(clean("e" + "\u0301\u0327" * 20_000)) < 10


def test_plain_words() -> None:
    assert plain_words("I DON'T know. J'ai 12 clés!\nÇa va") == "i dont know . j ai 0 cles . ca va"


def test_tokens() -> None:
    assert tokens(folded("Don’t ship 12 of them!!")) == ["don't", "ship", "0", "of", "them", "!", "!"]


def test_sentences() -> None:
    assert sentences("One. Two!\nThree") == ["One.", "Two!", "Three"]
    assert sentences("") == [""]


def test_excerpt_keeps_both_ends() -> None:
    text = "head " + "x" * 500 + " tail"
    assert excerpt(text, 1000) == text
    short = excerpt(text, 100)
    assert len(short) == 100
    assert short.startswith("head")
    assert short.endswith("tail")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order? I have been waiting for it", "en"),
        ("¿Dónde está mi pedido? No me ha llegado", "es"),
        ("Où est ma commande ? Je ne l'ai pas reçue", "fr"),
        ("Wo ist meine Bestellung? Ich habe nichts bekommen", "de"),
        ("Dov'è il mio ordine? Non mi è arrivato", "it"),
        ("Onde está o meu pedido? Não chegou até agora", "pt"),
        ("Waar is mijn bestelling? Ik heb nog niets gekregen", "nl"),
        ("12345", None),
        ("", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert detect(text) == language
