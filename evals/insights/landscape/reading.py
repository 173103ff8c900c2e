"""Tickets out of the records of an export, and what could not be read."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import TypeVar

from .columns import chosen, clock_of, unit_of
from .files import SAMPLED, Export, opened
from .lengths import Clock, length, short_clock
from .moments import Order, ambiguous, moment, order_of
from .ticket import BadRow, Field, Row, Ticket
from .words import redacted, spoken

_Read = TypeVar("_Read")
_DEFAULT_UNITS: dict[Field, float] = {"first_reply": 60.0, "resolution": 60.0, "handle": 60.0}
_MOMENTS: tuple[Field, ...] = ("created", "first_reply_at", "resolved_at")
_LENGTHS: tuple[Field, ...] = ("first_reply", "resolution", "handle")
_DATE = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}(?:[ T,]+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp][Mm])?)?")
_DAY_FIRST = "dates such as 03/04/2026 are read day first; if the month comes first, say --dates mdy"
_NO = ("0", "false", "no", "", "none", "null")


@dataclass(frozen=True)
class Source:
    """A file that is ready to be read: its columns, and what had to be assumed."""

    export: Export
    columns: Mapping[Field, str]
    order: Order
    zone: tzinfo
    assumed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name."""
        return self.export.path.name

    def tickets(self) -> Iterator[Ticket | BadRow]:
        """Every record as a ticket, or as one that could not be read; none is left out."""
        for row in self.export.rows():
            yield self._ticket(row)

    def _ticket(self, row: Row) -> Ticket | BadRow:
        if row.wrong:
            return BadRow(self.name, row.line, row.wrong)
        words = spoken(self._cell(row, "subject"), self._cell(row, "text"))
        if not words:
            return BadRow(self.name, row.line, "no words of a customer in it")
        unreadable: dict[Field, str] = {}

        def read(field: Field, as_: Callable[[str], _Read]) -> _Read | None:
            cell = self._cell(row, field)
            if not cell.strip():
                return None
            try:
                return as_(cell)
            except (ValueError, OverflowError):
                unreadable[field] = _shown(cell, self._cell(row, "customer"))
                return None

        created = read("created", self._moment)
        return Ticket(
            text=words,
            line=row.line,
            id=self._cell(row, "id").strip(),
            customer=self._cell(row, "customer"),
            created=created,
            first_reply=_either(read("first_reply", self._length("first_reply")), created, read("first_reply_at", self._moment)),
            resolution=_either(read("resolution", self._length("resolution")), created, read("resolved_at", self._moment)),
            handle=read("handle", self._length("handle")),
            reopened=_reopened(row, self.columns.get("reopens")),
            unreadable=unreadable,
        )

    def _cell(self, row: Row, field: Field) -> str:
        column = self.columns.get(field)
        return row.values.get(column, "") if column else ""

    def _moment(self, cell: str) -> datetime:
        return moment(cell, zone=self.zone, order=self.order)

    def _length(self, field: Field) -> Callable[[str], float]:
        column = self.columns.get(field, "")
        unit, clock = unit_of(column) or _DEFAULT_UNITS[field], _clock(column)
        return lambda cell: length(cell, unit=unit, clock=clock)


def source_of(path: Path, *, own: Mapping[Field, str], zone: tzinfo, order: Order | None = None) -> Source:
    """A file with its columns chosen; ``UsageError`` if it cannot be read, or holds no words."""
    export = opened(path)
    columns = chosen(export.columns, own, file=path.name)
    known = order or _told_order(export, [columns[field] for field in _MOMENTS if field in columns])
    assumed = [*([] if known else [_DAY_FIRST]), *_assumed_of_lengths(export, columns)]
    return Source(export, columns, known or "dmy", zone, tuple(assumed))


def _told_order(export: Export, columns: Sequence[str]) -> Order | None:
    """What comes first in this file's dates; all of them are looked at if the first do not tell. ``None`` if none of them does."""
    first = _cells(export, columns)
    if (told := order_of(first)) or not columns or (any(cell.strip() for cell in first) and not ambiguous(first)):
        return told or "dmy"
    seen = False
    for cell in (row.values.get(column, "") for row in export.rows() for column in columns):
        if told := order_of([cell]):
            return told
        seen = seen or ambiguous([cell])
    return None if seen else "dmy"


def _shown(cell: str, customer: str) -> str:
    """The beginning of a cell that could not be read, redacted; a date, which a rule takes for a telephone number, as it is."""
    return cell.strip() if _DATE.fullmatch(cell.strip()) else redacted(cell[:200], customer)[:40]


def _assumed_of_lengths(export: Export, columns: Mapping[Field, str]) -> Iterator[str]:
    for column in [columns[field] for field in _LENGTHS if field in columns]:
        if unit_of(column) is None:
            yield f"numbers in {column!r} are read as minutes"
        shown = next(filter(short_clock, _cells(export, [column])), None)
        if shown is not None and clock_of(column) is None:
            other = "hh:mm" if _clock(column) == "minutes:seconds" else "mm:ss"
            yield f"{shown.strip()} in {column!r} is read as {_clock(column)}; if it is not, call the column '{column} ({other})'"


def _clock(column: str) -> Clock:
    """What ``4:35`` is taken for: the first of it for the unit of the column, hours if that is not told."""
    return clock_of(column) or ("minutes:seconds" if unit_of(column) == 60 else "hours:minutes")


def _cells(export: Export, columns: Sequence[str]) -> list[str]:
    return [row.values.get(column, "") for row in islice(export.rows(), SAMPLED) for column in columns]


def _either(said: float | None, begin: datetime | None, end: datetime | None) -> float | None:
    """The length that is said, or that between two moments; exports often leave the first empty."""
    if said is not None:
        return said
    seconds = (end - begin).total_seconds() if begin and end else -1.0
    return seconds if seconds >= 0 else None


def _reopened(row: Row, column: str | None) -> bool | None:
    if column is None or column not in row.values:
        return None
    return row.values[column].strip().casefold() not in _NO
