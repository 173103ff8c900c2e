"""The client of our HTTP protocol. A read answers ``{"found": …}``, a write ``{"receipt": …}`` or ``{"refused": …}``, always with 200.

That nothing was found is never a 404: a wrong address would look like a shop without orders.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter

from warmline.errors import OutcomeUnknown, ToolError
from warmline.tools.capabilities import Capability, Finding
from warmline.tools.model import (
    Address,
    AddressReceipt,
    CancellationReceipt,
    Customer,
    EnrolmentReceipt,
    ExchangeReceipt,
    Money,
    Order,
    PolicyDocument,
    Product,
    Receipt,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
    StopReceipt,
    SubscriptionReceipt,
)
from warmline.tools.shops.pages import Page, all_pages
from warmline.tools.shops.replies import Reply
from warmline.tools.shops.service import Service

R = TypeVar("R", bound=Receipt)
T = TypeVar("T")

_RECEIPTS: dict[str, type[Receipt]] = {kind.__name__: kind for kind in get_args(Receipt)}


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Found(_Envelope):
    """``found`` must be there: an answer without it is none of ours."""

    found: Any
    next: str | None = None


class _Written(_Envelope):
    kind: str | None = None
    receipt: Any = None
    refused: str | None = None


class _About(_Envelope):
    shop: str
    lacks: dict[Capability, str] = {}


class HttpShop:
    """The shop behind this service. What it lacks is what its server said when it was opened."""

    def __init__(self, service: Service, *, name: str = "", lacks: Mapping[Capability, str] | None = None) -> None:
        self._service, self.name = service, name
        self._lacks = dict(lacks or {})

    @classmethod
    async def open(cls, service: Service) -> Self:
        """Ask the server what it lacks."""
        about = (await service.ask("about", "GET", "/about", effect="read")).read(_About)
        return cls(service, name=about.shop, lacks=about.lacks)

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What the server said it lacks."""
        return self._lacks

    async def examine(self) -> Sequence[Finding]:
        """Whether the server answers and takes the token."""
        about = (await self._service.ask("about", "GET", "/about", effect="read")).read(_About)
        policies = await self.list_policies()
        return [Finding(name="shop", status="ok", found=f"{about.shop} answers and takes the token: {len(policies)} policies")]

    async def get_customer(self, customer_id: str) -> Customer | None:
        """The customer with this id."""
        return await self._found(Customer, "customer", id=customer_id)

    async def get_order(self, number: str) -> Order | None:
        """The order with this number; how customers write numbers is the server's to know."""
        return await self._found(Order, "order", number=number)

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, newest first, from however many pages."""
        adapter = TypeAdapter(list[Order])

        async def page(cursor: str | None) -> Page[Order, str]:
            reply = await self._read("orders", customer_id=customer_id, cursor=cursor or "")
            body = reply.read(_Found)
            return Page(items=reply.read_as(adapter, body.found), next=body.next)

        orders = [order for order in await all_pages(page) if order.customer_id == customer_id]
        return sorted(orders, key=lambda order: order.placed_at, reverse=True)

    async def get_product(self, reference: str) -> Product | None:
        """The product with this product id or with a variant of this SKU."""
        return await self._found(Product, "product", reference=reference)

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Products that fit the words, best first."""
        found = await self._found(list[Product], "search", query=query, limit=str(limit))
        return (found or [])[:limit]

    async def list_policies(self) -> Sequence[PolicyDocument]:
        """All policy documents."""
        return await self._found(list[PolicyDocument], "policies") or []

    async def check_return(self, number: str) -> ReturnCheck | None:
        """What of this order may go back, per line."""
        return await self._found(ReturnCheck, "return-check", number=number)

    async def price_exchange(self, number: str, item: ReturnItem, *, new_sku: str) -> Money | None:
        """What an exchange costs the customer."""
        asked = {"number": number, "sku": item.sku, "quantity": str(item.quantity), "new_sku": new_sku}
        return await self._found(Money, "exchange-price", **asked)

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of the write made with this key."""
        reply = await self._read("receipt", key=key)
        found = reply.read(_Found).found
        return None if found is None else _receipt(reply, reply.read(_Written, found))

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        """Cancel an order of which nothing was shipped."""
        return await self._write("cancel_order", CancellationReceipt, key, number=number)

    async def change_address(self, number: str, address: Address, *, key: str) -> AddressReceipt:
        """Send an order elsewhere before dispatch."""
        return await self._write("change_address", AddressReceipt, key, number=number, address=address.model_dump(mode="json"))

    async def create_return(self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, key: str) -> ReturnReceipt:
        """Create a return."""
        going = [item.model_dump(mode="json") for item in items]
        return await self._write("create_return", ReturnReceipt, key, number=number, items=going, reason=reason)

    async def create_exchange(
        self, number: str, item: ReturnItem, *, new_sku: str, reason: ReturnReason, key: str
    ) -> ExchangeReceipt:
        """Create an exchange."""
        going = item.model_dump(mode="json")
        return await self._write(
            "create_exchange", ExchangeReceipt, key, number=number, item=going, new_sku=new_sku, reason=reason
        )

    async def subscribe_back_in_stock(self, sku: str, email: str, *, key: str) -> SubscriptionReceipt:
        """Put an address on the list of a sold-out variant."""
        return await self._write("subscribe_back_in_stock", SubscriptionReceipt, key, sku=sku, email=email)

    async def enrol_in_care_series(self, product_id: str, email: str, *, key: str) -> EnrolmentReceipt:
        """Send an address the care letters of a product."""
        return await self._write("enrol_in_care_series", EnrolmentReceipt, key, product_id=product_id, email=email)

    async def _read(self, what: str, **asked: str) -> Reply:
        return await self._service.ask(what, "GET", f"/{what}", effect="read", params=asked)

    async def _found(self, kind: type[T], what: str, **asked: str) -> T | None:
        reply = await self._read(what, **asked)
        found = reply.read(_Found).found
        return None if found is None else reply.read_as(TypeAdapter(kind), found)

    async def stop_messages(self, *, email: str | None, phone: str | None, key: str) -> StopReceipt:
        """Send nothing more that was signed up for to this address and this number."""
        return await self._write("stop_messages", StopReceipt, key, email=email, phone=phone)

    async def _write(self, what: Capability, made: type[R], key: str, **arguments: Any) -> R:
        """The server makes a write with one key once, so it may be asked again."""
        headers = {"Idempotency-Key": key}
        reply = await self._service.ask(
            what, "POST", f"/writes/{what}", effect="write", once=True, headers=headers, json=arguments
        )
        written = reply.read(_Written)
        if written.refused is not None:
            raise ToolError(written.refused)
        receipt = _receipt(reply, written)
        if not isinstance(receipt, made):
            raise OutcomeUnknown(f"the shop answered {what} with a {type(receipt).__name__}; its key was used before?")
        return receipt


def _receipt(reply: Reply, written: _Written) -> Receipt:
    kind = _RECEIPTS.get(written.kind or "")
    if kind is None:
        raise reply.drifted(f"the kind of a receipt is none of {', '.join(_RECEIPTS)}")
    return reply.read(kind, written.receipt)
