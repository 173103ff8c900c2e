"""The embedded shop: every protocol of ``warmline.tools.shop`` over SQLite or PostgreSQL."""

from .shop import SqlShop

__all__ = ["SqlShop"]
