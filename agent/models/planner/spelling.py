"""Typing errors in the words that matter, put right: ``retrun``, ``cancle``, ``adress``."""

import re
from collections.abc import Iterable
from functools import lru_cache

from warmline.tools.spelling import letters_apart

_CORE = (
    "order orders return returned returning exchange cancel address delivery delivered shipping shipped package parcel tracking track where"
    " refund available stock colour colours material dishwasher policy warranty notify waitlist swap arrive arrived arriving"
    " thanks hello please payment washing washed replacement compare difference recommend alternative when cancelled receive received"
    " change update"
).split()
_REAL = frozenset(
    "older border other wear there were here hair ware washes thank trick truck shopping chance charge charger change stick stack sock"
    " socks whale wheel colours cooler card cart sticks harder orderly when then them where address dress return cancel".split()
)
"""Words that are right as they are, however near they come to one of the core."""
_FAR = 2
"""Letters that a long word may have wrong; a short one only one."""
_WORD = re.compile(r"[a-z]{4,}")


def corrected(plain: str) -> str:
    """A folded text with typing errors in the words that matter put right: ``retrun``, ``cancle``, ``adress``."""
    return _WORD.sub(lambda match: _nearest(match.group()), plain)


@lru_cache(maxsize=2048)
def _nearest(word: str) -> str:
    if word in _REAL or word in _CORE:
        return word
    distance, best = min(
        ((letters_apart(word, right, most=_FAR), right) for right in _candidates(word)), default=(_FAR + 1, word)
    )
    return best if distance <= (1 if len(best) < len("tracking") else _FAR) else word


def _candidates(word: str) -> Iterable[str]:
    return (right for right in _CORE if right[0] == word[0] and abs(len(right) - len(word)) <= 1)
