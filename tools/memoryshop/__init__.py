"""A whole shop in memory: for tests, and for evals that want a fresh one each time."""

from .shop import MemoryShop

__all__ = ["MemoryShop"]
