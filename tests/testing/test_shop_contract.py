"""Our own shops keep the contract; a shop that does not fails the check that names why."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from support.shop_worlds import a_memory_shop, a_memory_world, the_world

from warmline.errors import ShopError, ToolError
from warmline.testing import MemoryShop, dollars
from warmline.testing.shop_contract import CHECKS, ShopContract, World, run_contract
from warmline.tools.capabilities import Capability
from warmline.tools.model import CancellationReceipt, Customer, Money, Order, Product, Receipt, ReturnReceipt

R = TypeVar("R", bound=Receipt)


class TestTheShopInMemory(ShopContract):
    def world(self) -> AbstractAsyncContextManager[World]:
        return a_memory_world()


class EverybodysOrders(MemoryShop):
    """An empty or unknown customer id is no filter."""

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        return await super().list_orders(customer_id) or list(self.records.orders.values())


class FindsTheBeginning(MemoryShop):
    """Looks orders up with a search that takes a part of a number."""

    async def get_order(self, number: str) -> Order | None:
        return next((order for order in self.records.orders.values() if number and order.number.startswith(number)), None)


class WrongOwner(MemoryShop):
    """Says of every order that it is the customer's who asked last."""

    async def get_order(self, number: str) -> Order | None:
        order = await super().get_order(number)
        return order and order.model_copy(update={"customer_id": "C-1001"})


class NobodysAddress(MemoryShop):
    """Shows the contact's address instead of the order's."""

    async def get_order(self, number: str) -> Order | None:
        order = await super().get_order(number)
        return order and order.model_copy(update={"email": "nobody@example.invalid"})


class OnePage(MemoryShop):
    """Reads the first page of a list and takes it for the whole."""

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        return (await super().list_orders(customer_id))[:50]


class OldestFirst(MemoryShop):
    """Lists orders as the backend gives them."""

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        return (await super().list_orders(customer_id))[::-1]


class Floats(MemoryShop):
    """Computes money in floats."""

    async def get_product(self, reference: str) -> Product | None:
        product = await super().get_product(reference)
        if product is None:
            return None
        rough = [
            one.model_copy(update={"price": Money(amount=Decimal(float(one.price.amount) * 1.1))}) for one in product.variants
        ]
        return product.model_copy(update={"variants": tuple(rough)})


class Cents(MemoryShop):
    """Takes minor units for major ones."""

    async def get_order(self, number: str) -> Order | None:
        order = await super().get_order(number)
        return order and order.model_copy(update={"total": order.total.times(100)})


class AnotherCurrency(MemoryShop):
    """Shows the shipping in the shop's currency and the rest in the customer's."""

    async def get_order(self, number: str) -> Order | None:
        order = await super().get_order(number)
        return order and order.model_copy(update={"shipping": Money(amount=Decimal(5), currency="EUR")})


class LosesZones(MemoryShop):
    """Takes the shop's local time for UTC."""

    async def get_order(self, number: str) -> Order | None:
        order = await super().get_order(number)
        return order and order.model_copy(update={"placed_at": order.placed_at.replace(tzinfo=UTC)})


class NaiveTimes(MemoryShop):
    """Gives times without a zone."""

    async def get_order(self, number: str) -> Order | None:
        order = await super().get_order(number)
        return order and order.model_copy(update={"promised": order.promised.replace(tzinfo=None)})


class RaisesForNothing(MemoryShop):
    """A product that is not there is an error."""

    async def get_product(self, reference: str) -> Product | None:
        found = await super().get_product(reference)
        if found is None:
            raise ShopError("HTTP 404")
        return found


class AnyCustomer(MemoryShop):
    """Takes the best match for a customer id."""

    async def get_customer(self, customer_id: str) -> Customer | None:
        return await super().get_customer(customer_id) or next(iter(self.records.customers.values()))


class AlwaysNew(MemoryShop):
    """Ignores the key."""

    def _once(self, key: str, made: type[R], work: Callable[[], R]) -> R:
        return super()._once(uuid4().hex, made, work)


class NewReceipts(MemoryShop):
    """Writes once, and answers each call with a receipt of that moment."""

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        receipt = await super().cancel_order(number, key=key)
        return receipt.model_copy(update={"refund": dollars(str(len(uuid4().hex) + uuid4().int % 97))})


class Forgets(MemoryShop):
    """Does not know what it wrote."""

    async def find_receipt(self, key: str) -> Receipt | None:
        return None


class AnyReceipt(MemoryShop):
    """Finds a receipt for every key."""

    async def find_receipt(self, key: str) -> Receipt | None:
        return CancellationReceipt(order_number="W-10460", refund=dollars("1.00"), cancelled_at=self.clock.now())


class ChecksAfterwards(MemoryShop):
    """Looks for the key, writes, and only then notes it: two at once both write."""

    async def create_return(self, number: str, *args: Any, key: str, **kwargs: Any) -> ReturnReceipt:
        if key not in self.receipts:
            await asyncio.sleep(0)
            self.receipts.pop(key, None)
        return await super().create_return(number, *args, key=key, **kwargs)


