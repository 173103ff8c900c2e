"""The training's own mathematics: gradients against finite differences, the same weights for the same seed, averaging."""

import guard_fit
import numpy as np
import pytest
from guard_card import Example
from guard_corpus import Corpus, token_sums
from guard_network import Batch, Matrix, Target, forward, learn, logits, loss, start
from numpy.typing import NDArray
from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

from warmline.agent.guard import encoder
from warmline.agent.guard.text import clean

TEXTS = ["Where is my order? It is late. Hello", "thanks", "I want to talk to a person. Please!"]
RANDOM = np.random.default_rng(7)
TARGET = Target(np.array([1, 2, 0]), np.array([1.0, 2.0, 0.5, 1.0]), np.array([True, False, False, True]))


class Repeated(np.random.Generator):
    """The same dropout at every pass."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(3))


def a_batch() -> Batch:
    parts = encoder.pieces(TEXTS)
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    ngrams = sparse.csr_matrix(np.random.default_rng(0).random((3, 7)))
    return Batch(token_sums([piece for part in parts for piece in part]), owner, ngrams)


def some_weights() -> dict[str, Matrix]:
    weights = start(encoder.published(), classes=4, buckets=7)
    weights["head"] = np.random.default_rng(1).normal(size=weights["head"].shape) * 0.3
    weights["ngrams"] = np.random.default_rng(2).normal(size=(7, 4))
    return weights


def a_corpus(copies: int) -> Corpus:
    reasons = ["order_status", "smalltalk", "human_request"]
    examples = [
        Example(text=text, reason=reason, lang="en", style="plain") for text, reason in zip(TEXTS, reasons, strict=True)
    ] * copies
    parts = encoder.pieces([clean(example.text) for example in examples])
    ends = np.cumsum([0, *map(len, parts)])
    ngrams = sparse.csr_matrix((len(examples), guard_fit.features.BUCKETS))
    return Corpus(examples, token_sums([piece for part in parts for piece in part]), ends, ngrams)


@pytest.mark.parametrize("name", [*encoder.DENSE, "head", "bias", "ngrams"])
def test_every_gradient_is_the_slope_of_the_loss(name: str) -> None:
    weights, batch, tiny = some_weights(), a_batch(), 1e-6
    slopes = learn(weights, batch, TARGET, Repeated())
    slope = slopes[name]
    place = np.unravel_index(int(np.abs(slope).argmax()), slope.shape)
    losses: list[float] = []
    for change in (tiny, -2 * tiny):
        weights[name][place] += change
        losses.append(loss(_dropped(weights, batch), TARGET))
    assert slope[place] == pytest.approx((losses[0] - losses[1]) / (2 * tiny), rel=1e-4)
    assert slope[place] != 0


def test_untrained_layers_give_the_librarys_own_vectors() -> None:
    weights = some_weights()
    weights["ngrams"][:] = 0
    expected = encoder.Encoder().encode(TEXTS).astype(np.float64) @ weights["head"] * 11.3
    assert logits(weights, a_batch()) == pytest.approx(expected, abs=1e-4)


def test_training_learns_and_the_same_seed_gives_the_same_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_fit, "BATCH", 6)
    corpus, rows = a_corpus(10), np.arange(30)
    first = guard_fit.fit(corpus, rows, seed=1)
    assert guard_fit.read(corpus, first, rows).argmax(axis=1).tolist() == corpus.reasons(guard_fit.classes_of(corpus)).tolist()
    again = guard_fit.fit(corpus, rows, seed=1)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    other = guard_fit.average([first, guard_fit.fit(corpus, rows, seed=2)])
    assert not np.array_equal(other["head"], first["head"])


def _dropped(weights: dict[str, Matrix], batch: Batch) -> NDArray[np.float64]:

    return forward(weights, batch, Repeated())[0]
