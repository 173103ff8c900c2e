"""``warmline helpdesk``: cases and tickets of the shop's own desk, kept alike without a worker."""

import asyncio
import json as jsons
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import SettingsError, WarmlineError

from .db_place import settings_for
from .exits import NOT_AS_ASKED, OK
from .options import Home, Json, Store, example

if TYPE_CHECKING:
    from warmline.agent.desk.outside.outside import OutsideDesk
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
        sink = FanOut([outside, *also])
        while True:
            done = await deliver_due(desk.store, sink)
            counts = {"events": done.delivered, "failed": done.failed, "dead": done.dead}
            fault = await _follow(outside, counts)
            if not watch or any(counts.values()):
                _say(counts, there.name, json=json, on_one_line=watch)
            if fault is not None:
                typer.echo(f"warmline: {fault}", err=True)
            if not watch:
                return NOT_AS_ASKED if done.failed or done.dead or fault else OK
            await asyncio.sleep(PAUSE)


async def _follow(outside: "OutsideDesk", counts: dict[str, int]) -> WarmlineError | None:
    """Do what is done by the clock, and count it; what failed, if something did: a later pass may do better."""
    try:
        counts["followed"] = await outside.follow()
    except WarmlineError as error:
        counts["followed"] = 0
        return error
    return None


def _say(counts: dict[str, int], name: str, *, json: bool, on_one_line: bool) -> None:
    if json:
        typer.echo(jsons.dumps(counts, indent=None if on_one_line else 2))
        return
    failed = f"; {counts['failed']} not taken, tried again later" if counts["failed"] else ""
    dead = f"; {counts['dead']} given up: warmline outbox list --dead" if counts["dead"] else ""
    typer.echo(f"{name}: {counts['events']} events told{failed}{dead}; {counts['followed']} things taken in or caught up with.")
