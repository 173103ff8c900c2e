"""A Shopify shop: Admin GraphQL and webhooks. ``docs/shops/shopify.md`` says how to set one up and what it lacks."""

from .opening import open_shop, opened
from .seen import SeenInFile
from .settings import ShopifySettings
from .shop import ShopifyShop
from .webhooks import Delivery, Forged, OrderChanged, ParcelChanged, ProductChanged, Seen, StockChanged, Webhooks, verified

__all__ = [
    "Delivery",
    "Forged",
    "OrderChanged",
    "ParcelChanged",
    "ProductChanged",
    "Seen",
    "SeenInFile",
    "ShopifySettings",
    "ShopifyShop",
    "StockChanged",
    "Webhooks",
    "open_shop",
    "opened",
    "verified",
]
