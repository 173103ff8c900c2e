"""Figures as people write them: ``1,250.00``, ``1.250,00``, ``97``, "ninety-seven"."""

import re
from decimal import Decimal, InvalidOperation

_SPACE = "\u00a0\u202f"
FIGURE = rf"(?:\d{{1,3}}(?:[.,{_SPACE}]\d{{3}}){{1,3}}(?:[.,]\d{{1,2}})?|\d{{1,3}}(?: \d{{3}}){{1,3}},\d{{2}}|\d+(?:[.,]\d{{1,2}})?)(?!\d)(?![.,]\d)"
"""A figure in the notations of the seven languages."""

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: number for number, word in enumerate(_SMALL)} | {word: 20 + 10 * place for place, word in enumerate(_TENS)}
_SCALES = {"hundred": 100, "thousand": 1000}
_ONE_WORD = "|".join([*_SMALL, *_TENS, *_SCALES])
IN_WORDS = rf"(?:{_ONE_WORD})(?:(?:[\s-]|\sand\s)(?:{_ONE_WORD})){{0,7}}"
"""An English number in words, up to thousands."""

COUNT = rf"\d{{1,3}}|{IN_WORDS}"
"""A small whole number, in digits or English words."""


def canonical_figure(written: str) -> str | None:
    """``1250`` for ``1,250.00`` and ``1.250,00``: plain digits, a dot before a fraction that is not zero."""
    plain = re.sub(rf"[ {_SPACE}]", "", written)
    mark = max(plain.rfind("."), plain.rfind(","))
    fraction = plain[mark + 1 :] if mark >= 0 and len(plain) - mark - 1 in (1, 2) else ""
    whole = plain[:mark] if fraction else plain
    try:
        return f"{Decimal('.'.join((re.sub('[.,]', '', whole), fraction or '0'))).normalize():f}"
    except InvalidOperation:
        return None


def from_words(written: str) -> int | None:
    """97 for "ninety-seven" and for ``97``; ``None`` for what is no number."""
    if written.isdigit():
        return int(written)
    total = group = 0
    for word in re.findall(r"[a-z]+", written.casefold().replace(" and ", " ")):
        if word in _SCALES:
            group = (group or 1) * _SCALES[word]
            total, group = (total + group, 0) if word == "thousand" else (total, group)
        elif word in _VALUES:
            group += _VALUES[word]
        else:
            return None
    return total + group
