"""Whether a message is plainly not in English."""

from warmline.agent.guard.language import detect

from .slots import EMAIL
from .words import FILLERS, tokens

_MORE = frozenset(
    "two three shoes boots broken small find cannot shirt jacket parcel money phone colour green red blue black white".split()
)

_AMBIGUOUS = frozenset(
    "a as an on in is me no not so or per come sole te was die do das dress also hat rot gut bad den war man u".split()
)
"""Words of English that are words of another language too."""
_LEAST = 3
_SHARE = 0.25
_STRANGE = 2


def is_foreign(text: str) -> bool:
    """Whether a text of three words or more is in one of the other six languages and holds hardly an English word."""
    plain = EMAIL.sub(" ", text)
    words = [word for word in tokens(plain) if not word.isdigit()]
    if len(words) < _LEAST or detect(plain) in (None, "en"):
        return False
    strange = [word for word in words if word not in FILLERS and word not in _MORE and word not in _AMBIGUOUS]
    english = sum((word in FILLERS or word in _MORE) and word not in _AMBIGUOUS for word in words)
    return len(strange) >= _STRANGE and english <= len(words) * _SHARE
