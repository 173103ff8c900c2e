"""What an agent opens when it is first used and closes when it is done: its parts, its turns, its own event loop. A fork's child begins anew."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from warmline.tools.forks import anew_in_children

from .capacity import Capacity, Load, Places
from .own_loop import OwnLoop
from .running import Running

if TYPE_CHECKING:
    from warmline.tools.mcp_servers.allowed import McpServer
    from warmline.tools.mcp_servers.servers import Servers

    from .work import Parts


class Lifetime:
    """One agent's. ``make`` puts its parts together; the store is closed with it if it ``owns_store``."""

    def __init__(
        self,
        make: "Callable[[Places, Servers | None], Awaitable[Parts]]",
        *,
        mcp: "Sequence[McpServer]",
        shop_seconds: float,
        capacity: Capacity | None,
        owns_store: bool,
    ) -> None:
        self._make, self._capacity, self._owns_store = make, capacity, owns_store
        self._mcp, self._shop_seconds = mcp, shop_seconds
        self.begin_anew()
        anew_in_children(self)

    def begin_anew(self) -> None:
        """As if nothing had been used yet."""
        self.running, self.own_loop, self._places = Running(), OwnLoop(), Places(self._capacity)
        self._servers = _servers(self._mcp, self._shop_seconds)
        self._parts: Parts | None = None
        self._starting = WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]()
        self._made = threading.Lock()

    async def parts(self) -> "Parts":
        """Made on first use, and again after they were closed: a desk may be wanted still."""
        async with self._starting.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if (parts := self._parts) is None:
                made = await self._make(self._places, self._servers)
                with self._made:  # another event loop may have been first
                    parts = self._parts = self._parts or made
                    self.own_loop.before_end(self._last_of(parts))
                if parts is not made and self._owns_store:
                    await made.store.close()
            return parts

    def load(self) -> Load:
        """What goes on now."""
        from .models.breaker import breaker_of

        breaker = None if self._parts is None else breaker_of(self._parts.model)
        return self._places.load(None if breaker is None else breaker.state)

    async def close(self, grace: float) -> None:
        """End the turns, the loop for calls that are not async, and what is open; ``grace`` seconds are given to what goes on."""
        from .assembling import let_go

        now = asyncio.get_running_loop().time
        until = now() + grace
        await self.running.finish(grace)
        await self.own_loop.end(max(0.0, until - now()))
        parts, self._parts = self._parts, None
        if parts is not None:
            await let_go(parts, self._servers, parts.store.close if self._owns_store else None, until=until)

    def _last_of(self, parts: "Parts") -> Callable[[float], Awaitable[None]]:
        """What the own loop does before it ends: a host's engine stays as it is."""
        from .assembling import let_go

        rest = parts.store.rest if self._owns_store else parts.store.rest_here
        return partial(let_go, parts, self._servers, rest)


def _servers(mcp: "Sequence[McpServer]", shop_seconds: float) -> "Servers | None":
    """The servers, examined at once: what could never work is better heard before a customer writes."""
    if not mcp:
        return None
    from warmline.tools.mcp_servers.servers import Servers

    return Servers(mcp, shop_seconds=shop_seconds)
