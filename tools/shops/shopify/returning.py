"""Making returns and exchanges, and giving a return its label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from warmline.errors import OutcomeUnknown, ShopError, ToolError
from warmline.tools.clock import Clock
from warmline.tools.model import (
    ExchangeReceipt,
    Label,
    Money,
    Order,
    Product,
    Receipt,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
)
from warmline.tools.shoprules import paid_share

from .admin import Admin, part
from .documents import RETURN_CREATE, RETURNS, REVERSE_DELIVERY
from .journal import Claim
from .nodes import Connection, Line, OrderNode
from .reads import Reads
from .returns import Created, Piece, ReturnNode, check, chosen, pieces, refusal, return_input
from .settings import ShopifySettings
from .writing import Writing


@dataclass(frozen=True)
class Looked:
    """What of an order may go back, as we tell it and as Shopify names it."""

    check: ReturnCheck
    pieces: list[Piece]


class Returning:
    """Returns of this shop."""

    def __init__(
        self, admin: Admin, reads: Reads, writing: Writing, settings: ShopifySettings, clock: Clock, *, currency: str
    ) -> None:
        self._admin, self._reads, self._writing, self._settings = admin, reads, writing, settings
        self._clock, self._currency = clock, currency

    async def looked(self, order: Order, node: OrderNode, lines: Sequence[Line]) -> Looked:
        """What may go back. ``ToolError`` where the fee for it cannot be told: it is set in the shop's currency only."""
        if self._settings.return_days is None or self._settings.return_fee is None:
            raise ToolError("This shop's rules for returns are not known here. Call escalate.")
        if self._settings.return_fee and order.total.currency != self._currency:
            raise ToolError(
                "The order was paid in another currency than the shop's, so a person has to see to its return. Call escalate."
            )
        found = pieces(await self._reads.returnable(node.id), lines, self._settings)
        now = self._clock.now()
        return Looked(check(order, lines, found, self._settings, now, taxes_included=node.taxes_included), found)

    async def send_back(
        self,
        order: Order,
        node: OrderNode,
        lines: Sequence[Line],
        items: Sequence[ReturnItem],
        *,
        reason: ReturnReason,
        key: str,
        label: Label | None = None,
    ) -> ReturnReceipt:
        """Create a return (page returnCreate, 2026-10); ``label`` is one that was bought for it and stands in its receipt."""
        looked = await self.looked(order, node, lines)
        taken = chosen(looked.check, looked.pieces, items, self._clock.now())
        fee = self._fee(order, reason)
        refund = max(_worth(looked.check, items) - fee.amount, Decimal("0.00"))
        plan: dict[str, Any] = {
            "order_number": order.number,
            "items": [item.model_dump(mode="json") for item in items],
            "reason": reason,
            "refund": Money(amount=refund, currency=fee.currency).model_dump(mode="json"),
            "label_fee": fee.model_dump(mode="json"),
            "send_by": (self._clock.now() + timedelta(days=self._settings.send_days)).isoformat(),
        }
        plan |= {"label": label.model_dump(mode="json")} if label else {}

        async def act(mark: str, admin: Admin) -> ReturnReceipt:
            return _a_return(await _create(admin, return_input(node.id, taken, reason, fee, mark)), plan)

        return await self._writing.once(key, ReturnReceipt, "create_return", node.id, plan, act)

    async def swap_price(
        self, order: Order, node: OrderNode, lines: Sequence[Line], item: ReturnItem, *, new: Product | None, new_sku: str
    ) -> Money:
        """What ``swap`` would charge."""
        looked = await self.looked(order, node, lines)
        chosen(looked.check, looked.pieces, [item], self._clock.now())
        price, _ = await self._wanted(order, node, new, new_sku, item.quantity)
        return _difference(order, looked.check, item, price)

    async def swap(
        self,
        order: Order,
        node: OrderNode,
        lines: Sequence[Line],
        item: ReturnItem,
        *,
        new: Product | None,
        new_sku: str,
        reason: ReturnReason,
        key: str,
    ) -> ExchangeReceipt:
        """Create a return with an exchange line item. ``ToolError`` where it is sold out, or where its price cannot be told."""
        looked = await self.looked(order, node, lines)
        taken = chosen(looked.check, looked.pieces, [item], self._clock.now())
        price, variant_id = await self._wanted(order, node, new, new_sku, item.quantity)
        judged = next(one for one in looked.check.items if one.sku.casefold() == item.sku.casefold())
        difference = _difference(order, looked.check, item, price)
        plan: dict[str, Any] = {
            "order_number": order.number,
            "sku": judged.sku,
            "new_sku": new_sku,
            "quantity": item.quantity,
            "difference": difference.model_dump(mode="json"),
            "reserved_until": (self._clock.now() + timedelta(days=self._settings.exchange_days or 0)).isoformat(),
        }
        coming: dict[str, Any] = {"variantId": variant_id, "quantity": item.quantity}
        if price.amount and paid_share(order, price) != price:
            off = 100 - paid_share(order, price).amount * 100 / price.amount
            coming["appliedDiscount"] = {"description": "as in the order", "value": {"percentage": float(off)}}
        no_fee = Money(amount=Decimal(0), currency=price.currency)

        async def act(mark: str, admin: Admin) -> ExchangeReceipt:
            given = return_input(node.id, taken, reason, no_fee, mark) | {"exchangeLineItems": [coming]}
            made = await _create(admin, given)
            return ExchangeReceipt(**plan, exchange_number=made.name, label=made.label)

        return await self._writing.once(key, ExchangeReceipt, "create_exchange", node.id, plan, act)

    async def rebuilt(self, claim: Claim, mark: str) -> Receipt | None:
        """The receipt of a return or exchange that carries this mark."""
        made = await self._reads.return_with(claim.order_id, mark)
        if made is None:
            return None
        if claim.call == "create_return":
            return _a_return(made, claim.plan)
        return ExchangeReceipt(**claim.plan, exchange_number=made.name, label=made.label)

    async def attach(self, order_id: str, return_number: str, label: Label) -> None:
        """Give a return a label (page reverseDeliveryCreateWithShipping, 2026-10), unless it has one."""
        if not label.location.startswith("https://"):
            raise ShopError(
                f"expected a label at an https:// address, for Shopify fetches it; got one at {label.location[:8]!r}…"
            )
        reply = await self._admin.read("returns.find", RETURNS, id=order_id)
        found = reply.read(Connection[ReturnNode], part(reply, "order", "returns")).nodes
        made = next((one for one in found if one.name == return_number), None)
        if made is None or not made.reverse_fulfillment_orders.nodes:
            raise ShopError(f"the return {return_number} is not there, or waits for nothing to come back")
        if made.label is not None or label.tracking_number in made.tracking_numbers:
            return
        reverse = made.reverse_fulfillment_orders.nodes[0].id
        reply = await self._admin.write(
            "returns.label",
            REVERSE_DELIVERY,
            order=reverse,
            tracking={"number": label.tracking_number},
            label={"fileUrl": label.location},
        )
        if part(reply, "reverseDeliveryCreateWithShipping", "reverseDelivery") is None:
            raise ShopError(f"Shopify does not take the label of return {return_number}")

    async def _wanted(self, order: Order, node: OrderNode, new: Product | None, new_sku: str, quantity: int) -> tuple[Money, str]:
        variant = new.variant(new_sku) if new else None
        variant_id = await self._reads.variant_id(new_sku)
        if variant is None or variant_id is None:
            raise ToolError(f"There is no item {new_sku!r} to exchange for.")
        if not variant.has(quantity):
            raise ToolError(f"Only {variant.units} of {variant.sku} are in stock, not {quantity}. Call check_stock for what is.")
        if not node.taxes_included or variant.price.currency != order.total.currency:
            raise ToolError("What this exchange costs cannot be told beforehand, so a person has to make it. Call escalate.")
        return variant.price, variant_id

    def _fee(self, order: Order, reason: ReturnReason) -> Money:
        free = reason in self._settings.free_for
        return Money(
            amount=Decimal("0.00") if free else self._settings.return_fee or Decimal("0.00"), currency=order.total.currency
        )


