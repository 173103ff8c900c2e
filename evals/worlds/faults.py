"""What a case breaks, and mends again: methods of the shop, the model, the guard."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, get_args

from warmline.errors import ShopError
from warmline.evals.suite_files.schema_world import Faults, Method
from warmline.tools.memoryshop import MemoryShop

from .models import WatchedModel
from .reading import TrialGuard

ANSWERS_AFTER = 60.0
"""Seconds after which a slow shop answers: longer than any agent should wait."""

_METHODS: tuple[str, ...] = get_args(Method)


class Breaker:
    """Breaks the parts of one trial's world."""

    def __init__(self, shop: MemoryShop, model: WatchedModel, guard: TrialGuard) -> None:
        self._shop = shop
        self._model = model
        self._guard = guard
        self.ever: bool = False

    def set(self, faults: Faults) -> None:
        """From now on these do not work, or do again."""
        self.ever = True
        for name, how in (faults.shop or {}).items():
            for method in _METHODS if name == "all" else (name,):
                self._set_method(method, how)
        if faults.model is not None:
            self._model.fault = faults.model
        if faults.guard is not None:
            self._guard.failing = faults.guard == "down"

    def _set_method(self, name: str, how: str) -> None:
        """An attribute of the object stands before the method of its class; without it the method is there again."""
        vars(self._shop).pop(name, None)
        if how != "none":
            setattr(self._shop, name, _broken(getattr(self._shop, name), name, how))


def _broken(method: Callable[..., Awaitable[Any]], name: str, how: str) -> Callable[..., Awaitable[Any]]:
    async def fails(*args: Any, **kwargs: Any) -> Any:
        if how in ("lost", "slow"):
            answer = await method(*args, **kwargs)
            if how == "slow":
                await asyncio.sleep(ANSWERS_AFTER)
                return answer
        raise ShopError(f"{name} is {how}, as the case says")

    return fails
