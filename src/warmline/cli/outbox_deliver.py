"""``warmline outbox deliver``: events out of the store, over HTTP or onto the standard output, once or again and again."""

import asyncio
import json as jsons
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import SettingsError

from .db_place import settings_for
from .exits import NOT_AS_ASKED, OK
from .options import Home, Json, Store, example

if TYPE_CHECKING:
    from warmline.agent.outbox.delivery import Delivered
    from warmline.agent.outbox.event import OutboxEvent, Sink
    from warmline.agent.outbox.webhook import WebhookSink
    from warmline.settings import Settings

    from .routing import Advance

EXAMPLES = example(
    "warmline outbox deliver --to https://shop.example.com/warmline",
    "warmline outbox deliver --print | jq .type",
    "warmline outbox deliver --to https://shop.example.com/warmline --watch",
)

PAUSE = 2.0
"""Seconds between two passes of ``--watch``."""

_ALL = 10_000_000


class ReaderGone(BaseException):
    """Whoever read the standard output stopped: no failure of the event's, and no use in offering the next one."""


class JsonLinesSink:
    """Writes each event as a line of JSON to the standard output."""

    async def deliver(self, event: "OutboxEvent") -> None:
        """Write it and see that it is out."""
        try:
            sys.stdout.write(jsons.dumps(event.payload(), ensure_ascii=True) + "\n")
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise ReaderGone from error


class _Counting:
    """A sink that shows how far it is."""

    def __init__(self, sink: "Sink", advance: "Advance") -> None:
        self._sink, self._advance, self._number = sink, advance, 0

    async def deliver(self, event: "OutboxEvent") -> None:
        await self._sink.deliver(event)
        self._number += 1
        self._advance(0, self._number)


def deliver(
    to: Annotated[
        str | None, typer.Option("--to", metavar="URL", help="Post them there, signed with $WARMLINE_WEBHOOK_SECRET.")
    ] = None,
    printed: Annotated[bool, typer.Option("--print", help="Write them to the standard output, one JSON object a line.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until you press Ctrl-C.")] = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Deliver the events that are due, each at least once and in the order of its conversation.

    One pass; run it from cron, or use --watch or 'warmline worker'. What is printed counts as delivered.
    The exit code is 1 if an event was not taken; it is tried again by a later pass.
    """
    if printed == (to is not None):
        raise typer.BadParameter("give --to URL, or --print", param_hint="--to")
    if printed and json:
        raise typer.BadParameter("is for --to; what --print writes is JSON", param_hint="--json")
    try:
        return asyncio.run(_deliver(settings_for(home, store), to, watch=watch, json=json))
    except ReaderGone as error:
        raise BrokenPipeError from error


async def _deliver(settings: "Settings", to: str | None, *, watch: bool, json: bool) -> int:
    from warmline.agent.outbox.delivery import deliver_due

    from .assembly import open_store
    from .streams import progress

    async with open_store(settings) as store, _sink(settings, to) as sink:
        while True:
            with progress(None, "events") as advance:
                done = await deliver_due(store, _Counting(sink, advance), at_once=8 if to else 1, most=_ALL)
            if not watch:
                _say(done, json=json, to=to)
                return NOT_AS_ASKED if done.failed or done.dead else OK
            if done.delivered or done.failed or done.dead:
                _say(done, json=json, to=to, on_one_line=True)
            await asyncio.sleep(PAUSE)


@asynccontextmanager
async def _sink(settings: "Settings", to: str | None) -> AsyncGenerator["Sink"]:
    if to is None:
        yield JsonLinesSink()
        return
    async with webhook(settings, to) as sink:
        yield sink


def webhook(settings: "Settings", to: str) -> "WebhookSink":
    """A sink that posts there, signed with the configured secret; ``SettingsError`` says what is wrong with either."""
    from warmline.agent.outbox.signing import key_in
    from warmline.agent.outbox.webhook import WebhookSink

    if not settings.webhook_secrets:
        raise SettingsError("WARMLINE_WEBHOOK_SECRET: is not set; make one with: echo whsec_$(openssl rand -base64 32)")
    try:
        for secret in settings.webhook_secrets:
            key_in(secret)
    except SettingsError as error:
        raise SettingsError(f"WARMLINE_WEBHOOK_SECRET: {error}") from error
    try:
        return WebhookSink(to, settings.webhook_secrets)
    except SettingsError as error:
        raise typer.BadParameter(str(error), param_hint="--to") from error


def _say(done: "Delivered", *, json: bool, to: str | None, on_one_line: bool = False) -> None:
    counts = {"delivered": done.delivered, "failed": done.failed, "dead": done.dead}
    if json:
        typer.echo(jsons.dumps(counts, indent=None if on_one_line else 2))
        return
    failed = f"; {done.failed} not taken, tried again later" if done.failed else ""
    dead = f"; {done.dead} given up: warmline outbox list --dead" if done.dead else ""
    typer.echo(f"{done.delivered} {'event' if done.delivered == 1 else 'events'} delivered{failed}{dead}.", err=to is None)
