"""A circuit breaker: a model that keeps failing is not called for a while, so that nobody waits for its time-outs.

Closed, every call goes through. After ``Tolerance.in_a_row`` failures, or a share of them within a window, it opens: calls end in
``BreakerOpen`` at once. When the pause is over one call goes through as a probe; it closes the breaker, or opens it again.

Our own, because those to be had keep the wall clock themselves, let any number of probes through, and count only failures in a
row (purgatory 3.0, circuitbreaker 2.1) or need tornado to be asynchronous (pybreaker 1.4).
"""

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from warmline.errors import ModelRefused, ModelUnavailable, SettingsError, UsageError

from .base import Model, ModelAnswer, ModelRequest, is_language_model, release_connections
from .faults import Failed

Status = Literal["closed", "open", "half_open"]
ResultT = TypeVar("ResultT")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """What a breaker puts up with.

    It opens after ``in_a_row`` failures, or when ``share`` of at least ``calls`` calls of the last ``window_seconds`` failed, and
    stays open for ``pause_seconds``.
    """

    in_a_row: int = 5
    share: float = 0.5
    calls: int = 20
    window_seconds: float = 60.0
    pause_seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.in_a_row < 1 or self.calls < 1 or not 0 < self.share <= 1:
            raise UsageError(f"{self!r}; expected counts of at least 1 and a share above 0, up to 1")
        if self.window_seconds <= 0 or self.pause_seconds <= 0:
            raise UsageError(f"{self!r}; expected seconds above 0")


@dataclass(frozen=True, kw_only=True)
class BreakerState:
    """How a breaker stands: ``calls`` and ``failures`` within its window, what failed last, and how long it stays open yet."""

    model: str
    status: Status
    in_a_row: int
    calls: int
    failures: int
    last_failure: str
    seconds_left: float


class BreakerOpen(ModelUnavailable):
    """The model is not called at the moment."""

    rule = "overload.breaker_open"

    def __init__(self, state: BreakerState) -> None:
        super().__init__(
            f"The model {state.model!r} is not called for another {state.seconds_left:.0f} s: it failed too often, last with"
            f" {state.last_failure}. Look at its server, or give a fallback model."
        )
        self.state = state


class Breaker:
    """One model's breaker. ``now`` tells seconds that only grow."""

    def __init__(self, model: str, tolerance: Tolerance | None = None, *, now: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._tolerance = tolerance or Tolerance()
        self._now = now
        self._ends: deque[tuple[float, bool]] = deque()
        self._in_a_row = 0
        self._last_failure = ""
        self._opened: float | None = None
        self._probing = False
        self._epoch = 0

    @property
    def state(self) -> BreakerState:
        """How it stands now."""
        self._forget()
        left = self._left()
        status: Status = "closed" if self._opened is None else "open" if left > 0 else "half_open"
        failures = sum(not good for _, good in self._ends)
        return BreakerState(
            model=self._model,
            status=status,
            in_a_row=self._in_a_row,
            calls=len(self._ends),
            failures=failures,
            last_failure=self._last_failure,
            seconds_left=left,
        )

    async def call(self, ask: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """What ``ask`` returns or raises; ``BreakerOpen`` without asking while the breaker is open or a probe is under way."""
        epoch = self._enter()
        good: bool | None = None
        try:
            answer = await ask()
            good = True
        except Exception as error:
            good = self._judge(error)
            raise
        finally:
            self._ended(epoch, good)
        return answer

    def _enter(self) -> int:
        if self._opened is not None:
            if self._probing or self._left() > 0:
                raise BreakerOpen(self.state)
            self._probing = True
        return self._epoch

    def _judge(self, error: Exception) -> bool | None:
        """Whether the model is well, by the error it ended in: a refusal is an answer, a mistake of the caller's says nothing."""
        fault = error.error if isinstance(error, Failed) else error
        if isinstance(fault, UsageError | SettingsError):
            return None
        if isinstance(fault, ModelRefused):
            return True
        self._last_failure = type(fault).__name__
        return False

    def _ended(self, epoch: int, good: bool | None) -> None:
        """Count the end of a call; of one that began before the breaker last opened or closed, nothing is learnt."""
        if epoch != self._epoch:
            return
        if self._probing:
            self._probed(good)
        elif good is not None:
            self._ends.append((self._now(), good))
            self._forget()
            self._in_a_row = 0 if good else self._in_a_row + 1
            if not good and self._too_many():
                self._open()

    def _probed(self, good: bool | None) -> None:
        self._probing = False
        if good:
            self._opened, self._in_a_row, self._epoch = None, 0, self._epoch + 1
            self._ends.clear()
            _log.info("the model %s answers again", self._model)
        elif good is False:
            self._open()

    def _open(self) -> None:
        self._opened, self._epoch = self._now(), self._epoch + 1
        pause = self._tolerance.pause_seconds
        _log.warning(
            "the model %s is not called for %g s: it failed too often, last with %s", self._model, pause, self._last_failure
        )

    def _too_many(self) -> bool:
        most, calls = self._tolerance, len(self._ends)
        failures = sum(not good for _, good in self._ends)
        return self._in_a_row >= most.in_a_row or (calls >= most.calls and failures >= most.share * calls)

    def _forget(self) -> None:
        while self._ends and self._ends[0][0] < self._now() - self._tolerance.window_seconds:
            self._ends.popleft()

    def _left(self) -> float:
        return 0.0 if self._opened is None else max(self._opened + self._tolerance.pause_seconds - self._now(), 0.0)


class WithBreaker:
    """A host's own model behind a breaker, with a model to ask instead while that is open."""

    def __init__(self, model: Model, *, breaker: Breaker | None = None, fallback: Model | None = None) -> None:
        self.breaker = breaker or Breaker(model.name)
        self.language_model = is_language_model(model)
        self._model = model
        self._fallback = fallback

    @property
    def name(self) -> str:
        """The model's own name."""
        return self._model.name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's answer, or the fallback's while the breaker is open. What fails with it closed is not asked elsewhere."""
        try:
            return await self.breaker.call(lambda: self._model.answer(request, on_text=on_text))
        except BreakerOpen:
            if self._fallback is None:
                raise
        return await self._fallback.answer(request, on_text=on_text)

    async def release_connections(self) -> None:
        """Close what the two have open in this event loop."""
        await release_connections(self._model)
        await release_connections(self._fallback)


def breaker_of(model: Model) -> Breaker | None:
    """The breaker a model has, if it has one."""
    found: object = getattr(model, "breaker", None)
    return found if isinstance(found, Breaker) else None
