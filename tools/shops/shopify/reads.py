"""Finding things exactly: Shopify's searches match beginnings and words, so what they give is compared again."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from warmline.errors import ShopError, ShopRefused
from warmline.tools.clock import Clock
from warmline.tools.shops.pages import Page, all_pages

from .admin import Admin, part
from .documents import CATALOGUE, LINES, ORDER, ORDERS, PRODUCT, PRODUCTS, RETURNABLE, RETURNS, SKUS, VARIANT, VARIANTS
from .nodes import Connection, Line, Node, OrderNode
from .products import ProductNode, Summary, VariantNode
from .returns import ReturnablePage, ReturnNode

NodeT = TypeVar("NodeT")

CATALOGUE_AGE = timedelta(minutes=10)
MOST_PRODUCTS = 10_000
_PAGE = 10
MOST_PAGES = 20
_NUMBER = re.compile(r"[\w#. /-]{1,40}")
_SKU = re.compile(r"[^\"\\*]{1,100}")
_STANDING_IN = re.compile(r"variant-(\d{1,20})")


def gid(kind: str, number: str) -> str | None:
    """The global id of a number or of itself; ``None`` for anything else."""
    match = re.fullmatch(rf"(?:gid://shopify/{kind}/)?(\d{{1,20}})", number.strip())
    return f"gid://shopify/{kind}/{match[1]}" if match else None


class _SkuProduct(Node):
    id: str
    status: str


class _Sku(Node):
    id: str
    sku: str | None
    product: _SkuProduct


class Reads:
    """Orders and products of this shop, as Shopify has them."""

    def __init__(self, admin: Admin, clock: Clock) -> None:
        self._admin, self._clock = admin, clock
        self._catalogue: list[Summary] = []
        self._size = _PAGE
        self._catalogue_of: datetime | None = None

    async def order(self, number: str) -> tuple[OrderNode, list[Line]] | None:
        """The order whose name has these letters and digits, and its lines."""
        asked = _plain(number)
        if not asked or not _NUMBER.fullmatch(number.strip()):
            return None
        found = await self._named(number.strip(), asked)
        exact = [one for one in found if one.name.casefold() == number.strip().casefold()] or found
        if len(exact) > 1:
            raise ShopError(f"the shop has {len(exact)} orders of one number; a person has to tell which is meant")
        return (exact[0], await self.lines(exact[0])) if exact else None

    async def order_by_id(self, order_id: str) -> OrderNode | None:
        """The order with this global id."""
        reply = await self._admin.read("orders.get", ORDER, id=order_id)
        found = part(reply, "order")
        return None if found is None else reply.read(OrderNode, found)

    async def orders_of(self, customer_id: str) -> list[OrderNode]:
        """All orders of a customer; smaller pages if Shopify finds ten too costly."""
        owner = gid("Customer", customer_id)
        if owner is None:
            return []
        number = owner.rsplit("/", 1)[-1]

        async def page(cursor: str | None) -> Page[OrderNode, str]:
            found = await self._orders_page(f"customer_id:{number}", cursor)
            return Page(items=found.nodes, next=found.page_info.next)

        return [one for one in await all_pages(page) if one.customer is not None and one.customer.legacy_resource_id == number]

    async def lines(self, node: OrderNode) -> list[Line]:
        """All lines of an order, those that did not fit into its first answer too."""
        return await self._whole(node.id, node.line_items, "orders.lines", LINES, Connection[Line], ("order", "lineItems"))

    async def returnable(self, order_id: str) -> ReturnablePage:
        """What Shopify would take back of an order."""
        reply = await self._admin.read("returns.returnable", RETURNABLE, id=order_id)
        return reply.read(ReturnablePage, part(reply, "returnableFulfillments"))

    async def return_with(self, order_id: str, mark: str) -> ReturnNode | None:
        """The return of an order that carries a mark."""
        reply = await self._admin.read("returns.find", RETURNS, id=order_id)
        found = reply.read(Connection[ReturnNode], part(reply, "order", "returns"))
        seen = next((one for one in found.nodes if one.carries(mark)), None)
        if seen is None and found.page_info.has_next_page:
            raise ShopError("an order has more returns than are read at once; a person has to look")
        return seen

    async def product(self, reference: str) -> tuple[ProductNode, list[VariantNode]] | None:
        """The product for sale with this id, or with a variant of this SKU."""
        by_id = gid("Product", reference)
        node = await self._product(by_id) if by_id else None
        if node is None and (owner := await self._owner(reference)) is not None:
            node = await self._product(owner)
        return (node, await self.variants(node)) if node is not None else None

    async def variant_id(self, sku: str) -> str | None:
        """The global id of the variant that is sold under this SKU."""
        found = await self._sku(sku)
        return found.id if found else None

    async def products(self, ids: Sequence[str]) -> list[tuple[ProductNode, list[VariantNode]]]:
        """These products with their variants, in this order; those gone meanwhile left out."""
        if not ids:
            return []
        try:
            reply = await self._admin.read("products.get", PRODUCTS, ids=list(ids))
        except ShopRefused as refused:
            if not _too_costly(refused) or len(ids) == 1:
                raise
            half = len(ids) // 2
            return [*await self.products(ids[:half]), *await self.products(ids[half:])]
        nodes = [reply.read(ProductNode, one) for one in part(reply, "nodes") or [] if one]
        return [(node, await self.variants(node)) for node in nodes if node.status == "ACTIVE"]

    async def variants(self, node: ProductNode) -> list[VariantNode]:
        """All variants of a product."""
        return await self._whole(
            node.id, node.variants, "products.variants", VARIANTS, Connection[VariantNode], ("product", "variants")
        )

    async def catalogue(self) -> list[Summary]:
        """What is sold, as far as it can be searched: up to ten thousand products, ten minutes old at most."""
        now = self._clock.now()
        if self._catalogue_of is None or now - self._catalogue_of > CATALOGUE_AGE:

            async def page(cursor: str | None) -> Page[Summary, str]:
                reply = await self._admin.read("products.list", CATALOGUE, after=cursor)
                found = reply.read(Connection[Summary], part(reply, "products"))
                return Page(items=found.nodes, next=found.page_info.next)

            self._catalogue = await all_pages(page, enough=MOST_PRODUCTS)
            self._catalogue_of = now
        return self._catalogue

    def forget_catalogue(self) -> None:
        """Read the list of products anew at the next search."""
        self._catalogue_of = None

    async def _named(self, number: str, asked: str) -> list[OrderNode]:
        """The orders of this name on the first page that has any."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._orders_page(f'name:"{number}"', cursor)
            if found := [one for one in page.nodes if _plain(one.name) == asked]:
                return found
            if (cursor := page.page_info.next) is None:
                return []
        raise ShopError("a search for an order number gave more than can be read; a person has to look")

    async def _orders_page(self, query: str, cursor: str | None) -> Connection[OrderNode]:
        while True:
            try:
                reply = await self._admin.read("orders.list", ORDERS, query=query, first=self._size, after=cursor)
                return reply.read(Connection[OrderNode], part(reply, "orders"))
            except ShopRefused as refused:
                if not _too_costly(refused) or self._size == 1:
                    raise
                self._size = max(self._size // 3, 1)

    async def _product(self, product_id: str) -> ProductNode | None:
        reply = await self._admin.read("products.one", PRODUCT, id=product_id)
        found = part(reply, "product")
        node = None if found is None else reply.read(ProductNode, found)
        return node if node is not None and node.status == "ACTIVE" else None

    async def _owner(self, sku: str) -> str | None:
        found = await self._sku(sku)
        return found.product.id if found else None

    async def _sku(self, sku: str) -> _Sku | None:
        """The variant on sale with this SKU, the oldest if there are several: a shop may use one twice."""
        wanted = sku.strip()
        if match := _STANDING_IN.fullmatch(wanted):
            reply = await self._admin.read("products.variant", VARIANT, id=f"gid://shopify/ProductVariant/{match[1]}")
            found = [reply.read(_Sku, one) for one in [part(reply, "productVariant")] if one]
        elif _SKU.fullmatch(wanted) and _plain(wanted):
            found = [one for one in await self._skus_like(wanted) if (one.sku or "").casefold() == wanted.casefold()]
        else:
            return None
        selling = [one for one in found if one.product.status == "ACTIVE"]
        return min(selling, key=lambda one: (len(one.id), one.id), default=None)

    async def _whole(
        self,
        owner: str,
        first: Connection[NodeT],
        operation: str,
        document: str,
        shape: type[Connection[NodeT]],
        where: tuple[str, ...],
    ) -> list[NodeT]:
        """A list of what ``owner`` holds whose ``first`` page came with it: that page, and what is asked for beyond it."""

        async def page(cursor: str | None) -> Page[NodeT, str]:
            if cursor is None:
                found = first
            else:
                reply = await self._admin.read(operation, document, id=owner, after=cursor)
                found = reply.read(shape, part(reply, *where))
            return Page(items=found.nodes, next=found.page_info.next)

        return await all_pages(page)

    async def _skus_like(self, sku: str) -> list[_Sku]:
        async def page(cursor: str | None) -> Page[_Sku, str]:
            reply = await self._admin.read("products.sku", SKUS, query=f'sku:"{sku}"', after=cursor)
            found = reply.read(Connection[_Sku], part(reply, "productVariants"))
            return Page(items=found.nodes, next=found.page_info.next)

        return await all_pages(page)


def _too_costly(refused: ShopRefused) -> bool:
    return "MAX_COST_EXCEEDED" in str(refused)


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).casefold()
