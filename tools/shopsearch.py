"""Finding products by a customer's words: tolerant of typing errors, silent about nonsense."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from .spelling import likeness, may_be_as_like

ALIKE = 80.0
"""How alike two words must be (``likeness``, 0 to 100) to count as one: ``harbor`` and ``harbour`` are 92."""
SHORT = 3
"""Words up to this length must be the same: ``red`` is not ``bed``."""
ENOUGH = 0.5
"""The part of a query a product must answer, its words weighted by how few products they fit."""
UNSURE = 0.6
"""What a word that is only alike weighs against one that is the same: ``coast`` may mean ``coat``."""
UNKNOWN = 3.0
"""What a word that fits no product weighs: less than a product's own name, so that ``purple lamp`` finds lamps."""
UNKNOWN_WORDS = 2
"""How many such words are counted: a chatty query has many."""

_WORD = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"['’]|(?<=\w)-(?=\w)")
_IDLE = frozenset(
    "a all along also always am an and any anything are available be buy can carry come could d do does each every find for from"
    " get give go got had has have hello help hey hi how i if ill im in is it its ive like looking me my need of on one or order"
    " please product products re sell shop show size sizes so some something stock tell than that the their them there these they"
    " thing things this those to us want was we what when where which who will with would you your".split()
)

Index = dict[str, dict[str, float]]
"""For each word, the products it fits and how well (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What of one product can be searched: texts, and what a word found in each is worth (0 to 1)."""

    product_id: str
    texts: tuple[tuple[str, float], ...]


def search(entries: Sequence[Entry], query: str, *, limit: int) -> list[str]:
    """Ids of the products that fit, best first and else in the order given; empty when nothing fits."""
    index = _index(tuple(entries))
    scores = _scores([_answer(index, spellings) for spellings in _asked(query)], len(entries))
    fitting = [entry.product_id for entry in entries if entry.product_id in scores]
    return sorted(fitting, key=lambda one: -scores[one])[:limit]


@lru_cache(maxsize=16)
def _index(entries: tuple[Entry, ...]) -> Index:
    """The index, kept for as long as the same products are searched."""
    index: Index = defaultdict(dict)
    for entry in entries:
        for text, worth in entry.texts:
            for word in _with_pairs(_words(text)):
                index[word][entry.product_id] = max(worth, index[word].get(entry.product_id, 0.0))
    return dict(index)


def _words(text: str) -> list[str]:
    """Words without accents, case and plural endings; ``men's`` and ``T-shirt`` are one word each."""
    plain = unicodedata.normalize("NFKD", _JOINT.sub("", text.casefold()))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [_singular(word) for word in _WORD.findall(bare)]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > SHORT and word.endswith("s") and not word.endswith("ss") else word


def _with_pairs(words: Sequence[str]) -> Iterator[str]:
    """The words, and neighbours written together: ``rain boots`` is also found as ``rainboots``."""
    yield from words
    yield from (first + second for first, second in pairwise(words))


def _asked(query: str) -> Iterator[tuple[str, ...]]:
    """Each word that is asked for, alone and written together with its neighbours: ``crew neck`` may mean ``crewneck``."""
    words = [word for word in _words(query) if word not in _IDLE]
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        yield word, before + word, word + after


@dataclass(frozen=True, slots=True)
class _Answer:
    """The products one word fits and how well, and how sure it is that the word was meant (0 to 1)."""

    fits: Mapping[str, float]
    certainty: float

    def weight(self, products: int) -> float:
        """How much the word tells: the fewer products it fits, the more."""
        return self.certainty * (1 + log(products / len(self.fits)))


def _answer(index: Index, spellings: Sequence[str]) -> _Answer:
    """The products a word fits. Words that are only alike are looked at when none is the same.

    A first letter is seldom mistyped, and it keeps ``mower`` from ``power``.
    """
    word = spellings[0]
    same = _best((index.get(spelling, {}), 1.0) for spelling in spellings)
    if same or len(word) <= SHORT:
        return _Answer(same, certainty=1)
    near = [other for other in index if other[0] == word[0] and may_be_as_like(word, other, ALIKE)]
    alike = [(other, ratio) for other in near if (ratio := likeness(word, other)) >= ALIKE]
    return _Answer(_best((index[other], ratio / 100) for other, ratio in alike), certainty=UNSURE)


def _best(answers: Iterable[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """For each product the best of several answers, each taken at its share."""
    fits: dict[str, float] = {}
    for answer, share in answers:
        for product_id, worth in answer.items():
            fits[product_id] = max(worth * share, fits.get(product_id, 0.0))
    return fits


def _scores(answers: Sequence[_Answer], products: int) -> dict[str, float]:
    """The products that answer enough of the query, and how well."""
    known = [answer for answer in answers if answer.fits]
    unknown = UNKNOWN * min(UNKNOWN_WORDS, len(answers) - len(known))
    asked = sum(answer.weight(products) for answer in known) + unknown
    covered: dict[str, float] = defaultdict(float)
    scores: dict[str, float] = defaultdict(float)
    for answer in known:
        for product_id, worth in answer.fits.items():
            covered[product_id] += answer.weight(products)
            scores[product_id] += answer.weight(products) * worth
    return {one: score for one, score in scores.items() if covered[one] >= ENOUGH * asked}
