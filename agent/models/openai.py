"""A language model behind Chat Completions: OpenAI, Azure, vLLM, Ollama, llama.cpp and every other compatible server.

Bodies are joined from encoded pieces and posted as bytes (doors.py); the SDK's usual path transforms and validates the whole history at
every call. The SDK costs a second to import, so that happens at the first answer.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from warmline.errors import SettingsError, UsageError

from .attempt import Attempt, Listener
from .base import Model, ModelAnswer, ModelRequest, release_connections
from .body import Bodies
from .breaker import Breaker, BreakerOpen
from .doors import Direct, Door, ThroughSDK, aiohttp_there, refuse_what_only_the_sdk_can
from .faults import Failed, unavailable
from .retry import Sleep, persisting

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_log = logging.getLogger(__name__)


class OpenAIModel:
    """A ``Model`` over the official SDK.

    ``client`` is the host's own and is never closed here; without one a client is made from ``api_key`` and ``base_url`` (or
    from what the SDK reads: OPENAI_API_KEY, OPENAI_BASE_URL) at the first answer, and ``aclose`` closes it.

    An answer is tried up to ``attempts`` times within ``budget_seconds`` in all; a stream may be silent for ``stall_seconds``. Once
    text has gone to ``on_text`` nothing is tried again, because it would be said twice. ``fallback`` is asked, with a
    budget of its own, when this model is unavailable or unknown to its server, and at once while ``breaker`` is open: a model that
    keeps failing is not called for a while (docs/overload.md). ``temperature`` is low for steady answers and left
    out where the server refuses it; ``None`` leaves it to the server.

    ``direct`` posts past most of the SDK, over aiohttp (``warmline[fast]``), which takes a quarter of the CPU: addresses, keys and headers are
    the client's, but its hooks, transport and proxies are not used, and what intercepts httpx2 in a test does not see it.
    """

    def __init__(
        self,
        name: str,
        *,
        client: "AsyncOpenAI | None" = None,
        api_key: str | None = None,
        base_url: str | None = None,
        fallback: Model | None = None,
        budget_seconds: float = 60.0,
        stall_seconds: float = 20.0,
        attempts: int = 4,
        temperature: float | None = 0.2,
        direct: bool = False,
        breaker: Breaker | None = None,
        sleep: Sleep = asyncio.sleep,
        rng: Random | None = None,
    ) -> None:
        if client is not None and (api_key is not None or base_url is not None):
            raise UsageError("OpenAIModel takes a client, or an api_key and base_url to make one from, not both")
        if not name or attempts < 1 or budget_seconds <= 0 or stall_seconds <= 0:
            raise UsageError("OpenAIModel takes a model name, at least one attempt, and times above 0 seconds")
        if direct:
            aiohttp_there()
        if direct and client is not None:
            refuse_what_only_the_sdk_can(client)
        self._name = name
        self._given = client
        self._direct = direct
        self._doors: WeakKeyDictionary[asyncio.AbstractEventLoop, Door] = WeakKeyDictionary()
        self._api_key, self._base_url = api_key, base_url
        self._fallback = fallback
        self.breaker = breaker or Breaker(name)
        self._budget, self._stall, self._attempts = budget_seconds, stall_seconds, attempts
        self._bodies = Bodies(name, temperature=temperature)
        self._sleep = sleep
        self._rng = rng or Random()  # noqa: S311 - spreads waits, guards nothing

    @property
    def name(self) -> str:
        """The model's name, as its server knows it."""
        return self._name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's next message; see ``Model.answer``. ``SettingsError`` if there is no key to make a client with."""
        listener = None if on_text is None else Listener(on_text)
        try:
            return await self.breaker.call(lambda: self._within_budget(request, listener))
        except BreakerOpen:
            if self._fallback is None:
                raise
        except Failed as failure:
            if self._fallback is None or not failure.elsewhere or (listener and listener.heard):
                raise failure.error from failure.__cause__
            _log.warning("%s Asking %s instead.", failure, self._fallback.name)
        return await self._fallback.answer(request, on_text=on_text)

    async def aclose(self) -> None:
        """Close what was opened here in this event loop; a host's client and the fallback are theirs to close. The next answer opens it anew."""
        door = self._doors.pop(asyncio.get_running_loop(), None)
        if door is not None:
            await door.close()

    async def release_connections(self) -> None:
        """The same, and for the fallback too."""
        await self.aclose()
        await release_connections(self._fallback)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _within_budget(self, request: ModelRequest, listener: "Listener | None") -> ModelAnswer:
        attempt = Attempt(await self._door(), self._name, self._bodies, stall_seconds=self._stall)
        attempts = min(self._attempts, request.attempts or self._attempts)
        try:
            async with asyncio.timeout(self._budget):
                return await persisting(
                    lambda: attempt.answer(request, listener),
                    attempts=attempts,
                    seconds=self._budget,
                    sleep=self._sleep,
                    rng=self._rng,
                )
        except TimeoutError as error:
            raise unavailable(f"{self._budget:g} s were not enough", attempt.server) from error

    async def _door(self) -> Door:
        """The way to the server: one for each event loop, as connections cannot move between loops."""
        if "openai" not in sys.modules:
            await asyncio.to_thread(import_module, "openai")
        loop = asyncio.get_running_loop()
        if loop not in self._doors:
            door = Direct if self._direct else ThroughSDK
            self._doors[loop] = door(self._given or self._make(), self._name, ours=self._given is None)
        return self._doors[loop]

    def _make(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI, OpenAIError

        try:
            return AsyncOpenAI(api_key=self._api_key, base_url=self._base_url, max_retries=0)
        except OpenAIError as error:
            if self._base_url is None:
                raise SettingsError(
                    f"There is no key for the model {self._name!r}: set OPENAI_API_KEY, or give an api_key, a base_url or a client."
                ) from error
        return AsyncOpenAI(api_key="none", base_url=self._base_url, max_retries=0)  # servers of one's own often ask for no key
