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

    def add(self, entry: Asked | Broken) -> None:
        """Count one line."""
        if isinstance(entry, Asked):
            self.decided += 1
            return
        self.broken += 1
        if len(self.first_errors) < SHOWN_ERRORS:
            self.first_errors.append(entry.error)


def decide_lines(stream: Iterable[bytes], out: IO[str], *, guard: "Guard", advance: Advance) -> Tally:
    """Decide on every line and write one line for each, in order. Broken lines are written as such and counted."""
    from warmline.agent.guard.facts import Facts

    guard.read_many([""], Facts())  # loading the model is no message's time
    tally = Tally()
    counted = _Counted(stream)
    entries = read_messages(counted)
    while batch := list(islice(entries, BATCH)):
        for line in _decided(batch, guard):
            out.write(json.dumps(line) + "\n")
        for entry in batch:
            tally.add(entry)
        out.flush()
        advance(counted.bytes, tally.decided + tally.broken)
    return tally


class _Counted:
    """Lines, and how many bytes they were."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.bytes += len(line)
            yield line


def _decided(batch: Sequence[Asked | Broken], guard: "Guard") -> Iterator[dict[str, object]]:
    """What to write for a batch; reading is timed as the batch's share, deciding by itself."""
    from warmline.agent.guard.masking import mask
    from warmline.agent.guard.text import clean

    asked = [entry for entry in batch if isinstance(entry, Asked)]
    texts = [mask(clean(entry.text)) for entry in asked]  # as SupportAgent does before it reads
    began = time.perf_counter()
    signals = iter(guard.read_many(texts, [entry.facts for entry in asked]))
    share = (time.perf_counter() - began) * 1000 / max(len(asked), 1)
    spoken = iter(texts)
    for entry in batch:
        if isinstance(entry, Broken):
            yield {"id": entry.id, "error": entry.error}
            continue
        began, read = time.perf_counter(), next(signals)
        decision = guard.decide(read) if next(spoken).strip() else guard.nothing_said()
        yield _line(entry.id, decision, share + (time.perf_counter() - began) * 1000)


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
