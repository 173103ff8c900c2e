"""What a conversation has written and nobody was told: taken up by the next turn, whoever serves it."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from warmline.errors import StoreError
from warmline.prompts import render

from .guard.text import clean
from .ledger import outcome_of
from .models.base import CallRequest, Message
from .outcome import RunStatus
from .store.writes import Written
from .work import Work

LOOK_UP_SECONDS = 5.0
"""How long the shop may take to say whether it made a write."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Recalled:
    """Writes whose outcome stands in this turn now: ``done``, or ``unknown`` where the shop could not be asked."""

    done: tuple[Written, ...] = ()
    unknown: tuple[Written, ...] = ()


async def recall(work: Work, *, for_person: bool = False) -> Recalled:
    """Look up what an interrupted turn, or a worker that came late, wrote, and tell it to the model and the case file.

    A write that was not made is neither: it is made when the customer's yes is answered, or not at all. ``for_person`` counts it as
    unknown: a worker that was taken for dead may still make it when the conversation is a person's.
    """
    done: list[Written] = []
    unknown: list[Written] = []
    entries = await _entries(work) if for_person else work.opened.writes
    work.written.update(entry.tool for entry in entries if entry.status == "done")
    for entry in entries:
        if entry.told or entry.key in work.accounted:
            continue
        status = await _look_up(work, entry)
        if status is None and for_person and entry.status == "started":
            status = _note(work, entry, render("agent", "not_made"), "unknown")
        if status is not None:
            (done if status == "done" else unknown).append(entry)
    return Recalled(done=tuple(done), unknown=tuple(unknown))


async def _entries(work: Work) -> Sequence[Written]:
    """The ledger as it stands: this turn may have written, and its work have failed before that was noted."""
    with work.timed("store"):
        return await work.parts.store.writes(work.incoming.conversation_id)


async def _look_up(work: Work, entry: Written) -> RunStatus | None:
    """What became of one write, noted in the turn; ``None`` if it was not made."""
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            result = await outcome_of(work, entry)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever the shop's fault, a person must know of the write)
        _log.exception("write %s of %s could not be looked up", entry.key, work.incoming.conversation_id)
        return _note(work, entry, clean(f"{type(error).__name__}: {error}"), "unknown")
    if result is None:
        return None
    work.written.add(entry.tool)
    work.state.writes += 1
    return _note(work, entry, result, "done")


def _note(work: Work, entry: Written, result: str, status: RunStatus) -> RunStatus:
    """As if the call had been made in this turn."""
    work.accounted[entry.key] = status
    call = CallRequest(call_id=f"done_{entry.key[:12]}", name=entry.tool, arguments=entry.arguments)
    work.keep("call", Message(role="assistant", calls=(call,)))
    work.reply_to(call, result, status=status, effect="write")
    return status
