"""Hashed word 1-2-grams and character 2-5-grams, in numpy: what sentence vectors blur, such as typos, negations and caps.

The hash is a polynomial over code points modulo 2**64 with a final mix (Knuth's multiplicative hashing, TAOCP 3, 6.4), so that a
feature's bucket depends on nothing but its characters.
"""

from typing import TYPE_CHECKING
from zlib import crc32

from .text import excerpt, folded, tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = 1
"""Raised whenever a text's features change: weights trained on others are refused."""

BITS = 16
BUCKETS = 1 << BITS
LONGEST = 2000
"""Characters that are hashed; of a longer text head and tail."""

_ORDERS = (2, 3, 4, 5)
_STEP = 0x9E3779B97F4A7C15
_MIX = 0xD6E8FEB86659FD93


def hashed(text: str) -> "tuple[NDArray[np.int64], NDArray[np.float32]]":
    """The buckets of a cleaned text and their weights: (k,) int64 ascending, (k,) float32 of length one (or k = 0)."""
    import numpy as np

    short = excerpt(text, LONGEST)
    found = np.concatenate([_characters(folded(short)), _words(tokens(folded(short)))])
    buckets, counts = np.unique(found, return_counts=True)
    weights = 1.0 + np.log(counts)
    norm = float(np.sqrt((weights**2).sum())) or 1.0
    return buckets.astype(np.int64), (weights / norm).astype(np.float32)


def _characters(text: str) -> "NDArray[np.uint64]":
    import numpy as np

    codes = np.frombuffer(f" {text} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    running = codes.copy()
    found: list[NDArray[np.uint64]] = []
    for order in range(2, _ORDERS[-1] + 1):
        running = running[:-1] * np.uint64(_STEP) + codes[order - 1 :]
        if running.size == 0:
            break
        found.append(_bucket(running + np.uint64(order)))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)


def _words(words: list[str]) -> "NDArray[np.uint64]":
    import numpy as np

    single = np.array([crc32(word.encode("utf-8", "replace")) + (1 << 40) for word in words], dtype=np.uint64)
    pairs = single[:-1] * np.uint64(_STEP) + single[1:]
    return _bucket(np.concatenate([single, pairs]))


def _bucket(values: "NDArray[np.uint64]") -> "NDArray[np.uint64]":
    import numpy as np

    mixed = (values ^ (values >> np.uint64(32))) * np.uint64(_MIX)
    return (mixed ^ (mixed >> np.uint64(29))) * np.uint64(_STEP) >> np.uint64(64 - BITS)
