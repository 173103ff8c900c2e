"""Finer topics inside what the agent serves: words that many customers write, each with the words that mean the same in other languages.

A topic is found by its words and by nothing else, so that a rule of the policy finds exactly the contacts the figures are of. Which words are
one topic is said by the encoder's vectors of single words: ``size``, ``sizes``, ``Größe``, ``taille`` lie together. How contacts went has no
part in it. The same contacts always make the same topics.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from warmline.agent.guard.rules import searchable
from warmline.agent.guard.text import clean, plain_words, tokens
from warmline.agent.guard.topics import Topic
from warmline.evals.insights.landscape.stop_words import STOP_WORDS

from .contacts import Contact, by_class

LEAST = 20
"""Contacts of a topic below which it is none."""

WRITERS = 10
"""Customers who must have written of it: what few write may be somebody's name."""

WIDEST = 0.7
"""Share of a class's contacts above which words set nothing apart in it."""

ALIKE = 0.65
"""Cosine of two words from which they mean the same: size and Größe 0.88, size and tallas 0.65, shipping and Versand 0.69; size
and colour 0.42, wash and dryer 0.56 (scripts/measure_topics.py)."""

LOOKED_AT = 300
"""The most frequent words of a class, of which topics are made."""

MOST = 12
"""Topics of a class, and words of a topic."""

SAME = 0.8
"""Share of contacts that two topics have in common from which the less frequent is left out: words of one sentence that many write."""

ASKING = frozenset(
    "what when where which who whom whose how why was wann wo wohin welche welcher welches welchem welchen wer wie warum quand quel quelle quels"
    " quelles qui comment pourquoi cuando donde dónde cuál cuáles quién cómo cuándo quando dove quale quali chi come perché onde qual quais quem"
    " wanneer waar welke wie hoe waarom".split()
)
"""Words that ask, in the guard's seven languages; they are about nothing."""

_OF_NOTHING = STOP_WORDS | ASKING
_RARE = 3
_SHORTEST = 3


@dataclass(frozen=True, kw_only=True)
class Finer:
    """A topic inside one of the guard's, with its contacts; ``named`` says that it is the policy's own."""

    intent: str
    topic: Topic
    contacts: tuple[Contact, ...]
    named: bool = False


@dataclass(kw_only=True)
class _Word:
    """A word, as it is mostly written, and the places of the contacts in which it stands."""

    plain: str
    written: Counter[str] = field(default_factory=Counter[str])
    places: set[int] = field(default_factory=set[int])

    @property
    def usual(self) -> str:
        return min(self.written, key=lambda one: (-self.written[one], one))


def finer_topics(contacts: Iterable[Contact], named: Sequence[Topic] = ()) -> list[Finer]:
    """The topics inside each class that the agent serves, the policy's own first, then the most frequent ones."""
    groups = by_class(one for one in contacts if one.text)
    found: list[Finer] = []
    taken = {topic.name for topic in named}
    for intent in sorted(groups):
        found += _named(intent, groups[intent], named)
        for topic in _found(intent, groups[intent], named, taken):
            taken.add(topic.topic.name)
            found.append(topic)
    return found


def _named(intent: str, contacts: Sequence[Contact], named: Sequence[Topic]) -> Iterator[Finer]:
    """The policy's own topics, as its rules would find them."""
    texts = [searchable(clean(one.text)) for one in contacts] if named else []
    for topic in named:
        own = tuple(one for one, text in zip(contacts, texts, strict=True) if topic.match(text))
        if len(own) >= LEAST:
            yield Finer(intent=intent, topic=topic, contacts=own, named=True)


def _found(intent: str, contacts: Sequence[Contact], named: Sequence[Topic], taken: set[str]) -> Iterator[Finer]:
    words = [one for one in _words(contacts) if not any(topic.match(one.plain) for topic in named)]
    seen: list[set[int]] = []
    for group in _alike(words)[:MOST]:
        places = sorted(_places(group))
        if any(len(other.intersection(places)) >= SAME * len(other.union(places)) for other in seen):
            continue
        seen.append(set(places))
        own = tuple(contacts[place] for place in places)
        if LEAST <= len(own) <= WIDEST * len(contacts) and len({one.customer for one in own}) >= WRITERS:
            topic = Topic(_free(group[0].plain, intent, taken), tuple(one.usual for one in group))
            yield Finer(intent=intent, topic=topic, contacts=own)


def _words(contacts: Sequence[Contact]) -> list[_Word]:
    """The words that name something, the most frequent first."""
    found: dict[str, _Word] = {}
    for place, one in enumerate(contacts):
        for word in set(tokens(clean(one.text).lower())):
            plain = plain_words(word)
            if len(plain) >= _SHORTEST and plain.isalpha() and plain[0].isascii() and word not in _OF_NOTHING:
                known = found.setdefault(plain, _Word(plain=plain))
                known.written[word] += 1
                known.places.add(place)
    often = [one for one in found.values() if len(one.places) >= _RARE]
    return sorted(often, key=lambda one: (-len(one.places), one.plain))[:LOOKED_AT]


def _alike(words: Sequence[_Word]) -> list[list[_Word]]:
    """The words in groups of one meaning, each led by its most frequent; the groups of most contacts first."""
    if sum(len(one.places) for one in words) < LEAST:
        return []
    from warmline.evals.insights.landscape.classing import vectors_of

    vectors = vectors_of([one.usual for one in words])
    free = list(range(len(words)))
    groups: list[list[_Word]] = []
    while free:
        near = vectors[free] @ vectors[free[0]]
        own = [place for place, likeness in zip(free, near, strict=True) if likeness >= ALIKE or place == free[0]]
        groups.append([words[place] for place in own[:MOST]])
        free = [place for place in free if place not in own]
    return sorted(groups, key=lambda group: (-len(_places(group)), group[0].plain))


def _places(group: Iterable[_Word]) -> set[int]:
    return set[int]().union(*(one.places for one in group))


def _free(word: str, intent: str, taken: set[str]) -> str:
    """A name for a topic: its first word, with the class where that is taken."""
    return next(name for name in (word, f"{intent}_{word}", *(f"{intent}_{word}_{n}" for n in range(2, 99))) if name not in taken)