class CancelsAnything(MemoryShop):
    """Does not ask whether an order has left."""

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        order = await self.get_order(number)
        if order is not None:
            self.records.orders[order.number] = order.model_copy(update={"status": "processing", "shipments": ()})
        return await super().cancel_order(number, key=key)


class RefusesWithAnError(MemoryShop):
    """What its rules do not allow looks like a failure."""

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        try:
            return await super().cancel_order(number, key=key)
        except ToolError as error:
            raise ShopError(str(error)) from error


NAMED = {one.name: one for one in CHECKS}
BROKEN: dict[type[MemoryShop], str] = {
    EverybodysOrders: "ownership.a_pattern_is_no_customer",
    FindsTheBeginning: "ownership.a_pattern_is_no_order",
    WrongOwner: "ownership.another_customers_order_is_as_none",
    NobodysAddress: "ownership.a_guest_needs_the_address",
    AnyCustomer: "ownership.a_pattern_is_no_customer",
    Floats: "money.no_amount_was_a_float",
    Cents: "money.amounts_are_exact",
    AnotherCurrency: "money.one_order_has_one_currency",
    LosesZones: "times.a_moment_is_the_same_moment",
    NaiveTimes: "times.every_time_has_a_zone",
    OnePage: "pages.a_list_is_whole",
    OldestFirst: "pages.a_list_is_newest_first",
    RaisesForNothing: "not_found.what_is_not_there_is_nothing",
    AlwaysNew: "idempotency.the_same_key_changes_nothing",
    NewReceipts: "idempotency.the_same_key_changes_nothing",
    ChecksAfterwards: "idempotency.the_same_key_at_once_is_one_write",
    Forgets: "idempotency.a_write_is_found_by_its_key",
    AnyReceipt: "idempotency.a_write_is_found_by_its_key",
    CancelsAnything: "refusals.what_has_left_is_not_changed",
    RefusesWithAnError: "refusals.what_has_left_is_not_changed",
}


@pytest.mark.parametrize(("kind", "check"), BROKEN.items(), ids=[kind.__name__ for kind in BROKEN])
async def test_a_broken_shop_fails_the_check_that_names_why(kind: type[MemoryShop], check: str) -> None:
    [outcome] = await run_contract(partial(a_memory_world, kind), [NAMED[check]])
    assert outcome.state == "broken"
    assert outcome.why


class HalfWrites(MemoryShop):
    """Its backend fails in the middle and what was done before stays, without a word."""

    failing = False

    def _once(self, key: str, made: type[R], work: Callable[[], R]) -> R:
        if not self.failing:
            return super()._once(key, made, work)
        work()
        raise ShopError("failed in the middle")


class SaysItWasNot(HalfWrites):
    """What was perhaps done is told as what cannot be done."""

    def _once(self, key: str, made: type[R], work: Callable[[], R]) -> R:
        try:
            return super()._once(key, made, work)
        except ShopError as error:
            raise ToolError("That is not possible.") from error


@asynccontextmanager
async def failing_world(kind: type[HalfWrites]) -> AsyncGenerator[World]:
    shop = a_memory_shop(kind)
    assert isinstance(shop, HalfWrites)

    @asynccontextmanager
    async def trouble() -> AsyncGenerator[None]:
        shop.failing = True
        yield
        shop.failing = False

    world = the_world(shop)
    yield replace(world, answer_lost=trouble, broken_midway=trouble)


@pytest.mark.parametrize("kind", [HalfWrites, SaysItWasNot])
async def test_a_shop_that_leaves_half_a_write_is_found_out(kind: type[HalfWrites]) -> None:
    outcomes = await run_contract(partial(failing_world, kind))
    broken = {one.check for one in outcomes if one.state == "broken"}
    assert broken == {"partial_failure.half_a_write_is_none", "partial_failure.a_lost_answer_is_not_a_second_write"}


async def test_what_a_shop_offers_must_be_tried() -> None:
    @asynccontextmanager
    async def bare() -> AsyncGenerator[World]:
        async with a_memory_world() as world:
            yield replace(world, unshipped=None)

    [found] = await run_contract(bare, [NAMED["idempotency.the_same_key_changes_nothing"]])
    assert (found.state, "World.unshipped must be given" in found.why) == ("broken", True)


class NoChanges(MemoryShop):
    """Says that it changes no orders."""

    @property
    def lacks(self) -> dict[Capability, str]:
        return {"cancel_order": "no scope", "change_address": "no scope"}


async def test_what_a_shop_lacks_is_not_tried() -> None:
    @asynccontextmanager
    async def bare() -> AsyncGenerator[World]:
        async with a_memory_world(NoChanges) as world:
            yield replace(world, unshipped=None, shipped=None)

    outcomes = await run_contract(bare)
    assert {one.check for one in outcomes if one.state == "broken"} == set()
    assert {one.check for one in outcomes if one.state == "skipped"} >= {"refusals.what_has_left_is_not_changed"}
