"""A shop behind HTTP: your backend speaks the small protocol of ``docs/shops.md``, in any language."""

from .opening import HttpSettings, open_shop
from .shop import HttpShop

__all__ = ["HttpSettings", "HttpShop", "open_shop"]
