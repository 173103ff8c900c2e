"""Cancelling an order and sending it elsewhere."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pydantic import AwareDatetime

from warmline.errors import OutcomeUnknown, ShopDrifted, ShopRefused, ShopUnavailable, ToolError
from warmline.tools.model import Address, AddressReceipt, CancellationReceipt, Money
from warmline.tools.shops.pace import Sleep

from .admin import Admin, part
from .documents import CANCELLING, ORDER_CANCEL, ORDER_UPDATE
from .journal import Claim
from .nodes import Node, OrderNode, Place
from .orders import an_address

PATIENCE = (0.3, 0.5, 1.0, 1.5, 2.0, 2.0)
"""Seconds between looks at a cancellation that Shopify carries out in its own time."""

SKEW = timedelta(minutes=2)
"""How far Shopify's clock and ours may be apart."""

_CODE = re.compile(r"[A-Z0-9]{1,3}")


class _Error(Node):
    code: str | None = None
    field: Sequence[str] | None = None


class _Job(Node):
    id: str
    done: bool


class _Cancelled(Node):
    job: _Job | None
    order_cancel_user_errors: Sequence[_Error]


class _Note(Node):
    staff_note: str | None


class _Now(Node):
    cancelled_at: AwareDatetime | None
    cancellation: _Note | None


class _Updated(Node):
    shipping_address: Place | None


class _Update(Node):
    order: _Updated | None
    user_errors: Sequence[_Error]


def refund_of(node: OrderNode) -> Money:
    """What goes back to the customer when the order is cancelled: what was received and not yet refunded."""
    left = node.total_received_set.money - node.total_refunded_set.money
    return Money(amount=max(left.amount, Decimal(0)), currency=left.currency)


async def cancel(
    admin: Admin, order_id: str, *, plan: dict[str, Any], mark: str, sleep: Sleep = asyncio.sleep
) -> CancellationReceipt:
    """Cancel with a full refund, and wait until it is done (page orderCancel, 2026-10: it is carried out by a job)."""
    reply = await admin.write("order.cancel", ORDER_CANCEL, id=order_id, note=f"Cancelled for the customer by Warmline ({mark})")
    done = reply.read(_Cancelled, part(reply, "orderCancel"))
    if done.job is None:
        raise _refused(done.order_cancel_user_errors)
    try:
        return await _carried_out(admin, order_id, done.job.id, plan=plan, mark=mark, sleep=sleep)
    except (ShopUnavailable, ShopRefused, ShopDrifted) as blind:  # what cannot be read now was perhaps done all the same
        raise OutcomeUnknown("Shopify: the cancellation was taken, and how it went cannot be seen. Look at the order.") from blind


async def _carried_out(
    admin: Admin, order_id: str, job_id: str, *, plan: dict[str, Any], mark: str, sleep: Sleep
) -> CancellationReceipt:
    for seconds in PATIENCE:
        await sleep(seconds)
        reply = await admin.read("order.cancelling", CANCELLING, id=order_id, job=job_id)
        now = reply.read(_Now, part(reply, "order"))
        job = part(reply, "job")
        if now.cancelled_at is not None and mark in ((now.cancellation and now.cancellation.staff_note) or ""):
            return CancellationReceipt(**plan, cancelled_at=now.cancelled_at)
        if job is not None and reply.read(_Job, job).done and now.cancelled_at is None:
            raise ToolError("The shop could not cancel this order. Nothing was changed. Call escalate if the customer insists.")
    raise OutcomeUnknown("Shopify: the cancellation was taken and is not done yet. Look at the order before doing it again.")


def _refused(errors: Sequence[_Error]) -> Exception:
    codes = {error.code or "" for error in errors}
    if codes & {"NO_REFUND_PERMISSION", "NO_REFUND_TO_STORE_CREDIT_PERMISSION"}:
        return ShopRefused("Shopify: the app may not refund, so it cannot cancel orders.", status=403)
    if "INTERNAL_ERROR" in codes:
        return ShopUnavailable("Shopify: orderCancel failed inside Shopify. Nothing was done.")
    if not codes:
        return OutcomeUnknown("Shopify: orderCancel answered with neither a job nor an error.")
    return ToolError("The shop does not allow this order to be cancelled now. Call escalate if the customer insists.")


async def redirect(admin: Admin, order_id: str, address: Address, *, plan: dict[str, Any]) -> AddressReceipt:
    """Send an order elsewhere (page orderUpdate, 2026-10), and see that it goes there."""
    reply = await admin.write("order.update", ORDER_UPDATE, input={"id": order_id, "shippingAddress": _input(address)})
    done = reply.read(_Update, part(reply, "orderUpdate"))
    if done.user_errors:
        raise ToolError("The shop does not take this address for this order. Check it with the customer, or call escalate.")
    if done.order is None or not same_place(an_address(done.order.shipping_address), address):
        raise OutcomeUnknown("Shopify: the new address was taken, and the order shows another. Look at the order.")
    return AddressReceipt(**plan)


def redirected(node: OrderNode, claim: Claim) -> AddressReceipt | None:
    """The receipt, if the order goes where it should; ``None`` if it does not and nobody has touched it since the claim."""
    receipt = AddressReceipt.model_validate(claim.plan)
    if same_place(an_address(node.shipping_address), receipt.address):
        return receipt
    if claim.at is None or node.updated_at > claim.at - SKEW:
        raise OutcomeUnknown(
            "Shopify: the order was changed since its new address was to be written, and shows another. Look at it."
        )
    return None


def same_place(one: Address, other: Address) -> bool:
    """Whether two addresses are one but for letter case, blanks and how Shopify writes a region."""
    return _told(one) == _told(other)


def _told(address: Address) -> tuple[str, ...]:
    parts = (address.name, address.line1, address.line2 or "", address.city, address.postcode, address.country)
    return tuple("".join(part.split()).casefold() for part in parts)


def _input(address: Address) -> dict[str, str]:
    """MailingAddressInput; a region that looks like a code is sent as one."""
    first, _, last = address.name.strip().rpartition(" ")
    given = {
        "firstName": first,
        "lastName": last,
        "address1": address.line1,
        "address2": address.line2 or "",
        "city": address.city,
        "zip": address.postcode,
        "countryCode": address.country,
    }
    if address.region:
        given["provinceCode" if _CODE.fullmatch(address.region) else "province"] = address.region
    return given
