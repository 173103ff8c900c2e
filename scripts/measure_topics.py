"""How well example sentences tell a finer topic apart, and how alike single words are: the figures of docs/decisions/0016.

The topic is sizes, inside the training messages whose reason is ``product_basic``; a pattern of size words in seven languages stands for the truth.
It takes about ten seconds of CPU.
"""

import re
from collections.abc import Sequence

import numpy as np

from warmline.evals.insights.landscape.classing import vectors_of
from warmline.fixtures import packaged, read_lines

SIZE = re.compile(r"\bsize|größe|talla|taille|taglia|taglie|tamanho|\bmaat|maten|\bgr\.|numer[oi]? ", re.IGNORECASE)
EXAMPLES, DRAWS = 16, 10
PAIRS = (
    ("size", "größe"), ("size", "taille"), ("size", "tallas"), ("colour", "farbe"), ("price", "precio"), ("shipping", "versand"),
    ("size", "colour"), ("wash", "dryer"), ("price", "pay"),
)  # fmt: skip


def main() -> None:
    """Print precision and recall of the nearest example and of averages, then the cosines of words."""
    texts = _texts()
    named = np.array([bool(SIZE.search(text)) for text in texts])
    print(f"{len(texts)} messages, {named.sum()} name a size; {EXAMPLES} examples of each, {DRAWS} draws")
    likeness = vectors_of(texts)
    likeness = likeness @ likeness.T
    chance = np.random.default_rng(0)
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(DRAWS):
        of, other = (chance.choice(np.flatnonzero(part), EXAMPLES, replace=False) for part in (named, ~named))
        rest = np.setdiff1d(np.arange(len(texts)), np.concatenate([of, other]))
        nearest = likeness[np.ix_(rest, of)].max(axis=1)
        apart = likeness[np.ix_(rest, of)].mean(axis=1) - likeness[np.ix_(rest, other)].mean(axis=1)
        ways = {
            "nearest from 0.5": nearest >= 0.5,
            "nearest from 0.45": nearest >= 0.45,
            "averages, with counter-examples": apart > 0.03,
        }
        for way, said in ways.items():
            found.setdefault(way, []).append((float(named[rest][said].mean()), float(said[named[rest]].mean())))
    for way, measured in found.items():
        right, recall = np.mean(measured, axis=0)
        print(f"{way}: right {right:.0%}, found {recall:.0%}")
    for one, two in PAIRS:
        first, second = vectors_of([one, two])
        print(f"{one} and {two}: {float(first @ second):.2f}")


def _texts() -> Sequence[str]:
    files = sorted(packaged("corpus").joinpath("train").iterdir(), key=lambda file: file.name)
    lines = [line.value for file in files if file.name.endswith(".jsonl") for line in read_lines(file)]
    return [str(line["text"]) for line in lines if line.get("reason") == "product_basic"]


if __name__ == "__main__":
    main()
