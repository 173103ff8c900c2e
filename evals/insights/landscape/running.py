"""Every ticket of every file read, classified and kept, in several processes, and where it was stopped taken up again."""

import hashlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import tzinfo
from itertools import islice
from typing import NamedTuple

from .classing import BATCH, FITS_NONE, Reading, classify, vectors_of
from .reading import Source
from .ticket import BadRow, Ticket
from .words import redacted
from .workfile import Kept, WorkFile

EXAMPLE_IN = 8
"""One ticket in so many keeps its redacted words, for examples and the suite to be drawn from; of what fits no class every one does."""

ALL_OF = 5_000
"""The first records of a file, of which every ticket keeps them: a small file has no words to spare."""

Advance = Callable[[int, int], None]
"""Told after each batch: the place of the file, and how many of its records are dealt with."""


class Done(NamedTuple):
    """A classified batch: a reading for each ticket, and its words and vector where they are kept."""

    readings: list[Reading]
    words: list[str | None]
    vectors: list[bytes | None]


def read_all(sources: Sequence[Source], into: WorkFile, *, zone: tzinfo, jobs: int, advance: Advance) -> None:
    """Read what is not yet in the work file; ``jobs`` processes classify (1: this one)."""
    with _pool(jobs) as submit:
        for place, source in enumerate(sources):
            _read(place, source, into, zone=zone, submit=submit, ahead=jobs * 2, advance=advance)


def work_on(tickets: Sequence[tuple[str, str, bool]]) -> Done:
    """Classify a batch of (words, customer, whether to keep the words); a process of the pool does nothing else."""
    readings = classify([text for text, _, _ in tickets])
    unfit = [place for place, reading in enumerate(readings) if reading.label == FITS_NONE]
    vectors: list[bytes | None] = [None] * len(tickets)
    for place, vector in zip(unfit, vectors_of([tickets[place][0] for place in unfit]), strict=True):
        vectors[place] = vector.astype("float16").tobytes()
    words = [
        redacted(text, customer) if vector is not None or wanted else None
        for (text, customer, wanted), vector in zip(tickets, vectors, strict=True)
    ]
    return Done(readings, words, vectors)


def _read(place: int, source: Source, into: WorkFile, *, zone: tzinfo, submit: "_Submit", ahead: int, advance: Advance) -> None:
    records = into.records(place)
    entries = islice(source.tickets(), records, None)
    waiting: deque[tuple[list[Ticket | BadRow], Future[Done]]] = deque()
    while True:
        batch = list(islice(entries, BATCH))
        if batch:
            batch = _once(batch, source.name, into, [one for those, _ in waiting for one in those])
            whole = records + sum(len(those) for those, _ in waiting) < ALL_OF
            waiting.append((batch, submit([_asked(one, whole=whole) for one in batch if isinstance(one, Ticket)])))
        while waiting and (len(waiting) > ahead or not batch):
            dealt, future = waiting.popleft()
            records += len(dealt)
            _keep(place, records, dealt, future.result(), into, zone)
            advance(place, records)
        if not batch:
            return


def _asked(ticket: Ticket, *, whole: bool) -> tuple[str, str, bool]:
    """What a process is given of a ticket."""
    return ticket.text, ticket.customer, whole or draw_of(ticket.text) % EXAMPLE_IN == 0


def _once(
    batch: Sequence[Ticket | BadRow], file: str, into: WorkFile, waiting: Sequence[Ticket | BadRow]
) -> list[Ticket | BadRow]:
    """The batch without tickets that are kept, or on their way, with the same id and the same words: exports overlap."""
    seen = {_key(one) for one in waiting if isinstance(one, Ticket)}
    found: list[Ticket | BadRow] = []
    for one in batch:
        key = _key(one) if isinstance(one, Ticket) else None
        again = key is not None and (key in seen or into.has(key))
        found.append(BadRow(file, one.line, "the same ticket was read before (same id, same words)") if again else one)
        seen.add(key)
    return found


def _key(ticket: Ticket) -> int | None:
    return draw_of(f"{ticket.id}\0{ticket.text}") if ticket.id else None


def _keep(place: int, records: int, batch: Sequence[Ticket | BadRow], done: Done, into: WorkFile, zone: tzinfo) -> None:
    tickets = [one for one in batch if isinstance(one, Ticket)]
    kept = [
        _kept(ticket, reading, words, vector, zone)
        for ticket, reading, words, vector in zip(tickets, done.readings, done.words, done.vectors, strict=True)
    ]
    cells = [(field, cell) for ticket in tickets for field, cell in ticket.unreadable.items()]
    into.add(place, records, kept, [one for one in batch if isinstance(one, BadRow)], cells)


def _kept(ticket: Ticket, reading: Reading, words: str | None, vector: bytes | None, zone: tzinfo) -> Kept:
    local = ticket.created.astimezone(zone) if ticket.created else None
    return Kept(
        key=_key(ticket),
        topic=reading.label,
        label=reading.label,
        about=reading.about,
        route=reading.route,
        score=reading.score,
        sure=reading.sure,
        frustrated=reading.frustrated,
        language=reading.language,
        day=local.date().isoformat() if local else None,
        hour=local.hour if local else None,
        weekday=local.weekday() if local else None,
        handle=ticket.handle,
        first_reply=ticket.first_reply,
        resolution=ticket.resolution,
        reopened=ticket.reopened,
        draw=draw_of(ticket.text),
        words=words,
        vector=vector,
    )


def fingerprint(sources: Sequence[Source], policy: str, zone: str) -> str:
    """What a work file is made for: the same files with the same columns, read by the same policy, and the same code's classes."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        warmline = version("warmline")
    except PackageNotFoundError:
        warmline = ""
    told = [
        (
            str(one.export.path.resolve()),
            one.export.size,
            one.export.path.stat().st_mtime_ns,
            sorted(one.columns.items()),
            one.order,
        )
        for one in sources
    ]
    return hashlib.sha256(repr((told, policy, zone, warmline)).encode()).hexdigest()


def draw_of(text: str) -> int:
    """A number that follows from the words alone, spread evenly: what is drawn by it is drawn again."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:6], "big")


_Submit = Callable[[Sequence[tuple[str, str, bool]]], "Future[Done]"]


@contextmanager
def _pool(jobs: int) -> Generator[_Submit]:
    """A way to have a batch classified: in other processes, or here."""
    if jobs == 1:
        yield _here
        return
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_ctrl_c)
    try:
        yield lambda tickets: pool.submit(work_on, tickets)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _here(tickets: Sequence[tuple[str, str, bool]]) -> "Future[Done]":
    future: Future[Done] = Future()
    future.set_result(work_on(tickets))
    return future


def _leave_ctrl_c() -> None:
    """Ctrl-C is for the process that asked; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
