"""A shop around another one: what it does not do itself is the other's, and what the other does not have, it does not have either."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import get_args

from .capabilities import Capability, Examined, Finding, lacks
from .model import Customer, Order, PolicyDocument, Product, Receipt
from .shop import METHODS, Labels, Receipts, Shop

ABSENT = "the shop does not have it"


class ShopAround:
    """``inner``, method for method, but for those a subclass writes and those named by ``without``.

    Beside the six reads they are attributes, as checks for the protocols want them.
    """

    def __init__(self, inner: Shop, *, without: Collection[str] = ()) -> None:
        self.inner = inner
        for name in METHODS:
            if name not in without and hasattr(inner, name) and not hasattr(type(self), name):
                setattr(self, name, getattr(inner, name))

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What the inner shop says it lacks, and what is written here although it does not have it."""
        absent: dict[Capability, str] = {
            name: ABSENT for name in get_args(Capability) if hasattr(type(self), name) and not hasattr(self.inner, name)
        }
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
        """The receipt of the inner shop's write with this key; none where it keeps none."""
        known = isinstance(self.inner, Receipts) and "find_receipt" not in lacks(self.inner)
        return await self.inner.find_receipt(key) if known else None

    async def void_orphan_labels(self, *, older_than: timedelta = timedelta(hours=1)) -> int:
        """Void the inner shop's own labels of returns that were never made."""
        return await self.inner.void_orphan_labels() if isinstance(self.inner, Labels) else 0
