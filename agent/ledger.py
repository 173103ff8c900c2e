"""Writes that happen once: entered before the shop is called, looked up after a crash, never blindly repeated."""

import hashlib
from typing import cast

from pydantic import BaseModel

from warmline.errors import NobodyKnows, NothingSent, ToolError
from warmline.prompts import render
from warmline.tools.shop import Receipts
from warmline.tools.tool import AnyTool, canonical
from warmline.tools.toolbox import ALL_TOOLS

from .store.writes import Written
from .work import Work

OURS = frozenset(tool.name for tool in ALL_TOOLS)


def write_key(conversation_id: str, tool: str, arguments: str, confirmation: str) -> str:
    """The idempotency key of a write: the same yes to the same arguments is the same key, whatever the model calls it."""
    parts = "\x1f".join((conversation_id, tool, arguments, confirmation))
    return hashlib.sha256(parts.encode()).hexdigest()


async def write_once(work: Work, tool: AnyTool, arguments: BaseModel, *, confirmation: str) -> str:
    """Do a confirmed write, or return what it did before; the result as JSON text.

    ``confirmation`` names the question that was answered with a yes: however often and in whatever message the yes comes, the write
    is one. ``ToolError`` when the shop will not, ``NothingSent`` when it was not asked; any other error leaves the entry ``started``, and a person
    is told so.
    """
    exact = canonical(arguments)
    key = write_key(work.incoming.conversation_id, tool.name, exact, confirmation)
    addresses = guests_addresses(work, arguments)
    entry = await work.parts.store.start_write(work.opened, key=key, tool=tool.name, arguments=exact, addresses=addresses)
    work.accounted[key] = "started"
    try:
        result = await _once(work, tool, arguments, entry)
    except (ToolError, NothingSent):
        work.accounted[key] = "failed"
        raise
    except NobodyKnows:
        work.accounted[key] = "unknown"
        raise
    work.accounted[key] = "done"
    return result


async def _once(work: Work, tool: AnyTool, arguments: BaseModel, entry: Written) -> str:
    if entry.status == "failed":
        raise ToolError(entry.result or "")
    result = None if entry.fresh else await outcome_of(work, entry)
    if result is None:
        result = await _written(work, tool, arguments, entry)
        await work.parts.store.finish_write(entry.key, status="done", result=result)
    return result


def guests_addresses(work: Work, arguments: BaseModel) -> set[str]:
    """What a guest's write is counted by: the address that proved an order, and the address or number written to. No guest has none."""
    if work.incoming.customer_id is not None:
        return set()
    given = arguments.model_dump()
    places: tuple[object, ...] = (work.access.email, given.get("email"), given.get("phone"))
    return {str(place) for place in places if place and type(place) in (str, int)}  # a host's own tool may take something else


async def outcome_of(work: Work, entry: Written) -> str | None:
    """What an entry's write did, looked up at the shop when nobody noted it; ``None`` if it was not made.

    ``NobodyKnows`` is noted: a person is told of it once, and it is never made again.
    """
    if entry.status == "done":
        return entry.result or ""
    if entry.status == "unknown":
        raise NobodyKnows(entry.result or "")
    try:
        receipt = await _receipts(work, entry.tool).find_receipt(entry.key) if entry.status == "started" else None
    except NobodyKnows as error:
        await work.parts.store.finish_write(entry.key, status="unknown", result=str(error))
        raise
    if receipt is None:
        return None
    result = as_text(receipt)
    await work.parts.store.finish_write(entry.key, status="done", result=result)
    return result


def _receipts(work: Work, name: str) -> Receipts:
    """Who knows what became of a tool's write: the shop for our own, else whom the tool names; for a tool that is gone, nobody."""
    tool = work.parts.tools.get(name)
    if tool is None and name not in OURS:
        raise NobodyKnows(f"{name} is not among the tools any more, so nobody can be asked what became of it")
    return cast("Receipts", work.parts.shop) if tool is None or tool.receipts is None else tool.receipts


async def _written(work: Work, tool: AnyTool, arguments: BaseModel, entry: Written) -> str:
    """Its result. That it failed is noted by the worker that began it: another, taken for dead, may still make what failed here."""
    try:
        return as_text(await tool.run(work.context(entry.key), arguments))
    except NobodyKnows as error:
        await work.parts.store.finish_write(entry.key, status="unknown", result=str(error))
        raise
    except (ToolError, NothingSent) as error:
        if entry.fresh:
            result = render("mcp", "not_now") if isinstance(error, NothingSent) else str(error)
            await work.parts.store.finish_write(entry.key, status="failed", result=result)
        raise


def as_text(result: BaseModel) -> str:
    """A tool's result as the model reads it: compact JSON."""
    return result.model_dump_json(exclude_none=True)
