"""The worker: does what happens by itself over an agent's store, as one process of as many as there are."""

import asyncio
import logging
import os
import socket
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.agent.agent import SupportAgent
from warmline.agent.outbox.event import Sink
from warmline.agent.running import GRACE
from warmline.agent.store.retention import must_be_kept
from warmline.agent.store.waiting import Waiting
from warmline.errors import UsageError
from warmline.tools.helpdesks.helpdesk import HelpDesk

from .chores import Chore, HandOut, chores_of
from .schedule import Report, Schedule

AT_ONCE = 16
"""How many waiting messages one worker answers at once."""

_log = logging.getLogger(__name__)


class Worker:
    """Resumes turns, answers what was enqueued, delivers events, keeps the desk's time (docs/worker.md).

        async with Worker(agent):
            await asyncio.Event().wait()

    As many as you like may run over one store, on one machine with SQLite and on several with PostgreSQL; each needs a ``name`` of its own
    and the same settings as the others. ``sink`` is given the events (docs/events.md), ``helpdesk`` is the shop's own desk, which stays open
    (docs/helpdesks.md); without either events wait. ``keep`` is how long conversations are kept; ``None`` keeps them. ``report`` is told of
    every chore that ran. One in a process. Needs the extra ``warmline[worker]``, except for ``once``.
    """

    def __init__(
        self,
        agent: SupportAgent,
        *,
        sink: Sink | None = None,
        helpdesk: HelpDesk | None = None,
        name: str | None = None,
        keep: timedelta | None = None,
        at_once: int = AT_ONCE,
        report: Report | None = None,
    ) -> None:
        if at_once < 1:
            raise UsageError(f"Worker(at_once={at_once!r}); expected at least 1, or nothing would ever be answered")
        if keep is not None:
            must_be_kept(keep)
        self.name = name or f"{socket.gethostname()}-{os.getpid()}"
        self._agent, self._sink, self._keep, self._at_once = agent, sink, keep, at_once
        self._helpdesk = helpdesk
        self._report = report or _unheard
        self._schedule: Schedule | None = None

    async def start(self) -> None:
        """Begin; ``UsageError`` without dbos, or over a store in memory."""
        parts = await self._agent.parts()
        url = url_beside(parts.store.engine)
        schedule = Schedule(url, worker=self.name, at_once=self._at_once, report=self._report)
        tidy = Chore(name="tidy", cron="0 7 * * * *", run=schedule.tidy)
        await schedule.start([*self._chores(schedule.hand_out), tidy], self._agent.resume)
        self._schedule = schedule

    async def stop(self, grace: float = GRACE) -> None:
        """Begin nothing more and wait for what runs, ``grace`` seconds at most. The agent stays open."""
        if self._schedule is not None:
            await self._schedule.stop(grace)
            self._schedule = None

    async def once(self) -> dict[str, int]:
        """Do every chore once, here and now, without dbos: for a shop that has cron. How much each did, by name.

        One that fails is reported and missing in what is returned; the others are done all the same.
        """
        done: dict[str, int] = {}
        for chore in self._chores(self._answer):
            try:
                done[chore.name] = await chore.run()
            except Exception as error:  # noqa: BLE001 (a chore that fails must not take the others with it)
                _log.exception("chore %s failed", chore.name)
                self._report(chore.name, error)
            else:
                self._report(chore.name, done[chore.name])
        return done

    def _chores(self, hand_out: HandOut) -> list[Chore]:
        return chores_of(self._agent, hand_out=hand_out, sink=self._sink, keep=self._keep, helpdesk=self._helpdesk)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    async def _answer(self, found: Sequence[Waiting]) -> None:
        """Answer messages in this process, so many at once; one that cannot be answered does not keep the others."""
        places = asyncio.Semaphore(self._at_once)

        async def answer(one: Waiting) -> None:
            async with places:
                await self._agent.resume(one.conversation_id, one.message_id)

        ended = await asyncio.gather(*map(answer, found), return_exceptions=True)
        if failed := [error for error in ended if isinstance(error, BaseException)]:
            raise failed[0]


def url_beside(engine: AsyncEngine) -> str:
    """Where dbos keeps its tables: a file beside a SQLite store, a schema of its own in PostgreSQL's database."""
    url = engine.url
    if engine.dialect.name != "sqlite":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    file = url.database or ""
    if file in ("", ":memory:") or file.startswith("file:"):
        raise UsageError(
            "a worker needs a store that outlives it; give the agent a file or a PostgreSQL database, not one in memory"
        )
    return URL.create("sqlite", database=f"{file}.work").render_as_string()


def _unheard(_name: str, _done: int | Exception) -> None:
    """For a worker nobody watches."""
