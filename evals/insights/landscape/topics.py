"""One topic in figures: how much of it there is, what it takes, when it comes, and what customers say."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from warmline.agent.guard.decision import AUTOMATED_REASONS
from warmline.evals.stats.rates import Counted

from .classing import FITS_NONE
from .span import Span
from .workfile import WorkFile

CLUSTER = "cluster:"
"""What the topics begin with that were found among the tickets of no class."""

EXAMPLES = 4
_EXAMPLE = 320
_AT = "SELECT {0} FROM tickets WHERE topic = ? AND {0} IS NOT NULL ORDER BY {0} LIMIT 1 OFFSET ?"


@dataclass(frozen=True)
class Lengths:
    """Lengths of time in seconds, of the ``known`` tickets that have one: the middle one, the one that nine in ten stay below, and the sums.

    ``squares`` is the sum of their squares, from which the error of the sum follows.
    """

    known: int
    median: float
    ninth: float
    total: float
    squares: float


@dataclass(frozen=True)
class Topic:
    """A class of the guard, or a cluster of what fits none. What is not in the file is ``None``.

    ``frustrated`` counts those who ask this and are, also the angry and grieving, who are topics of their own. Only for what the agent serves:
    a message has one class, and of one for people nobody can tell how often its writer is angry too.

    ``time_share`` is the share of all handle time that is known; ``sure_handle`` are the handle times of tickets whose class is certain.
    """

    key: str
    name: str
    tickets: int
    share: float
    frustrated: Counted | None = None
    handle: Lengths | None = None
    sure_handle: Lengths | None = None
    sure: int = 0
    time_share: float | None = None
    first_reply: Lengths | None = None
    resolution: Lengths | None = None
    reopened: Counted | None = None
    hours: tuple[int, ...] | None = None
    weekdays: tuple[int, ...] | None = None
    languages: tuple[tuple[str, int], ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def clustered(self) -> bool:
        """Whether it is a cluster, or what is left over, and no class of the guard."""
        return self.key.startswith(CLUSTER) or self.key == FITS_NONE


SURE = 0.8
"""Probability from which a ticket's class counts as certain."""


def topics(work: WorkFile, names: dict[str, str]) -> list[Topic]:
    """Every topic, the largest first; ``names`` are those of clusters."""
    keys = [row[0] for row in work.ask("SELECT topic FROM tickets GROUP BY topic ORDER BY COUNT(*) DESC, topic")]
    total = work.one("SELECT COUNT(*) FROM tickets")[0]
    time = work.one("SELECT SUM(handle) FROM tickets")[0]
    timed = work.one("SELECT MAX(hour) FROM tickets")[0]
    return [_topic(work, key, names.get(key) or _name(key), total, time, timed=bool(timed)) for key in keys]


def heat(work: WorkFile) -> list[list[int]] | None:
    """Tickets by weekday (Monday first) and hour; ``None`` if the file has no times of day."""
    field = [[0] * 24 for _ in range(7)]
    for weekday, hour, number in work.ask(
        "SELECT weekday, hour, COUNT(*) FROM tickets WHERE day IS NOT NULL GROUP BY weekday, hour"
    ):
        field[weekday][hour] = number
    return field if any(any(line[1:]) for line in field) else None


def by_week(work: WorkFile, keys: list[str], span: Span) -> list[tuple[str, str, int]]:
    """(Monday of the week, topic, tickets) of some topics in this time; weeks without one have 0. The first and last week may be cut short."""
    rows = work.ask(
        "SELECT date(day, '-6 days', 'weekday 1') AS week, topic, COUNT(*) FROM tickets WHERE day BETWEEN ? AND ? GROUP BY week, topic",
        str(span.first),
        str(span.last),
    )
    found = {(week, topic): number for week, topic, number in rows}
    weeks = sorted({week for week, _ in found})
    return [(week, key, found.get((week, key), 0)) for key in keys for week in weeks]


def _topic(work: WorkFile, key: str, name: str, total: int, time: float | None, *, timed: bool) -> Topic:
    count, known, reopened, sure, dated = work.one(
        "SELECT COUNT(*), COUNT(reopened), SUM(reopened), SUM(sure >= ?), COUNT(day) FROM tickets WHERE topic = ?",
        SURE,
        key,
    )
    handle = _lengths(work, key, "handle")
    return Topic(
        key=key,
        name=name,
        tickets=count,
        share=count / total,
        frustrated=_frustrated(work, key) if key in AUTOMATED_REASONS else None,
        handle=handle,
        sure_handle=_lengths(work, key, "handle", least=SURE),
        sure=sure,
        time_share=handle.total / time if handle and time else None,
        first_reply=_lengths(work, key, "first_reply"),
        resolution=_lengths(work, key, "resolution"),
        reopened=Counted(reopened, known) if known else None,
        hours=_counts(work, key, "hour", 24) if timed else None,
        weekdays=_counts(work, key, "weekday", 7) if dated else None,
        languages=tuple(_languages(work, key)),
        examples=tuple(examples(work, key, EXAMPLES)),
    )


def examples(work: WorkFile, key: str, number: int, *, where: str = "") -> list[str]:
    """Words of some tickets, redacted, none twice; drawn by what they say, so always the same. ``where`` narrows it down."""
    held: dict[str, None] = {}
    query = f"SELECT words FROM tickets WHERE topic = ? AND words IS NOT NULL {where} ORDER BY draw LIMIT 200"  # noqa: S608 (words of ours)
    for (words,) in work.ask(query, key):
        short = words if len(words) <= _EXAMPLE else f"{words[:_EXAMPLE].rstrip()} …"
        held.setdefault(short)
        if len(held) == number:
            break
    return list(held)


def _lengths(work: WorkFile, key: str, column: str, *, least: float = 0.0) -> Lengths | None:
    query = f"SELECT COUNT({column}), SUM({column}), SUM({column} * {column}) FROM tickets WHERE topic = ? AND sure >= ?"  # noqa: S608
    known, total, squares = work.one(query, key, least)
    if not known:
        return None
    everything = work.one(f"SELECT COUNT({column}) FROM tickets WHERE topic = ?", key)[0]  # noqa: S608 (names of ours)
    at = _AT.format(column)
    median = work.one(at, key, (everything - 1) // 2)[0]
    return Lengths(known, median, work.one(at, key, (everything - 1) * 9 // 10)[0], total, squares)


def _frustrated(work: WorkFile, key: str) -> Counted:
    count, of = work.one("SELECT SUM(frustrated OR label = 'emotional'), COUNT(*) FROM tickets WHERE about = ?", key)
    return Counted(count, of)


def _counts(work: WorkFile, key: str, column: str, size: int) -> tuple[int, ...]:
    query = f"SELECT {column}, COUNT(*) FROM tickets WHERE topic = ? AND {column} IS NOT NULL GROUP BY {column}"  # noqa: S608
    found = Counter(dict(work.ask(query, key)))
    return tuple(found[place] for place in range(size))


def _languages(work: WorkFile, key: str) -> Iterator[tuple[str, int]]:
    query = (
        "SELECT COALESCE(language, 'not told'), COUNT(*) AS n FROM tickets WHERE topic = ? GROUP BY 1 ORDER BY n DESC, 1 LIMIT 4"
    )
    yield from work.ask(query, key)


def _name(key: str) -> str:
    return "none of these" if key == FITS_NONE else key.replace("_", " ")
