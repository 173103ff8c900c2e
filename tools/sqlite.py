"""What a database must survive from those who wait for it: being cancelled half way, and living in memory."""

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from types import CoroutineType  # what a type checker takes an async method for; not generic when it runs before Python 3.13

P = ParamSpec("P")
ResultT = TypeVar("ResultT")


def uninterrupted(method: Callable[P, Coroutine[Any, Any, ResultT]]) -> "Callable[P, CoroutineType[Any, Any, ResultT]]":
    """A method whose transactions end before whoever waits for it is cancelled.

    A statement cancelled half way leaves its connection with the database's write lock for as long as anything refers to its cursor.
    """

    @wraps(method)
    async def to_the_end(*args: P.args, **kwargs: P.kwargs) -> ResultT:
        task = asyncio.ensure_future(method(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            _ = task.cancelled() or task.exception()
            raise

    return to_the_end


def in_memory() -> tuple[str, sqlite3.Connection]:
    """The name of a new database in memory, for a URL with ``uri=true``, and the connection that holds it.

    A connection whose statement is cancelled is thrown away, and so are all of them when an event loop ends; the database would go
    with them, were it not held by a connection that nobody uses. Whoever closes that one lets go of the database.
    """
    name = f"file:/warmline-{uuid.uuid4().hex}?vfs=memdb"
    return name, sqlite3.connect(name, uri=True, check_same_thread=False)
