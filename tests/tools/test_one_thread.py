"""One thread: what is cancelled before it begins leaves it idle."""

import asyncio
import threading

from warmline.tools.one_thread import OneThread


async def test_what_is_cancelled_before_it_begins_is_not_what_the_thread_is_at() -> None:
    thread, gate, done = OneThread("test"), threading.Event(), list[str]()
    first = asyncio.create_task(thread.run(gate.wait))
    second = asyncio.create_task(thread.run(lambda: done.append("second")))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    gate.set()
    await first
    thread.abandon(lambda: done.append(threading.current_thread().name))
    assert done == [threading.main_thread().name]
