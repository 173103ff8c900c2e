"""WooCommerce as a shop, over its REST API (``wc/v3``)."""

from .opening import WooSettings, open_shop
from .shop import WooShop

__all__ = ["WooSettings", "WooShop", "open_shop"]
