"""Topics of a shop's own: named in the policy by words, found in a message, used in conditions (``"sizing" in signals.topics``).

Words are compared as rules are, in plain words: without case and accents, whole words, ``*`` for any ending or beginning. There is nothing
to be trained and nothing to be guessed: whoever owns the policy sees why a message is of a topic. docs/decisions/0016 says what else was tried.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from .rules import searchable
from .text import clean, plain_words

if TYPE_CHECKING:
    from .signals import Signals

SHORTEST = 3
"""Letters that a word with ``*`` has at least: fewer begin half of all words."""

_STARS = re.compile(r"^\*|\*$")


class TopicHit(BaseModel):
    """A topic that a message is of, and the words that say so."""

    model_config = ConfigDict(frozen=True)

    name: str
    words: str


@dataclass(frozen=True)
class Topic:
    """A topic: its name, and words or phrases of which one is enough."""

    name: str
    words: tuple[str, ...]

    def match(self, plain: str) -> TopicHit | None:
        """The first of its words in a text of plain words."""
        found = self._pattern.search(plain)
        return TopicHit(name=self.name, words=found.group()) if found else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(_expression, self.words))})(?!\w)")


def topics_in(plain: str, topics: Iterable[Topic]) -> tuple[TopicHit, ...]:
    """The topics that a text of plain words is of, in the policy's order."""
    return tuple(hit for topic in topics if (hit := topic.match(plain)))


def with_topics(signals: "Signals", text: str, topics: Sequence[Topic]) -> "Signals":
    """The signals with the topics that a policy names; a mere answer to the agent's question is of none."""
    found = topics_in(searchable(clean(text)), topics) if topics and not signals.answer else ()
    return signals if found == signals.topics else signals.model_copy(update={"topics": found})


def what_is_wrong(word: str) -> str:
    """Why a word cannot be looked for, in words; empty if it can."""
    bare = plain_words(_STARS.sub("", word.strip()))
    if "*" in _STARS.sub("", word.strip()):
        return f"{word!r} has a * inside: it stands for an ending or a beginning, 'size*' or '*size'"
    if "." in bare or not any(map(str.isalnum, bare)):
        return f"{word!r} is no word to look for: write one or a few words of one sentence"
    if "*" in word and len(bare) < SHORTEST:
        return f"{word!r} is in too many words: write at least {SHORTEST} letters beside the *"
    return ""


def _expression(word: str) -> str:
    word = word.strip()
    begins, ends = r"\w*" * word.startswith("*"), r"\w*" * word.endswith("*")
    return f"{begins}{re.escape(plain_words(_STARS.sub('', word)))}{ends}"
