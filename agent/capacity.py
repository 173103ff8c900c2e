"""How much one agent does at once, and who waits for how long: first come, first served, and never without an end.

gate = Gate(32, rule="overload.waited", seconds=10.0, line=64)
async with gate:  # at most 32 are inside, 64 wait, none longer than 10 seconds; ``Overloaded`` for the others
    ...
"""

import asyncio
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warmline.errors import UsageError, WarmlineError
from warmline.tools.loops import tell

if TYPE_CHECKING:
    from .models.breaker import BreakerState

QUEUE_FULL = "overload.queue_full"
WAITED = "overload.waited"
MODEL_CALLS = "overload.model_calls"
SHOP_CALLS = "overload.shop_calls"
"""The rules of the cases that come of it: no place to wait, waited too long, for the model, for the shop."""


class Overloaded(WarmlineError):
    """There was no room in time; ``rule`` says for what."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How much one agent in one process does at once; what is beyond it becomes a person's case (docs/overload.md).

    ``turns`` run at once and ``waiting`` more may wait, each ``wait_seconds`` at most; so long also waits a call of the model or of
    the shop while ``model_calls`` or ``shop_calls`` of them are under way.
    """

    turns: int = 64
    waiting: int = 256
    wait_seconds: float = 10.0
    model_calls: int = 64
    shop_calls: int = 32

    def __post_init__(self) -> None:
        for name in ("turns", "model_calls", "shop_calls"):
            if getattr(self, name) < 1:
                raise UsageError(f"Capacity({name}={getattr(self, name)!r}); expected at least 1, or nothing would ever run")
        if self.waiting < 0 or self.wait_seconds <= 0:
            raise UsageError(
                f"Capacity(waiting={self.waiting!r}, wait_seconds={self.wait_seconds!r}); expected 0 or more turns and more than"
                " 0 seconds. For no waiting, set waiting=0"
            )


@dataclass(frozen=True, kw_only=True)
class Load:
    """What an agent is doing now. ``breaker`` is the language model's, ``None`` when it has none or nothing was asked yet."""

    turns: int
    waiting: int
    model_calls: int
    shop_calls: int
    breaker: "BreakerState | None" = None


@dataclass(eq=False)
class _Ticket:
    """One that waits: ``given`` says that the place is his, which he may not have heard yet; ``comes`` wakes him."""

    comes: asyncio.Future[None]
    given: bool = False


class Gate:
    """Lets ``places`` in at once and the others in the order they came, in whatever event loops they are.

    ``asyncio.Semaphore`` would belong to the first event loop that waits at it; an agent outlives its loops, and may be used in
    several at once (``reply_sync`` in threads beside ``reply``).
    """

    def __init__(self, places: int, *, rule: str, seconds: float, line: int | None = None) -> None:
        self.inside = 0
        self._places, self._rule, self._seconds, self._longest = places, rule, seconds, line
        self._line: deque[_Ticket] = deque()
        # re-entered where the collector comes upon one who waited in a loop that was closed: he gives up here
        self._lock = threading.RLock()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._line)

    async def __aenter__(self) -> None:
        ticket = self._enter()
        if ticket is None:
            return
        try:
            async with asyncio.timeout(self._seconds):
                await ticket.comes
        except TimeoutError:
            self._give_up(ticket)
            raise Overloaded(self._rule, f"waited {self._seconds:g} s for one of {self._places} places") from None
        except BaseException:
            self._give_up(ticket)
            raise

    async def __aexit__(self, *_: object) -> None:
        with self._lock:
            self._leave()

    def _enter(self) -> _Ticket | None:
        """Go in, or get in line."""
        with self._lock:
            if self.inside < self._places:  # whoever leaves hands the place on, so nobody waits while one is free
                self.inside += 1
                return None
            if self._longest is not None and len(self._line) >= self._longest:
                raise Overloaded(
                    QUEUE_FULL, f"{self.inside} are being served and {len(self._line)} wait; there is no place to wait"
                )
            ticket = _Ticket(asyncio.get_running_loop().create_future())
            self._line.append(ticket)
            if self.inside < self._places:  # a place that was collected meanwhile
                self._line.remove(ticket)
                self.inside += 1
                return None
            return ticket

    def _give_up(self, ticket: _Ticket) -> None:
        """Leave the line; a place that came at the same moment goes to the next."""
        with self._lock:
            if ticket.given:
                self._leave()
            else:
                with suppress(ValueError):  # passed over: his event loop is closed
                    self._line.remove(ticket)

    def _leave(self) -> None:
        """Hand the place to the next in line; the lock is held."""
        while self._line:
            ticket = self._line.popleft()
            with suppress(RuntimeError):  # his event loop is closed
                tell(ticket.comes)
                ticket.given = True
                return
        self.inside -= 1


class Places:
    """The gates of one agent."""

    def __init__(self, capacity: Capacity | None = None) -> None:
        self.most = most = capacity or Capacity()
        self.turns = Gate(most.turns, rule=WAITED, seconds=most.wait_seconds, line=most.waiting)
        self.model = Gate(most.model_calls, rule=MODEL_CALLS, seconds=most.wait_seconds)
        self.shop = Gate(most.shop_calls, rule=SHOP_CALLS, seconds=most.wait_seconds)

    def load(self, breaker: "BreakerState | None" = None) -> Load:
        """What goes on at this moment."""
        return Load(
            turns=self.turns.inside,
            waiting=self.turns.waiting,
            model_calls=self.model.inside,
            shop_calls=self.shop.inside,
            breaker=breaker,
        )
