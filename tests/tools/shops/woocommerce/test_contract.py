"""A WooCommerce shop keeps the contract: with and without fulfillments."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from support.woo_worlds import a_woo, open_woo, the_woo_world

from warmline.testing.shop_contract import ShopContract, World


class TestWooCommerce(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        woo = a_woo()
        yield the_woo_world(woo, await open_woo(woo))


class TestWooCommerceWithoutFulfillments(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        woo = a_woo(fulfillments=False)
        yield the_woo_world(woo, await open_woo(woo))
