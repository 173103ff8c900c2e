"""What a database must survive from those who wait for it: being cancelled half way, and living in memory."""

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Coroutine, Generator
from functools import partial, wraps
from types import coroutine
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from types import CoroutineType  # what a type checker takes an async method for; not generic when it runs before Python 3.13

P = ParamSpec("P")
ResultT = TypeVar("ResultT")


def uninterrupted(method: Callable[P, Coroutine[Any, Any, ResultT]]) -> "Callable[P, CoroutineType[Any, Any, ResultT]]":
    """A method whose transactions end before whoever waits for it is cancelled.

    A statement cancelled half way leaves its connection with the database's write lock for as long as anything refers to its cursor.
    A task of its own keeps the cancelling away; a method that never waits needs none, and gets none if its object says ``on_loop``.
    """

    @wraps(method)
    async def to_the_end(*args: P.args, **kwargs: P.kwargs) -> ResultT:
        going: Coroutine[Any, Any, ResultT] = method(*args, **kwargs)
        if args and getattr(args[0], "on_loop", False):
            try:
                waits_for = going.send(None)
            except StopIteration as done:
                return done.value
            going = _resumed(going, waits_for)
        task = asyncio.ensure_future(going)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            _ = task.cancelled() or task.exception()
            raise

    return to_the_end


async def _resumed(going: Coroutine[Any, Any, ResultT], waits_for: object) -> ResultT:
    """The rest of a coroutine that was begun by hand and now waits."""
    return await _rest_of(going, waits_for)


@coroutine
def _rest_of(going: Coroutine[Any, Any, ResultT], waits_for: object) -> Generator[Any, Any, ResultT]:
    while True:
        try:
            sent = yield waits_for
        except BaseException as error:  # noqa: BLE001 (it is what it waited for that failed)
            resume = partial(going.throw, error)
        else:
            resume = partial(going.send, sent)
        try:
            waits_for = resume()
        except StopIteration as done:
            return done.value


def in_memory() -> tuple[str, sqlite3.Connection]:
    """The name of a new database in memory, for a URL with ``uri=true``, and the connection that holds it.

    A connection whose statement is cancelled is thrown away, and so are all of them when an event loop ends; the database would go
    with them, were it not held by a connection that nobody uses. Whoever closes that one lets go of the database.
    """
    name = f"file:/warmline-{uuid.uuid4().hex}?vfs=memdb"
    return name, sqlite3.connect(name, uri=True, check_same_thread=False)
