"""``warmline queue stats``: how the desk stands."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Home, Json, example
from .queue_desk import Seat

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Desk, Stats

commands = typer.Typer()


@commands.command("stats", epilog=example("warmline queue stats", "warmline queue stats --days 30 --json"))
def stats(
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=3650, help="How far back to count what was closed.")] = 7,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say how the desk stands: what waits, what is late, what was closed, how satisfied customers were."""
    from .screen import jsonable, print_json

    async def count(desk: "Desk") -> "tuple[Stats, datetime]":
        now = desk.store.clock.now()
        return await desk.stats(since=now - timedelta(days=days)), now

    found, now = Seat(home=home).do(count)
    if json:
        print_json(jsonable(found))
    else:
        for name, words in stats_in_words(found, now, days=days):
            typer.echo(f"{name:<14}{words}")


def stats_in_words(stats: "Stats", now: datetime, *, days: int) -> list[tuple[str, str]]:
    """Each figure with its name; a mean with the number of answers it is made of."""
    from .case_due import LATE
    from .screen import ago

    oldest = f", the oldest for {ago(stats.oldest_unclaimed, now)}" if stats.oldest_unclaimed else ""
    late = f", {LATE} {stats.overdue} late" if stats.overdue else ", none late"
    answers = f"{stats.answers} answer{'' if stats.answers == 1 else 's'}"
    satisfied = (
        f"{stats.satisfaction:.2f} of 5 ({answers})" if stats.satisfaction is not None else "nobody answered yet (0 answers)"
    )
    lately = f"{sum(stats.closed.values())} in {days} day{'' if days == 1 else 's'}"
    figures = [
        ("open", f"{stats.open}, {stats.unclaimed} of them waiting for somebody{oldest}{late}"),
        ("by queue", _each(stats.by_queue)),
        ("by status", _each(stats.by_status)),
        ("by person", _each(stats.by_person)),
        ("closed", f"{lately}{': ' if stats.closed else ''}{_each(stats.closed)}"),
        ("breached", f"{stats.breached} deadline{'' if stats.breached == 1 else 's'} missed in the same time"),
        ("satisfaction", satisfied),
    ]
    return [(name, words) for name, words in figures if words]


def _each(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))
