"""A message that asks for no more messages and says nothing else: done at once, without a model, in the customer's language."""

import asyncio

from warmline.errors import ToolError
from warmline.prompts import render
from warmline.tools.consents import Channel
from warmline.tools.stop_words import StopWish, read_stop
from warmline.tools.stopping import STOP, StopMessages, theirs
from warmline.tools.tool import canonical

from .decisions import by_agent
from .events import ToolStarted
from .ledger import write_once
from .models.base import CallRequest, Message
from .work import Answer, Ending, HandOver, Work

FILE = "stopped"
RULE = "stop_messages"


async def stopped(work: Work) -> Ending | None:
    """How the turn ends if this is such a message; ``None`` if it is not.

    What is not known to be theirs is not stopped, and they are told what to do. Where the shop cannot stop anything, a person does.
    """
    wish = read_stop(work.text)
    if wish is None or not wish.alone:
        return None
    work.state.pending = None
    if STOP.name not in work.parts.tools:
        decision = by_agent("unsure", work)
        return HandOver(decision=decision.model_copy(update={"rule": f"{RULE}.no_tool"}))
    work.decision = work.parts.guard.nothing_said().model_copy(update={"rule": RULE})
    arguments = StopMessages(channel=_channel(wish.channels))
    places = theirs(work.access, arguments.channel)
    where = [place for place in (places.email, places.phone) if place]
    if not where:
        known = work.access.email is not None
        return Answer(text=render(FILE, f"{'texts' if known else 'prove'}_{wish.language}"))
    return await _stop(work, wish, arguments, where)


async def _stop(work: Work, wish: StopWish, arguments: StopMessages, where: list[str]) -> Ending:
    """Make the write as if a model had called for it: in the ledger, in the thread, in the turn's runs."""
    call = CallRequest(call_id=f"stop_{work.opened.turn_id}", name=STOP.name, arguments=canonical(arguments))
    work.keep("call", Message(role="assistant", calls=(call,)))
    work.emit(ToolStarted(name=STOP.name, arguments=call.arguments))
    try:
        async with asyncio.timeout(work.parts.shop_seconds):
            with work.timed("tools"):
                result = await write_once(work, STOP, arguments, confirmation=work.incoming.message_id)
    except ToolError as error:
        work.reply_to(call, str(error), status="failed", effect="write", ms=work.spent["tools"])
        return HandOver(decision=by_agent("unsure", work))
    except BaseException as error:
        work.reply_to(call, type(error).__name__, status="unknown", effect="write")
        raise
    work.reply_to(call, result, status="done", effect="write", ms=work.spent["tools"])
    work.written.add(STOP.name)
    return Answer(text=render(FILE, f"done_{wish.language}", where=", ".join(where)))


def _channel(channels: frozenset[Channel]) -> Channel | None:
    """The channel meant; ``None`` for all."""
    return next(iter(channels)) if len(channels) == 1 else None
