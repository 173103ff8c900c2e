"""The guard: reads a message, then decides who serves it, before anything else runs.

``read`` gathers signals (and is the only part that takes time); ``decide`` is pure. Nothing heavy is imported before first use.
"""

import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from .cues import cues_in
from .decision import Decision, Route
from .facts import Facts
from .rules import matches, searchable
from .signals import TOO_LONG, Signals, failed_signals, gather
from .text import clean, without_addresses
from .together import Together
from .topics import with_topics

if TYPE_CHECKING:
    from warmline.agent.desk.terms import Terms

    from .classifier import Classifier
    from .policy import Desk, Policy

_log = logging.getLogger(__name__)

_NEEDS_A_PERSON: dict[Route, int] = {"automate": 0, "offer": 1, "gather": 2, "human": 2}


class Guard:
    """Signals, then a decision. The shipped policy and weights are loaded on first use, unless others are given."""

    def __init__(self, *, policy: "Policy | None" = None, classifier: "Classifier | None" = None) -> None:
        self._given_policy = policy
        self._given_classifier = classifier

    @cached_property
    def policy(self) -> "Policy":
        """The policy that decides."""
        from .policy import shipped

        return self._given_policy or shipped()

    @cached_property
    def classifier(self) -> "Classifier":
        """The classifier that reads."""
        from .classifier import Classifier

        return self._given_classifier or Classifier.load()

    @cached_property
    def _together(self) -> Together:
        return Together(self.read_many)

    async def read(self, text: str, facts: Facts) -> Signals:
        """The signals of one message. Takes milliseconds in a thread; what fails inside decides for a person.

        Those that come meanwhile wait, and are read together.
        """
        return await self._together.read(text, facts)

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        """The signals of many messages at once, encoded together; ``facts`` for all, or one for each. Never raises."""
        each = [facts] * len(texts) if isinstance(facts, Facts) else list(facts)
        try:
            read, topics = self._read(texts, each), self.policy.topics
            return [with_topics(one, text, topics) for one, text in zip(read, texts, strict=True)] if topics else read
        except Exception as error:  # noqa: BLE001 - whatever fails while reading, a person takes over
            if len(texts) > 1:  # one of them alone: the others are none the worse for being read beside it
                return [self.read_many([text], one)[0] for text, one in zip(texts, each, strict=True)]
            _log.exception("the guard could not read %d messages", len(texts))
            return [failed_signals(one, f"{type(error).__name__}: {error}") for one in each]

    def decide(self, signals: Signals) -> Decision:
        """Who serves the message with these signals: the same signals and policy, the same decision."""
        return self.policy.decide(signals)

    def redecide(self, signals: Signals, facts: Facts, *, before: Decision | None = None) -> Decision:
        """The decision for the same words when more is known; it never falls back from a person, nor from ``before``, the decision without it."""
        before = before or self.decide(signals)
        ours = type(self).decide is Guard.decide  # a host's own decides about newer facts too
        after = self.policy.decide_anew(signals, facts, before) if ours else self.decide(signals.with_facts(facts))
        return before if _NEEDS_A_PERSON[before.route] > _NEEDS_A_PERSON[after.route] else after

    @property
    def terms(self) -> "Terms":
        """The terms of the desk that the policy says."""
        return self.policy.terms

    def nothing_said(self) -> Decision:
        """The decision for a message without a word: the agent asks what it can do."""
        return Decision(
            route="automate", reason="smalltalk", rule="nothing_said", layer="policy", score=0.0, policy=self.policy.stamp
        )

    def desk_for(self, reason: str) -> "Desk":
        """Where cases with this reason go, and what their customers read."""
        return self.policy.desk_for(reason)

    def words_behind(self, text: str, signals: Signals) -> dict[str, str]:
        """For each of the classifier's scores the words without which it is lowest; for explanations, as it reads many variants."""
        from .occlusion import words_behind

        return words_behind(self.classifier, clean(text), signals)

    def _read(self, texts: Sequence[str], facts: Sequence[Facts]) -> list[Signals]:
        cleaned = [clean(text) for text in texts]
        rows = self.classifier.probabilities([without_addresses(text[:TOO_LONG]) for text in cleaned])
        names = self.classifier.classes
        reasons: list[Mapping[str, float]] = [dict(zip(names, map(float, row), strict=True)) for row in rows]
        return [
            gather(text, one, reasons=reason, hits=matches(text, searched=plain), cues=cues_in(text, searched=plain))
            for text, plain, one, reason in zip(cleaned, map(searchable, cleaned), facts, reasons, strict=True)
        ]
