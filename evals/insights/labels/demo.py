"""Labels of the demo shop's conversations: who should have served each of its sentences was judged by hand, in ``fixtures/insights/judged.jsonl``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import cast

from warmline.fixtures import packaged, read_lines

from .labels import Label, Said
from .sampling import Candidate

NUMBER = 300
"""Labels of the demo; as many as a person gives in an hour or two."""

BY = "demo"


@dataclass(frozen=True)
class _Judged:
    sentence: re.Pattern[str]
    said: Said
    why: str


def demo_labels(candidates: Iterable[Candidate], *, at: datetime) -> Iterator[Label]:
    """A label for each message whose sentence was judged, marked as made up; others have none."""
    for one in candidates:
        found = next((judged for judged in _judged() if judged.sentence.fullmatch(one.text)), None)
        if found is not None:
            yield Label(**asdict(one), said=found.said, why=found.why, by=BY, at=at, demo=True)


@cache
def _judged() -> tuple[_Judged, ...]:
    lines = [line.value for line in read_lines(packaged("insights").joinpath("judged.jsonl"))]
    return tuple(_Judged(_sentence(str(one["text"])), cast("Said", one["said"]), str(one.get("why", ""))) for one in lines)


def _sentence(text: str) -> re.Pattern[str]:
    """The sentence with any words where its names stand in braces."""
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)))
