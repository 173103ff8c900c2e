"""The Shopify adapter keeps the shop contract, over a fake that holds every request against Shopify's published schema."""

from contextlib import AbstractAsyncContextManager

from support.shopify_world import a_world

from warmline.testing.shop_contract import ShopContract, World


class TestShopify(ShopContract):
    def world(self) -> AbstractAsyncContextManager[World]:
        return a_world()
