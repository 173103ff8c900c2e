"""The work behind ``warmline policy diff``: every message read once and decided twice, a batch at a time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .messages import MessageId
from .routing import Advance, Read, Tally, read_lines

if TYPE_CHECKING:
    from warmline.agent.guard.decision import Decision
    from warmline.agent.guard.guard import Guard
    from warmline.agent.guard.policy import Policy

Target = tuple[str, str]
"""A route and a reason."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A message the policies decide differently, with the rules that do."""

    id: MessageId
    text: str
    old: Target
    new: Target
    rules: tuple[str, str]


@dataclass(kw_only=True)
class Comparison:
    """Two policies over the same messages. ``changes`` holds the first changed ones; ``handled`` counts messages that keep route and
    reason and get another queue, priority, service level or acknowledgement."""

    old: str
    new: str
    tally: Tally = field(default_factory=Tally)
    moves: Counter[tuple[Target, Target]] = field(default_factory=Counter[tuple[Target, Target]])
    handled: int = 0
    changes: list[Change] = field(default_factory=list[Change])

    @property
    def changed(self) -> int:
        """Messages whose route or reason changes."""
        return self.moves.total()

    @property
    def rerouted(self) -> int:
        """Messages whose route changes."""
        return sum(count for (old, new), count in self.moves.items() if old[0] != new[0])


def compare(
    stream: Iterable[bytes], old: "Policy", new: "Policy", *, guard: "Guard", advance: Advance, shown: int | None
) -> Comparison:
    """Decide on every line with both policies; of the changes keep ``shown``, or all."""
    found = Comparison(old=old.stamp, new=new.stamp)
    for batch in read_lines(stream, guard=guard, advance=advance):
        for one in batch:
            found.tally.add(one)
            if isinstance(one, Read) and one.text.strip():  # without a word both let the agent ask
                _note(found, one, _decided(old, one), _decided(new, one), shown)
    return found


def _note(found: Comparison, read: Read, before: "Decision", after: "Decision", shown: int | None) -> None:
    old, new = (before.route, before.reason), (after.route, after.reason)
    if old == new:
        found.handled += _handling(before) != _handling(after)
        return
    found.moves[old, new] += 1
    if shown is None or len(found.changes) < shown:
        found.changes.append(Change(id=read.id, text=read.text, old=old, new=new, rules=(before.rule, after.rule)))


def _decided(policy: "Policy", read: Read) -> "Decision":
    from warmline.agent.guard.topics import with_topics

    return policy.decide(with_topics(read.signals, read.text, policy.topics))


def _handling(decision: "Decision") -> tuple[object, ...]:
    return decision.queue, decision.priority, decision.service_level_minutes, decision.acknowledgement


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison as plain JSON values."""
    decided = found.tally.decided
    return {
        "old": found.old,
        "new": found.new,
        "messages": decided,
        "broken": found.tally.broken,
        "changed": found.changed,
        "share": round(found.changed / decided, 6) if decided else 0.0,
        "rerouted": found.rerouted,
        "handled_differently": found.handled,
        "moves": [
            {"from": _target(old), "to": _target(new), "messages": count} for (old, new), count in found.moves.most_common()
        ],
        "changes": [
            {
                "id": one.id,
                "text": one.text,
                "from": {**_target(one.old), "rule": one.rules[0]},
                "to": {**_target(one.new), "rule": one.rules[1]},
            }
            for one in found.changes
        ],
    }


def _target(target: Target) -> dict[str, str]:
    return {"route": target[0], "reason": target[1]}
