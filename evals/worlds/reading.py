"""The guard of trials that run side by side: what several of them say is read together, and what was read once is known."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from warmline.agent.guard.classifier import Classifier
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.policy import Policy
from warmline.agent.guard.signals import Signals, failed_signals
from warmline.agent.guard.text import clean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT = 50_000
"""Texts whose probabilities are kept: some hundred bytes each. The same text has the same ones, so nothing is assumed."""


class KnowingClassifier(Classifier):
    """The shipped classifier, which reads each text once."""

    @classmethod
    def shipped(cls) -> Self:
        """The shipped weights."""
        return cls.load()

    @property
    def _known(self) -> "OrderedDict[str, NDArray[np.float64]]":
        return self.__dict__.setdefault("_rows", OrderedDict())

    def probabilities(self, texts: Sequence[str]) -> "NDArray[np.float64]":
        """The probability of each class for each text."""
        import numpy as np

        known = self._known
        cleaned = [clean(text) for text in texts]
        new = [text for text in dict.fromkeys(cleaned) if text not in known]
        if new:
            known.update(zip(new, super().probabilities(new), strict=True))
        found = np.stack([known[text] for text in cleaned]) if cleaned else super().probabilities([])
        while len(known) > KEPT:
            known.popitem(last=False)
        return found


class Reader:
    """Reads messages for all trials of a process: while one batch is read, the next gathers."""

    def __init__(self, classifier: Classifier) -> None:
        self.guard = Guard(classifier=classifier)
        self._waiting: list[tuple[str, Facts, asyncio.Future[Signals]]] = []
        self._reading: asyncio.Task[None] | None = None

    async def read(self, text: str, facts: Facts) -> Signals:
        """The signals of one message."""
        answer: asyncio.Future[Signals] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, facts, answer))
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        return await answer

    async def _read(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            texts, facts = [text for text, _, _ in batch], [one for _, one, _ in batch]
            signals = await asyncio.to_thread(self.guard.read_many, texts, facts)
            for (_, _, answer), one in zip(batch, signals, strict=True):
                if not answer.done():
                    answer.set_result(one)


class TrialGuard(Guard):
    """The guard of one trial: its own policy, the common reader, and it can be broken."""

    def __init__(self, reader: Reader, policy: Policy) -> None:
        super().__init__(policy=policy, classifier=reader.guard.classifier)
        self._reader = reader
        self.failing = False

    async def read(self, text: str, facts: Facts) -> Signals:
        """The signals of one message."""
        if self.failing:
            return failed_signals(facts, "down, as the case says")
        return await self._reader.read(text, facts)
