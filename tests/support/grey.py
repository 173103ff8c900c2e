"""Messages the guard is not sure of, and what a language model may say when it is asked."""

import json
from collections.abc import Sequence

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.rules import RuleHit
from warmline.agent.guard.signals import Signals
from warmline.agent.models.base import ModelAnswer
from warmline.testing import says


class GreyGuard(Guard):
    """Reads a question about an order in every message, and a person's reason with a probability of ``human``."""

    def __init__(self, human: float = 0.3, *, top: str = "dispute", share: float = 1.0, rule: str | None = None) -> None:
        super().__init__()
        self.human, self.top, self.share, self.rule = human, top, share, rule

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        """The same signals for each text."""
        each = [facts] * len(texts) if isinstance(facts, Facts) else list(facts)
        return [self._signals(one) for one in each]

    def _signals(self, facts: Facts) -> Signals:
        hits = (RuleHit(id="a.rule", reason=self.rule, words="words"),) if self.rule else ()
        return Signals(
            facts=facts,
            reasons={self.top: self.human * self.share, "order_status": 1 - self.human},
            intent="order_status",
            intent_probability=1 - self.human,
            human_probability=self.human,
            top_reason=self.top,
            rules=hits,
        )


def verdict(*, needs_person: object, reason: str, why: str = "They sound worried.", **more: object) -> ModelAnswer:
    """An answer to the triage question."""
    return says(json.dumps({"needs_person": needs_person, "reason": reason, "why": why, **more}))


CONFIRM = verdict(needs_person=False, reason="none", why="A plain question about a parcel.")
RAISE = verdict(needs_person=True, reason="emotional", why="The parcel was for a funeral.")
