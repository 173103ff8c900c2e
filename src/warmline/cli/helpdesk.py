"""``warmline helpdesk``: cases and tickets of the shop's own desk, kept alike without a worker."""

import asyncio
import json as jsons
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import SettingsError

from .db_place import settings_for
from .exits import NOT_AS_ASKED, OK
from .options import Home, Json, Store, example

if TYPE_CHECKING:
    from warmline.settings import Settings

PAUSE = 30.0
"""Seconds between two passes of ``--watch``; Zendesk allows ten polls a minute."""

commands = typer.Typer(
    help="Keep cases and the tickets of your own help desk alike (docs/helpdesks.md).",
    epilog=example("warmline doctor --helpdesk", "warmline helpdesk sync"),
    no_args_is_help=True,
)


@commands.callback()
def helpdesk() -> None:
    """What holds for every command here."""


@commands.command(
    "sync",
    epilog=example("warmline helpdesk sync", "warmline helpdesk sync --to https://shop.example.com/warmline --watch"),
)
def sync(
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="URL", help="Post the events there as well, signed with $WARMLINE_WEBHOOK_SECRET."),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until you press Ctrl-C.")] = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Tell the help desk what happened to cases, and take in what people did to their tickets.

    One pass; run it from cron, or use --watch or 'warmline worker', which does the same.
    The exit code is 1 if an event was not taken; it is tried again by a later pass.
    """
    return asyncio.run(_sync(settings_for(home, store), to, watch=watch, json=json))


async def _sync(settings: "Settings", to: str | None, *, watch: bool, json: bool) -> int:
    from warmline.agent.desk.outside.outside import OutsideDesk
    from warmline.agent.outbox.delivery import deliver_due
    from warmline.agent.outbox.sinks import FanOut
    from warmline.tools.clock import SystemClock
    from warmline.tools.helpdesks.chosen import HELPDESKS, open_chosen_helpdesk

    from .assembly import open_desk
    from .outbox_deliver import webhook

    async with AsyncExitStack() as stack:
        there = await stack.enter_async_context(open_chosen_helpdesk(settings.variables, SystemClock()))
        if there is None:
            raise SettingsError(f"WARMLINE_HELPDESK: is not set; expected {' or '.join(HELPDESKS)}")
        desk = await stack.enter_async_context(open_desk(settings))
        outside = OutsideDesk(desk, there)
        also = [] if to is None else [await stack.enter_async_context(webhook(settings, to))]
        while True:
            done = await deliver_due(desk.store, FanOut([outside, *also]))
            told = {"events": done.delivered, "failed": done.failed, "dead": done.dead}
            counts = {**told, "taken_in": await outside.poll(), "caught_up": await outside.catch_up()}
            if not watch or any(counts.values()):
                _say(counts, there.name, json=json, on_one_line=watch)
            if not watch:
                return NOT_AS_ASKED if done.failed or done.dead else OK
            await asyncio.sleep(PAUSE)


def _say(counts: dict[str, int], name: str, *, json: bool, on_one_line: bool) -> None:
    if json:
        typer.echo(jsons.dumps(counts, indent=None if on_one_line else 2))
        return
    failed = f"; {counts['failed']} not taken, tried again later" if counts["failed"] else ""
    dead = f"; {counts['dead']} given up: warmline outbox list --dead" if counts["dead"] else ""
    caught = f", {counts['caught_up']} cases caught up" if counts["caught_up"] else ""
    typer.echo(f"{name}: {counts['events']} events told{failed}{dead}, {counts['taken_in']} things taken in{caught}.")
