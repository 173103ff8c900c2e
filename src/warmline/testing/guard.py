"""A guard that reads the same in every message, so that a test of something else does not depend on a classifier."""

from collections.abc import Sequence

from warmline.agent.guard.decision import AUTOMATED_REASONS
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.signals import Signals, failed_signals


class FixedGuard(Guard):
    """Reads ``reason`` in every message; the default policy decides on it, facts included.

    ``concern`` marks the message as one about a problem (what the high-value rule asks for); ``failing`` makes reading fail.
    """

    def __init__(self, reason: str = "order_status", *, concern: bool = False, failing: bool = False) -> None:
        super().__init__()
        self.reason = reason
        self.concern = concern
        self.failing = failing

    async def read(self, text: str, facts: Facts) -> Signals:
        """The same signals, without a thread: there is nothing to work out."""
        return self.read_many([text], facts)[0]

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        """The same signals for each text."""
        each = [facts] * len(texts) if isinstance(facts, Facts) else list(facts)
        return [self._signals(one) for one in each]

    def _signals(self, facts: Facts) -> Signals:
        if self.failing:
            return failed_signals(facts, "told to fail")
        if self.reason in AUTOMATED_REASONS:
            return Signals(facts=facts, intent=self.reason, intent_probability=1.0, concern=self.concern)
        return Signals(facts=facts, human_probability=1.0, top_reason=self.reason, concern=self.concern)
