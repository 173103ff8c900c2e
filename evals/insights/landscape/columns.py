"""Which column of an export holds what: guessed from its name, shown, and corrected by whoever knows the file.

The names are those of the exports of Zendesk (views as CSV, tickets with their ``metric_set`` as JSON), Gorgias (tickets with their
``messages``) and Freshdesk (the ticket list as CSV, tickets with their ``stats`` as JSON), and what other tables usually call the same.
"""

import re
from collections.abc import Mapping, Sequence
from typing import get_args

from warmline.agent.guard.names import did_you_mean
from warmline.errors import UsageError

from .lengths import Clock
from .ticket import Field

FIELDS: tuple[Field, ...] = get_args(Field)

_NAMES: dict[Field, tuple[str, ...]] = {
    "id": ("ticket id", "id", "number", "ticket number", "case id", "conversation id", "nice id"),
    "subject": ("subject", "title", "summary", "raw subject", "betreff", "asunto", "objet", "oggetto", "onderwerp", "assunto"),
    "text": (
        "first customer text", "description text", "body", "text", "message", "description", "body text", "customer message",
        "first message", "content", "comment", "excerpt", "nachricht", "mensaje", "messaggio", "bericht", "mensagem",
    ),
    "customer": ("requester name", "customer name", "requester", "customer", "full name", "contact name", "contact", "name"),
    "created": (
        "created at", "created time", "created datetime", "creation date", "created", "date created", "created date", "date",
        "opened at", "timestamp", "erstellt am", "erstellt",
    ),
    "first_reply_at": (
        "initial response time", "stats first responded at", "first responded at", "first response at", "first reply at",
        "first response date", "first agent at",
    ),
    "first_reply": (
        "first reply time in minutes", "metric set reply time in minutes calendar", "reply time in minutes calendar",
        "first response time in mins", "first response time in hrs", "first response time s", "first reply time", "first response time",
        "first response minutes", "first reply minutes",
    ),
    "resolved_at": (
        "solved at", "resolved time", "stats resolved at", "metric set solved at", "resolved at", "closed datetime", "closed time",
        "closed at", "closed date", "resolution date",
    ),
    "resolution": (
        "full resolution time in minutes", "metric set full resolution time in minutes calendar", "full resolution time in minutes calendar",
        "resolution time in hrs", "resolution time s", "resolution time", "full resolution time", "resolution minutes",
    ),
    "handle": (
        "handle minutes", "handle time", "handling time", "average handle time", "time tracked", "total time spent sec", "total time spent",
        "time spent", "handle time s", "aht", "bearbeitungszeit",
    ),
    "reopens": ("reopens", "metric set reopens", "reopen count", "reopened", "times reopened", "stats reopened at", "reopened at"),
}  # fmt: skip
_UNITS = (
    (re.compile(r"\b(?:mins?|minutes?)\b| m$"), 60.0),
    (re.compile(r"\b(?:hrs?|hours?)\b| h$"), 3600.0),
    (re.compile(r"\b(?:secs?|seconds?)\b| s$"), 1.0),
)
"""A single letter is a unit at the end alone: an agent's time is none in seconds."""

_H, _M, _S = "(?:hh?|hrs?|hours?)", "(?:mm?|mins?|minutes?)", "(?:ss?|secs?|seconds?)"
_CLOCKS: tuple[tuple[re.Pattern[str], Clock], ...] = (
    (re.compile(rf"\b{_H} {_M}\b"), "hours:minutes"),
    (re.compile(rf"\b{_M} {_S}\b"), "minutes:seconds"),
)
_UNIT_AT_END = re.compile(rf" (?:in )?(?:(?:{_H} )?{_M}(?: {_S})?|{_H}|{_S})$")
_PART = re.compile(r"[^\w]+|_+")


def plain(name: str) -> str:
    """A column's name for comparing: ``First response time (in hrs)`` is ``first response time in hrs``."""
    return _PART.sub(" ", name.casefold()).strip()


def guessed(columns: Sequence[str]) -> dict[Field, str]:
    """Which column holds which field, as far as the names tell; the first candidate that is there wins."""
    known = {_unitless(column): column for column in reversed(columns)}
    wanted = {field: [_unitless(name) for name in names] for field, names in _NAMES.items()}
    return {field: known[name] for field, names in wanted.items() for name in names[::-1] if name in known}


def told(assignments: Sequence[str]) -> dict[Field, str]:
    """``text=body`` as a field and its column; an empty column (``customer=``) says that there is none. ``UsageError`` for another word."""
    found: dict[Field, str] = {}
    for one in assignments:
        field, equals, column = one.partition("=")
        match = next((name for name in FIELDS if name == field.strip()), None)
        if not equals or match is None:
            raise UsageError(f"--column {one!r}: expected FIELD=COLUMN such as text=body; {did_you_mean(field.strip(), FIELDS)}")
        found[match] = column.strip()
    return found


def chosen(columns: Sequence[str], own: Mapping[Field, str], *, file: str) -> dict[Field, str]:
    """The columns of a file, those that were told before those that were guessed; ``UsageError`` if there is none with words."""
    for field, column in own.items():
        if column and column not in columns:
            raise UsageError(f"{file}: there is no column {column!r} for {field}; {did_you_mean(column, list(columns))}")
    both = guessed(columns) | dict(own)
    found = {field: column for field, column in both.items() if column}
    if "text" not in found and "subject" not in found:
        raise UsageError(
            f"{file}: no column with the customer's words; say which with --column text=NAME: {', '.join(columns[:40])}"
        )
    return found


def _unitless(name: str) -> str:
    """A name without the unit at its end, which ``unit_of`` reads."""
    return _UNIT_AT_END.sub("", plain(name))


def unit_of(column: str) -> float | None:
    """How many seconds the numbers of a column count, if its name says so: 60 for ``… in minutes``."""
    name = plain(column)
    return None if clock_of(column) else next((seconds for pattern, seconds in _UNITS if pattern.search(name)), None)


def clock_of(column: str) -> Clock | None:
    """What ``4:35`` says in a column, if its name says so: minutes and seconds for ``… (mm:ss)``."""
    name = plain(column)
    return next((clock for pattern, clock in _CLOCKS if pattern.search(name)), None)
