"""What a database must survive from those who wait for it: being cancelled half way, and living in memory."""

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Coroutine, Generator
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from types import CoroutineType  # what a type checker takes an async method for; not generic when it runs before Python 3.13

P = ParamSpec("P")
ResultT = TypeVar("ResultT")


def uninterrupted(method: Callable[P, Coroutine[Any, Any, ResultT]]) -> "Callable[P, CoroutineType[Any, Any, ResultT]]":
    """A method whose transactions end before whoever waits for it is cancelled: a task of its own keeps the cancelling away.

    Cancelled half way, a statement takes its whole transaction with it; and with a host's own driver its connection may keep the database's write
    lock for as long as anything refers to its cursor.
    """

    @wraps(method)
    async def to_the_end(*args: P.args, **kwargs: P.kwargs) -> ResultT:
        return await _shielded(method(*args, **kwargs))

    return to_the_end


def begun_here(method: Callable[P, Coroutine[Any, Any, ResultT]]) -> "Callable[P, CoroutineType[Any, Any, ResultT]]":
    """As ``uninterrupted``, for what nearly always waits for nothing: an object that says ``on_loop`` is spared the task until it waits.

    The method must not ask for its own task (``asyncio.timeout`` does), for it begins in its caller's. Whoever calls it in a loop gives way
    to others himself.
    """

    @wraps(method)
    async def to_the_end(*args: P.args, **kwargs: P.kwargs) -> ResultT:
        going = method(*args, **kwargs)
        if not (args and getattr(args[0], "on_loop", False)):
            return await _shielded(going)
        try:
            waits_for = going.send(None)
        except StopIteration as done:
            return done.value
        return await _shielded(_Begun(going, waits_for))

    return to_the_end


async def _shielded(going: Coroutine[Any, Any, ResultT]) -> ResultT:
    task = asyncio.ensure_future(going)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        _ = task.cancelled() or task.exception()
        raise


class _Begun(Coroutine[Any, Any, ResultT]):
    """The rest of a coroutine that was begun by hand and now waits. A task of this is cancelled inside it, also before the task's first step."""

    def __init__(self, going: Coroutine[Any, Any, ResultT], waits_for: object) -> None:
        self._going, self._first = going, [waits_for]

    def send(self, value: Any, /) -> Any:
        return self._first.pop() if self._first else self._going.send(value)

    def throw(self, *error: Any) -> Any:
        self._first.clear()
        return self._going.throw(*error)

    def close(self) -> None:
        self._going.close()

    def __await__(self) -> Generator[Any, Any, ResultT]:
        raise TypeError("it is a task's, and nobody awaits it")


def in_memory() -> tuple[str, sqlite3.Connection]:
    """The name of a new database in memory, for a URL with ``uri=true``, and the connection that holds it.

    A connection whose statement is cancelled is thrown away, and so are all of them when a store rests; the database would go
    with them, were it not held by a connection that nobody uses. Whoever closes that one lets go of the database.
    """
    name = f"file:/warmline-{uuid.uuid4().hex}?vfs=memdb"
    return name, sqlite3.connect(name, uri=True, check_same_thread=False)
