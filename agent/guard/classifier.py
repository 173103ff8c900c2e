"""The local classifier: a linear head over a fine-tuned sentence vector and hashed n-grams, one score per reason, calibrated.

``weights.npz`` is made by ``scripts/train_guard.py`` from fixtures/corpus/train. A softmax over the reasons is divided by a
temperature (Guo et al. 2017, On Calibration of Modern Neural Networks) so that a probability means what it says. The probability
that a person is needed is the sum over the human reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self

from warmline.errors import SettingsError

from . import encoder, features
from .decision import AUTOMATED_REASONS, TEXT_HUMAN_REASONS
from .text import clean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_REASONS = frozenset((*AUTOMATED_REASONS, *TEXT_HUMAN_REASONS))


@dataclass(frozen=True, eq=False)
class Classifier:
    """Weights. C classes: ``vector`` (512, C), ``ngrams`` (buckets, C) times ``scale`` (C,), ``bias`` (C,).

    ``change`` holds what is added to the encoder's published dense layers, each as bytes with one scale a column; ``made_for`` is the
    checksum of those published layers.
    """

    classes: tuple[str, ...]
    vector: "NDArray[np.float32]"
    ngrams: "NDArray[np.int8]"
    scale: "NDArray[np.float32]"
    bias: "NDArray[np.float32]"
    temperature: float
    corpus: str
    change: "Mapping[str, tuple[NDArray[np.int8], NDArray[np.float32]]]" = field(default_factory=dict[str, Any])
    made_for: int | None = None

    @classmethod
    def load(cls, file: Traversable | None = None) -> Self:
        """The shipped weights, or those in ``file``; ``SettingsError`` if they do not fit this version of the code."""
        source = file or resources.files(__package__ or "").joinpath("weights.npz")
        try:
            arrays = _arrays(source)
            found = cls(
                classes=tuple(str(name) for name in arrays["classes"]),
                vector=arrays["vector"],
                ngrams=arrays["ngrams"],
                scale=arrays["scale"],
                bias=arrays["bias"],
                temperature=float(arrays["temperature"]),
                corpus=str(arrays["corpus"]),
                change={name: (arrays[f"change_{name}"], arrays[f"change_{name}_scale"]) for name in encoder.DENSE},
                made_for=int(arrays["made_for"]),
            )
            version = int(arrays["version"])
        except (OSError, KeyError, ValueError) as error:
            raise SettingsError(f"{source.name}: expected the guard's weights, got {error}; run `make train`") from error
        found._check(source.name, version)
        return found

    def probabilities(self, texts: Sequence[str]) -> "NDArray[np.float64]":
        """The probability of each class for each text, (n, C), rows summing to one. Batched; takes the calling thread."""
        cleaned = [clean(text) for text in texts]
        return self.weigh(cleaned, self.tuned.encode(cleaned))

    @cached_property
    def tuned(self) -> encoder.Encoder:
        """The encoder with the layers these weights were trained with; loaded on first use."""
        return encoder.Encoder(self.change, self.made_for)

    def read(self, text: str) -> dict[str, float]:
        """The probability of each reason for one text."""
        row = self.probabilities([text])[0]
        return {name: float(p) for name, p in zip(self.classes, row, strict=True)}

    def weigh(self, cleaned: Sequence[str], vectors: "NDArray[np.float32]") -> "NDArray[np.float64]":
        """``probabilities`` for cleaned texts whose sentence vectors (n, 512) are there."""
        import numpy as np

        logits = (vectors @ self.vector + self.bias).astype(np.float64)
        for row, text in enumerate(cleaned):
            buckets, weights = features.hashed(text)
            logits[row] += (weights @ self.ngrams[buckets].astype(np.float32)) * self.scale
        logits /= self.temperature
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)

    def _check(self, name: str, version: int) -> None:
        count = len(self.classes)
        shapes = {
            "vector": (self.vector.shape, (encoder.WIDTH, count)),
            "ngrams": (self.ngrams.shape, (features.BUCKETS, count)),
            "scale": (self.scale.shape, (count,)),
            "bias": (self.bias.shape, (count,)),
        }
        if version != features.VERSION:
            raise SettingsError(
                f"{name}: made for features version {version}, this code has {features.VERSION}; run `make train`"
            )
        for part, (got, expected) in shapes.items():
            if got != expected:
                raise SettingsError(f"{name}: {part} has the shape {got}, expected {expected}; run `make train`")
        if unknown := set(self.classes) - _REASONS:
            raise SettingsError(f"{name}: unknown reasons {sorted(unknown)}; run `make train`")


def human_probability(reasons: Mapping[str, float]) -> float:
    """The probability that a person is needed: the sum over the reasons for a person that words can show."""
    return min(1.0, sum(reasons.get(reason, 0.0) for reason in TEXT_HUMAN_REASONS))


def _arrays(source: Traversable) -> "dict[str, Any]":
    import numpy as np

    with np.load(BytesIO(source.read_bytes()), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
