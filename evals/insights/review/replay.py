"""What a changed policy would have done with the messages of the past: decided again, offline, from the signals as they were stored."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from warmline.agent.guard.policy import Policy
from warmline.agent.guard.signals import Signals
from warmline.agent.guard.topics import with_topics
from warmline.agent.store.store import Store

from .reading import Answered, read_answered

Target = tuple[str, str]
"""A route and a reason."""


@dataclass(kw_only=True)
class Replay:
    """Both policies over the same messages. ``unread`` have no signals any more, or never had: erased, or a failure."""

    decided: int = 0
    unread: int = 0
    moves: Counter[tuple[Target, Target]] = field(default_factory=Counter[tuple[Target, Target]])

    @property
    def changed(self) -> int:
        """Messages whose route or reason changes."""
        return self.moves.total()


async def replay(store: Store, old: Policy, new: Policy, *, since: datetime, until: datetime) -> Replay:
    """Every message of this time decided with both; the language model, if one was asked, is not asked again."""
    found = Replay()
    async for turn, signals in read_signals(store, since, until):
        if signals is None:
            found.unread += 1
            continue
        found.decided += 1
        before, after = (policy.decide(with_topics(signals, turn.text, policy.topics)) for policy in (old, new))
        one, other = (before.route, before.reason), (after.route, after.reason)
        if one != other:
            found.moves[one, other] += 1
    return found


async def read_signals(store: Store, since: datetime, until: datetime) -> AsyncIterator[tuple[Answered, Signals | None]]:
    """The answered messages of this time with what was read from them; ``None`` where that is not known any more."""
    async for page in read_answered(store, since, until):
        for turn in page:
            if turn.decision.get("rule") != "rated":
                yield turn, _signals(turn)


def _signals(turn: Answered) -> Signals | None:
    stored = turn.decision.get("signals")
    try:
        return Signals.model_validate(stored) if stored else None
    except ValidationError:
        return None
