"""``warmline worker``: what happens by itself, until it is told to stop, or one round of it."""

import asyncio
import json as jsons
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from .db_forget import duration
from .db_place import settings_for
from .exits import NOT_AS_ASKED, OK
from .options import Home, Json, Store, example

if TYPE_CHECKING:
    from datetime import timedelta

    from warmline.agent.agent import SupportAgent
    from warmline.settings import Settings

EXAMPLES = example(
    "warmline worker",
    "warmline worker --agent my_shop.support:agent --to https://shop.example.com/warmline --keep 400d",
    "warmline worker --once --json",
)

command = typer.Typer()


@command.command("worker", epilog=EXAMPLES)
def worker(
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="MODULE:NAME", help="Your own agent (default: the demo shop's).")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="URL", help="Post events there, signed with $WARMLINE_WEBHOOK_SECRET.")
    ] = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="TIME", help="Delete conversations nobody touched for so long, such as 400d.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What this worker is called (default: machine and process).")
    ] = None,
    at_once: Annotated[int, typer.Option("--at-once", min=1, metavar="N", help="How many messages it answers at once.")] = 16,
    once: Annotated[bool, typer.Option("--once", help="Do everything once and end; needs no dbos.")] = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Answer what was enqueued, resume what was interrupted, deliver events, keep the desk's time, follow the help desk.

    Run as many as you like over one store. Ctrl-C or SIGTERM lets running turns finish within 20 seconds.
    Needs pip install 'warmline[worker]', except for --once.
    """
    if agent is not None and store is not None:
        raise typer.BadParameter("is for the demo shop's agent; yours brings its own store", param_hint="--store")
    settings = settings_for(home, store)
    if keep is not None and to is None and not settings.helpdesk:
        typer.echo("warmline: without --to no event is delivered, and a conversation whose events wait is not deleted", err=True)
    kept = None if keep is None else duration(keep, "--keep")
    told = _Told(json=json)
    return asyncio.run(_work(settings, agent, to, kept, name=name, at_once=at_once, once=once, told=told))


async def _work(
    settings: "Settings",
    where: str | None,
    to: str | None,
    keep: "timedelta | None",
    *,
    name: str | None,
    at_once: int,
    once: bool,
    told: "_Told",
) -> int:
    from warmline.agent.worker.worker import Worker
    from warmline.tools.clock import SystemClock
    from warmline.tools.helpdesks.chosen import open_chosen_helpdesk

    from .outbox_deliver import webhook

    async with _agent(settings, where) as agent, AsyncExitStack() as stack:
        sink = None if to is None else await stack.enter_async_context(webhook(settings, to))
        helpdesk = await stack.enter_async_context(open_chosen_helpdesk(settings.variables, SystemClock()))
        worker = Worker(agent, sink=sink, helpdesk=helpdesk, name=name, keep=keep, at_once=at_once, report=told)
        if once:
            await worker.once()
            told.total()
            return NOT_AS_ASKED if told.failed else OK
        stop = _stopped()
        async with worker:
            told.begin(worker.name)
            await stop.wait()
            told.end()
            await asyncio.gather(agent.close(), worker.stop())  # both at once: one time of grace, not two
    return OK


@asynccontextmanager
async def _agent(settings: "Settings", where: str | None) -> AsyncGenerator["SupportAgent"]:
    from .assembly import open_service
    from .hosts import host_agent

    async with AsyncExitStack() as stack:
        if where is None:
            yield (await stack.enter_async_context(open_service(settings))).agent
        else:
            yield await stack.enter_async_context(await host_agent(where))


def _stopped() -> asyncio.Event:
    """Set when the process is told to stop."""
    stop = asyncio.Event()
    for sent in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sent, stop.set)
    return stop


class _Told:
    """Says what a worker does: a line for each chore that did something, and for what failed."""

    def __init__(self, *, json: bool) -> None:
        self._json, self.failed = json, False
        self._sums: dict[str, int] = {}

    def __call__(self, name: str, done: int | Exception) -> None:
        if isinstance(done, Exception):
            self.failed = True
            self._say({"chore": name, "error": f"{type(done).__name__}: {done}"}, f"{name} failed: {done}", err=True)
            return
        self._sums[name] = self._sums.get(name, 0) + done
        if done:
            self._say({"chore": name, "done": done}, f"{name}: {done}")

    def begin(self, name: str) -> None:
        self._say({"worker": name, "state": "running"}, f"{name} is running; Ctrl-C stops it")

    def end(self) -> None:
        self._say({"state": "stopping"}, "stopping: running turns may finish")

    def total(self) -> None:
        if not self._json and not any(self._sums.values()) and not self.failed:
            typer.echo("Nothing was to be done.")

    def _say(self, fields: dict[str, object], words: str, *, err: bool = False) -> None:
        now = datetime.now(UTC)
        if self._json:
            typer.echo(jsons.dumps({"at": now.isoformat(timespec="seconds"), **fields}))
        else:
            typer.echo(f"{now:%H:%M:%S} {words}", err=err)
