"""The one place that knows dbos: chores by the clock and turns from a queue, shared by all workers of one store.

What dbos keeps is only when something is to be run and that it was. What there is to do stands in our own tables and is looked for again,
so nothing depends on dbos's recovery: it leaves what a dead worker had begun to a worker of the same name (docs/decisions/0008).
"""

import asyncio
import contextvars
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from warmline.agent.store.waiting import Waiting
from warmline.errors import StoreError, UsageError

from .chores import Chore

NAME, TURNS = "warmline", "warmline-turns"
"""The queues of the chores and of the turns: two, so that a crowd of messages keeps no chore from its time."""

SCHEMA = "warmline_dbos"
VERSION = "1"
"""Of what the workflows below are called and take; workers of another version leave them alone."""

AGAIN_SECONDS = 60
"""After how long a message that is still not answered is handed out once more: whoever had it is dead."""

KEPT_SECONDS = 3600
"""How long dbos remembers what it has run."""

BATCH = 1000
"""Of what dbos is to forget, so much at once."""

_the_one = threading.Lock()
"""Held by the schedule that runs in this process: dbos has one instance, and would mix two up."""

_log = logging.getLogger(__name__)

Report = Callable[[str, int | Exception], None]
"""Told of each chore that ran: its name, and how much it did or what went wrong."""


class Schedule:
    """Runs chores and turns until it is stopped; one in a process, because dbos is."""

    def __init__(self, url: str, *, worker: str, at_once: int, report: Report) -> None:
        self._url, self._worker, self._at_once, self._report = url, worker, at_once, report
        self._running: set[str] = set()
        self._handed_out: set[str] = set()
        self._turn: Callable[[str, str], Any] | None = None

    async def start(self, chores: Sequence[Chore], resume: Callable[[str, str], Awaitable[object]]) -> None:
        """Begin; ``UsageError`` without dbos or with a second one in this process, ``StoreError`` when its tables cannot be had."""
        loop = asyncio.get_running_loop()
        if not _the_one.acquire(blocking=False):
            raise UsageError("this process has one worker already, and can have no more; stop it, or start another process")
        try:
            await asyncio.to_thread(self._launch, {chore.name: chore for chore in chores}, resume, loop)
        except BaseException:
            _the_one.release()
            raise

    async def stop(self, grace: float) -> None:
        """Start nothing more, and wait for what runs."""
        from dbos import DBOS

        try:
            await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=int(grace), destroy_registry=True)
        finally:
            _the_one.release()

    async def hand_out(self, found: Sequence[Waiting]) -> None:
        """Put messages into the queue all workers serve; one that was put there within the last minute is there already."""
        if found:
            await asyncio.to_thread(self._enqueue, found)

    async def tidy(self) -> int:
        """Let dbos forget what ended more than an hour ago."""
        return await asyncio.to_thread(_forget)

    def _launch(
        self, chores: Mapping[str, Chore], resume: Callable[[str, str], Awaitable[object]], loop: asyncio.AbstractEventLoop
    ) -> None:
        try:
            from dbos import DBOS
        except ModuleNotFoundError as error:
            raise UsageError("the worker needs dbos: pip install 'warmline[worker]'") from error
        DBOS(
            config={
                "name": NAME,
                "system_database_url": self._url,
                "dbos_system_schema": SCHEMA,
                "executor_id": self._worker,
                "application_version": VERSION,
                "use_listen_notify": False,
                "log_level": "CRITICAL",
            }
        )

        @DBOS.workflow(name="chore")
        def chore(_at: datetime, name: str) -> str:  # pyright: ignore[reportUnusedFunction]
            return _on(loop, self._do(chores[name])) if name in chores else "unknown here"

        @DBOS.workflow(name="turn")
        def turn(conversation_id: str, message_id: str) -> str:
            return _on(loop, self._serve(resume, conversation_id, message_id))

        self._turn = turn  # a chore may hand turns out as soon as its queue is served
        try:
            DBOS.launch()
            DBOS.register_queue(TURNS, worker_concurrency=self._at_once, polling_interval_sec=0.5)
            DBOS.register_queue(NAME, worker_concurrency=len(chores) * 2, polling_interval_sec=0.5)
            DBOS.apply_schedules(
                [
                    {
                        "schedule_name": one.name,
                        "workflow_fn": chore,
                        "schedule": one.cron,
                        "context": one.name,
                        "queue_name": NAME,
                    }
                    for one in chores.values()
                ]
            )
        except Exception as error:
            DBOS.destroy(destroy_registry=True)
            raise StoreError(f"the worker's own tables could not be used: {error}") from error

    def _enqueue(self, found: Sequence[Waiting]) -> None:
        from dbos import DBOS, SetWorkflowID

        minute = int(time.time()) // AGAIN_SECONDS
        names = {f"turn-{one.turn_id}-{minute}": one for one in found}
        for name in names.keys() - self._handed_out:
            with SetWorkflowID(name):
                DBOS.enqueue_workflow(TURNS, self._turn, names[name].conversation_id, names[name].message_id)  # pyright: ignore[reportArgumentType]
        self._handed_out = set(names)

    async def _do(self, chore: Chore) -> str:
        """One run of a chore; none while the last one still goes on here. Errors are reported, and the next run may do better."""
        if chore.name in self._running:
            return "still at it"
        self._running.add(chore.name)
        try:
            done = await chore.run()
        except Exception as error:  # noqa: BLE001 (a chore that fails must not take the others with it)
            _log.exception("chore %s failed", chore.name)
            self._report(chore.name, error)
            return f"failed: {type(error).__name__}"
        finally:
            self._running.discard(chore.name)
        self._report(chore.name, done)
        return str(done)

    async def _serve(self, resume: Callable[[str, str], Awaitable[object]], conversation_id: str, message_id: str) -> str:
        try:
            turn = await resume(conversation_id, message_id)
        except Exception as error:  # noqa: BLE001 (the message is still stored, and is looked for again)
            _log.exception("message %s of %s could not be answered", message_id, conversation_id)
            self._report("turn", error)
            return f"failed: {type(error).__name__}"
        if turn is not None:
            self._report("turn", 1)
        return "nothing to do" if turn is None else "answered"


def _on(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, str]) -> str:
    """Run in the agent's event loop, outside of dbos's own context: what is called there is no step of the workflow."""
    return contextvars.Context().run(asyncio.run_coroutine_threadsafe, work, loop).result()


def _forget() -> int:
    from datetime import UTC, timedelta

    from dbos import DBOS

    before, forgotten = (datetime.now(UTC) - timedelta(seconds=KEPT_SECONDS)).isoformat(), 0
    while old := [
        one.workflow_id for one in DBOS.list_workflows(end_time=before, limit=BATCH, load_input=False, load_output=False)
    ]:
        DBOS.delete_workflows(old)
        forgotten += len(old)
    return forgotten
