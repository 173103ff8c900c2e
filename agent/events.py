"""What a streamed turn tells while it runs; the last event is ``Done`` with the turn itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .guard.decision import Decision
from .outcome import RunStatus, Turn


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The guard decided, before anything ran."""

    decision: Decision


@dataclass(frozen=True, kw_only=True)
class ToolStarted:
    """A tool passed the gate and runs; ``arguments`` is JSON."""

    name: str
    arguments: str


@dataclass(frozen=True, kw_only=True)
class ToolFinished:
    """A tool call ended, or was refused by the gate (``ms`` is 0 then)."""

    name: str
    status: RunStatus
    ms: float


@dataclass(frozen=True, kw_only=True)
class TextDelta:
    """A piece of text for the customer; it has passed the reply gate."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Done:
    """The turn, closed and stored."""

    turn: Turn


Event = Decided | ToolStarted | ToolFinished | TextDelta | Done


def deltas(text: str) -> Iterator[TextDelta]:
    """A text as pieces that end where a sentence or a line does; joined they are the text."""
    for piece in re.findall(r".*?(?:[.!?…]+(?:\s+|$)|\n+|$)", text, re.DOTALL):
        if piece:
            yield TextDelta(text=piece)
