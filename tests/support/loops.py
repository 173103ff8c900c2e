"""Event loops at the same time, each in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

SECONDS = 60
"""What a thread may take; each is over in an instant unless something is lost."""


def in_threads(*works: Callable[[], object]) -> None:
    """Do these at the same time; none may hang, or fail."""
    failed: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert [thread.is_alive() for thread in threads] == [False] * len(works)
    assert failed == []


def looped(work: Callable[[], Coroutine[Any, Any, object]]) -> Callable[[], object]:
    return lambda: asyncio.run(work())
