"""A run: every case its trials, so many at once, each result noted as soon as it is there."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from warmline.evals.results import CaseVerdict, Spent, TrialResult
from warmline.evals.suite_files.loading import LoadedCase

from .trial import Troupe, run_trial
from .verdicts import still_to_run, verdict_of

AT_ONCE = 8
"""Trials side by side in one process."""


class Watcher(Protocol):
    """Is told what happens in a run, as it happens."""

    def trial(self, result: TrialResult) -> None:
        """A trial was made."""
        ...

    def verdict(self, verdict: CaseVerdict) -> None:
        """A case is done."""
        ...


@dataclass(kw_only=True)
class Purse:
    """What a run may cost, and what it has cost; without a ``ceiling`` as much as it likes."""

    ceiling: float | None = None
    spent: float = 0.0
    tokens: int = 0

    def pay(self, spent: Spent) -> None:
        """Note what a trial cost."""
        self.spent += spent.cost_usd or 0.0
        self.tokens += spent.input + spent.output

    @property
    def empty(self) -> bool:
        """Whether nothing more may be begun."""
        return self.ceiling is not None and self.spent >= self.ceiling


@dataclass(kw_only=True)
class Run:
    """A run in one process."""

    troupe: Troupe
    purse: Purse = field(default_factory=Purse)
    at_once: int = AT_ONCE
    most_trials: int | None = None
    only_trial: int | None = None

    async def cases(self, cases: Sequence[LoadedCase], watcher: Watcher, done: Iterable[TrialResult] = ()) -> None:
        """Run what is not ``done`` of every case; the watcher hears of each trial and each case."""
        known: dict[str, list[TrialResult]] = {}
        for result in done:
            known.setdefault(result.case_id, []).append(result)
        places = asyncio.Semaphore(self.at_once)
        async with asyncio.TaskGroup() as group:
            async for case in _paced(cases, places):
                group.create_task(self._case(case, known.get(case.id, []), places, watcher))

    async def _case(self, case: LoadedCase, results: list[TrialResult], places: asyncio.Semaphore, watcher: Watcher) -> None:
        while due := self._due(case, results):
            results += await asyncio.gather(*(self._trial(case, number, places, watcher) for number in due))
        if self.only_trial is None:
            watcher.verdict(verdict_of(case, results))

    def _due(self, case: LoadedCase, results: Sequence[TrialResult]) -> list[int]:
        if self.only_trial is not None:
            return [] if results else [self.only_trial]
        if any(result.state in ("BUDGET", "SKIP") for result in results):
            return []
        if self.troupe.recording is not None:  # what was recorded is all there is: nothing is extended
            done = {result.trial for result in results}
            return [number for number in self.troupe.recording.trials_of(case) or [1] if number not in done]
        return still_to_run(case, results, self.most_trials)

    async def _trial(self, case: LoadedCase, number: int, places: asyncio.Semaphore, watcher: Watcher) -> TrialResult:
        async with places:
            result = self._not_run(case, number) or await run_trial(case, number, self.troupe)
        self.purse.pay(result.spent)
        self.purse.pay(result.beside)
        watcher.trial(result)
        return result

    def _not_run(self, case: LoadedCase, number: int) -> TrialResult | None:
        """A trial that is not made: for want of a language model, or of money."""
        common = {"case_id": case.id, "suite": case.suite, "trial": number, "place": case.place}
        if case.case.needs == "language_model" and not self.troupe.language_model:
            return TrialResult(**common, state="SKIP", why="needs a language model, and this run has none (see --live)")
        if self.purse.empty:
            why = f"the ceiling of ${self.purse.ceiling} was reached after ${self.purse.spent:.2f}"
            return TrialResult(**common, state="BUDGET", why=why)
        return None


async def _paced(cases: Sequence[LoadedCase], places: asyncio.Semaphore) -> AsyncIterator[LoadedCase]:
    """The cases one after the other, each when there is room: thousands of tasks that wait would only cost memory."""
    for case in cases:
        async with places:
            pass
        yield case
        await asyncio.sleep(0)
