"""What crosses from one event loop to another: each runs in a thread of its own, and a future belongs to one."""

import asyncio


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop of this thread, if one runs."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def tell(waits: "asyncio.Future[None]") -> None:
    """Let whoever waits go on, in whatever event loop he does; ``RuntimeError`` if that is closed.

    In another loop he hears of it later than now, and may have given up by then.
    """
    loop = waits.get_loop()
    if loop is running_loop():
        _told(waits)
    else:
        loop.call_soon_threadsafe(_told, waits)


def _told(waits: "asyncio.Future[None]") -> None:
    if not waits.done():
        waits.set_result(None)
