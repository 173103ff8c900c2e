"""A busy hour, played event by event: whether what ``sizing`` says is enough, and that it is not far too much.

Conversations arrive at random (Poisson), and some are under way when it begins: a stretch of a busy hour and not of an empty shop that fills up.
Each has so many turns with a pause between them; a conversation stays with a process. A turn waits for one of the process's places, then alternates
between CPU (one core a process, first come, first served), the database (one of the connections that stay behind a pooler, for as long as a turn holds
one; its cores, first come, first served) and the model, whose answers take an exponential time. What the model takes is not Warmline's, nor what a turn costs
by itself; the rest is what a customer waits for us.
"""

import heapq
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from random import Random

from .constants import Assumed, Constants
from .sizing import Needs

SETTLES = 3.0
"""After how many times as long as a turn takes the turns under way are as many as there are on average."""
_KEPT = -1.0
"""Instead of a time: a place or a connection, which is kept until it is left."""


@dataclass
class Server:
    """Cores that serve one another's queue in order."""

    cores: int
    busy: int = 0
    line: deque[tuple[float, "Play"]] = field(default_factory=deque[tuple[float, "Play"]])
    worked: float = 0.0


Play = Generator[tuple[Server | None, float]]
"""A conversation: yields the server it needs (``None``: just time) and for how long, or ``_KEPT``."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """``waited_p95_s`` is what a turn took beyond its model and its own work; utilisations are shares of what there is."""

    turns: int
    waited_p95_s: float
    agents_used: float
    database_used: float
    connections_used: float


class Simulation:
    """One run over simulated seconds, counted once ``SETTLES`` turns' time has passed; the same seed, the same hour."""

    def __init__(
        self, needs: Needs, constants: Constants, assumed: Assumed | None = None, *, seconds: float, seed: int = 1
    ) -> None:
        self.needs, self.constants, self.assumed = needs, constants, assumed or Assumed()
        self.seconds, self.random = seconds, Random(seed)  # noqa: S311 (no secret)
        self.agents = [Server(cores=1) for _ in range(needs.processes)]
        self.places = [Server(cores=self.assumed.at_once) for _ in self.agents]
        self.database = Server(cores=max(1, ceil(needs.database_cores)))
        self.connections = Server(cores=needs.pooled)
        self.settled = min(seconds / 2, SETTLES * needs.turns_at_once / needs.turns_per_s)
        self.waited: list[float] = []
        self.now, self._order = 0.0, 0
        self._events: list[tuple[float, int, Server | None, Play]] = []

    def run(self) -> Outcome:
        """Play it; conversations that began before the end and still run then are cut off."""
        rate, turns = self.needs.conversations / 3600, max(1, round(self.assumed.turns))
        for at in self._arrivals(rate, self.seconds):
            self._later(at, None, self._conversation(turns))
        for left in range(1, turns):  # as many think about each of their later turns as begin in the time that takes
            for _ in self._arrivals(rate, self.assumed.thinks_s):
                self._later(self.random.expovariate(1 / self.assumed.thinks_s), None, self._conversation(left))
        while self._events and self._events[0][0] < self.seconds:
            self.now, _, server, play = heapq.heappop(self._events)
            if server is not None:
                self._leave(server)
            self._go_on(play)
        waits = sorted(self.waited) or [0.0]
        return Outcome(
            turns=len(self.waited),
            waited_p95_s=waits[int(0.95 * (len(waits) - 1))],
            agents_used=self._used(self.agents),
            database_used=self._used([self.database]),
            connections_used=self._used([self.connections]),
        )

    def _arrivals(self, rate: float, seconds: float) -> Iterator[float]:
        """When something comes that comes at random, so often a second."""
        at = self.random.expovariate(rate)
        while at < seconds:
            yield at
            at += self.random.expovariate(rate)

    def _used(self, servers: Sequence[Server]) -> float:
        there = (self.seconds - self.settled) * sum(server.cores for server in servers)
        return sum(server.worked for server in servers) / there

    def _conversation(self, turns: int) -> Play:
        number, given = self.random.randrange(len(self.agents)), self.assumed
        agent, place = self.agents[number], self.places[number]
        for turn in range(turns):
            if turn:
                yield None, self.random.expovariate(1 / given.thinks_s)
            began, needed, steps = self.now, 0.0, round(given.calls) + 1
            yield place, _KEPT
            for step in range(steps):
                work = self.constants.agent_s / steps
                yield agent, work
                needed += work
                if step in (0, steps - 1):
                    yield self.connections, _KEPT
                    taken, stored = self.now, self.constants.database_s / 2
                    yield self.database, stored
                    held = max(0.0, self.constants.connection_s / 2 - stored)
                    yield None, held
                    needed += stored + held
                    self._worked(self.connections, taken, self.now)
                    self._leave(self.connections)
                if step < steps - 1:
                    asked = self.random.expovariate(1 / given.call_s)
                    yield None, asked
                    needed += asked
            self._leave(place)
            if began >= self.settled:
                self.waited.append(self.now - began - needed)

    def _go_on(self, play: Play) -> None:
        try:
            server, seconds = next(play)
        except StopIteration:
            return
        if server is None:
            self._later(self.now + seconds, None, play)
        elif server.busy < server.cores:
            self._serve(server, seconds, play)
        else:
            server.line.append((seconds, play))

    def _serve(self, server: Server, seconds: float, play: Play) -> None:
        server.busy += 1
        if seconds == _KEPT:
            self._later(self.now, None, play)
        else:
            self._worked(server, self.now, self.now + seconds)
            self._later(self.now + seconds, server, play)

    def _worked(self, server: Server, since: float, until: float) -> None:
        """Count what lies in the time that counts."""
        server.worked += max(0.0, min(until, self.seconds) - max(since, self.settled))

    def _leave(self, server: Server) -> None:
        server.busy -= 1
        if server.line:
            self._serve(server, *server.line.popleft())

    def _later(self, at: float, server: Server | None, play: Play) -> None:
        self._order += 1
        heapq.heappush(self._events, (at, self._order, server, play))
