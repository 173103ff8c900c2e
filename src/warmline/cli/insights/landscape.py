"""``warmline insights landscape``: what the tickets of the past say, topic by topic."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.cli.exits import OK
from warmline.cli.options import Json, example
from warmline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from warmline.evals.insights.landscape.landscape import Landscape
    from warmline.evals.insights.landscape.moments import Order
    from warmline.evals.insights.landscape.reading import Source

FIELDS = """\b
Fields for --column: text and subject (the customer's words), created,
  first_reply, resolution, handle (lengths of time; the unit is read from the
  column's name, else minutes), first_reply_at, resolved_at (moments),
  reopens, customer (a name to redact), id. customer= says there is none."""
EXAMPLES = example(
    "warmline insights landscape --demo",
    "warmline insights landscape tickets.csv --zone Europe/Berlin --cost-per-hour 32",
    "warmline insights landscape 2025.csv 2026.csv --column text=body --column handle=minutes",
    "warmline insights landscape tickets.jsonl --columns",
)


def landscape(
    tickets: Annotated[
        list[Path] | None, typer.Argument(metavar="TICKETS...", help="Exports of tickets: CSV, JSON Lines or JSON.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where the page, the policy and the suite go (default: landscape; --demo: landscape-demo).",
        ),
    ] = None,
    column: Annotated[list[str] | None, typer.Option("--column", metavar="FIELD=COLUMN", help="Say what a column holds.")] = None,
    columns: Annotated[bool, typer.Option("--columns", help="Only show which columns would be read.")] = False,
    zone: Annotated[str, typer.Option("--zone", metavar="ZONE", help="The shop's time zone, such as Europe/Berlin.")] = "UTC",
    dates: Annotated[str | None, typer.Option("--dates", metavar="dmy|mdy", help="What comes first in 03/04/2026.")] = None,
    cost_per_hour: Annotated[
        float | None, typer.Option("--cost-per-hour", min=0, help="What an hour of a person costs, to say what topics cost.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="Processes that read; each takes about 200 MB.")] = 2,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew where a run was stopped before.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Half a year of made-up tickets of the demo shop.")] = False,
    json: Json = False,
) -> int:
    """See your support landscape in the tickets of the past.

    For each topic its volume, time, reopened and frustrated share, season and examples, and whether to automate it. Ends in a page, a policy to
    review and a routing suite to test it. A run that was stopped goes on where it was.
    """
    if demo == bool(tickets):
        raise UsageError(
            "name the exports of your tickets, or see made-up ones with --demo" if not demo else "--demo brings its own tickets"
        )
    out = out or Path("landscape-demo" if demo else "landscape")
    found = _sources(tickets or [], out, column or [], zone, dates, demo=demo)
    if columns:
        _show_columns(found, json=json)
        return OK
    return _draw(found, out, _shop_zone(zone, demo=demo), cost_per_hour, jobs, fresh=fresh, demo=demo, json=json)


def _sources(tickets: list[Path], out: Path, column: list[str], zone: str, dates: str | None, *, demo: bool) -> "list[Source]":
    from warmline.evals.insights.landscape.columns import told
    from warmline.evals.insights.landscape.reading import source_of

    own = told(column)
    if demo:
        from warmline.evals.insights.landscape.demo import NAME, write_demo

        out.mkdir(parents=True, exist_ok=True)
        tickets = [out / NAME]
        write_demo(tickets[0])
    return [source_of(path, own=own, zone=_shop_zone(zone, demo=demo), order=_order(dates)) for path in tickets]


def _draw(
    sources: "Sequence[Source]",
    out: Path,
    zone: "ZoneInfo",
    cost: float | None,
    jobs: int,
    *,
    fresh: bool,
    demo: bool,
    json: bool,
) -> int:
    from warmline.agent.guard.policy import shipped
    from warmline.cli.screen import print_json
    from warmline.evals.insights.landscape.as_json import as_json
    from warmline.evals.insights.landscape.landscape import drawn_from
    from warmline.evals.insights.landscape.running import fingerprint, read_all
    from warmline.evals.insights.landscape.workfile import discard, work_file
    from warmline.evals.insights.landscape.writing import UNFINISHED, write_all

    from .landscape_view import drawing, following, say, say_what_is_read, say_what_was_kept, saying_where_it_stopped

    out.mkdir(parents=True, exist_ok=True)
    unfinished, policy = out / UNFINISHED, shipped().stamp
    if fresh:
        discard(unfinished)
    if not json:
        say_what_is_read(sources)
    with work_file(unfinished, fingerprint(sources, policy, zone.key)) as work, saying_where_it_stopped():
        with following(sources, work) as advance:
            read_all(sources, work, zone=zone, jobs=jobs, advance=advance)
        with drawing(work):
            drawn = _with_words(drawn_from(work, sources, zone=zone.key, policy=policy, cost_per_hour=cost, demo=demo))
            files = write_all(out, work, drawn)
    discard(unfinished)
    if json:
        print_json(as_json(drawn))
        say_what_was_kept(files)
    else:
        say(drawn, files)
    return OK


def _with_words(drawn: "Landscape") -> "Landscape":
    if not drawn.tickets:
        listed = "; ".join(f"{one.file}, line {one.line}: {one.reason}" for one in drawn.bad_rows[:3])
        raise UsageError(f"no record holds a customer's words ({listed or 'there are none'}); see --columns and --column")
    return drawn


def _show_columns(sources: "Sequence[Source]", *, json: bool) -> None:
    from warmline.cli.screen import print_json

    from .landscape_view import say_what_is_read

    if json:
        print_json(
            {
                source.name: {"read": dict(source.columns), "all": list(source.export.columns), "assumed": list(source.assumed)}
                for source in sources
            }
        )
    else:
        say_what_is_read(sources, rest=True)


def _order(dates: str | None) -> "Order | None":
    if dates is None or dates == "dmy" or dates == "mdy":
        return dates
    raise UsageError(f"--dates {dates!r}: expected dmy (31/12/2026) or mdy (12/31/2026)")


def _shop_zone(name: str, *, demo: bool) -> "ZoneInfo":
    from zoneinfo import ZoneInfo

    if demo and name == "UTC":
        from warmline.evals.insights.landscape.demo import ZONE as name  # noqa: N811
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise UsageError(f"--zone {name!r} is no time zone; expected one such as Europe/Berlin or America/New_York") from error
