"""What fits no class, sorted by itself: clusters of sentence vectors, each named by the words that set it apart.

The ticket with most neighbours takes them as its cluster, those that are like the whole of it join, and again among the rest (the method of
Daura et al., Angewandte Chemie 38, 1999): no number of clusters to guess, and what has no like is left alone. Names are class-based TF-IDF
(Grootendorst, BERTopic, arXiv 2203.05794). There is no chance in it: the same tickets, the same clusters.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warmline.agent.guard.text import folded, tokens

from .stop_words import STOP_WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 12
"""Clusters at most; more are not looked at."""

LEAST = 8
"""Tickets of the sample below which a cluster is none."""

NEIGHBOURS = 0.42
"""Cosine from which two tickets are neighbours: among messages that fit no class fewer than one pair in a hundred are."""

ALIKE = 0.3
"""Average cosine with the tickets of a cluster from which another belongs to it; of pairs at random one in twenty is as close."""

SAMPLE = 6_000
"""Tickets the clusters are found in; all others are put to them afterwards."""

NAMING = 4
_ROUNDS = 3


@dataclass(frozen=True)
class Clusters:
    """Middles (k, 512), not of length one: a vector's product with one is its average cosine with the cluster's tickets. And a name each."""

    middles: "NDArray[np.float32]"
    names: tuple[str, ...]

    def place(self, vectors: "NDArray[np.float32]") -> "list[int | None]":
        """For each vector the place of its cluster, or ``None`` if it is like none."""
        if not self.names:
            return [None] * len(vectors)
        likeness = vectors @ self.middles.T
        best = likeness.argmax(axis=1)
        return [int(one) if row[one] >= ALIKE else None for one, row in zip(best, likeness, strict=True)]


def found(vectors: "NDArray[np.float32]", texts: Sequence[str]) -> Clusters:
    """The clusters of a sample (n, 512), the largest first; none where too few tickets are alike."""
    import numpy as np

    near = _neighbours(vectors)
    crowd = near.sum(axis=1, dtype=np.int32)
    free = np.ones(len(texts), dtype=bool)
    groups: list[NDArray[np.bool_]] = []
    while len(groups) < MOST and free.any():
        seed = int(np.where(free, crowd, -1).argmax())
        own = near[seed] & free
        for _ in range(_ROUNDS):
            own = (vectors @ vectors[own].mean(axis=0) >= ALIKE) & free if own.any() else own
        if own.sum() >= LEAST:
            groups.append(own)
        gone = own | near[seed]
        crowd -= near[:, gone & free].sum(axis=1, dtype=np.int32)
        free &= ~gone
        if crowd[free].max(initial=0) < LEAST:
            break
    groups.sort(key=lambda one: -int(one.sum()))
    names = named([[texts[place] for place in np.flatnonzero(own)] for own in groups], texts)
    kept = [(name, own) for name, own in zip(names, groups, strict=True) if name]  # alike in tone alone is no topic
    middles = np.stack([vectors[own].mean(axis=0) for _, own in kept]) if kept else vectors[:0]
    return Clusters(middles, tuple(name for name, _ in kept))


def named(groups: Sequence[Sequence[str]], everything: Sequence[str]) -> list[str]:
    """For each group the words that are its own: tf · log(1 + A / f), with A the words of a group on the average; empty if it has none."""
    import math

    counts = [_words(group) for group in groups]
    overall = _words(everything)
    average = sum(sum(one.values()) for one in counts) / max(1, len(counts))
    names: list[str] = []
    for own, group in zip(counts, groups, strict=True):
        weight = {
            word: number * math.log(1 + average / overall[word])
            for word, number in own.items()
            if number >= max(3, len(group) // 12)
        }
        best = sorted(weight, key=lambda word: (-weight[word], word))[:NAMING]
        names.append(", ".join(best))
    return names


def _words(texts: Sequence[str]) -> Counter[str]:
    """In how many of the texts each word stands."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update({word for word in tokens(folded(text)) if len(word) > 2 and word.isalpha() and word not in STOP_WORDS})
    return found


def _neighbours(vectors: "NDArray[np.float32]") -> "NDArray[np.bool_]":
    """Which are neighbours, (n, n); some hundred rows at a time, as the cosines would take four times the room."""
    import numpy as np

    near = np.empty((len(vectors), len(vectors)), dtype=bool)
    for begin in range(0, len(vectors), 512):
        near[begin : begin + 512] = vectors[begin : begin + 512] @ vectors.T >= NEIGHBOURS
    return near
