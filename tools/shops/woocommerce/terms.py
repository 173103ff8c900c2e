"""What the operator states about the shop because WooCommerce has no field for it, and what follows from it."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from warmline.errors import ShopDrifted
from warmline.tools.model import Frozen, OrderStatus, ReturnReason

BUILT_IN: dict[str, OrderStatus] = {
    "pending": "awaiting_payment",
    "on-hold": "awaiting_payment",
    "failed": "awaiting_payment",
    "processing": "processing",
    "cancelled": "cancelled",
}
"""WooCommerce's own statuses ("Order properties"), but for ``completed`` and ``refunded``, of which it depends."""

NO_ORDERS = frozenset({"trash", "auto-draft", "checkout-draft"})
"""What is no order any more, or not yet."""

KNOWN = frozenset({*BUILT_IN, *NO_ORDERS, "completed", "refunded"})


class Terms(Frozen):
    """See ``WooSettings``, where each is described."""

    delivery_days: int
    completed: Literal["shipped", "delivered"] = "shipped"
    statuses: dict[str, OrderStatus] = Field(default_factory=dict[str, OrderStatus])
    country: str = "US"
    locale: str = "en-US"
    policies: dict[str, str] = Field(default_factory=dict[str, str])
    numbers: Literal["id", "plugin"] = "id"
    return_days: int | None = None
    send_days: int = 14
    label_fee: Decimal = Decimal(0)
    free_for: tuple[ReturnReason, ...] = ()
    final_sale_tag: str = ""

    def status(self, written: str, *, paid: bool, completed: bool) -> OrderStatus:
        """A status in our words. ``ShopDrifted`` for one of the shop's own that nobody explained: it is not guessed at."""
        slug = written.removeprefix("wc-")
        if slug in self.statuses:
            return self.statuses[slug]
        if slug == "completed":
            return self.completed
        if slug == "refunded":
            return self.completed if completed else "cancelled"
        if slug == "on-hold" and paid:
            return "processing"
        if slug not in BUILT_IN:
            raise ShopDrifted(
                f"WooCommerce: the order status {slug!r} is none of its own; say what it means in WARMLINE_WOOCOMMERCE_STATUSES "
                f"(such as '{slug}=processing')"
            )
        return BUILT_IN[slug]
