"""The corpus as the network sees it: every text's token sums, sentence by sentence, and its hashed n-grams."""

import copy
import hashlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from guard_card import Example
from guard_network import NGRAM, Batch, Matrix
from numpy.typing import NDArray

from warmline.agent.guard import encoder, features
from warmline.agent.guard.text import clean
from warmline.fixtures import read_lines

ROOT = Path(__file__).parent.parent
FOLDS = 5


@dataclass(frozen=True)
class Corpus:
    """Examples with their features: ``sums`` (s, 1281) by sentence, ``ends`` (n + 1,) where each text's begin, ``ngrams`` (n, buckets)."""

    examples: list[Example]
    sums: Matrix
    ends: NDArray[np.int64]
    ngrams: Any

    @property
    def digest(self) -> str:
        """The start of the SHA-256 over texts and labels, in order."""
        lines = "\n".join(f"{example.text}\t{example.reason}" for example in self.examples)
        return hashlib.sha256(lines.encode()).hexdigest()[:12]

    @property
    def texts(self) -> list[str]:
        """The cleaned texts."""
        return [clean(example.text) for example in self.examples]

    @property
    def folds(self) -> NDArray[np.int64]:
        """A fold for each example; twins share theirs. By hash, so that a new line moves no other."""
        keys = [example.pair or example.text for example in self.examples]
        return np.array([int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS for key in keys])

    def reasons(self, classes: list[str]) -> NDArray[np.int64]:
        """The class number of each example."""
        return np.array([classes.index(example.reason) for example in self.examples])

    def batch(self, rows: NDArray[np.int64]) -> Batch:
        """These examples."""
        sentences = np.concatenate([np.arange(int(self.ends[row]), int(self.ends[row + 1])) for row in rows.tolist()])
        owner = np.repeat(np.arange(len(rows)), self.ends[rows + 1] - self.ends[rows])
        return Batch(self.sums[sentences], owner, self.ngrams[rows])


def read_corpus(part: str) -> Corpus:
    """The examples of fixtures/corpus/``part`` with their features."""
    examples, texts = read_examples(part)
    parts = encoder.pieces(texts)
    ends = np.cumsum([0, *map(len, parts)])
    return Corpus(examples, token_sums([part for one in parts for part in one]), ends, _ngrams(texts))


def read_examples(part: str) -> tuple[list[Example], list[str]]:
    """The examples of fixtures/corpus/``part``, by file name, and their cleaned texts."""
    files = sorted((ROOT / "fixtures/corpus" / part).glob("*.jsonl"))
    examples = [Example.model_validate(line.value) for file in files for line in read_lines(file)]
    return examples, [clean(example.text) for example in examples]


def token_sums(sentences: list[str]) -> Matrix:
    """What the encoder's dense layers are given, (s, 1281): the token sum over the root of the length, then that root."""
    backend: Any = copy.copy(encoder.published_backend())
    sums, lengths = _Tap(backend.cnn_W), _Tap(backend.cnn_b)
    backend.cnn_W, backend.cnn_b = sums, lengths
    backend.encode(sentences)
    roots = np.sqrt(np.concatenate(lengths.caught).astype(np.float64))
    return np.hstack([np.concatenate(sums.caught).astype(np.float64) / roots, roots])


class _Tap:
    """Stands for a layer of the encoder, and keeps what is multiplied by it."""

    __array_ufunc__ = None

    def __init__(self, layer: NDArray[np.float32]) -> None:
        self.layer = layer
        self.caught: list[NDArray[np.float32]] = []

    def __rmatmul__(self, left: NDArray[np.float32]) -> NDArray[np.float32]:
        self.caught.append(left.copy())
        return left @ self.layer

    def __rmul__(self, left: NDArray[np.float32]) -> NDArray[np.float32]:
        self.caught.append(left.copy())
        return left * self.layer


def _ngrams(texts: list[str]) -> Any:
    sparse: Any = import_module("scipy.sparse")
    pairs = [features.hashed(text) for text in texts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in pairs)])
    values = np.concatenate([weights for _, weights in pairs]).astype(np.float64) * NGRAM
    columns = np.concatenate([buckets for buckets, _ in pairs])
    return sparse.csr_matrix((values, columns, ends), shape=(len(texts), features.BUCKETS))
