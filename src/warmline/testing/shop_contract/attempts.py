"""The writes a shop offers, each ready to be tried with a key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from warmline.tools.capabilities import Capability, lacks
from warmline.tools.model import Receipt
from warmline.tools.shop import Marketing, OrderChanges, Receipts, Returns, Shop, StopsMessages

from .verdicts import NotOffered, broken
from .world import World

T = TypeVar("T")
EMAIL = "contract@example.com"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One kind of write: on the order ``about``, if it is about one."""

    name: Capability
    make: Callable[[Shop, str], Awaitable[Receipt]]
    about: str | None = None


def attempts(world: World) -> list[Attempt]:
    """Every write this shop offers. ``Broken`` for one the world cannot try: what is offered must be tried."""
    found: list[Attempt] = []
    if isinstance(world.shop, OrderChanges):
        found += _changes(world)
    if isinstance(world.shop, Returns):
        found += _returns(world)
    if isinstance(world.shop, Marketing):
        found += _marketing(world)
    if isinstance(world.shop, StopsMessages):
        found += _stopping(world)
    if not found:
        raise NotOffered("this shop offers no write")
    return found


def receipts(shop: Shop) -> Receipts:
    """The shop as one that remembers what it wrote; ``Broken`` if it writes and does not."""
    if not isinstance(shop, Receipts) or "find_receipt" in lacks(shop):
        broken("the shop writes and has no find_receipt: after a crash nobody could tell what was done")
    return shop


def _changes(world: World) -> list[Attempt]:
    def cancel(shop: Shop, key: str) -> Awaitable[Receipt]:
        return cast("OrderChanges", shop).cancel_order(_given(world.unshipped, "unshipped"), key=key)

    def redirect(shop: Shop, key: str) -> Awaitable[Receipt]:
        address = _given(world.new_address, "new_address")
        return cast("OrderChanges", shop).change_address(_given(world.unshipped, "unshipped"), address, key=key)

    return _offered(
        world,
        Attempt(name="change_address", make=redirect, about=world.unshipped),
        Attempt(name="cancel_order", make=cancel, about=world.unshipped),
    )


def _returns(world: World) -> list[Attempt]:
    def send_back(shop: Shop, key: str) -> Awaitable[Receipt]:
        number, item = _given(world.returnable, "returnable")
        return cast("Returns", shop).create_return(number, [item], reason="changed_mind", key=key)

    def swap(shop: Shop, key: str) -> Awaitable[Receipt]:
        one = _given(world.swap, "swap")
        return cast("Returns", shop).create_exchange(one.number, one.item, new_sku=one.new_sku, reason="too_small", key=key)

    return _offered(
        world,
        Attempt(name="create_return", make=send_back, about=world.returnable and world.returnable[0]),
        Attempt(name="create_exchange", make=swap, about=world.swap and world.swap.number),
    )


def _marketing(world: World) -> list[Attempt]:
    def subscribe(shop: Shop, key: str) -> Awaitable[Receipt]:
        return cast("Marketing", shop).subscribe_back_in_stock(_given(world.sold_out, "sold_out"), EMAIL, key=key)

    def enrol(shop: Shop, key: str) -> Awaitable[Receipt]:
        return cast("Marketing", shop).enrol_in_care_series(_given(world.cared, "cared"), EMAIL, key=key)

    return _offered(
        world, Attempt(name="subscribe_back_in_stock", make=subscribe), Attempt(name="enrol_in_care_series", make=enrol)
    )


def _stopping(world: World) -> list[Attempt]:
    def stop(shop: Shop, key: str) -> Awaitable[Receipt]:
        return cast("StopsMessages", shop).stop_messages(email=EMAIL, phone=None, key=key)

    return _offered(world, Attempt(name="stop_messages", make=stop))


def _offered(world: World, *all_of_them: Attempt) -> list[Attempt]:
    return [one for one in all_of_them if one.name not in lacks(world.shop)]


def _given(value: T | None, field: str) -> T:
    return value if value is not None else broken(f"the shop offers it, so World.{field} must be given for it to be tried")
