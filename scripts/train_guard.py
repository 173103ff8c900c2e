"""Train the guard's classifier from fixtures/corpus/train and write agent/guard/weights.npz and docs/model-card.md.

    make train            or: python scripts/train_guard.py
    python scripts/train_guard.py --check     trains, compares with the committed weights, writes nothing
    python scripts/train_guard.py --measure   no training: measures the committed weights on the published test sets

Deterministic on machines that run the same arithmetic: one thread a run, fixed seeds and folds, OpenBLAS held to one family of kernels (AVX2).
Other kernels round the encoder's single-precision sums otherwise, and training makes of that up to 0.12 in a probability.
scipy is needed here only; the guard itself runs on numpy.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", OPENBLAS_CORETYPE="Haswell")

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from guard_card import Measured, write_card
from guard_corpus import FOLDS, ROOT, Corpus, read_corpus, read_examples
from guard_fit import average, classes_of, fit, read
from guard_network import NGRAM, REACH, Matrix, Weights, softmax
from numpy.typing import NDArray

from warmline.agent.guard import encoder, features
from warmline.agent.guard.classifier import Classifier

WEIGHTS = ROOT / "agent/guard/weights.npz"
CARD = ROOT / "docs/model-card.md"
SEEDS = 3
"""Runs whose weights are averaged."""
TOLERANCE = 1e-6


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="train_guard",
        description="Train the guard's classifier, ten minutes on two cores, and write weights and model card.",
    )
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--check", action="store_true", help="train, compare with the committed weights, write nothing")
    one.add_argument("--measure", action="store_true", help="train nothing: measure the committed weights on the test sets")
    return parser.parse_args()


def main() -> int:
    """Train, measure, write; with ``--check`` compare instead."""
    asked = _asked()
    if asked.measure:
        shipped = Classifier.load()
        print(write_card(None, tested(shipped), corpus=shipped.corpus, temperature=shipped.temperature))
        return 0
    corpus = training_corpus()
    print(f"{len(corpus.examples)} examples, corpus {corpus.digest}")
    with ProcessPoolExecutor() as pool:
        runs = [pool.submit(whole, seed) for seed in range(SEEDS)]
        folds = [] if asked.check else [pool.submit(held_out, fold) for fold in range(FOLDS)]
        weights = average([run.result() for run in runs])
        raw = np.zeros((len(corpus.examples), len(classes_of(corpus))))
        for fold, found in enumerate(folds):
            raw[corpus.folds == fold] = found.result()
    if asked.check:
        return compare(packed(corpus, weights, Classifier.load().temperature), corpus)
    temperature = calibrated(raw, corpus)
    save(packed(corpus, weights, temperature))
    crossed = Measured(
        "cross-validation on the training corpus", corpus.examples, tuple(classes_of(corpus)), softmax(raw / temperature)
    )
    print(write_card(CARD, [crossed, *tested(Classifier.load())], corpus=corpus.digest, temperature=temperature))
    return 0


@cache
def training_corpus() -> Corpus:
    """The training corpus, read once a process."""
    return read_corpus("train")


def whole(seed: int) -> Weights:
    """Weights from everything."""
    corpus = training_corpus()
    return fit(corpus, np.arange(len(corpus.examples)), seed=seed)


def held_out(fold: int) -> Matrix:
    """Logits (n, C) for the examples of a fold, from weights that saw neither them nor their twins."""
    corpus = training_corpus()
    weights = fit(corpus, np.flatnonzero(corpus.folds != fold), seed=fold)
    return read(corpus, weights, np.flatnonzero(corpus.folds == fold))


def tested(classifier: Classifier) -> list[Measured]:
    """The two published test sets as the shipped code reads them."""
    sets = {"test": "the first published test set", "blind": "the second published test set"}
    found: list[Measured] = []
    for part, name in sets.items():
        examples, texts = read_examples(part)
        found.append(Measured(name, examples, classifier.classes, classifier.probabilities(texts)))
    return found


def calibrated(raw: Matrix, corpus: Corpus) -> float:
    """The temperature with the least log loss out of fold, searched in steps of one percent."""
    rows, truth = np.arange(len(raw)), corpus.reasons(classes_of(corpus))
    steps = [round(0.5 + step / 100, 2) for step in range(151)]
    losses = [float(-np.log(softmax(raw / step)[rows, truth] + 1e-12).mean()) for step in steps]
    return steps[int(np.argmin(losses))]


def packed(corpus: Corpus, weights: Weights, temperature: float) -> Classifier:
    """The weights as they are shipped: the encoder's layers as differences, those and the n-grams as bytes with one scale a column."""
    published = encoder.published()
    change = {name: _bytes(weights[name] - published[name]) for name in encoder.DENSE}
    ngrams, scale = _bytes(weights["ngrams"] * NGRAM)
    return Classifier(
        classes=tuple(classes_of(corpus)),
        vector=(weights["head"] * REACH).astype(np.float32),
        ngrams=ngrams,
        scale=scale,
        bias=weights["bias"].astype(np.float32),
        temperature=temperature,
        corpus=corpus.digest,
        change=change,
        made_for=encoder.digest_of(published),
    )


def save(classifier: Classifier) -> None:
    """Write the weights as the guard loads them."""
    arrays: dict[str, Any] = {
        name: getattr(classifier, name) for name in ("classes", "vector", "ngrams", "scale", "bias", "corpus")
    }
    for name, (steps, scale) in classifier.change.items():
        arrays |= {f"change_{name}": steps, f"change_{name}_scale": scale}
    arrays |= {"temperature": np.float64(classifier.temperature), "version": np.int64(features.VERSION)}
    np.savez_compressed(WEIGHTS, **arrays, made_for=np.int64(classifier.made_for or 0))
    print(f"{WEIGHTS.relative_to(ROOT)}: {WEIGHTS.stat().st_size / 1024:.0f} kB")


def compare(classifier: Classifier, corpus: Corpus) -> int:
    """0 if the committed weights are these: every probability on the corpus within 1e-6."""
    apart = np.abs(Classifier.load().probabilities(corpus.texts) - classifier.probabilities(corpus.texts)).max()
    print(f"largest difference to the committed weights: {apart:.2e}")
    return 0 if apart <= TOLERANCE else 1


def _bytes(array: Matrix) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scale: Matrix = np.maximum(np.abs(array).max(axis=0), 1e-9) / 127
    return np.rint(array / scale).astype(np.int8), np.asarray(scale, dtype=np.float32)


if __name__ == "__main__":
    sys.exit(main())
