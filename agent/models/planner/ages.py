"""For whom something is old enough: a child's age in a customer's words, and the ages a product is made for."""

import re

_YOUNG = (
    (re.compile(r"\b(?:new-?borns?|infants?|bab(?:y|ies)(?! (?:blue|pink))|nursery)\b"), 0),
    (re.compile(r"\b(?:toddlers?|one[- ]year[- ]olds?)\b"), 12),
    (re.compile(r"\btwo[- ]year[- ]olds?\b"), 24),
    (re.compile(r"\bthree[- ]year[- ]olds?\b"), 36),
)
_COUNTED = re.compile(r"\b(\d{1,2})(?:[- ]?(?:years?|yrs?|y)[- ]?(?:old|o)\b|\s?yo\b|[- ](month)s?[- ]old)")
_FROM = re.compile(r"(?:from |^)(\d{1,2})(?:\s?(?:to|-)\s?\d{1,2})?\s?\+?\s?(month|year)")
_YEAR = 12


def child_in(plain: str) -> int | None:
    """The age of the child something is for, in months; the youngest it may be: a toddler may be one year old."""
    if counted := _COUNTED.search(plain):
        return int(counted[1]) * (1 if counted[2] else _YEAR)
    return next((months for words, months in _YOUNG if words.search(plain)), None)


def made_for(stated: str) -> int | None:
    """From how many months on a product is, as its details state it; ``None`` when they do not."""
    if "birth" in stated:
        return 0
    found = _FROM.search(stated)
    return int(found[1]) * (_YEAR if found[2] == "year" else 1) if found else None
