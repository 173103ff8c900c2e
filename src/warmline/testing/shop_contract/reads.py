"""What is read is exact and whole: money, times, pages, and nothing where there is nothing."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypeVar, cast

from pydantic import BaseModel

from warmline.tools.model import Money, Order

from .verdicts import broken, checks_of, expect
from .world import KnownOrder, World

MOST_PLACES = 4
"""No currency has more decimal places (ISO 4217: CLF and UYW have four); more is what is left of a float."""

NOWHERE = "no-such-thing-4711"
_LETTERS = 3
T = TypeVar("T")


async def amounts_are_exact(world: World) -> None:
    """The total is what the shop's own screen shows, to the cent and in its currency."""
    for known in (world.order, world.foreign):
        total = (await _order(world, known)).total
        expect(total == known.total, f"{known.number}: the total is {total!r}; expected {known.total!r}")


async def no_amount_was_a_float(world: World) -> None:
    """Every amount is a ``Decimal`` with a currency and no more places than money has."""
    read: list[BaseModel] = [await _order(world, world.order), await _order(world, world.foreign)]
    customer, product = await world.shop.get_customer(world.order.customer_id), await world.shop.get_product(world.sku)
    read += [one for one in (customer, product) if one is not None]
    for money in (found for one in read for found in _values(one, Money)):
        amount = cast("object", money.amount)
        expect(isinstance(amount, Decimal), f"an amount is a {type(amount).__name__} ({amount!r}); expected a Decimal")
        exponent = money.amount.as_tuple().exponent
        expect(isinstance(exponent, int), f"an amount is {money.amount}; expected a number")
        expect(
            isinstance(exponent, int) and exponent >= -MOST_PLACES, f"{money.amount} has more places than money: was it a float?"
        )
        expect(len(money.currency) == _LETTERS, f"{money.currency!r} is no currency; expected one such as 'EUR'")


async def one_order_has_one_currency(world: World) -> None:
    """Amounts of one order can be added."""
    for known in (world.order, world.foreign):
        currencies = {money.currency for money in _values(await _order(world, known), Money)}
        expect(currencies == {known.total.currency}, f"{known.number} has amounts in {sorted(currencies)}")


async def a_moment_is_the_same_moment(world: World) -> None:
    """An order was placed when it was placed, whatever zone the backend writes times in."""
    for known in (world.order, world.foreign):
        placed = (await _order(world, known)).placed_at
        expect(
            placed == known.placed_at, f"{known.number} was placed at {known.placed_at}, and the shop says {placed}: a lost zone?"
        )


async def every_time_has_a_zone(world: World) -> None:
    """No time is naive."""
    for known in (world.order, world.foreign):
        naive = [time for time in _values(await _order(world, known), datetime) if time.utcoffset() is None]
        expect(not naive, f"{known.number} has times without a zone: {naive}")


async def an_order_survives_being_stored(world: World) -> None:
    """Written as JSON and read again, an order is what it was; listed and looked up, it is one order."""
    order = await _order(world, world.order)
    expect(type(order).model_validate_json(order.model_dump_json()) == order, f"{order.number} is another after a round trip")
    listed = [one for one in await world.shop.list_orders(order.customer_id) if one.number == order.number]
    expect(listed == [order], f"list_orders and get_order disagree about {order.number}")


async def a_list_is_whole(world: World) -> None:
    """A customer with more orders than a page has all of them, once each."""
    customer_id, numbers = world.crowd
    listed = [order.number for order in await world.shop.list_orders(customer_id)]
    missing, extra = sorted(set(numbers) - set(listed)), sorted(set(listed) - set(numbers))
    expect(not missing, f"list_orders({customer_id!r}) lacks {len(missing)} of {len(numbers)} orders, such as {missing[:3]}")
    expect(not extra, f"list_orders({customer_id!r}) has orders it should not: {extra[:3]}")
    expect(len(listed) == len(set(listed)), f"list_orders({customer_id!r}) names an order twice")


async def a_list_is_newest_first(world: World) -> None:
    """The order a customer means by "my last order" is the first."""
    times = [order.placed_at for order in await world.shop.list_orders(world.crowd[0])]
    expect(times == sorted(times, reverse=True), f"list_orders({world.crowd[0]!r}) is not newest first")


async def a_search_gives_no_more_than_asked(world: World) -> None:
    """``limit`` holds, and what is found can be looked up."""
    product = await world.shop.get_product(world.product_id)
    if product is None:
        broken(f"get_product({world.product_id!r}) gave None; expected the product")
    found = await world.shop.search_products(product.name, limit=1)
    expect(
        [one.product_id for one in found] == [product.product_id], f"search_products({product.name!r}, limit=1) does not find it"
    )


async def a_product_is_found_by_its_sku(world: World) -> None:
    """By product id or SKU, it is the same product, and the SKU is one of its variants."""
    by_id, by_sku = await world.shop.get_product(world.product_id), await world.shop.get_product(world.sku)
    expect(by_id is not None and by_id == by_sku, f"get_product({world.product_id!r}) and get_product({world.sku!r}) differ")
    expect(by_sku is not None and by_sku.variant(world.sku), f"get_product({world.sku!r}) has no such variant")


async def what_is_not_there_is_nothing(world: World) -> None:
    """``None`` or an empty list, never an error and never something like it."""
    shop = world.shop
    for name, found in (
        ("get_order", await shop.get_order(NOWHERE)),
        ("get_customer", await shop.get_customer(NOWHERE)),
        ("get_product", await shop.get_product(NOWHERE)),
    ):
        expect(found is None, f"{name}({NOWHERE!r}) gave {found!r}; expected None")
    expect(not await shop.list_orders(NOWHERE), f"list_orders({NOWHERE!r}) gave orders; expected none")
    expect(not await shop.search_products("qqxyzzyqq"), "search_products of a word that is nowhere gave products; expected none")


async def a_policy_has_a_name_of_its_own(world: World) -> None:
    """Topics are distinct, or a policy could not be asked for."""
    topics = [policy.topic for policy in await world.shop.list_policies()]
    expect(len(topics) == len(set(topics)), f"list_policies names a topic twice: {sorted(topics)}")


async def _order(world: World, known: KnownOrder) -> Order:
    order = await world.shop.get_order(known.number)
    return order if order is not None else broken(f"get_order({known.number!r}) gave None; expected the order")


def _values(node: object, kind: type[T]) -> Iterator[T]:
    """Everything of a kind inside a model."""
    if isinstance(node, kind):
        yield node
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from _values(getattr(node, name), kind)
    elif isinstance(node, tuple | list):
        for one in cast("tuple[object, ...]", node):
            yield from _values(one, kind)


MONEY = checks_of("money", amounts_are_exact, no_amount_was_a_float, one_order_has_one_currency)
TIMES = checks_of("times", a_moment_is_the_same_moment, every_time_has_a_zone, an_order_survives_being_stored)
PAGES = checks_of("pages", a_list_is_whole, a_list_is_newest_first, a_search_gives_no_more_than_asked)
NOT_FOUND = checks_of("not_found", what_is_not_there_is_nothing, a_product_is_found_by_its_sku, a_policy_has_a_name_of_its_own)
