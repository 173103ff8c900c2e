"""A wire to a PostgreSQL that can be cut at a commit: before the server hears it, or after it did and before anybody is told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Literal, Self

from sqlalchemy import make_url

Cut = Literal["before", "after"]


class Wire:
    """Passes bytes on. ``cut_at`` says at which commit from now on it is cut, every connection of it; it works again at once."""

    def __init__(self, url: str) -> None:
        self._to = make_url(url)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._passing: set[asyncio.Task[None]] = set()
        self._commits, self._when = 0, "before"
        self.cuts = 0

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str) -> AsyncGenerator[Self]:
        """A wire to the server of a URL."""
        wire = cls(url)
        wire._server = await asyncio.start_server(wire._connected, "127.0.0.1", 0)
        try:
            yield wire
        finally:
            wire._server.close()
            wire._cut()
            await asyncio.gather(*wire._passing, return_exceptions=True)

    @property
    def url(self) -> str:
        """The same database over the wire."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return self._to.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    def cut_at(self, commit: int, when: Cut) -> None:
        """Cut it once, at this commit: 1 is the next."""
        self._commits, self._when = commit, when

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.host, self._to.port)
        self._open |= {writer, back}
        for source, sink, asks in ((reader, back, True), (there, writer, False)):
            task = asyncio.create_task(self._pass_on(source, sink, asks=asks))
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, asks: bool) -> None:
        with suppress(ConnectionError):
            while said := await source.read(65_536):
                if asks and b"COMMIT" in said and await self._cuts(sink, said):
                    return
                sink.write(said)
                await sink.drain()
        sink.transport.abort()

    async def _cuts(self, server: asyncio.StreamWriter, said: bytes) -> bool:
        """Whether this commit is the one; then nobody hears of it any more."""
        self._commits -= 1
        if self._commits != 0:
            return False
        self.cuts += 1
        if self._when == "after":
            self._open.discard(server)
            self._cut()
            server.write(said)
            await server.drain()
            await asyncio.sleep(0.05)  # the server commits what it has read, whether or not it can say so
            server.transport.abort()
        else:
            self._cut()
        return True

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()
