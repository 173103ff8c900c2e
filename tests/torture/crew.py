"""The driver's side of the workers: has them born, gives them messages, hears their answers, kills them, wakes the suspended."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from .ground import Ground

Key = tuple[str, str]
"""A message: its conversation's id and its own."""


class Lost(Exception):
    """A worker died, or the store failed it, before a message was answered: send it again."""


@dataclass(kw_only=True)
class Worker:
    """One process that answers; ``waiting`` are the messages it has."""

    life: int
    pid: int
    writer: asyncio.StreamWriter
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: dict[int, asyncio.Future[str]] = field(default_factory=dict[int, asyncio.Future[str]])

    def give_up(self, why: str) -> None:
        """Let nobody wait for it any more."""
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_exception(Lost(f"worker {self.life} is {why}"))


class Crew:
    """The workers of one run. ``answers`` is every answer ever heard to a message, ``errors`` what was raised instead of one."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.workers: list[Worker] = []
        self.answers: dict[Key, list[str]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.deaths: Counter[str] = Counter()
        self.freezes: Counter[str] = Counter()
        self._asks, self._lives = count(), count(1)
        self._messages: dict[int, Key] = {}
        self._nursery: Process | None = None
        self._listening: asyncio.Server | None = None
        self._bell: asyncio.DatagramTransport | None = None
        self._stopped = False

    async def start(self) -> None:
        """Listen, and open the nursery; ``ground`` says where from now on."""
        self._listening = await asyncio.start_server(self._meet, "127.0.0.1", 0, limit=2**24)
        loop = asyncio.get_running_loop()
        self._bell, _ = await loop.create_datagram_endpoint(lambda: _Bell(self), ("127.0.0.1", 0))
        places = {
            "driver_port": self._listening.sockets[0].getsockname()[1],
            "bell_port": self._bell.get_extra_info("sockname")[1],
        }
        self.ground = replace(self.ground, **places)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        first = ("dbos",) if self.ground.deferred else ()
        command = (sys.executable, "-m", "torture.worker", str(self.ground.lease), *first)
        self._nursery = await asyncio.create_subprocess_exec(*command, stdin=PIPE, env=environment)
        for _ in range(self.ground.workers):
            self._bear()
        await self.manned()

    async def manned(self, workers: int = 1) -> None:
        """Wait until there are so many workers."""
        while len(self.workers) < workers:
            if self._nursery is None or self._nursery.returncode is not None:
                raise RuntimeError("the nursery ended; what it printed on stderr says why")
            await asyncio.sleep(0.01)

    async def soften(self) -> None:
        """Have workers from now on that no longer die, and none of the others."""
        self.ground = replace(self.ground, deadly=0.0, freezing=0.0, flaky=0.0)
        self.answers = defaultdict(list)
        old = list(self.workers)
        self._end(old)
        await asyncio.gather(*(worker.gone.wait() for worker in old))
        await self.manned()

    async def ask(self, worker: Worker, message: Mapping[str, Any]) -> str:
        """The outcome of a message, as JSON; ``Lost`` if this worker gives none."""
        number = next(self._asks)
        self._messages[number] = (message["conversation_id"], message["message_id"])
        answer = worker.waiting[number] = asyncio.get_running_loop().create_future()
        worker.writer.write(json.dumps({**message, "ask": number}).encode() + b"\n")
        return await answer

    def kill(self, worker: Worker, why: str) -> None:
        """With SIGKILL."""
        self.deaths[why] += 1
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)

    def rang(self, told: dict[str, Any]) -> None:
        """A worker tells what it is about to do to itself; nobody waits for one that is suspended, but what it says later is heard."""
        if told["what"] == "failed":
            self.errors[told["point"]] += 1
            return
        if told["what"] == "killed":
            self.deaths[told["point"]] += 1
            return
        self.freezes[told["point"]] += 1
        loop = asyncio.get_running_loop()
        loop.call_later(self.ground.lease * 1.5, self._wake, told["life"])
        for worker in self.workers:
            if worker.life == told["life"]:
                worker.give_up("suspended")

    async def stop(self) -> None:
        """End everything that was started."""
        self._stopped = True
        self._end(self.workers)
        if self._nursery is not None and self._nursery.stdin is not None:
            self._nursery.stdin.close()
            await self._nursery.wait()
        if self._bell is not None:
            self._bell.close()
        if self._listening is not None:
            self._listening.close()

    def _end(self, workers: Sequence[Worker]) -> None:
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)

    def _bear(self) -> None:
        if self._nursery is not None and self._nursery.stdin is not None and not self._stopped:
            told = {**self.ground.wire(), "life": next(self._lives)}
            self._nursery.stdin.write(json.dumps(told).encode() + b"\n")

    def _wake(self, life: int) -> None:
        for worker in self.workers:
            if worker.life == life:
                with suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGCONT)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one worker for as long as it lives; then have another."""
        born = json.loads(await reader.readline() or "{}")
        if not born:  # it died at birth
            writer.transport.abort()
            await asyncio.sleep(0.2)
            self._bear()
            return
        worker = Worker(life=born["life"], pid=born["pid"], writer=writer)
        self.workers.append(worker)
        with suppress(ConnectionError):
            while (line := await reader.readline()).endswith(b"\n"):
                self._hear(worker, json.loads(line))
        self.workers.remove(worker)
        worker.gone.set()
        worker.give_up("dead")
        writer.transport.abort()
        self._bear()

    def _hear(self, worker: Worker, told: dict[str, Any]) -> None:
        waiting = worker.waiting.pop(told["ask"])
        if "taken_in" in told:
            told["outcome"] = ""
        elif "outcome" in told:
            self.answers[self._messages[told["ask"]]].append(told["outcome"])
        else:
            self.errors[told["error"]] += 1
        if waiting.done():
            return
        if "outcome" in told:
            waiting.set_result(told["outcome"])
        else:
            waiting.set_exception(Lost(told["error"]))


class _Bell(asyncio.DatagramProtocol):
    """Where workers tell what they are about to do to themselves."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._crew.rang(json.loads(data))
