"""Train the guard's classifier from fixtures/corpus/train and write agent/guard/weights.npz and docs/model-card.md.

    make train            or: python scripts/train_guard.py
    python scripts/train_guard.py --check     trains, compares with the committed weights, writes nothing

Deterministic: one thread, fixed folds. scikit-learn is needed here only; the guard itself runs on numpy.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import hashlib
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import numpy as np
from guard_card import Example, Measured, write_card
from numpy.typing import NDArray

from warmline.agent.guard import encoder, features
from warmline.agent.guard.classifier import Classifier
from warmline.agent.guard.text import clean
from warmline.fixtures import read_lines

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "agent/guard/weights.npz"
CARD = ROOT / "docs/model-card.md"
STRENGTH = 0.3
"""Inverse of the L2 penalty; best of 0.1, 0.3, 1, 3, 10 in cross-validation."""

VECTOR, NGRAMS = 5.0, 5.0
"""What the unit vectors are multiplied by before fitting, which weakens the penalty on that part."""

FOLDS = 5
TOLERANCE = 1e-6
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Corpus:
    """Examples with their features: ``vectors`` (n, 512), ``table`` (n, 512 + buckets) sparse."""

    examples: list[Example]
    vectors: NDArray[np.float32]
    table: Any

    @property
    def digest(self) -> str:
        """The start of the SHA-256 over texts and labels, in order."""
        lines = "\n".join(f"{example.text}\t{example.reason}" for example in self.examples)
        return hashlib.sha256(lines.encode()).hexdigest()[:12]


def main() -> int:
    """Train, measure, write; with ``--check`` compare instead."""
    corpus = read_corpus("train")
    print(f"{len(corpus.examples)} examples, corpus {corpus.digest}")
    raw = out_of_fold(corpus)
    temperature = calibrated(raw, corpus)
    classifier = fitted(corpus, temperature)
    if "--check" in sys.argv:
        return compare(classifier, corpus)
    save(classifier)
    shipped = Classifier.load()
    parts = [Measured("cross-validation on the training corpus", corpus.examples, shipped.classes, softmax(raw / temperature))]
    if (ROOT / "fixtures/corpus/test").is_dir():
        test = read_corpus("test")
        odds = shipped.weigh([clean(example.text) for example in test.examples], test.vectors)
        parts.append(Measured("the published test set", test.examples, shipped.classes, odds))
    print(write_card(CARD, parts, corpus=corpus.digest, temperature=temperature))
    return 0


def read_corpus(part: str) -> Corpus:
    """The examples of fixtures/corpus/``part``, by file name, encoded."""
    files = sorted((ROOT / "fixtures/corpus" / part).glob("*.jsonl"))
    examples = [Example.model_validate(line.value) for file in files for line in read_lines(file)]
    texts = [clean(example.text) for example in examples]
    vectors = encoder.encode(texts)
    return Corpus(examples, vectors, _table(vectors, texts))


def out_of_fold(corpus: Corpus) -> Matrix:
    """Logits (n, C) for each example from a model that saw neither it nor its twin."""
    folds = _folds(corpus.examples)
    labels = np.array([example.reason for example in corpus.examples])
    logits = np.zeros((len(labels), len(set(labels.tolist()))))
    for fold in range(FOLDS):
        model = _fit(corpus.table[folds != fold], labels[folds != fold])
        logits[folds == fold] = model.decision_function(corpus.table[folds == fold])
    return logits


def calibrated(logits: Matrix, corpus: Corpus) -> float:
    """The temperature with the least log loss out of fold, searched in steps of one percent."""
    classes = sorted({example.reason for example in corpus.examples})
    rows, truth = np.arange(len(logits)), np.array([classes.index(example.reason) for example in corpus.examples])
    steps = [round(0.5 + step / 100, 2) for step in range(151)]
    losses = [float(-np.log(softmax(logits / step)[rows, truth] + 1e-12).mean()) for step in steps]
    return steps[int(np.argmin(losses))]


def fitted(corpus: Corpus, temperature: float) -> Classifier:
    """The head trained on everything; n-gram weights are stored as bytes with one scale a class."""
    model = _fit(corpus.table, np.array([example.reason for example in corpus.examples]))
    weights = np.asarray(model.coef_, dtype=np.float64).T
    ngrams: Matrix = weights[encoder.WIDTH :] * NGRAMS
    scale: Matrix = np.maximum(np.abs(ngrams).max(axis=0), 1e-9) / 127
    return Classifier(
        classes=tuple(str(name) for name in model.classes_),
        vector=(weights[: encoder.WIDTH] * VECTOR).astype(np.float32),
        ngrams=np.rint(ngrams / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        temperature=temperature,
        corpus=corpus.digest,
    )


def save(classifier: Classifier) -> None:
    """Write the weights as the guard loads them."""
    np.savez_compressed(
        WEIGHTS,
        classes=np.array(classifier.classes),
        vector=classifier.vector,
        ngrams=classifier.ngrams,
        scale=classifier.scale,
        bias=classifier.bias,
        temperature=np.float64(classifier.temperature),
        version=np.int64(features.VERSION),
        corpus=np.array(classifier.corpus),
    )
    print(f"{WEIGHTS.relative_to(ROOT)}: {WEIGHTS.stat().st_size / 1024:.0f} kB")


def compare(classifier: Classifier, corpus: Corpus) -> int:
    """0 if the committed weights are these: every probability on the corpus within 1e-6."""
    texts = [clean(example.text) for example in corpus.examples]
    apart = np.abs(Classifier.load().weigh(texts, corpus.vectors) - classifier.weigh(texts, corpus.vectors)).max()
    print(f"largest difference to the committed weights: {apart:.2e}")
    return 0 if apart <= TOLERANCE else 1


def softmax(logits: Matrix) -> Matrix:
    """Probabilities by row."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return cast("Matrix", odds / odds.sum(axis=1, keepdims=True))


def _table(vectors: NDArray[np.float32], texts: list[str]) -> Any:
    sparse: Any = import_module("scipy.sparse")
    pairs = [features.hashed(text) for text in texts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in pairs)])
    values = np.concatenate([weights for _, weights in pairs]).astype(np.float64) * NGRAMS
    columns = np.concatenate([buckets for buckets, _ in pairs])
    ngrams = sparse.csr_matrix((values, columns, ends), shape=(len(texts), features.BUCKETS))
    return sparse.hstack([sparse.csr_matrix(vectors.astype(np.float64) * VECTOR), ngrams]).tocsr()


def _folds(examples: list[Example]) -> NDArray[np.int64]:
    """A fold for each example; twins share theirs. By hash, so that a new line moves no other."""
    keys = [example.pair or example.text for example in examples]
    return np.array([int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS for key in keys])


def _fit(table: Any, labels: NDArray[np.str_]) -> Any:
    linear: Any = import_module("sklearn.linear_model")
    return linear.LogisticRegression(C=STRENGTH, max_iter=400, tol=1e-5, class_weight="balanced").fit(table, labels)


if __name__ == "__main__":
    sys.exit(main())
