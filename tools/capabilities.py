"""What a shop cannot do although it has the method for it, and what an examination of it finds.

A shop declares what it lacks: a plan without exchanges, an API without labels, a scope the operator did not grant. A tool that
needs what is lacking is never offered to a model, and ``warmline doctor --shop`` says why.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from .model import Frozen

Capability = Literal[
    "get_customer",
    "get_order",
    "list_orders",
    "get_product",
    "search_products",
    "list_policies",
    "cancel_order",
    "change_address",
    "check_return",
    "create_return",
    "create_exchange",
    "price_exchange",
    "subscribe_back_in_stock",
    "text_when_back_in_stock",
    "enrol_in_care_series",
    "find_receipt",
    "due_stock_alerts",
    "stop_messages",
]
"""A method of ``tools/shop.py``: what it does is what can be lacking."""


class Finding(Frozen):
    """One line of an examination: ``remedy`` says what to do, empty when nothing is."""

    name: str
    status: Literal["ok", "warning", "problem"]
    found: str
    remedy: str = ""


@runtime_checkable
class Declares(Protocol):
    """A shop that says what it lacks."""

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What it cannot do, each with the reason in words for the operator (``the scope write_returns was not granted``)."""
        ...


@runtime_checkable
class Examined(Protocol):
    """A shop that can be examined by reads alone."""

    async def examine(self) -> Sequence[Finding]:
        """Whether it is reached, whether the credentials are taken, which scopes are missing. Writes nothing; raises ``ShopError``."""
        ...


def lacks(shop: object) -> Mapping[Capability, str]:
    """What this shop says it lacks; nothing, if it says nothing."""
    return shop.lacks if isinstance(shop, Declares) else {}
