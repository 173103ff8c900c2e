"""The work behind ``warmline route``: lines in, decisions out, a batch at a time, so that a million lines need no more memory."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, TYPE_CHECKING

from .messages import Asked, Broken, MessageId, read_messages

if TYPE_CHECKING:
    from warmline.agent.guard.decision import Decision
    from warmline.agent.guard.guard import Guard
    from warmline.agent.guard.signals import Signals

BATCH = 256
"""Messages that are encoded together."""

SHOWN_ERRORS = 5
Advance = Callable[[int, int], None]
"""Told after each batch: bytes read and lines dealt with so far."""


@dataclass(kw_only=True)
class Tally:
    """How it went."""

    decided: int = 0
    broken: int = 0
    first_errors: list[str] = field(default_factory=list[str])

    def add(self, entry: "Read | Broken") -> None:
        """Count one line."""
        if isinstance(entry, Read):
            self.decided += 1
            return
        self.broken += 1
        if len(self.first_errors) < SHOWN_ERRORS:
            self.first_errors.append(entry.error)


@dataclass(frozen=True, kw_only=True)
class Read:
    """A message as it was read: its text as the agent would see it, its signals, its share of the time."""

    id: MessageId
    text: str
    signals: "Signals"
    ms: float


def decide_lines(stream: Iterable[bytes], out: IO[str], *, guard: "Guard", advance: Advance) -> Tally:
    """Decide on every line and write one line for each, in order. Broken lines are written as such and counted."""
    tally = Tally()
    for batch in read_lines(stream, guard=guard, advance=advance):
        for one in batch:
            line = {"id": one.id, "error": one.error} if isinstance(one, Broken) else _decided(one, guard)
            out.write(json.dumps(line) + "\n")
            tally.add(one)
        out.flush()
    return tally


def read_lines(stream: Iterable[bytes], *, guard: "Guard", advance: Advance) -> Iterator[list[Read | Broken]]:
    """Every line with its signals, in order, a batch at a time; ``advance`` is told when a batch was dealt with."""
    from warmline.agent.guard.facts import Facts

    guard.read_many([""], Facts())  # loading the model is no message's time
    counted, dealt = _Counted(stream), 0
    entries = read_messages(counted)
    while batch := list(islice(entries, BATCH)):
        yield _read(batch, guard)
        dealt += len(batch)
        advance(counted.bytes, dealt)


class _Counted:
    """Lines, and how many bytes they were."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.bytes += len(line)
            yield line


def _read(batch: Sequence[Asked | Broken], guard: "Guard") -> list[Read | Broken]:
    """The signals of a batch, whose time is shared."""
    from warmline.agent.guard.masking import mask
    from warmline.agent.guard.text import clean

    asked = [entry for entry in batch if isinstance(entry, Asked)]
    texts = [mask(clean(entry.text)) for entry in asked]  # as SupportAgent does before it reads
    began = time.perf_counter()
    read = guard.read_many(texts, [entry.facts for entry in asked])
    share = (time.perf_counter() - began) * 1000 / max(len(asked), 1)
    done = iter(zip(texts, read, strict=True))
    return [entry if isinstance(entry, Broken) else _one(entry, *next(done), share) for entry in batch]


def _one(entry: Asked, text: str, signals: "Signals", ms: float) -> Read:
    return Read(id=entry.id, text=text, signals=signals, ms=ms)


def _decided(read: Read, guard: "Guard") -> dict[str, object]:
    """What to write for a message; deciding is timed by itself."""
    began = time.perf_counter()
    decision = guard.decide(read.signals) if read.text.strip() else guard.nothing_said()
    return _line(read.id, decision, read.ms + (time.perf_counter() - began) * 1000)


def _line(message_id: MessageId, decision: "Decision", ms: float) -> dict[str, object]:
    return {
        "id": message_id,
        "route": decision.route,
        "reason": decision.reason,
        "rule": decision.rule,
        "score": round(decision.score, 4),
        "layer": decision.layer,
        "ms": round(ms, 3),
    }
