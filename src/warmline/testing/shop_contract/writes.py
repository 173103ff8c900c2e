"""Every write is made once, whole or not at all, and can be found again by its key."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from uuid import uuid4

from warmline.errors import OutcomeUnknown, ShopError, ToolError, WarmlineError
from warmline.tools.capabilities import lacks
from warmline.tools.model import Receipt
from warmline.tools.shop import Marketing, OrderChanges, PricesExchanges, Returns

from .attempts import Attempt, attempts, receipts
from .reads import NOWHERE
from .state import seen
from .verdicts import NotOffered, broken, checks_of, expect
from .world import Block, World


async def the_same_key_changes_nothing(world: World) -> None:
    """A second call with a key gets the first one's receipt, and the shop stays as it is."""
    for attempt in attempts(world):
        key = _key()
        first = await _made(world, attempt, key)
        after = await seen(world, attempt)
        again = await _made(world, attempt, key)
        expect(again == first, f"{attempt.name}: the second call with one key gave another receipt: {again!r}, not {first!r}")
        expect(await seen(world, attempt) == after, f"{attempt.name}: the second call with one key changed the shop")


async def the_same_key_at_once_is_one_write(world: World) -> None:
    """Two calls with one key at the same moment: one write; who is told anything is told the same receipt."""
    for attempt in attempts(world):
        key = _key()
        told = await asyncio.gather(*(attempt.make(world.shop, key) for _ in range(3)), return_exceptions=True)
        made = [one for one in told if not isinstance(one, BaseException)]
        strange = [one for one in told if isinstance(one, BaseException) and not isinstance(one, ShopError)]
        expect(not strange, f"{attempt.name}: three calls with one key at once raised {strange[:1]!r}; expected receipts")
        expect(
            made and all(one == made[0] for one in made), f"{attempt.name}: three calls with one key at once were several writes"
        )
        after = await seen(world, attempt)
        expect(await _made(world, attempt, key) == made[0], f"{attempt.name}: a later call with the key gave another receipt")
        expect(await seen(world, attempt) == after, f"{attempt.name}: a later call with the key changed the shop")


async def a_write_is_found_by_its_key(world: World) -> None:
    """``find_receipt`` gives what the write gave, and ``None`` for a key nothing was made with."""
    for attempt in attempts(world):
        key = _key()
        found = await receipts(world.shop).find_receipt(key)
        expect(found is None, f"find_receipt of a key never used gave {found!r}; expected None")
        made = await _made(world, attempt, key)
        found = await receipts(world.shop).find_receipt(key)
        expect(found == made, f"{attempt.name}: find_receipt gave {found!r}; expected {made!r}")


async def a_write_is_found_by_another_process(world: World) -> None:
    """After a crash it is another process that asks."""
    if world.reopen is None:
        raise NotOffered("World.reopen is not given: whether receipts outlive the process was not tried")
    for attempt in attempts(world):
        key = _key()
        made = await _made(world, attempt, key)
        async with world.reopen() as other:
            found = await receipts(other).find_receipt(key)
            expect(found == made, f"{attempt.name}: another process found {found!r} by the key; expected {made!r}")
            after = await seen(world, attempt)
            expect(await attempt.make(other, key) == made, f"{attempt.name}: another process made the write again")
            expect(await seen(world, attempt) == after, f"{attempt.name}: another process made the write again")


async def a_key_is_for_one_write(world: World) -> None:
    """A key that was used for one kind of write does not pass for another."""
    every = attempts(world)
    if len(every) == 1:
        raise NotOffered("this shop offers one write only")
    key, (first, *_, last) = _key(), every
    made = await _made(world, first, key)
    try:
        other = await last.make(world.shop, key)
    except (WarmlineError, ValueError):
        return
    broken(f"{last.name} with the key of a {type(made).__name__} gave {type(other).__name__}; expected an error")


async def what_has_left_is_not_changed(world: World) -> None:
    """A write the shop's rules do not allow is a ``ToolError`` and leaves the shop as it is."""
    shop = world.shop
    if not isinstance(shop, OrderChanges) or "cancel_order" in lacks(shop):
        raise NotOffered("this shop cancels no orders")
    number = world.shipped or broken("the shop offers cancel_order, so World.shipped must be given for it to be tried")
    attempt, key = next(one for one in attempts(world) if one.name == "cancel_order"), _key()
    attempt = replace(attempt, about=number)
    before = await seen(world, attempt)
    await _refused(shop.cancel_order(number, key=key), f"cancel_order of {number}, which has left")
    expect(await seen(world, attempt) == before, f"cancel_order of {number} was refused and changed the shop")
    expect(await receipts(shop).find_receipt(key) is None, "a write that was refused left a receipt")


async def nothing_is_returned_twice(world: World) -> None:
    """Two keys cannot send one thing back twice."""
    shop = world.shop
    if not isinstance(shop, Returns) or {"create_return", "check_return"} & set(lacks(shop)):
        raise NotOffered("this shop takes no returns")
    [attempt] = [one for one in attempts(world) if one.name == "create_return"]
    number, item = world.returnable or broken("World.returnable must be given")
    await _made(world, attempt, _key())
    check = await shop.check_return(number)
    left = next((one.returnable for one in check.items if one.sku.casefold() == item.sku.casefold()), 0) if check else 0
    if left >= item.quantity:
        raise NotOffered("more of it may go back: let World.returnable name all units of a line")
    await _refused(attempt.make(shop, _key()), f"a second return of {item.sku}")


