"""What is trained of the guard's classifier, with its gradients, in numpy: the encoder's dense layers, the head, the n-grams.

The encoder turns each sentence into a sum over its tokens, which stays as it is; its dense layers start from the published weights and
are trained on (fine-tuning). double precision throughout, so that rounding does not grow to a difference anyone could see.

Shapes: s sentences, n texts, C classes. A sentence's input is (1281,): its token sum over the root of its length, then that root.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warmline.agent.guard.encoder import DENSE, WIDTH

Matrix = NDArray[np.float64]
Weights = dict[str, Matrix]

INPUT_DROPOUT, HIDDEN_DROPOUT, VECTOR_DROPOUT = 0.1, 0.1, 0.3
REACH = 11.3
"""Length given to the text vector before the head: half the root of its width."""
SMOOTHING = 0.05
SIDE = 0.5
"""Weight of the question that matters most, person or machine, beside which reason it is."""
NGRAM = 5.0


@dataclass(frozen=True)
class Batch:
    """Some texts: ``sums`` (s, 1281), ``owner`` (s,) ascending text numbers, ``ngrams`` sparse (n, buckets)."""

    sums: Matrix
    owner: NDArray[np.int64]
    ngrams: Any


@dataclass(frozen=True)
class Target:
    """What the texts are: ``reason`` (n,) class numbers, ``weight`` (C,) of a class, ``human`` (C,) whether it is for a person."""

    reason: NDArray[np.int64]
    weight: Matrix
    human: NDArray[np.bool_]


def start(published: Mapping[str, NDArray[np.float32]], *, classes: int, buckets: int) -> Weights:
    """The published dense layers, and an empty head."""
    weights = {name: np.asarray(published[name], dtype=np.float64) for name in DENSE}
    head = np.zeros((WIDTH, classes))
    return {**weights, "head": head, "bias": np.zeros(classes), "ngrams": np.zeros((buckets, classes))}


def logits(weights: Weights, batch: Batch) -> Matrix:
    """Logits (n, C) without dropout."""
    return forward(weights, batch, None)[0]


def learn(weights: Weights, batch: Batch, target: Target, chance: np.random.Generator) -> Weights:
    """The gradient of the loss on this batch, for each of the weights."""
    out, kept = forward(weights, batch, chance)
    return backward(weights, batch, kept, _slope(out, target))


def loss(out: Matrix, target: Target) -> float:
    """Weighted cross entropy with smoothed labels, plus the log loss of person or machine."""
    said = _log_softmax(out)
    per_text = -(said * _wanted(target)).sum(axis=1) * target.weight[target.reason] / _scale(target)
    side = np.where(target.human[target.reason][:, None] == target.human, said, -np.inf)
    top = side.max(axis=1)
    sides = -(top + np.log(np.exp(side - top[:, None]).sum(axis=1)))
    return float(per_text.sum() + SIDE * sides.mean())


def softmax(out: Matrix) -> Matrix:
    """Probabilities by row."""
    odds = np.exp(out - out.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _log_softmax(out: Matrix) -> Matrix:
    high = out - out.max(axis=1, keepdims=True)
    return np.asarray(high - np.log(np.exp(high).sum(axis=1, keepdims=True)))


def _wanted(target: Target) -> Matrix:
    count = len(target.human)
    return np.asarray(np.eye(count)[target.reason] * (1 - SMOOTHING) + SMOOTHING / count)


def _scale(target: Target) -> float:
    return float(target.weight[target.reason].sum())


def _slope(out: Matrix, target: Target) -> Matrix:
    """The gradient of ``loss`` by the logits."""
    odds = softmax(out)
    by_reason = (odds - _wanted(target)) * (target.weight[target.reason] / _scale(target))[:, None]
    own = odds * (target.human[target.reason][:, None] == target.human)
    by_side = (odds - own / own.sum(axis=1, keepdims=True)) / len(out)
    return np.asarray(by_reason + SIDE * by_side)


def _mask(chance: np.random.Generator | None, shape: tuple[int, ...], share: float) -> Matrix | float:
    if chance is None:
        return 1.0
    return np.asarray((chance.random(shape) >= share) / (1 - share))


def forward(weights: Weights, batch: Batch, chance: np.random.Generator | None) -> tuple[Matrix, dict[str, Any]]:
    """Logits, and what the way back needs; with dropout if there is chance."""
    w, count = weights, batch.ngrams.shape[0]
    sums = batch.sums * _mask(chance, (len(batch.sums), batch.sums.shape[1]), INPUT_DROPOUT)
    mean = sums @ np.vstack([w["cnn_W"], w["cnn_b"]])
    first = np.maximum(mean @ w["d0"], 0)
    second = np.maximum(mean @ w["p1"] + first @ w["d1"], 0)
    dropped = _mask(chance, second.shape, HIDDEN_DROPOUT)
    second = second * dropped
    third = np.maximum(second @ w["d2"], 0)
    curved = np.tanh(second @ w["p3"] + third @ w["d3"])
    length = np.linalg.norm(curved, axis=1, keepdims=True)
    sentence = curved / length
    total = np.zeros((count, WIDTH))
    np.add.at(total, batch.owner, sentence)
    whole = np.linalg.norm(total, axis=1, keepdims=True)
    text = total / whole
    held = _mask(chance, text.shape, VECTOR_DROPOUT)
    out = (text * held * REACH) @ w["head"] + w["bias"] + batch.ngrams @ w["ngrams"]
    kept = {"sums": sums, "mean": mean, "first": first, "second": second, "dropped": dropped, "third": third, "curved": curved}
    return np.asarray(out), {**kept, "length": length, "sentence": sentence, "whole": whole, "text": text, "held": held}


def backward(weights: Weights, batch: Batch, kept: Mapping[str, Any], slope: Matrix) -> Weights:
    """The gradient by each of the weights, from that by the logits."""
    w, k = weights, kept
    found: Weights = {"bias": slope.sum(axis=0), "ngrams": np.asarray(batch.ngrams.T @ slope)}
    found["head"] = (k["text"] * k["held"] * REACH).T @ slope
    text = (slope @ w["head"].T) * k["held"] * REACH
    sentence = _unscaled(text, k["text"], k["whole"])[batch.owner]
    curved = _unscaled(sentence, k["sentence"], k["length"]) * (1 - k["curved"] ** 2)
    found["p3"], found["d3"] = k["second"].T @ curved, k["third"].T @ curved
    third = (curved @ w["d3"].T) * (k["third"] > 0)
    found["d2"] = k["second"].T @ third
    second = (curved @ w["p3"].T + third @ w["d2"].T) * k["dropped"] * (k["second"] > 0)
    found["p1"], found["d1"] = k["mean"].T @ second, k["first"].T @ second
    first = (second @ w["d1"].T) * (k["first"] > 0)
    found["d0"] = k["mean"].T @ first
    both = k["sums"].T @ (second @ w["p1"].T + first @ w["d0"].T)
    found["cnn_W"], found["cnn_b"] = both[:-1], both[-1]
    return found


def _unscaled(slope: Matrix, unit: Matrix, length: Matrix) -> Matrix:
    """The gradient before a row was divided by its length."""
    return np.asarray((slope - unit * (slope * unit).sum(axis=1, keepdims=True)) / length)
