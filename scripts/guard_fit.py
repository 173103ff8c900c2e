"""Fitting the guard's network: AdamW with warm-up and cosine decay, several runs averaged.

Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization; Wortsman et al. 2022, Model soups: averaging the weights of runs from
one start reads better than any of them and costs nothing when used.
"""

import math
import sys
import time
from collections.abc import Iterator
from functools import partial

import numpy as np
from guard_corpus import Corpus
from guard_network import Matrix, Target, Weights, learn, logits, start
from numpy.typing import NDArray

from warmline.agent.guard import encoder, features
from warmline.agent.guard.decision import TEXT_HUMAN_REASONS

EPOCHS = 4
BATCH = 48
WARM_UP = 0.1
RATES = {"head": 1e-2, "bias": 1e-2, "ngrams": 5e-3}
DECAYS = {"ngrams": 0.1, "bias": 0.0}
RATE, DECAY = 3e-4, 1e-2
"""Of the encoder's layers."""
AVERAGE, SQUARE, TINY = 0.9, 0.999, 1e-8
LONGEST_STEP = 1.0
"""Length to which a gradient is cut."""


def classes_of(corpus: Corpus) -> list[str]:
    """The reasons of a corpus, in order."""
    return sorted({example.reason for example in corpus.examples})


def fit(corpus: Corpus, rows: NDArray[np.int64], *, seed: int) -> Weights:
    """Weights trained on these examples: the same examples and seed, the same weights."""
    classes = classes_of(corpus)
    reasons = corpus.reasons(classes)
    counts = np.bincount(reasons[rows], minlength=len(classes))
    weight = np.sqrt(counts.sum() / len(classes) / np.maximum(counts, 1))
    human = np.array([name in TEXT_HUMAN_REASONS for name in classes])
    weights = start(encoder.published(), classes=len(classes), buckets=features.BUCKETS)
    descent, chance = AdamW(weights, steps=EPOCHS * math.ceil(len(rows) / BATCH)), np.random.default_rng(seed)
    began = time.monotonic()
    for epoch in range(EPOCHS):
        for part in _parts(chance.permutation(rows)):
            descent.step(learn(weights, corpus.batch(part), Target(reasons[part], weight, human), chance))
        print(f"  seed {seed}: epoch {epoch + 1} of {EPOCHS}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    return weights


def average(runs: list[Weights]) -> Weights:
    """The mean of several runs' weights."""
    return {name: np.mean([run[name] for run in runs], axis=0) for name in runs[0]}


def read(corpus: Corpus, weights: Weights, rows: NDArray[np.int64]) -> Matrix:
    """Logits (n, C) of these examples."""
    return np.concatenate([logits(weights, corpus.batch(part)) for part in _parts(rows)])


class AdamW:
    """Adam with decoupled weight decay; changes the given weights in place. The rate rises for a tenth of the steps, then falls to 0."""

    def __init__(self, weights: Weights, *, steps: int) -> None:
        self.weights, self.steps, self.done = weights, steps, 0
        self._mean = {name: np.zeros_like(array) for name, array in weights.items()}
        self._square = {name: np.zeros_like(array) for name, array in weights.items()}

    def step(self, slopes: Weights) -> None:
        """Go one step down these gradients."""
        self.done += 1
        share, cut = self._share(), _cut(slopes)
        for name, slope in slopes.items():
            self._move(name, slope, cut, share * RATES.get(name, RATE))

    def _share(self) -> float:
        warm = max(1, int(self.steps * WARM_UP))
        if self.done <= warm:
            return self.done / warm
        return 0.5 * (1 + math.cos(math.pi * (self.done - warm) / max(1, self.steps - warm)))

    def _move(self, name: str, slope: Matrix, cut: float, rate: float) -> None:
        array, mean, square = self.weights[name], self._mean[name], self._square[name]
        mean *= AVERAGE
        mean += slope * ((1 - AVERAGE) * cut)
        square *= SQUARE
        square += slope * slope * ((1 - SQUARE) * cut * cut)
        root = np.sqrt(square)
        root *= 1 / math.sqrt(1 - SQUARE**self.done)
        root += TINY
        array *= 1 - rate * DECAYS.get(name, DECAY)
        np.divide(mean, root, out=root)
        root *= rate / (1 - AVERAGE**self.done)
        array -= root


def _parts(rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    return map(partial(np.asarray, dtype=np.int64), np.array_split(rows, max(1, math.ceil(len(rows) / BATCH))))


def _cut(slopes: Weights) -> float:
    length = math.sqrt(sum(float((slope * slope).sum()) for slope in slopes.values()))
    return min(1.0, LONGEST_STEP / max(length, TINY))
