"""A shop with a carrier's labels: ``with_labels(shop, carrier)``, over any shop that gives none of its own.

    async with open_shop(variables, clock) as shop, open_carrier("easypost", variables, clock) as carrier:
        agent = SupportAgent(shop=with_labels(shop, carrier, clock=clock), …)

The label comes first and the return after it, both by one key. If the return is refused or surely was not made, the label is taken back. If nobody
knows, it stays: a label is worth less than a customer who was sent a dead one. ``void_orphan_labels`` finds those that are left over.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, cast, runtime_checkable

from warmline.errors import OutcomeUnknown, ShopError, ToolError, UsageError
from warmline.tools.around import ShopAround
from warmline.tools.capabilities import Capability, Finding
from warmline.tools.clock import Clock, SystemClock
from warmline.tools.model import Label, Order, Receipt, ReturnCheck, ReturnItem, ReturnReason, ReturnReceipt
from warmline.tools.saga import Steps, compensated
from warmline.tools.shop import KeepsNotes, Receipts, Returns, Shop
from warmline.tools.sqlite import uninterrupted

from .carrier import Bought, Carrier, Parcel

SWEPT = timedelta(days=1)
"""How far back labels without a return are looked for, every hour."""

UNUSED_SWEPT, A_DAY = timedelta(days=60), timedelta(days=1)
"""How far back labels that nobody used are looked for, once a day. USPS takes them back for 30 days, UPS and FedEx for 90 (docs.easypost.com,
"Shipping Refund")."""

_log = logging.getLogger(__name__)


@runtime_checkable
class TakesLabels(Protocol):
    """A shop that keeps returns but makes no labels, and writes down the one that was bought."""

    @property
    def no_returns(self) -> str | None:
        """What beside the label stands in the way of returns, in words for the operator; ``None`` if nothing does."""
        ...

    async def find_return(self, number: str, key: str) -> ReturnReceipt | None:
        """The return of this order that was made with this key; ``None`` only if there surely is none."""
        ...

    async def create_labelled_return(
        self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, label: Label, key: str
    ) -> ReturnReceipt:
        """Create a return with this label; otherwise like ``Returns.create_return``."""
        ...


@runtime_checkable
class ShowsLabels(Protocol):
    """A shop that shows a return's label to its staff, and may not have taken it at once."""

    async def attach_label(self, order_number: str, return_number: str, label: Label) -> None:
        """Show this label with the return; a second time changes nothing."""
        ...


