"""What goes on after a turn has returned: kept here, so that it is neither lost nor left behind when the agent closes."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)


class Background:
    """The tasks of one agent that no turn waits for. What fails in them is logged and troubles nobody."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin, and return at once."""
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finished(self, *, until: float | None = None) -> None:
        """Wait until nothing runs any more in this event loop; being cancelled ends what still does, and so does ``until``, a time of the event loop."""
        try:
            async with asyncio.timeout_at(until):
                await self._gathered()
        except TimeoutError:
            _log.warning("what was to be done after turns did not end in time")
            await self._gathered()

    async def _gathered(self) -> None:
        here = asyncio.get_running_loop()
        while ours := [task for task in tuple(self._tasks) if task.get_loop() is here]:
            await asyncio.gather(*ours, return_exceptions=True)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 (nobody waits for it, and the turn is long over)
        _log.exception("what was to be done after a turn failed")
