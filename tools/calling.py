"""A function of the host's, which may be async or plain."""

import asyncio
from collections.abc import Callable
from inspect import isawaitable, iscoroutinefunction
from typing import Any


async def called(call: Callable[..., Any], *args: Any) -> Any:
    """What an async function returns, or a plain one, which runs in a thread."""
    if iscoroutinefunction(call):
        return await call(*args)
    return await awaited(await asyncio.to_thread(call, *args))


async def awaited(found: Any) -> Any:
    """A plain function may return what is to be awaited."""
    return await found if isawaitable(found) else found
