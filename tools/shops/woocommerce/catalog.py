"""What the shop sells: products with their variations, found by id, by SKU, and by a customer's words."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from warmline.tools.clock import Clock
from warmline.tools.model import Money, Product, Supply, Variant
from warmline.tools.shopsearch import Entry, search

from .answers import ProductAnswer, Sold
from .api import Api
from .html import words
from .terms import Terms

FRESH = timedelta(minutes=10)
"""How long the list of products that is searched is kept; stock and prices are always asked for anew."""

MOST_PAGES = 30
PRODUCTS = "/wc/v3/products"


class Catalog:
    """The products of one shop; its prices have no currency of their own."""

    def __init__(self, api: Api, terms: Terms, currency: str, clock: Clock) -> None:
        self._api, self._terms, self._currency, self._clock = api, terms, currency, clock
        self._listed: tuple[datetime, list[ProductAnswer]] | None = None
        self._listing = asyncio.Lock()

    async def product(self, reference: str) -> Product | None:
        """The product with this id, or with a variation of this SKU."""
        wanted = reference.strip()
        if not wanted:
            return None
        found = await self._by_sku(wanted)
        number = wanted.upper().removeprefix("ID-")
        if found is None and number.isascii() and number.isdigit() and int(number):
            found = await self._api.one("product", f"{PRODUCTS}/{int(number)}", ProductAnswer)
        if found is not None and found.type == "variation":
            found = await self._api.one("product", f"{PRODUCTS}/{found.parent_id}", ProductAnswer)
        return None if found is None else await self._whole(found)

    async def search(self, query: str, limit: int) -> list[Product]:
        """Products that fit the words; typing errors are forgiven, which WooCommerce's own search does not do."""
        listed = {str(one.id): one for one in await self._all()}
        entries = [_entry(one) for one in listed.values()]
        found: list[Product] = []
        for product_id in search(entries, query, limit=limit):
            whole = await self._whole(listed[product_id])
            found += [whole] if whole is not None else []
        return found

    async def final_sale(self, product_ids: Sequence[int]) -> set[int]:
        """Which of these products never go back; one that is no longer sold is not among them."""
        if not self._terms.final_sale_tag or not product_ids:
            return set()
        wanted = {"include": ",".join(map(str, sorted(set(product_ids)))), "status": "any"}
        found = await self._api.every("products of an order", PRODUCTS, ProductAnswer, wanted)
        return {one.id for one in found if self._final(one)}

    async def _by_sku(self, sku: str) -> ProductAnswer | None:
        """WooCommerce takes a list of SKUs, parts of one too: only the very one counts."""
        found = await self._api.every("product by SKU", PRODUCTS, ProductAnswer, {"sku": sku})
        return next((one for one in found if one.sku.casefold() == sku.casefold()), None)

    async def _all(self) -> list[ProductAnswer]:
        async with self._listing:
            now = self._clock.now()
            if self._listed is None or now - self._listed[0] > FRESH:
                found = await self._api.every("products", PRODUCTS, ProductAnswer, {"status": "publish"}, most=MOST_PAGES)
                self._listed = now, [one for one in found if one.catalog_visibility in ("visible", "search")]
            return self._listed[1]

    async def _whole(self, product: ProductAnswer) -> Product | None:
        """With its variations. What is not published, has no price, or is sold elsewhere or in groups, cannot be bought here."""
        if product.status != "publish" or product.type not in ("simple", "variable"):
            return None
        sold: Sequence[Sold] = [product]
        if product.type == "variable":
            path = f"{PRODUCTS}/{product.id}/variations"
            sold = [one for one in await self._api.every("variations", path, Sold) if one.status == "publish"]
        variants = tuple(self._variant(product, one) for one in sold if one.price)
        return self._product(product, variants) if variants else None

    def _product(self, product: ProductAnswer, variants: tuple[Variant, ...]) -> Product:
        specs = {one.name: ", ".join(one.options) for one in product.attributes if not one.variation and one.options}
        care = next((text for name, text in specs.items() if "care" in name.casefold().split()), None)
        size = product.dimensions
        if product.weight:
            specs["weight"] = product.weight
        if size.length and size.width and size.height:
            specs["dimensions"] = f"{size.length} x {size.width} x {size.height}"
        return Product(
            product_id=str(product.id),
            name=words(product.name),
            kind=words(product.categories[0].name) if product.categories else "",
            brand=words(product.brands[0].name) if product.brands else "",
            description=words(product.description or product.short_description),
            specs=specs,
            care=care,
            keywords=tuple(words(one.name) for one in (*product.categories, *product.tags)),
            variants=variants,
        )

    def _variant(self, product: ProductAnswer, one: Sold) -> Variant:
        chosen = {attribute.name: attribute.option for attribute in one.attributes if attribute.option}
        return Variant(
            sku=one.sku or f"ID-{one.id}",
            options=chosen if one is not product else {},
            price=Money(amount=Decimal(one.price), currency=self._currency),
            stock={"shop": _units(one)},
            supply=_supply(one),
            final_sale=self._final(product),
        )

    def _final(self, product: ProductAnswer) -> bool:
        tag = self._terms.final_sale_tag
        return bool(tag) and any(one.slug == tag for one in product.tags)


def _units(one: Sold) -> int:
    """Units that can be sent now: none of what is on back order."""
    return max(one.stock_quantity or 0, 0) if one.stock_status == "instock" and _counted(one) else 0


def _supply(one: Sold) -> Supply:
    """WooCommerce need not count, and may sell what is not there ("Product properties": ``stock_status``, ``manage_stock``)."""
    if one.stock_status == "onbackorder":
        return "back_order"
    return "uncounted" if one.stock_status == "instock" and not _counted(one) else "counted"


def _counted(one: Sold) -> bool:
    return one.manage_stock in (True, "parent") and one.stock_quantity is not None


def _entry(product: ProductAnswer) -> Entry:
    kinds = " ".join(words(one.name) for one in (*product.categories, *product.tags, *product.brands))
    values = " ".join(value for one in product.attributes for value in (one.name, *one.options))
    described = words(f"{product.short_description} {product.description}")
    texts = ((words(product.name), 1.0), (product.sku, 1.0), (kinds, 0.7), (values, 0.6), (described, 0.3))
    return Entry(product_id=str(product.id), texts=texts)
