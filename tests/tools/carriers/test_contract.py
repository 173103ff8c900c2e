"""A shop with a carrier's labels keeps the contract: WooCommerce and Shopify with either carrier, and a shop that has returns but no labels."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from support.carriers import TERMS, FakeEasyPost, FakeShippo
from support.shop_worlds import a_memory_shop, the_world
from support.shopify_fake import FakeShopify
from support.shopify_world import SETTINGS, a_shop, an_open_shop, the_shopify_world
from support.woo import Woo
from support.woo_worlds import a_woo, open_woo, the_woo_world

from warmline.testing import MemoryShop, an_address
from warmline.testing.shop_contract import ShopContract, World
from warmline.tools.carriers import Carrier, with_labels
from warmline.tools.carriers.carrier import Terms
from warmline.tools.carriers.easypost import EasyPost
from warmline.tools.carriers.shippo import Shippo
from warmline.tools.clock import FrozenClock
from warmline.tools.model import ReturnItem, ReturnReceipt
from warmline.tools.shop import Shop

ALL_OF_IT = ReturnItem(sku="CREW-NVY-M", quantity=2)


HAMBURG = TERMS.model_copy(update={"receiver": an_address(city="Hamburg", region=None, postcode="20457", country="DE")})


def a_carrier(fake: FakeEasyPost | FakeShippo, terms: Terms = TERMS) -> Carrier:
    clock = FrozenClock(fake.now)
    return EasyPost(fake.service(), terms) if isinstance(fake, FakeEasyPost) else Shippo(fake.service(), terms, clock=clock)


async def a_world(woo: Woo, fake: FakeEasyPost | FakeShippo) -> World:
    @asynccontextmanager
    async def reopen() -> AsyncGenerator[Shop]:
        yield with_labels(await open_woo(woo), a_carrier(fake), clock=FrozenClock(fake.now))

    async def writes() -> int:
        return woo.writes + len(fake.held)

    shop = with_labels(await open_woo(woo), a_carrier(fake), clock=FrozenClock(fake.now))
    return replace(the_woo_world(woo, shop), returnable=("728", ALL_OF_IT), reopen=reopen, writes=writes)


class TestWooCommerceWithEasyPost(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        yield await a_world(a_woo(), FakeEasyPost())


class TestWooCommerceWithShippo(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        yield await a_world(a_woo(), FakeShippo())


BOUGHT = SETTINGS.model_copy(update={"labels": "carrier"})


@asynccontextmanager
async def a_shopify_world(fake: FakeEasyPost | FakeShippo) -> AsyncGenerator[World]:
    shopify = FakeShopify(a_shop())

    @asynccontextmanager
    async def reopen() -> AsyncGenerator[Shop]:
        async with an_open_shop(shopify, BOUGHT) as other:
            yield with_labels(other, a_carrier(fake, HAMBURG), clock=FrozenClock(fake.now))

    async with reopen() as shop:
        yield replace(the_shopify_world(shopify, shop), swap=None, reopen=reopen)


class TestShopifyWithEasyPost(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        async with a_shopify_world(FakeEasyPost()) as world:
            yield world


class TestShopifyWithShippo(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        async with a_shopify_world(FakeShippo()) as world:
            yield world


class NoLabels(MemoryShop):
    """Keeps returns and makes no labels."""

    async def create_return(self, number: str, *args: Any, key: str, **kwargs: Any) -> ReturnReceipt:
        receipt = await super().create_return(number, *args, key=key, **kwargs)
        self.receipts[key] = receipt.model_copy(update={"label": None})
        return receipt.model_copy(update={"label": None})


class TestAShopWithReturnsAndNoLabels(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        fake, memory = FakeEasyPost(), a_memory_shop(NoLabels)

        @asynccontextmanager
        async def trouble() -> AsyncGenerator[None]:
            with fake.losing():
                yield

        world = the_world(memory)
        yield replace(world, shop=with_labels(memory, a_carrier(fake), clock=memory.clock), answer_lost=trouble)
