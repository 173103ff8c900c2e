"""Yes, no, or something else: an answer counts only when nothing but the answer was said.

"Yes but the black one" is neither: every word must be a yes-word (or a no-word) or a courtesy around it. Seven languages. A doubtful
answer is never a yes: the customer is simply asked again.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from .consent_words import (
    COURTESY,
    DEEDS,
    HALF_DEEDS,
    NEUTRAL_PHRASES,
    NO,
    NO_PHRASES,
    POINTING,
    RESERVES,
    YES,
    YES_PHRASES,
)

Consent = Literal["yes", "no", "other"]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+|\S", re.UNICODE)
_ENDS = re.compile(r"[.!,;:…()\"~\ufe0f\U0001f3fb-\U0001f3ff–-]+(?=\s|$)|(?<!\S)[¡\"(–-]+")
_LONGEST = 12
_THUMBS_UP = ("👍", "👌", "✅")
_AGAINST = frozenset("👎🙅🚫❌❎🛑✋⛔🤔🤨🤷🤦😕😡😠😭😢😬🙄😒💔🖕✖❓❔")
_CANCELLING = "cancel_unshipped_order"
_ITEM = "×"
_NUMBER = 4
"""Digits from which a number names an order; fewer may be a quantity, a size or an amount."""


@lru_cache(maxsize=64)  # a turn asks it of its message several times
def read_consent(text: str, *, tool: str = "") -> Consent:
    """What a customer's message answers to a yes-or-no question.

    ``tool`` is the write the question was about, if any: "please cancel it" is a yes to "Shall I cancel it?" and a no to others.
    """
    thumbs = any(sign in text for sign in _THUMBS_UP)
    rest = _ENDS.sub(" ", _plain(text))
    if len(_WORD.findall(rest)) > _LONGEST:
        return "other"
    rest, no = _without(rest, NO_PHRASES)
    rest, deed = _without(rest, DEEDS.get(tool, ()))
    rest, called_off = _without(rest, DEEDS[_CANCELLING])
    rest, _ = _without(rest, NEUTRAL_PHRASES)
    rest, yes = _without(rest, YES_PHRASES)
    return _judge(_WORD.findall(rest), yes=thumbs or deed or yes, no=no or called_off, half=HALF_DEEDS.get(tool, frozenset()))


def _judge(words: list[str], *, yes: bool, no: bool, half: frozenset[str]) -> Consent:
    yes = yes or any(word in YES for word in words)
    no = no or any(word in NO and word not in half for word in words)
    if yes and not no and all(word in YES or word in COURTESY or word in half for word in words):
        return "yes"
    if no and not yes and all(word in NO or word in COURTESY for word in words):
        return "no"
    return "other"


def _without(text: str, phrases: tuple[str, ...]) -> tuple[str, bool]:
    """The text without these phrases, and whether there were any."""
    if not phrases:
        return text, False
    rest, hits = _pattern(phrases).subn(" ", text)
    return rest, hits > 0


@lru_cache(maxsize=16)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'-])(?:{'|'.join(re.escape(phrase) for phrase in phrases)})(?![\w'-])")


def _plain(text: str) -> str:
    """Lower case, straight quotes, single spaces, and no pictures but those that say no."""
    if not text.isascii():
        text = "".join(" " if unicodedata.category(char) == "So" and char not in _AGAINST else char for char in text)
    return " ".join(text.casefold().replace("’", "'").split())


def echoes(text: str, question: str) -> bool:
    """Whether a message opens with a yes and adds only words of the question: "yes, the blue ones" to "… the blue shoes …?".

    That alone is no yes: it counts only if the model, having read it, proposes exactly the same arguments again. Where the question
    names several things, or an old and a new one, words of it could choose among them: there nothing echoes.
    """
    plain = _plain(text)
    words = _WORD.findall(_ENDS.sub(" ", plain))
    several = question.count(_ITEM) > 1 or "\n" in question
    if several or not words or words[0] not in YES or len(words) > _LONGEST or "?" in plain or _without(plain, NO_PHRASES)[1]:
        return False
    asked = {word for word in _WORD.findall(question.casefold()) if not word.isdigit() or len(word) >= _NUMBER}
    if any(word in RESERVES or (word in NO and not (word == "cancel" and word in asked)) for word in words[1:]):
        return False
    if _ITEM in question and f"1 {_ITEM}" not in question and {"one", "a"} & set(words):
        return False
    return all(word in YES or word in COURTESY or word in POINTING or word in asked for word in words)
