"""Sinks that need nothing: a function of the host's, and several sinks as one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from warmline.errors import DeliveryError, Undeliverable
from warmline.tools.calling import Threads

from .event import AT_ONCE, OutboxEvent, Sink


class FunctionSink:
    """A function that takes an event, async or plain (it runs in a thread); in the host's own process, so it needs no signature."""

    def __init__(self, function: Callable[[OutboxEvent], Awaitable[None] | None]) -> None:
        self._function, self._threads = function, Threads(AT_ONCE, "warmline-sink")

    async def deliver(self, event: OutboxEvent) -> None:
        """Call it."""
        await self._threads.called(self._function, event)


class FanOut:
    """Several sinks. An event is delivered when all of them took it; until then it comes again to all, also to those that did.

    It is undeliverable when every sink that did not take it never will.
    """

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = tuple(sinks)

    async def deliver(self, event: OutboxEvent) -> None:
        """Offer it to all at the same time, whether or not one of them fails."""
        offers = (sink.deliver(event) for sink in self._sinks)
        outcomes = await asyncio.gather(*offers, return_exceptions=True)
        failures = [outcome for outcome in outcomes if outcome is not None]
        if not failures:
            return
        said = f"{len(failures)} of {len(self._sinks)} sinks did not take it: {'; '.join(map(_in_words, failures))}"
        if all(isinstance(failure, Undeliverable) for failure in failures):
            raise Undeliverable(said) from failures[0]
        asked = [failure.after for failure in failures if isinstance(failure, DeliveryError) and failure.after]
        raise DeliveryError(said, after=max(asked, default=None)) from failures[0]


def _in_words(failure: BaseException) -> str:
    return str(failure) if isinstance(failure, DeliveryError) else type(failure).__name__