async def a_write_on_nothing_is_refused(world: World) -> None:
    """No such order, no such variant: a ``ToolError``, as the customer may have mistyped."""
    shop, tried = world.shop, False
    if isinstance(shop, OrderChanges) and "cancel_order" not in lacks(shop):
        tried = True
        await _refused(shop.cancel_order(NOWHERE, key=_key()), "cancel_order of no order")
    if isinstance(shop, Returns):
        tried = True
        if "check_return" not in lacks(shop):
            expect(await shop.check_return(NOWHERE) is None, "check_return of no order gave something; expected None")
        if "create_return" not in lacks(shop) and world.returnable is not None:
            item = world.returnable[1]
            await _refused(shop.create_return(NOWHERE, [item], reason="other", key=_key()), "create_return of no order")
    if isinstance(shop, Marketing) and "subscribe_back_in_stock" not in lacks(shop):
        tried = True
        await _refused(
            shop.subscribe_back_in_stock(NOWHERE, "a@example.com", key=_key()), "subscribe_back_in_stock of no variant"
        )
    if not tried:
        raise NotOffered("this shop offers no write")


async def an_exchange_costs_what_was_said(world: World) -> None:
    """What ``price_exchange`` says beforehand is what the receipt charges."""
    swap, shop = world.swap, world.shop
    if swap is None or not isinstance(shop, PricesExchanges) or {"price_exchange", "create_exchange"} & lacks(shop).keys():
        raise NotOffered("this shop offers no exchange, or World.swap is not given")
    said = await shop.price_exchange(swap.number, swap.item, new_sku=swap.new_sku)
    made = await shop.create_exchange(swap.number, swap.item, new_sku=swap.new_sku, reason="too_small", key=_key())
    expect(said == made.difference, f"create_exchange: price_exchange said {said}, and {made.difference} is charged")


async def a_lost_answer_is_not_a_second_write(world: World) -> None:
    """The backend wrote and its answer never came: the same key must not write again, and nobody is told it was not done."""
    await _through(world, world.answer_lost, "answer_lost")


async def half_a_write_is_none(world: World) -> None:
    """The backend failed in the middle: the write is whole, or undone, or said to be unknown; asked again, it is made once."""
    await _through(world, world.broken_midway, "broken_midway")


async def _through(world: World, trouble: Block | None, field: str) -> None:
    if trouble is None:
        raise NotOffered(f"World.{field} is not given: this was not tried")
    for attempt in attempts(world):
        before, key = await seen(world, attempt), _key()
        async with trouble():
            told = await _told(world, attempt, key)
        after = await seen(world, attempt)
        found = await _looked_up(world, key)
        if isinstance(found, ShopError):
            expect(isinstance(found, OutcomeUnknown), f"{attempt.name}: find_receipt raised {found!r}; expected OutcomeUnknown")
            continue
        if found is None:
            expect(after == before, f"{attempt.name}: find_receipt says nothing was made, and the shop has changed")
            expect(not isinstance(told, Receipt), f"{attempt.name}: a receipt was given and find_receipt does not know it")
        if not isinstance(told, ShopError):
            expect(told == found, f"{attempt.name}: was told {told!r}, and find_receipt gives {found!r}")
        await _once_more(world, attempt, key, made=found)


async def _once_more(world: World, attempt: Attempt, key: str, *, made: Receipt | None) -> None:
    before = await seen(world, attempt)
    again = await _told(world, attempt, key)
    if made is not None:
        expect(again == made, f"{attempt.name}: was made, and the same key gives {again!r} instead of {made!r}")
        expect(await seen(world, attempt) == before, f"{attempt.name}: was made, and the same key made it again")
    else:
        expect(isinstance(again, Receipt), f"{attempt.name}: nothing was made, and the same key is now refused: {again!r}")


async def _told(world: World, attempt: Attempt, key: str) -> Receipt | ShopError:
    try:
        return await attempt.make(world.shop, key)
    except ShopError as error:
        return error
    except ToolError as error:
        broken(f"{attempt.name}: the backend failed, and the customer is told it cannot be done: {error}")


async def _looked_up(world: World, key: str) -> Receipt | ShopError | None:
    try:
        return await receipts(world.shop).find_receipt(key)
    except ShopError as error:
        return error


async def _made(world: World, attempt: Attempt, key: str) -> Receipt:
    try:
        return await attempt.make(world.shop, key)
    except ToolError as error:
        broken(
            f"{attempt.name} was refused ({error}); the world must name one that is allowed, and a key used before is no new write"
        )


async def _refused(write: Awaitable[Receipt], what: str) -> None:
    try:
        given = await write
    except ToolError:
        return
    except ShopError as error:
        broken(f"{what} raised {error!r}; expected a ToolError, whose text the customer can be told")
    broken(f"{what} gave {given!r}; expected a ToolError")


def _key() -> str:
    return f"contract-{uuid4().hex}"


IDEMPOTENCY = checks_of(
    "idempotency",
    the_same_key_changes_nothing,
    the_same_key_at_once_is_one_write,
    a_write_is_found_by_its_key,
    a_write_is_found_by_another_process,
    a_key_is_for_one_write,
)
REFUSALS = checks_of(
    "refusals",
    what_has_left_is_not_changed,
    nothing_is_returned_twice,
    a_write_on_nothing_is_refused,
    an_exchange_costs_what_was_said,
)
PARTIAL_FAILURE = checks_of("partial_failure", a_lost_answer_is_not_a_second_write, half_a_write_is_none)
