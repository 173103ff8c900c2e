"""A message as the guard reads it: cleaned of what no reader sees, cut into tokens, sentences, or plain words."""

import re
import unicodedata

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000e0000-\U0010ffff]+"
)
"""Controls, directions, zero width, surrogates, private use, variation selectors. The joiner U+200D holds emoji together and stays."""

_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_STACKED = re.compile("([\u0300-\u036f]{4})[\u0300-\u036f]+")
"""Accents piled on one letter, which would make normalising slow."""

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]")
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"'})
_ENGLISH_ENDING = re.compile(r"'(?=(?:t|s|m|d|re|ve|ll)\b)")
_ACCENT = re.compile("[\u0300-\u036f]+")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_STOP = re.compile(r"[.!?…\n]+")
_NO_WORD = re.compile(r"[^\w.]+|_+")


def clean(text: str) -> str:
    """The text in NFC without lone surrogates, control and invisible characters; line breaks become ``\\n``. Never raises."""
    seen = _UNSEEN.sub("", _BREAK.sub("\n", text).replace("\t", " "))
    return seen.strip() if seen.isascii() else unicodedata.normalize("NFC", _STACKED.sub(r"\1", seen)).strip()


def folded(text: str) -> str:
    """A cleaned text for comparing: casefolded, straight quotes, single spaces, every run of digits as ``0``."""
    return _SPACES.sub(" ", _DIGITS.sub("0", text.translate(_QUOTES).casefold()))


def tokens(text: str) -> list[str]:
    """Words, ``0`` for a number, and single signs of a folded text, in order."""
    return _TOKEN.findall(text)


def sentences(text: str) -> list[str]:
    """The sentences and lines of a cleaned text; the text itself if there are none."""
    return [part for part in _SENTENCE.split(text) if part.strip()] or [text]


def without_addresses(text: str) -> str:
    """A text without its e-mail addresses, unless there is nothing else in it: they say who writes, not what is wanted."""
    rest = _EMAIL.sub(" ", text)
    return rest.strip(" ,;:\n") if any(map(str.isalpha, rest)) else text


def plain_words(text: str) -> str:
    """The bare words of a cleaned text, as rules read them: folded, no accents, ``dont``, ``j ai``, sentence ends as `` . ``.

    >>> plain_words("I DON'T know. J'ai 12 clés!")
    'i dont know . j ai 0 cles .'
    """
    lines = _STOP.sub(" . ", _DIGITS.sub("0", text.translate(_QUOTES).casefold()))
    bare = _ENGLISH_ENDING.sub("", lines)
    if not bare.isascii():
        bare = _ACCENT.sub("", unicodedata.normalize("NFD", bare))
    return " ".join(_NO_WORD.sub(" ", bare).split())


def excerpt(text: str, limit: int) -> str:
    """The text, or its head and tail when longer than ``limit`` characters: what matters stands at the ends."""
    if len(text) <= limit:
        return text
    head = limit * 3 // 5
    return f"{text[:head]}\n{text[-(limit - head - 1) :]}"
