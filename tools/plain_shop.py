"""A shop of plain functions, as over Django's models or a blocking driver: each call runs in a thread, so that no customer waits for another's query.

``SupportAgent(shop=MyShop())`` takes such a shop as it is, and so does ``WARMLINE_SHOP``; ``as_async`` is for whoever wants the threads set up otherwise.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, cast

from warmline.errors import UsageError

from .calling import Threads, is_async
from .model import Customer, Order, PolicyDocument, Product
from .shop import METHODS, Shop

THREADS = 32
"""As many calls run at once at most, and as many connections are open to what they ask; the agent uses its ``Capacity.shop_calls``."""


WRITE_SECONDS = 4.0
"""So long who gives up on a write waits for it: a turn that is broken off has five seconds to give its conversation back, and then knows."""


class PlainShop(Protocol):
    """``warmline.tools.shop.Shop`` without async. The other protocols may be plain too, also in part."""

    def get_customer(self, customer_id: str) -> Customer | None:
        """The customer with this id."""
        ...

    def get_order(self, number: str) -> Order | None:
        """The order with this number."""
        ...

    def list_orders(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, newest first."""
        ...

    def get_product(self, reference: str) -> Product | None:
        """The product with this id or SKU."""
        ...

    def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Products that fit the words, best first."""
        ...

    def list_policies(self) -> Sequence[PolicyDocument]:
        """All policy documents."""
        ...


def as_async(
    shop: Shop | PlainShop, *, threads: int = THREADS, around: Callable[[], AbstractContextManager[object]] = nullcontext
) -> Shop:
    """The shop with async methods; itself, if it has no others. What is plain runs in one of ``threads`` threads, within ``around()``.

    The caller's context (``contextvars``) goes along. A thread cannot be broken off: a read whose time is up runs on. Who gives up on a
    write waits ``WRITE_SECONDS`` more for it, and a question for its receipt, or the same write again, waits until it has ended.
    """
    asked = {name: getattr(shop, name) for name in (*METHODS, "examine") if callable(getattr(shop, name, None))}
    if all(map(is_async, asked.values())):
        return cast("Shop", shop)
    kind = _Declares if hasattr(shop, "lacks") else _InThreads
    return cast("Shop", kind(shop, asked, Threads(threads, "warmline-shop"), around))


def whole(shop: Shop | PlainShop) -> Shop | PlainShop:
    """The shop, if it can be asked what every shop can; ``UsageError`` names what it has no method for."""
    missing = [name for name in vars(PlainShop) if name[0] != "_" and not callable(getattr(shop, name, None))]
    if missing:
        raise UsageError(
            f"the shop, a {type(shop).__name__}, has no {', '.join(missing)}; a shop has all of warmline.tools.shop.Shop"
        )
    return shop


class _InThreads:
    """Its methods are attributes, as checks for the protocols want them."""

    def __init__(
        self,
        shop: object,
        asked: dict[str, Callable[..., Any]],
        threads: Threads,
        around: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._shop, self._threads, self._around = shop, threads, around
        self._writes: dict[str, Future[Any]] = {}
        for name, method in asked.items():
            setattr(self, name, method if is_async(method) else self._in_a_thread(name, method))

    def __getattr__(self, name: str) -> Any:
        """What the shop has beside its protocols."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._shop, name)

    def _in_a_thread(self, name: str, method: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        def within(*args: Any, **kwargs: Any) -> Any:
            with self._around():
                found = method(*args, **kwargs)
                return list(cast("Iterator[object]", found)) if isinstance(found, Iterator) else found

        async def call(*args: Any, **kwargs: Any) -> Any:
            asks = name == "find_receipt"
            key = kwargs.get("key") or (args[0] if asks and args else None)
            while key in self._writes:
                await asyncio.wait([asyncio.wrap_future(self._writes[key])])
            doing = self._threads.begun(within, *args, **kwargs)
            return await (self._threads.ended(doing) if key is None or asks else self._written(key, doing))

        return call

    async def _written(self, key: str, doing: "Future[Any]") -> Any:
        self._writes[key] = doing
        doing.add_done_callback(lambda _: self._writes.pop(key, None))
        try:
            return await self._threads.ended(doing)
        except asyncio.CancelledError:
            if not doing.done():
                await asyncio.wait([asyncio.wrap_future(doing)], timeout=WRITE_SECONDS)
            raise


class _Declares(_InThreads):
    @property
    def lacks(self) -> Any:
        """What the shop lacks."""
        return cast("Any", self._shop).lacks
