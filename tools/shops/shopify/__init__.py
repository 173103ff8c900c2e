"""A Shopify shop: Admin GraphQL and webhooks. ``docs/shops/shopify.md`` says how to set one up and what it lacks."""

from .opening import open_shop, opened
from .settings import ShopifySettings
from .shop import ShopifyShop

__all__ = ["ShopifySettings", "ShopifyShop", "open_shop", "opened"]
