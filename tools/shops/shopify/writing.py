"""One write: claimed, made, noted; found again by its key, by the mark it left in the order, or said to be unknown."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from warmline.errors import OutcomeUnknown, ShopError, ShopRefused, ShopUnavailable, ToolError, UsageError
from warmline.tools.capabilities import Capability
from warmline.tools.model import Receipt

from .admin import Admin
from .journal import Claim, Entry, Journal

R = TypeVar("R", bound=Receipt)
Rebuild = Callable[[Claim, str], Awaitable[Receipt | None]]
"""The receipt of a write that left its mark (the second argument) in the order; ``None`` if it is not to be seen there."""
Act = Callable[[str, Admin], Awaitable[R]]
"""Makes the write, with a mark, through an API."""


class Writing:
    """Writes that are made once for each key. ``rebuild`` reads a receipt from the order itself."""

    def __init__(self, admin: Admin, journal: Journal, rebuild: Rebuild) -> None:
        self._admin, self._journal, self._rebuild = admin, journal, rebuild

    async def before(self, key: str, made: type[R], call: Capability) -> R | None:
        """What was made with this key before; ``OutcomeUnknown`` if that cannot be told."""
        entry = await self._journal.look(key)
        if entry is None or entry.claim.state == "dropped":
            return None
        return await self._settled(entry, made, call)

    async def once(self, key: str, made: type[R], call: Capability, order_id: str, plan: dict[str, Any], act: Act[R]) -> R:
        """Make it, unless somebody else has; ``act`` is given the mark to leave, and the API through which nothing is written too late."""
        entry, mine = await self._journal.begin(key, call, order_id, plan)
        if not mine:
            found = await self._settled(entry, made, call)
            if found is None:
                raise ShopUnavailable(
                    f"Shopify: {call} was begun by somebody who did not make it. It was not made now either; try again."
                )
            return found
        try:
            receipt = await act(entry.mark, self._admin.as_long_as(lambda: self._check_in_time(entry)))
        except (ToolError, ShopUnavailable, ShopRefused):
            await self._journal.drop(entry)
            raise
        except OutcomeUnknown:
            found = await self._seen(entry)
            if not isinstance(found, made):
                await self._journal.doubt(entry)
                raise
            receipt = found
        await self._journal.note(entry, receipt)
        return receipt

    async def find(self, key: str) -> Receipt | None:
        """The receipt of the write with this key; ``None`` if none was made, ``OutcomeUnknown`` if nobody can tell."""
        entry = await self._journal.look(key)
        if entry is None or entry.claim.state == "dropped":
            return None
        return await self._receipt(entry)

    def _check_in_time(self, entry: Entry) -> None:
        """``ShopUnavailable`` for a process that slept since its claim, or waited for Shopify's budget."""
        if self._journal.is_late(entry):
            raise ShopUnavailable("Shopify: the write was noted minutes ago, and is too late to be made now. It was not made.")

    async def _settled(self, entry: Entry, made: type[R], call: Capability) -> R | None:
        if entry.claim.call != call:
            raise UsageError(f"expected a new key, got one with which {entry.claim.call} was called")
        receipt = await self._receipt(entry)
        if receipt is not None and not isinstance(receipt, made):
            raise OutcomeUnknown(f"Shopify: the note of {call} holds a {type(receipt).__name__}")
        return receipt

    async def _receipt(self, entry: Entry) -> Receipt | None:
        """What was made; ``None`` if it surely was not."""
        if entry.receipt is not None:
            return entry.receipt
        if entry.claim.state == "forgotten":
            raise OutcomeUnknown("Shopify: what was noted of this write was erased. Look at the order before doing it again.")
        found = await self._rebuild(entry.claim, entry.mark)
        if found is None and self._journal.surely_not_sent(entry) and await self._journal.drop(entry):
            return None
        if found is None:
            raise OutcomeUnknown(
                f"Shopify: {entry.claim.call} was begun and it is not to be seen in the order. Look at the order before doing it again."
            )
        await self._journal.note(entry, found)
        return found

    async def _seen(self, entry: Entry) -> Receipt | None:
        try:
            return await self._rebuild(entry.claim, entry.mark)
        except ShopError:
            return None
