"""Which shop there is: one of ours by its name, or a host's by where it stands. Loaded only when it is opened."""

import importlib
import inspect
import sys
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, cast

from warmline.errors import SettingsError
from warmline.tools.clock import Clock
from warmline.tools.plain_shop import as_async
from warmline.tools.shop import Marketing, Shop

SHOPS: dict[str, str] = {
    "http": "warmline.tools.shops.http",
    "woocommerce": "warmline.tools.shops.woocommerce",
    "shopify": "warmline.tools.shops.shopify",
}
"""Our adapters: the name in ``WARMLINE_SHOP``, and the module whose ``open_shop`` opens it."""

MARKETING: dict[str, str] = {
    "klaviyo": "warmline.tools.shops.klaviyo",
}
"""Services that sign customers up for any shop: the name in ``WARMLINE_MARKETING``, and the module whose ``open_marketing`` opens it."""

OpenShop = Callable[[Mapping[str, str], Clock], AbstractAsyncContextManager[Shop]]
"""What opens a shop: from the ``WARMLINE_…`` variables and the clock to the shop, closed at the end of the block."""


class Forget(Protocol):
    """What erases a person from what an adapter keeps of its own."""

    async def __call__(self, variables: Mapping[str, str], /, *, keys: Collection[str], places: Collection[str]) -> int:
        """Delete it; how much there was."""
        ...


class Kept(Protocol):
    """What shows what an adapter keeps of a person of its own."""

    async def __call__(
        self, variables: Mapping[str, str], /, *, keys: Collection[str], places: Collection[str]
    ) -> Mapping[str, object]:
        """All of it, as JSON values."""
        ...


OpenMarketing = Callable[[Mapping[str, str], Clock], AbstractAsyncContextManager[Marketing]]

EXPECTED = (
    "a function that takes the WARMLINE_… variables and a clock and returns an async context manager with a Shop, "
    "or one without arguments that returns a Shop"
)


@asynccontextmanager
async def open_chosen(choice: str, *, variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[Shop]:
    """The shop of this name or place (``my_shop.backend:open_shop``); ``SettingsError`` if there is none or it is no shop."""
    opens = _found(choice)
    opened: object = opens(variables, clock) if _takes_two(opens) else opens()  # pyright: ignore[reportCallIssue]
    if inspect.isawaitable(opened):
        opened = cast("object", await opened)
    if isinstance(opened, AbstractAsyncContextManager) and not isinstance(opened, Shop):
        async with (
            cast("AbstractAsyncContextManager[object]", opened) as shop,
            _labelled(choice, shop, variables, clock) as whole,
        ):
            yield whole
    else:
        async with _labelled(choice, opened, variables, clock) as whole:
            yield whole


@asynccontextmanager
async def _labelled(choice: str, made: object, variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[Shop]:
    """The shop, with a carrier's labels where the operator names one."""
    shop = _a_shop(choice, made)
    if not variables.get("WARMLINE_CARRIER"):
        yield shop
        return
    from warmline.tools.carriers.opening import labelled

    async with labelled(shop, variables, clock) as whole:
        yield whole


@asynccontextmanager
async def open_marketed(choice: str, shop: Shop, *, variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[Shop]:
    """The shop with the marketing service of this name; ``SettingsError`` if there is none."""
    from warmline.tools.with_marketing import with_marketing

    if choice not in MARKETING:
        names = ", ".join(MARKETING)
        raise SettingsError(f"WARMLINE_MARKETING: {choice!r} is no marketing service; expected one of {names}, or nothing")
    opens = cast("OpenMarketing", importlib.import_module(MARKETING[choice]).open_marketing)
    async with opens(variables, clock) as marketing:
        yield with_marketing(shop, marketing)


async def forget_elsewhere(shop: str, variables: Mapping[str, str], *, keys: Collection[str], places: Collection[str]) -> int:
    """Delete what our adapters keep beside the shop and the service of these settings: of writes with these keys, for these addresses and numbers.

    An adapter that keeps something has a function ``forget``. Returns how much there was.
    """
    forgets = [cast("Forget", one) for one in _adapters(shop, variables, "forget").values()]
    return sum([await one(variables, keys=keys, places=places) for one in forgets])


async def kept_elsewhere(
    shop: str, variables: Mapping[str, str], *, keys: Collection[str], places: Collection[str]
) -> dict[str, Mapping[str, object]]:
    """What ``forget_elsewhere`` would be about, by the adapter's name, as JSON values. An adapter that keeps something has a function ``kept``."""
    found = _adapters(shop, variables, "kept")
    return {name: await cast("Kept", one)(variables, keys=keys, places=places) for name, one in found.items()}


def _adapters(shop: str, variables: Mapping[str, str], function: str) -> dict[str, object]:
    """This function of the adapters of these settings, of those that have it."""
    marketing = variables.get("WARMLINE_MARKETING", "")
    modules = {shop: SHOPS.get(shop), marketing: MARKETING.get(marketing)}
    found = {name: getattr(importlib.import_module(place), function, None) for name, place in modules.items() if place}
    return {name: one for name, one in found.items() if one is not None}


def _takes_two(opens: OpenShop) -> bool:
    try:
        inspect.signature(opens).bind({}, None)
    except TypeError:
        return False
    return True


def _found(choice: str) -> OpenShop:
    module, colon, name = (SHOPS[choice], ":", "open_shop") if choice in SHOPS else choice.partition(":")
    if not (module and colon and name):
        names = ", ".join(("demo", *SHOPS))
        raise SettingsError(f"WARMLINE_SHOP: {choice!r} is no shop; expected one of {names}, or module:function of your own")
    if choice not in SHOPS and "" not in sys.path:
        sys.path.insert(0, "")  # a host's module of the folder the command runs in
    try:
        found = cast("object", getattr(importlib.import_module(module), name, None))
    except ModuleNotFoundError as error:
        remedy = f"pip install 'warmline[{choice}]'" if choice in SHOPS else "run the command where it can be imported"
        raise SettingsError(f"WARMLINE_SHOP: {choice!r} needs the module {error.name!r}; {remedy}") from error
    if not callable(found):
        raise SettingsError(f"WARMLINE_SHOP: {module!r} has no function {name!r}; expected {EXPECTED}")
    return cast("OpenShop", found)


def _a_shop(choice: str, made: object) -> Shop:
    if not isinstance(made, Shop):
        raise SettingsError(f"WARMLINE_SHOP: {choice!r} gave a {type(made).__name__}; expected {EXPECTED}")
    return as_async(made)
