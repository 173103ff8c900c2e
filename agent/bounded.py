"""The model and the shop of one agent, each asked so many things at once and no more."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any, cast

from warmline.tools.capabilities import lacks
from warmline.tools.shop import METHODS, Shop

from .capacity import Gate
from .models.base import Model, ModelAnswer, ModelRequest, is_language_model, release_connections
from .models.breaker import WithBreaker, breaker_of


class BoundedModel:
    """A model behind a gate, and behind a breaker if it understands language and brought none of its own."""

    def __init__(self, model: Model, gate: Gate) -> None:
        self.language_model = is_language_model(model)
        self.model = WithBreaker(model) if self.language_model and breaker_of(model) is None else model
        self.breaker = breaker_of(self.model)
        self._gate = gate

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's answer, when there is room; ``Overloaded`` when there is none in time."""
        async with self._gate:
            return await self.model.answer(request, on_text=on_text)

    async def release_connections(self) -> None:
        """Close what the model has open in this event loop."""
        await release_connections(self.model)


class _BoundedShop:
    """Has the methods the shop has, and so the protocols; they are its attributes, as runtime checks from Python 3.12 on want them."""

    def __init__(self, shop: Shop, gate: Gate) -> None:
        self._shop, self._gate = shop, gate
        for name in METHODS:
            if hasattr(shop, name):
                setattr(self, name, _bounded(shop, name, gate))
        self.lacks = lacks(shop)

    def __getattr__(self, name: str) -> Any:
        """What the shop has beside its protocols, for a host's own tools."""
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self._shop, name)
        return _bounded(self._shop, name, self._gate) if iscoroutinefunction(found) else found


def bounded_shop(shop: Shop, gate: Gate) -> Shop:
    """The shop behind a gate: every call waits for room, ``Overloaded`` when there is none in time."""
    return cast("Shop", _BoundedShop(shop, gate))


def _bounded(shop: Shop, name: str, gate: Gate) -> Callable[..., Awaitable[Any]]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        async with gate:
            return await getattr(shop, name)(*args, **kwargs)

    return call