async def _create(admin: Admin, given: dict[str, Any]) -> ReturnNode:
    reply = await admin.write("returns.create", RETURN_CREATE, input=given)
    done = reply.read(Created, part(reply, "returnCreate"))
    if done.return_ is not None:
        return done.return_
    if not done.user_errors:
        raise OutcomeUnknown("Shopify: returnCreate answered with neither a return nor an error.")
    raise refusal(done.user_errors)


def _difference(order: Order, found: ReturnCheck, item: ReturnItem, price: Money) -> Money:
    """The new item at the order's discount, less what comes back for the old one."""
    back = next(one.unit_refund for one in found.items if one.sku.casefold() == item.sku.casefold())
    return (paid_share(order, price) - back).times(item.quantity)


def _a_return(made: ReturnNode, plan: Mapping[str, Any]) -> ReturnReceipt:
    """The receipt of a return; the label it was planned with, else the one Shopify shows."""
    return ReturnReceipt.model_validate({"label": made.label, **plan, "return_number": made.name})


def _worth(found: ReturnCheck, items: Sequence[ReturnItem]) -> Decimal:
    refunds = {item.sku.casefold(): item.unit_refund.amount for item in found.items}
    return sum((refunds[item.sku.casefold()] * item.quantity for item in items), Decimal(0))
