"""Shopify's customers as ours."""

from collections.abc import Sequence
from typing import Literal

from pydantic import AwareDatetime

from warmline.tools.model import Customer, Tier

from .admin import Admin, part
from .documents import CUSTOMER
from .nodes import Amount, Node, Place
from .orders import an_address
from .reads import gid

_TIERS: tuple[Tier, ...] = ("vip", "gold", "silver")


class _Email(Node):
    email_address: str
    marketing_state: Literal["INVALID", "NOT_SUBSCRIBED", "PENDING", "SUBSCRIBED", "UNSUBSCRIBED"]


class _Phone(Node):
    phone_number: str


class CustomerNode(Node):
    """Customer."""

    legacy_resource_id: str
    display_name: str
    locale: str
    created_at: AwareDatetime
    tags: Sequence[str]
    amount_spent: Amount
    default_email_address: _Email | None
    default_phone_number: _Phone | None
    default_address: Place | None


async def get_customer(admin: Admin, customer_id: str) -> CustomerNode | None:
    """The customer with this number or global id."""
    wanted = gid("Customer", customer_id)
    if wanted is None:
        return None
    reply = await admin.read("customers.get", CUSTOMER, id=wanted)
    found = part(reply, "customer")
    return None if found is None else reply.read(CustomerNode, found)


def a_customer(node: CustomerNode) -> Customer:
    """A customer; the tier is one of their tags (``vip``, ``gold``, ``silver``), as Shopify has none of its own."""
    tags = {tag.casefold() for tag in node.tags}
    email = node.default_email_address
    return Customer(
        customer_id=node.legacy_resource_id,
        name=node.display_name,
        email=email.email_address if email else "",
        phone=node.default_phone_number.phone_number if node.default_phone_number else None,
        tier=next((tier for tier in _TIERS if tier in tags), "standard"),
        lifetime_value=node.amount_spent.money,
        since=node.created_at.date(),
        locale=node.locale or "en-US",
        marketing_consent=email is not None and email.marketing_state == "SUBSCRIBED",
        address=an_address(node.default_address) if node.default_address else None,
    )
