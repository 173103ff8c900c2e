"""Delivering what is due: each event at least once, a conversation's events in their order, conversations side by side."""

import asyncio
import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from warmline.agent.guard.masking import mask
from warmline.agent.guard.text import clean, excerpt
from warmline.agent.store.store import Store
from warmline.errors import DeliveryError, Undeliverable

from .claims import Claim, claim, delivered, failed, release
from .event import AT_ONCE, OutboxEvent, Sink, event_of
from .retries import Retries

GRACE = timedelta(seconds=30)
"""How much longer than a delivery may take a claim stands: for noting what came of it on a busy database."""

_ERROR = 300
"""Characters of a failure that are kept."""

Fate = Literal["delivered", "failed", "dead"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a pass did: events taken, events to be tried again later, events given up."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0


async def deliver_due(
    store: Store,
    sink: Sink,
    *,
    at_once: int = AT_ONCE,
    most: int = 1000,
    timeout_seconds: float = 20.0,
    retries: Retries | None = None,
) -> Delivered:
    """Deliver every event that is due to ``sink``, up to ``most`` of them, ``at_once`` at a time.

    An event is not tried before the earlier ones of its conversation are delivered or dead. One that is not taken within
    ``timeout_seconds`` failed (Standard Webhooks 1.0 recommends 15 to 30). No transaction is open meanwhile, and any number of workers may do this at
    once. Cancelled, it gives back what it has. ``StoreError`` if the store fails; what was claimed is free when its claim lapses.
    """
    carrier = _Carrier(store, sink, timeout_seconds, retries or Retries())
    fates: list[Fate] = []
    running: set[asyncio.Task[Fate]] = set()
    try:
        while True:
            room = min(at_once - len(running), most - len(fates) - len(running))
            claims = await claim(store, most=room, hold=carrier.hold) if room > 0 else []
            running |= {asyncio.create_task(carrier.carry(one)) for one in claims}
            if not running:
                break
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            fates += [task.result() for task in done]
            running -= done
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return Delivered(delivered=fates.count("delivered"), failed=fates.count("failed"), dead=fates.count("dead"))


@dataclass(frozen=True)
class _Carrier:
    """Takes one claimed event to the sink and notes what came of it."""

    store: Store
    sink: Sink
    timeout_seconds: float
    retries: Retries

    @property
    def hold(self) -> timedelta:
        return timedelta(seconds=self.timeout_seconds) + GRACE

    async def carry(self, claim: Claim) -> Fate:
        if self.retries.exhausted(claim.attempts):
            return await self._note(claim, Undeliverable("every worker that had it died or stood still"))
        try:
            await self._hand_over(event_of(claim.row, attempt=claim.attempts + 1))
        except Exception as error:  # noqa: BLE001 (whatever a host's sink raises, the event is kept)
            return await self._note(claim, error)
        except BaseException:
            await release(self.store, claim)
            raise
        await delivered(self.store, claim)
        return "delivered"

    async def _hand_over(self, event: OutboxEvent) -> None:
        try:
            async with asyncio.timeout(self.timeout_seconds) as limit:
                await self.sink.deliver(event)
        except TimeoutError as error:
            if limit.expired():
                raise DeliveryError(f"not taken within {self.timeout_seconds:g} s") from error
            raise
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise DeliveryError("the sink cancelled itself") from error  # nobody wants this worker to stop

    async def _note(self, claim: Claim, error: Exception) -> Fate:
        tried = claim.attempts + 1
        said = in_words(error)
        if isinstance(error, Undeliverable) or self.retries.exhausted(tried):
            await failed(self.store, claim, said, due_at=None)
            _log.warning("event %s (%s) is a dead letter after %d attempts: %s", claim.row.key, claim.row.kind, tried, said)
            return "dead"
        asked = error.after if isinstance(error, DeliveryError) else None
        due_at = self.store.clock.now() + self.retries.wait(tried, asked)
        await failed(self.store, claim, said, due_at=due_at)
        _log.info("event %s (%s) was not taken, attempt %d: %s", claim.row.key, claim.row.kind, tried, said)
        return "failed"


def in_words(error: Exception) -> str:
    """A failure as it is stored. Only a ``DeliveryError`` was written to be read: of others the text may quote the event, and stays out."""
    if isinstance(error, DeliveryError):
        return excerpt(mask(" ".join(clean(str(error)).split())), _ERROR) or type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{where}"