class LabelledShop(ShopAround):
    """``inner`` with ``carrier``'s labels."""

    def __init__(
        self, inner: Shop, carrier: Carrier, *, clock: Clock | None = None, unused_after: timedelta | None = None
    ) -> None:
        super().__init__(inner)
        self._carrier, self._clock, self._unused_after = carrier, clock or SystemClock(), unused_after
        self._needed: set[str] = set()
        self._unused_swept: datetime | None = None

    @property
    def name(self) -> str:
        """What the inner shop is called; empty if it does not say."""
        return str(getattr(self.inner, "name", ""))

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What the inner shop lacks, but for returns that only wanted a label."""
        missing = dict(super().lacks)
        if isinstance(self.inner, TakesLabels):
            missing.pop("create_return", None)
            missing |= {"create_return": self.inner.no_returns} if self.inner.no_returns else {}
        return missing

    async def examine(self) -> Sequence[Finding]:
        """What the shop finds, and the carrier."""
        return [*await super().examine(), *await self._carrier.examine()]

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of the write made with this key; a return's with its label."""
        receipt = await super().find_receipt(key)
        if isinstance(receipt, ReturnReceipt) and receipt.label is None:
            bought = await self._carrier.find(key)
            return receipt.model_copy(update={"label": bought.label if bought else None})
        return receipt

    async def erase_notes(self, keys: Collection[str]) -> int:
        """Take out what the inner shop's notes of these keys hold of a person."""
        return await self.inner.erase_notes(keys) if isinstance(self.inner, KeepsNotes) else 0

    async def forget_notes(self, before: datetime) -> int:
        """Delete the inner shop's old notes."""
        return await self.inner.forget_notes(before) if isinstance(self.inner, KeepsNotes) else 0

    @uninterrupted
    async def create_return(self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, key: str) -> ReturnReceipt:
        """Buy the label and create the return. It goes on to its end also for a caller who is cancelled."""
        made = await self._made(number, key)
        if made is not None:
            return made
        order = await self._order(number, items)
        unknown: OutcomeUnknown | None = None
        async with compensated() as steps:
            bought = await self._bought(steps, order, key)
            try:
                return await self._created(order.number, items, reason, bought, key)
            except OutcomeUnknown as error:
                unknown = error
        return await self._looked_up(number, key, unknown)

    async def void_orphan_labels(self, *, older_than: timedelta = timedelta(hours=1)) -> int:
        """Take back labels whose return was never made, and second labels of one return; how many. Those that stay are shown at the shop."""
        voided = await super().void_orphan_labels()
        now = self._clock.now()
        for bought in await self._carrier.bought_since(now - SWEPT):
            if bought.bought_at < now - older_than and bought.bought_id not in self._needed:
                voided += await self._void_unless_needed(bought)
        return voided + await self._void_unused(now)

    async def _made(self, number: str, key: str) -> ReturnReceipt | None:
        if isinstance(self.inner, TakesLabels):
            return await self.inner.find_return(number, key)
        found = await self.find_receipt(key)
        return None if found is None else _a_return(found)

    async def _order(self, number: str, items: Sequence[ReturnItem]) -> Order:
        """The order, if these items may go back: no label is bought for a return that will be refused."""
        order = await self.inner.get_order(number)
        check = None if order is None else await cast("Returns", self.inner).check_return(number)
        if order is None or check is None:
            raise ToolError(f"There is no order {number!r}: ask the customer for the number.")
        for item in items:
            _allow(check, item)
        return order

    async def _bought(self, steps: Steps, order: Order, key: str) -> Bought:
        parcel = Parcel(sender=order.address, order_number=order.number)
        what = f"the return label for order {order.number}"
        return await steps.take(partial(self._carrier.buy, parcel, key=key), what=what, undo=self._carrier.take_back)

    async def _created(
        self, number: str, items: Sequence[ReturnItem], reason: ReturnReason, bought: Bought, key: str
    ) -> ReturnReceipt:
        if isinstance(self.inner, TakesLabels):
            return await self.inner.create_labelled_return(number, items, reason=reason, label=bought.label, key=key)
        receipt = await cast("Returns", self.inner).create_return(number, items, reason=reason, key=key)
        if receipt.label is None:
            return receipt.model_copy(update={"label": bought.label})
        await self._not_wanted(bought)
        return receipt

    async def _not_wanted(self, bought: Bought) -> None:
        """The shop gave a label of its own after all."""
        try:
            await self._carrier.take_back(bought)
        except ShopError as error:
            _log.warning("a label that was not needed was not taken back, and will be looked at again: %s", error)

    async def _looked_up(self, number: str, key: str, unknown: OutcomeUnknown | None) -> ReturnReceipt:
        """A return whose answer was lost, if it is there. If not, it may still come: the label stays, and a person looks."""
        found = await self._made(number, key)
        if found is None:
            raise unknown or OutcomeUnknown("the return was sent and is not there. Look at the shop before doing it again.")
        return found

    async def _void_unless_needed(self, bought: Bought) -> int:
        try:
            receipt = await cast("Receipts", self.inner).find_receipt(bought.key)
            if isinstance(receipt, ReturnReceipt) and await self._is_of(receipt, bought):
                if isinstance(self.inner, ShowsLabels):
                    await self.inner.attach_label(receipt.order_number, receipt.return_number, bought.label)
                self._needed.add(bought.bought_id)
                return 0
            await self._carrier.take_back(bought)
        except ShopError as error:
            _log.warning("a label of which nobody knows the return stays for now: %s", error)
            return 0
        return 1

    async def _void_unused(self, now: datetime) -> int:
        """Take back, once a day, labels that nobody used so long after they had to be on their way; none unless the shop wants it."""
        if self._unused_after is None or (self._unused_swept is not None and now - self._unused_swept < A_DAY):
            return 0
        unused = [one for one in await self._carrier.bought_since(now - UNUSED_SWEPT) if not one.used]
        self._unused_swept = now
        return sum([await self._void_if_late(one, now - self._unused_after) for one in unused])

    async def _void_if_late(self, bought: Bought, before: datetime) -> int:
        try:
            receipt = await cast("Receipts", self.inner).find_receipt(bought.key)
            if not isinstance(receipt, ReturnReceipt) or receipt.send_by >= before:
                return 0
            await self._carrier.take_back(bought)
        except ShopError as error:
            _log.warning("a label that nobody used was not taken back, and will be looked at again: %s", error)
            return 0
        return 1

    async def _is_of(self, receipt: ReturnReceipt, bought: Bought) -> bool:
        if receipt.label is not None:
            return receipt.label.tracking_number == bought.label.tracking_number
        kept = await self._carrier.find(bought.key)
        return kept is None or kept.bought_id == bought.bought_id


def with_labels(
    shop: Shop, carrier: Carrier, *, clock: Clock | None = None, unused_after: timedelta | None = None
) -> LabelledShop:
    """This shop, with labels of this carrier for its returns; those not used so long after they had to be on their way are taken back."""
    return LabelledShop(shop, carrier, clock=clock, unused_after=unused_after)


def _a_return(receipt: Receipt) -> ReturnReceipt:
    if not isinstance(receipt, ReturnReceipt):
        raise UsageError(f"expected a new key, got one under which a {type(receipt).__name__} was made")
    return receipt


def _allow(check: ReturnCheck, item: ReturnItem) -> None:
    known = next((one for one in check.items if one.sku.casefold() == item.sku.casefold()), None)
    if known is None:
        raise ToolError(f"Order {check.order_number} has no item {item.sku!r}.")
    if known.why_not or item.quantity > known.returnable:
        reason = known.why_not or f"Only {known.returnable} can still go back, not {item.quantity}."
        raise ToolError(f"{known.name} ({known.sku}) cannot go back. {reason}")
