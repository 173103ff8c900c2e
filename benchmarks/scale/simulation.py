"""A busy hour, played event by event: whether what ``sizing`` says is enough, and that it is not far too much.

Conversations arrive at random (Poisson). Each has so many turns with a pause between them; a conversation stays with a process. A turn waits for one
of the process's places, then alternates between CPU (one core a process, first come, first served; the database's cores the same)
and the model, whose answers take an exponential time. What the model takes is not Warmline's; the rest is what a customer waits for us.
"""

import heapq
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from math import ceil
from random import Random

from .constants import Assumed, Constants
from .sizing import Needs


@dataclass
class Server:
    """Cores that serve one another's queue in order."""

    cores: int
    busy: int = 0
    line: deque[tuple[float, "Play"]] = field(default_factory=deque[tuple[float, "Play"]])
    worked: float = 0.0


Play = Generator[tuple[Server | None, float]]
"""A conversation: yields the server it needs (``None``: just time) and for how long; a negative time gives a place back."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """``waited_p95_s`` is what a turn took beyond its model and its own work; utilisations are shares of the cores there are."""

    turns: int
    waited_p95_s: float
    agents_used: float
    database_used: float


class Simulation:
    """One run over simulated seconds; the same seed, the same hour."""

    def __init__(
        self, needs: Needs, constants: Constants, assumed: Assumed | None = None, *, seconds: float, seed: int = 1
    ) -> None:
        self.needs, self.constants, self.assumed = needs, constants, assumed or Assumed()
        self.seconds, self.random = seconds, Random(seed)  # noqa: S311 (no secret)
        self.agents = [Server(cores=1) for _ in range(needs.processes)]
        self.places = [Server(cores=self.assumed.at_once) for _ in self.agents]
        self.database = Server(cores=max(1, ceil(needs.database_cores)))
        self.waited: list[float] = []
        self.now, self._order = 0.0, 0
        self._events: list[tuple[float, int, Server | None, Play]] = []

    def run(self) -> Outcome:
        """Play it; conversations that began before the end and still run then are cut off."""
        rate = self.needs.conversations / 3600
        at = self.random.expovariate(rate)
        while at < self.seconds:
            self._later(at, None, self._conversation(self.random.randrange(len(self.agents))))
            at += self.random.expovariate(rate)
        while self._events and self._events[0][0] < self.seconds:
            self.now, _, server, play = heapq.heappop(self._events)
            if server is not None:
                self._leave(server)
            self._go_on(play)
        waits = sorted(self.waited) or [0.0]
        cores = self.seconds * len(self.agents)
        return Outcome(
            turns=len(self.waited),
            waited_p95_s=waits[int(0.95 * (len(waits) - 1))],
            agents_used=sum(agent.worked for agent in self.agents) / cores,
            database_used=self.database.worked / (self.seconds * self.database.cores),
        )

    def _conversation(self, number: int) -> Play:
        agent, place, given = self.agents[number], self.places[number], self.assumed
        for turn in range(max(1, round(given.turns))):
            if turn:
                yield None, self.random.expovariate(1 / given.thinks_s)
            began, needed, steps = self.now, 0.0, round(given.calls) + 1
            yield place, -1.0
            for step in range(steps):
                work, stored = self.constants.agent_s / steps, self.constants.database_s / 2
                yield agent, work
                needed += work
                if step in (0, steps - 1):
                    yield self.database, stored
                    needed += stored
                if step < steps - 1:
                    asked = self.random.expovariate(1 / given.call_s)
                    yield None, asked
                    needed += asked
            self._leave(place)
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
        """A negative time is a place: it is kept until it is left."""
        server.busy += 1
        if seconds < 0:
            self._later(self.now, None, play)
        else:
            server.worked += min(seconds, self.seconds - self.now)
            self._later(self.now + seconds, server, play)

    def _leave(self, server: Server) -> None:
        server.busy -= 1
        if server.line:
            self._serve(server, *server.line.popleft())

    def _later(self, at: float, server: Server | None, play: Play) -> None:
        self._order += 1
        heapq.heappush(self._events, (at, self._order, server, play))
