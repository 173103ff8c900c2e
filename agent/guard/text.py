"""A message as the guard reads it: cleaned of what no reader sees, and cut into tokens for hashing."""

import re
import unicodedata

_SPACED = {"\t", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"}
_DROPPED = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Unicode categories no reader sees: control, format (zero width, direction, tags), surrogate, private, unassigned."""

_KEPT = {"\u200d"}
"""The joiner holds family emoji together."""

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]", re.UNICODE)
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"[ \xa0]+")
_ASCII_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def clean(text: str) -> str:
    """The text in NFC without lone surrogates, control and invisible characters; line breaks become ``\\n``.

    Linear in the length; plain ASCII takes a short way. Never raises.
    """
    if text.isascii():
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        return _ASCII_CONTROL.sub(lambda match: match.group() if match.group() == "\n" else " ", lines).strip()
    seen = "".join(_visible(char) for char in text.replace("\r\n", "\n"))
    return unicodedata.normalize("NFC", seen).strip()


def folded(text: str) -> str:
    """A cleaned text for comparing: casefolded, straight quotes, single spaces, every run of digits as ``0``."""
    straight = text.casefold().replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return _SPACES.sub(" ", _DIGITS.sub("0", straight))


def tokens(text: str) -> list[str]:
    """Words, ``0`` for a number, and single signs of a folded text, in order."""
    return _TOKEN.findall(text)


def excerpt(text: str, limit: int) -> str:
    """The text, or its head and tail when longer than ``limit`` characters: what matters stands at the ends."""
    if len(text) <= limit:
        return text
    head = limit * 3 // 5
    return f"{text[:head]}\n{text[-(limit - head - 1) :]}"


def _visible(char: str) -> str:
    if char in _SPACED:
        return "\n" if char not in ("\t", "\x0b", "\x0c") else " "
    if char in _KEPT or unicodedata.category(char) not in _DROPPED:
        return char
    return ""
