"""Clearing the journal: what it holds of a person, and what is old (pages AppInstallation, metafieldsDelete, 2026-10)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import AwareDatetime

from warmline.errors import ShopError
from warmline.tools.shops.pages import Page, all_pages

from .admin import Admin, part
from .documents import CLAIMS, CLAIMS_DELETE
from .journal import NAMESPACE, Entry, Journal, read_claim
from .nodes import Connection, Node

MOST = 25
"""Notes deleted by one request: as many as metafieldsSet takes."""

MOST_AT_ONCE = 2_000
"""Notes cleared by one call; the rest by the next."""


class _Noted(Node):
    key: str
    value: str
    compare_digest: str
    updated_at: AwareDatetime


class _Listing(Node):
    id: str
    metafields: Connection[_Noted]


class _Deleted(Node):
    user_errors: Sequence[object]


async def erase(journal: Journal, keys: Collection[str]) -> int:
    """Take out what the notes of these keys hold; how many there were. ``ShopError`` if one still holds it."""
    found = [entry for key in sorted(keys) if (entry := await journal.look(key)) is not None]
    for entry in found:
        if not await journal.forget(entry):
            raise ShopError(
                "Shopify: a note of ours still holds what it held: it was changed meanwhile, or is not to be changed now"
            )
    return len(found)


async def forget(admin: Admin, journal: Journal, before: datetime) -> int:
    """Delete the notes that nobody touched since then; how many. Of a write whose outcome nobody knows its key stays, as long again."""
    old = await _untouched(admin, before)
    for entry in old:
        if entry.claim.state in ("begun", "sent"):
            await journal.forget(entry)
    gone = [entry for entry in old if entry.claim.state not in ("begun", "sent")]
    for start in range(0, len(gone), MOST):
        named = [{"ownerId": one.owner, "namespace": NAMESPACE, "key": one.mark} for one in gone[start : start + MOST]]
        reply = await admin.write("claims.delete", CLAIMS_DELETE, once=True, metafields=named)
        if reply.read(_Deleted, part(reply, "metafieldsDelete")).user_errors:
            raise ShopError("Shopify: old notes of ours were not deleted")
    return len(gone)


async def _untouched(admin: Admin, before: datetime) -> list[Entry]:
    """The oldest come first: after a page without an old one there are none."""

    async def page(cursor: str | None) -> Page[Entry, str]:
        reply = await admin.read("claims.list", CLAIMS, after=cursor)
        listing = reply.read(_Listing, part(reply, "currentAppInstallation"))
        old = [one for one in listing.metafields.nodes if one.updated_at < before]
        entries = [
            Entry(mark=one.key, owner=listing.id, claim=read_claim(reply, one.value), digest=one.compare_digest) for one in old
        ]
        return Page(items=entries, next=listing.metafields.page_info.next if old else None)

    return await all_pages(page, enough=MOST_AT_ONCE)
