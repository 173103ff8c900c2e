"""What was written with which key, kept at Shopify itself, so that another process finds it.

Shopify's own ``@idempotent`` directive is honoured by inventory and refund mutations only, not by orderCancel, orderUpdate or returnCreate
(shopify.dev/docs/api/usage/implementing-idempotency, 2026-10). So a key is claimed first, as a metafield of the app's installation: exact
to look up, seen by this app alone, and set only if it is as it was read (``compareDigest``, page metafieldsSet): of two processes one gets
it. Then the write is made, carrying a mark made from the key (a staff note, a return's reason note). Then the receipt is noted.

A claim without a receipt is a write that was perhaps made: the mark in the order tells. Where there is none, a claim of ten minutes ago was
not made: what is sent is sent within two minutes of its claim (looked at when its turn has come, behind every wait for Shopify's budget), and
Shopify answers or has done it in seconds. Only a write of which it is known that it was sent (``sent``) stays unknown, for a person.

What a claim holds of a person is its plan and its receipt (an order's number, an address, a label). A ``forgotten`` one holds nothing, and keeps its key
from being used again.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, Literal, get_args
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict

from warmline.errors import OutcomeUnknown, ShopError, ShopRefused, ShopUnavailable
from warmline.tools.capabilities import Capability
from warmline.tools.clock import Clock
from warmline.tools.model import Receipt
from warmline.tools.shops.replies import Reply

from .admin import Admin, part
from .documents import CLAIM, CLAIM_SET
from .nodes import Node

NAMESPACE = "warmline"
LATE, GIVEN_UP = timedelta(minutes=2), timedelta(minutes=10)
"""After its claim a write is sent within the first, or not at all. After the second, one that shows nowhere was not made."""

_RECEIPTS: dict[str, type[Receipt]] = {kind.__name__: kind for kind in get_args(Receipt)}
_CONFLICTS = {"INVALID_COMPARE_DIGEST", "STALE_OBJECT", "TAKEN"}
_log = logging.getLogger(__name__)


def mark_of(key: str) -> str:
    """What a write carries to be known again by: says nothing about the conversation."""
    return f"wl-{sha256(key.encode()).hexdigest()[:24]}"


class Claim(BaseModel):
    """A write that was begun, sent (and not answered), dropped (surely not made), made, or forgotten.

    ``plan`` is what the receipt will hold, as far as it is known before. ``at`` is when it was claimed; older notes have none.
    """

    model_config = ConfigDict(frozen=True)
    state: Literal["begun", "sent", "dropped", "made", "forgotten"] = "begun"
    at: AwareDatetime | None = None
    call: Capability
    order_id: str
    plan: dict[str, Any]
    nonce: str
    kind: str | None = None
    receipt: dict[str, Any] | None = None


@dataclass(frozen=True)
class Entry:
    """A claim as it stands at Shopify under the mark of its key, with what it may be changed by."""

    mark: str
    owner: str
    claim: Claim
    digest: str

    @property
    def receipt(self) -> Receipt | None:
        """The receipt that was noted."""
        kind = _RECEIPTS.get(self.claim.kind or "")
        return kind.model_validate(self.claim.receipt) if kind and self.claim.state == "made" else None


class _Metafield(Node):
    value: str
    compare_digest: str


class _Installation(Node):
    id: str
    metafield: _Metafield | None


class _Error(Node):
    code: str | None


class _Set(Node):
    metafields: list[_Metafield] | None
    user_errors: list[_Error]


class Journal:
    """The claims of this app in this shop."""

    def __init__(self, admin: Admin, clock: Clock) -> None:
        self._admin, self._clock = admin, clock

    async def look(self, key: str) -> Entry | None:
        """What stands under this key."""
        return (await self._look(key))[1]

    async def begin(self, key: str, call: Capability, order_id: str, plan: dict[str, Any]) -> tuple[Entry, bool]:
        """Claim a key for a write; what stands under it then, and whether that is this claim.

        ``ShopUnavailable`` if it could not be claimed: the write itself was not begun.
        """
        owner, stands = await self._look(key)
        if stands is not None and stands.claim.state != "dropped":
            return stands, False
        claim = Claim(call=call, order_id=order_id, plan=plan, nonce=uuid4().hex, at=self._clock.now())
        try:
            made = await self._set(mark_of(key), owner, claim, stands.digest if stands else None)
        except OutcomeUnknown as lost:
            await self._forget(key, claim)
            raise ShopUnavailable("Shopify: the write could not be noted beforehand, so it was not begun.") from lost
        if made is not None:
            return made, True
        now = await self.look(key)
        if now is None:
            raise ShopUnavailable("Shopify: the write could not be noted beforehand, so it was not begun.")
        return now, now.claim.nonce == claim.nonce

    async def note(self, entry: Entry, receipt: Receipt) -> None:
        """Note what was made. If that fails the receipt can still be told from the order, so it is no error."""
        made = {"state": "made", "kind": type(receipt).__name__, "receipt": receipt.model_dump(mode="json")}
        await self._change(entry, made)

    async def drop(self, entry: Entry) -> bool:
        """Note that the write surely was not made; whether that is noted. If not, the claim stays."""
        return await self._change(entry, {"state": "dropped", "plan": {}})

    async def doubt(self, entry: Entry) -> None:
        """Note that the write was sent and nobody knows what came of it."""
        await self._change(entry, {"state": "sent"})

    async def forget(self, entry: Entry) -> bool:
        """Take out all that it holds; whether that is done. Its key is never written with again."""
        gone = {"state": "forgotten", "order_id": "", "plan": {}, "kind": None, "receipt": None}
        return entry.claim.state == "forgotten" or await self._change(entry, gone)

    def is_late(self, entry: Entry) -> bool:
        """Whether a write of this claim would come too late: others may take it for one that was never made."""
        return self._age(entry) > LATE

    def surely_not_sent(self, entry: Entry) -> bool:
        """Whether whoever made this claim died before writing, given that the order shows nothing of it."""
        return entry.claim.state == "begun" and entry.claim.at is not None and self._age(entry) > GIVEN_UP

    def _age(self, entry: Entry) -> timedelta:
        return self._clock.now() - (entry.claim.at or self._clock.now())

    async def _change(self, entry: Entry, update: dict[str, Any]) -> bool:
        try:
            return await self._set(entry.mark, entry.owner, entry.claim.model_copy(update=update), entry.digest) is not None
        except ShopError as error:
            _log.warning("Shopify: the state of a write could not be noted: %s", error)
            return False

    async def _forget(self, key: str, claim: Claim) -> None:
        try:
            stands = await self.look(key)
            if stands is not None and stands.claim.nonce == claim.nonce:
                await self.drop(stands)
        except ShopError as error:
            _log.warning("Shopify: a claim that may have been made could not be taken back: %s", error)

    async def _look(self, key: str) -> tuple[str, Entry | None]:
        reply = await self._admin.read("claim.look", CLAIM, key=mark_of(key))
        found = reply.read(_Installation, part(reply, "currentAppInstallation"))
        field = found.metafield
        if field is None:
            return found.id, None
        return found.id, Entry(
            mark=mark_of(key), owner=found.id, claim=read_claim(reply, field.value), digest=field.compare_digest
        )

    async def _set(self, mark: str, owner: str, claim: Claim, digest: str | None) -> Entry | None:
        """Set what stands under a key, if it still is what was read; ``None`` if it is not."""
        field = {
            "ownerId": owner,
            "namespace": NAMESPACE,
            "key": mark,
            "type": "json",
            "value": claim.model_dump_json(),
            "compareDigest": digest,
        }
        reply = await self._admin.write("claim.set", CLAIM_SET, once=True, metafields=[field])
        done = reply.read(_Set, part(reply, "metafieldsSet"))
        codes = {error.code for error in done.user_errors}
        if codes & _CONFLICTS:
            return None
        if codes:
            raise ShopRefused(f"Shopify: a write could not be noted beforehand ({', '.join(sorted(str(one) for one in codes))}).")
        if not done.metafields:
            raise reply.drifted("metafields: none")
        return Entry(mark=mark, owner=owner, claim=claim, digest=done.metafields[0].compare_digest)


def read_claim(reply: Reply, value: str) -> Claim:
    """A claim as it was written; a ``ShopError`` if it was not by us."""
    try:
        return Claim.model_validate_json(value)
    except ValueError as error:
        raise replace(reply, effect="read").drifted("a note of ours was changed by somebody else") from error
