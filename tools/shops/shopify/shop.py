"""A Shopify shop as ours: reads, order changes, returns and exchanges."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from warmline.errors import OutcomeUnknown, ShopError, ToolError
from warmline.tools.capabilities import Capability, Finding
from warmline.tools.clock import Clock
from warmline.tools.model import (
    Address,
    AddressReceipt,
    CancellationReceipt,
    Customer,
    ExchangeReceipt,
    Label,
    Money,
    Order,
    PolicyDocument,
    Product,
    Receipt,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
)
from warmline.tools.shoprules import still_here
from warmline.tools.shops.pace import Sleep

from . import changes, clearing, examining
from .admin import Admin, part
from .customers import a_customer, get_customer
from .documents import POLICIES
from .journal import Claim, Journal
from .nodes import Line, OrderNode
from .orders import an_order
from .products import PolicyNode, ProductNode, VariantNode, a_policy, a_product
from .reads import Reads
from .returning import Returning
from .scopes import lacking
from .searching import best
from .settings import ShopifySettings
from .writing import Writing

_log = logging.getLogger(__name__)

NO_CARRIER = "WARMLINE_SHOPIFY_LABELS is carrier: set WARMLINE_CARRIER to easypost or shippo"
NO_SWAP_LABEL = "WARMLINE_SHOPIFY_LABELS is carrier, and no labels are bought for exchanges"
OWN_LABELS = "a carrier is set, and WARMLINE_SHOPIFY_LABELS is not carrier: a customer would get two labels, or a bill"


@dataclass(frozen=True, kw_only=True)
class About:
    """What Shopify says of the shop and of what the app may do, when it is opened."""

    name: str
    currency: str
    taxes_included: bool
    granted: frozenset[str]


class ShopifyShop:
    """The shop behind this API."""

    def __init__(
        self, admin: Admin, settings: ShopifySettings, about: About, clock: Clock, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._admin, self._settings, self._about, self._clock, self._sleep = admin, settings, about, clock, sleep
        self._reads = Reads(admin, clock)
        self._writing = Writing(admin, Journal(admin, clock), self._rebuilt)
        self._returning = Returning(admin, self._reads, self._writing, settings, clock, currency=about.currency)
        self._lacks = lacking(about.granted, settings, taxes_included=about.taxes_included)

    @property
    def name(self) -> str:
        """What the shop is called."""
        return self._about.name

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What was not granted, and which of the shop's rules nobody has told us."""
        return (
            {"create_return": NO_CARRIER, "create_exchange": NO_SWAP_LABEL, **self._lacks} if self._bought_labels else self._lacks
        )

    @property
    def no_returns(self) -> str | None:
        """What beside the label stands in the way of returns."""
        return self._lacks.get("create_return") if self._bought_labels else OWN_LABELS

    @property
    def _bought_labels(self) -> bool:
        return self._settings.labels == "carrier"

    async def examine(self) -> Sequence[Finding]:
        """Whether Shopify answers and takes the credentials, with which version, and which scopes are missing."""
        return await examining.examine(self._admin, self._settings)

    async def get_customer(self, customer_id: str) -> Customer | None:
        """The customer with this id: the number in the address of their page in the admin, or its global id."""
        node = await get_customer(self._admin, customer_id)
        return None if node is None else a_customer(node)

    async def get_order(self, number: str) -> Order | None:
        """The order with this name: ``#1001``, ``1001``."""
        found = await self._reads.order(number)
        return None if found is None else self._order(*found)

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, newest first."""
        nodes = await self._reads.orders_of(customer_id)
        orders = [self._order(node, await self._reads.lines(node)) for node in nodes]
        return sorted(orders, key=lambda order: order.placed_at, reverse=True)

    async def get_product(self, reference: str) -> Product | None:
        """The product with this number, or with a variant of this SKU, if it is for sale."""
        found = await self._reads.product(reference)
        return None if found is None else self._product(*found)

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Products that fit the words, best first."""
        ids = best(await self._reads.catalogue(), query, limit=limit)
        return [self._product(*found) for found in await self._reads.products(ids)]

    def products_changed(self) -> None:
        """A product came, changed or went: the next search reads the list anew, and does not wait until it is ten minutes old."""
        self._reads.forget_catalogue()

    async def list_policies(self) -> Sequence[PolicyDocument]:
        """The shop's policies, as plain text; those that are empty left out."""
        reply = await self._admin.read("policies", POLICIES)
        nodes = reply.read_as(TypeAdapter(list[PolicyNode]), part(reply, "shop", "shopPolicies"))
        policies = [a_policy(node) for node in nodes]
        return [policy for policy in policies if policy.text]

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        """Cancel an order of which nothing was shipped: the money goes back the way it came, the goods into stock."""
        before = await self._writing.before(key, CancellationReceipt, "cancel_order")
        if before is not None:
            return before
        node, order = await self._unshipped(number)
        refund = changes.refund_of(node).model_dump(mode="json")
        plan = {"order_number": order.number, "refund": refund}

        async def act(mark: str, admin: Admin) -> CancellationReceipt:
            return await changes.cancel(admin, node.id, plan=plan, mark=mark, sleep=self._sleep)

        return await self._writing.once(key, CancellationReceipt, "cancel_order", node.id, plan, act)

    async def change_address(self, number: str, address: Address, *, key: str) -> AddressReceipt:
        """Send an order elsewhere before anything of it has left."""
        before = await self._writing.before(key, AddressReceipt, "change_address")
        if before is not None:
            return before
        node, order = await self._unshipped(number)
        plan = {"order_number": order.number, "address": address.model_dump(mode="json")}

        async def act(_: str, admin: Admin) -> AddressReceipt:
            return await changes.redirect(admin, node.id, address, plan=plan)

        return await self._writing.once(key, AddressReceipt, "change_address", node.id, plan, act)

    async def check_return(self, number: str) -> ReturnCheck | None:
        """What of this order may go back."""
        found = await self._reads.order(number)
        return None if found is None else (await self._returning.looked(self._order(*found), *found)).check

    async def create_return(self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, key: str) -> ReturnReceipt:
        """Create a return. Shopify makes no labels: the receipt holds one only if something else of the shop's has made it."""
        before = await self._writing.before(key, ReturnReceipt, "create_return")
        if before is not None:
            return before
        node, lines = await self._known(number)
        return await self._returning.send_back(self._order(node, lines), node, lines, items, reason=reason, key=key)

    async def find_return(self, number: str, key: str) -> ReturnReceipt | None:
        """The return that was made with this key."""
        return await self._writing.before(key, ReturnReceipt, "create_return")

    async def create_labelled_return(
        self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, label: Label, key: str
    ) -> ReturnReceipt:
        """Create a return with the label that was bought for it, and hang the label on it. The return stands without that too."""
        receipt = await self._writing.before(key, ReturnReceipt, "create_return")
        if receipt is None:
            node, lines = await self._known(number)
            order = self._order(node, lines)
            receipt = await self._returning.send_back(order, node, lines, items, reason=reason, key=key, label=label)
        try:
            await self.attach_label(receipt.order_number, receipt.return_number, label)
        except ShopError as error:
            _log.warning("Shopify: a return does not show its label yet, which the customer has: %s", error)
        return receipt

    async def create_exchange(
        self, number: str, item: ReturnItem, *, new_sku: str, reason: ReturnReason, key: str
    ) -> ExchangeReceipt:
        """Create a return with something that comes instead. Shopify keeps nothing back for it: the shop does, as its settings say."""
        before = await self._writing.before(key, ExchangeReceipt, "create_exchange")
        if before is not None:
            return before
        node, lines = await self._known(number)
        new = await self.get_product(new_sku)
        return await self._returning.swap(
            self._order(node, lines), node, lines, item, new=new, new_sku=new_sku, reason=reason, key=key
        )

    async def price_exchange(self, number: str, item: ReturnItem, *, new_sku: str) -> Money | None:
        """What an exchange costs: the new item at the order's discount, less what was paid for the old one."""
        node, lines = await self._known(number)
        new = await self.get_product(new_sku)
        return await self._returning.swap_price(self._order(node, lines), node, lines, item, new=new, new_sku=new_sku)

    async def attach_label(self, order_number: str, return_number: str, label: Label) -> None:
        """Give a return its label as a reverse delivery; Shopify sends it to the customer. A second time changes nothing."""
        node, _ = await self._known(order_number)
        await self._returning.attach(node.id, return_number, label)

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of the write made with this key."""
        return await self._writing.find(key)

    async def erase_notes(self, keys: Collection[str]) -> int:
        """Take out what the notes of these keys hold of a person."""
        return await clearing.erase(Journal(self._admin, self._clock), keys)

    async def forget_notes(self, before: datetime) -> int:
        """Delete the notes that nobody touched since then; of a write whose outcome is unknown only what it holds of a person goes."""
        return await clearing.forget(self._admin, Journal(self._admin, self._clock), before)

    async def _rebuilt(self, claim: Claim, mark: str) -> Receipt | None:
        """What a write that was begun has left in its order."""
        if claim.call in {"create_return", "create_exchange"}:
            return await self._returning.rebuilt(claim, mark)
        node = await self._reads.order_by_id(claim.order_id)
        if node is None:
            raise OutcomeUnknown("Shopify: the order a write was begun for is gone, so what came of it cannot be seen.")
        if claim.call == "cancel_order":
            told = (node.cancellation and node.cancellation.staff_note) or ""
            gone = node.cancelled_at is not None and mark in told
            return CancellationReceipt(**claim.plan, cancelled_at=node.cancelled_at) if gone and node.cancelled_at else None
        return changes.redirected(node, claim)

    async def _known(self, number: str) -> tuple[OrderNode, list[Line]]:
        found = await self._reads.order(number)
        if found is None:
            raise ToolError(f"There is no order {number!r}.")
        return found

    async def _unshipped(self, number: str) -> tuple[OrderNode, Order]:
        node, lines = await self._known(number)
        order = self._order(node, lines)
        still_here(order)
        return node, order

    def _order(self, node: OrderNode, lines: Sequence[Line]) -> Order:
        days, tag = self._settings.delivery_days, self._settings.final_sale_tag
        return an_order(node, lines, delivery_days=days, final_sale_tag=tag)

    def _product(self, node: ProductNode, variants: Sequence[VariantNode]) -> Product:
        return a_product(node, variants, currency=self._about.currency, final_sale_tag=self._settings.final_sale_tag)
