"""A shop around another one: what it does not do itself, the other does. What the other does not have, it lacks."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast, get_args

from warmline.errors import ToolError
from warmline.tools.capabilities import Capability, Examined, Finding, lacks
from warmline.tools.model import (
    Address,
    AddressReceipt,
    CancellationReceipt,
    Customer,
    EnrolmentReceipt,
    ExchangeReceipt,
    Order,
    PolicyDocument,
    Product,
    Receipt,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
    SubscriptionReceipt,
)
from warmline.tools.shop import Labels, Reservations, Shop, StockAlert, StockAlerts

ABSENT = "the shop does not have it"


class ShopAround:
    """``inner`` with every method there is. Those it does not have stand in ``lacks``, so no tool asks for them."""

    def __init__(self, inner: Shop) -> None:
        self.inner = inner

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What the inner shop says it lacks, and what it has no method for."""
        absent: dict[Capability, str] = {name: ABSENT for name in get_args(Capability) if not hasattr(self.inner, name)}
        return {**absent, **lacks(self.inner)}

    async def examine(self) -> Sequence[Finding]:
        """What the inner shop finds."""
        if isinstance(self.inner, Examined):
            return await self.inner.examine()
        policies = await self.inner.list_policies()
        return [Finding(name="shop", status="ok", found=f"the shop answers: {len(policies)} policies")]

    async def get_customer(self, customer_id: str) -> Customer | None:
        """The customer with this id."""
        return await self.inner.get_customer(customer_id)

    async def get_order(self, number: str) -> Order | None:
        """The order with this number."""
        return await self.inner.get_order(number)

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer."""
        return await self.inner.list_orders(customer_id)

    async def get_product(self, reference: str) -> Product | None:
        """The product with this id or SKU."""
        return await self.inner.get_product(reference)

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Products that fit the words."""
        return await self.inner.search_products(query, limit=limit)

    async def list_policies(self) -> Sequence[PolicyDocument]:
        """All policy documents."""
        return await self.inner.list_policies()

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of the write made with this key."""
        return await self._has("find_receipt").find_receipt(key)

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        """Cancel an order."""
        return await self._has("cancel_order").cancel_order(number, key=key)

    async def change_address(self, number: str, address: Address, *, key: str) -> AddressReceipt:
        """Send an order elsewhere."""
        return await self._has("change_address").change_address(number, address, key=key)

    async def check_return(self, number: str) -> ReturnCheck | None:
        """What of this order may go back."""
        return await self._has("check_return").check_return(number)

    async def create_return(self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, key: str) -> ReturnReceipt:
        """Create a return."""
        return await self._has("create_return").create_return(number, items, reason=reason, key=key)

    async def create_exchange(
        self, number: str, item: ReturnItem, *, new_sku: str, reason: ReturnReason, key: str
    ) -> ExchangeReceipt:
        """Create an exchange."""
        return await self._has("create_exchange").create_exchange(number, item, new_sku=new_sku, reason=reason, key=key)

    async def subscribe_back_in_stock(self, sku: str, email: str, *, key: str) -> SubscriptionReceipt:
        """Put an address on the list of a sold-out variant."""
        return await self._has("subscribe_back_in_stock").subscribe_back_in_stock(sku, email, key=key)

    async def enrol_in_care_series(self, product_id: str, email: str, *, key: str) -> EnrolmentReceipt:
        """Send an address the care letters of a product."""
        return await self._has("enrol_in_care_series").enrol_in_care_series(product_id, email, key=key)

    async def due_stock_alerts(self, *, most: int = 100) -> Sequence[StockAlert]:
        """Sign-ups whose variant is in stock again; none where the shop keeps none."""
        return await self.inner.due_stock_alerts(most=most) if isinstance(self.inner, StockAlerts) else []

    async def note_alerted(self, key: str) -> None:
        """Note that who signed up under this key was told."""
        if isinstance(self.inner, StockAlerts):
            await self.inner.note_alerted(key)

    async def withdraw_back_in_stock(self, sku: str, email: str) -> bool:
        """Take an address off the list of a variant."""
        return await self.inner.withdraw_back_in_stock(sku, email) if isinstance(self.inner, StockAlerts) else False

    async def release_lapsed_reservations(self) -> int:
        """Put back what was kept for exchanges whose goods did not come."""
        return await self.inner.release_lapsed_reservations() if isinstance(self.inner, Reservations) else 0

    async def void_orphan_labels(self, *, older_than: timedelta = timedelta(hours=1)) -> int:
        """Void the inner shop's own labels of returns that were never made."""
        return await self.inner.void_orphan_labels() if isinstance(self.inner, Labels) else 0

    def _has(self, name: Capability) -> Any:
        """The inner shop, as one that has this method."""
        if not hasattr(self.inner, name):
            raise ToolError("This shop cannot do that. Call escalate.")
        return cast("Any", self.inner)
