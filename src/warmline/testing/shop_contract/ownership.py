"""Nobody reaches another customer's orders, whatever number, address or pattern is asked for.

Whose order it is, is decided by ``Access`` from what the shop answers: so the tools are tried too, over this shop.
"""

from warmline.errors import ToolError
from warmline.testing.bench import ToolBench
from warmline.tools.access import ASK_EMAIL, NOT_FOUND

from .verdicts import broken, checks_of, expect
from .world import World

PATTERNS = ("", " ", "*", "%", "_", "' OR '1'='1", "*:*", "%25", "..", "null")
"""What means everything to one query language or another."""


async def an_order_says_whose_it_is(world: World) -> None:
    """A wrong owner or address here would show the order to somebody else."""
    for known in (world.order, world.foreign):
        order = await world.shop.get_order(known.number)
        if order is None:
            broken(f"get_order({known.number!r}) gave None; expected the order")
        expect(order.customer_id == known.customer_id, f"{known.number}: customer_id is {order.customer_id!r}, not its owner's")
        expect(order.email.strip().casefold() == known.email.strip().casefold(), f"{known.number}: email is not its owner's")


async def a_list_holds_only_the_customers_own(world: World) -> None:
    """``list_orders`` of one customer has none of another's."""
    for mine, theirs in ((world.order, world.foreign), (world.foreign, world.order)):
        listed = await world.shop.list_orders(mine.customer_id)
        numbers = [order.number for order in listed]
        expect(mine.number in numbers, f"list_orders({mine.customer_id!r}) lacks {mine.number}")
        expect(
            theirs.number not in numbers, f"list_orders({mine.customer_id!r}) has {theirs.number}, which is another customer's"
        )
        strangers = {order.customer_id for order in listed} - {mine.customer_id}
        expect(not strangers, f"list_orders({mine.customer_id!r}) has orders of {sorted(strangers)}")


async def a_pattern_is_no_customer(world: World) -> None:
    """An empty or clever id must not list everybody's orders."""
    for pattern in PATTERNS:
        found = await world.shop.list_orders(pattern)
        expect(not found, f"list_orders({pattern!r}) gave {len(found)} orders; expected none")
        expect(await world.shop.get_customer(pattern) is None, f"get_customer({pattern!r}) gave somebody; expected None")


async def a_pattern_is_no_order(world: World) -> None:
    """Nor may a part of a number, or a query, find an order."""
    number = world.order.number
    for pattern in (*PATTERNS, number[:-1], f"{number}*", f"{number} OR {world.foreign.number}"):
        found = await world.shop.get_order(pattern)
        expect(
            found is None or _digits(found.number) == _digits(pattern),
            f"get_order({pattern!r}) gave {found and found.number}; expected None",
        )


async def another_customers_order_is_as_none(world: World) -> None:
    """A signed-in customer is told the same of another's order and of one that does not exist."""
    bench = ToolBench(world.shop, customer=await world.shop.get_customer(world.order.customer_id), clock=world.clock)
    expect(
        bench.access.customer is not None, f"get_customer({world.order.customer_id!r}) gave None; expected the owner of an order"
    )
    theirs = await _refusal(bench, world.foreign.number)
    expect(theirs == await _refusal(bench, _unknown(world)) == NOT_FOUND, f"another's order was answered {theirs!r}")
    shown = await bench.tell("get_order", order_number=world.order.number)
    expect(shown["number"] == world.order.number, "the customer's own order was not shown")


async def a_guest_needs_the_address(world: World) -> None:
    """Number alone, or with a wrong address, shows nothing; number and address together show the order."""
    known = world.order
    expect(await _refusal(ToolBench(world.shop), known.number) == ASK_EMAIL, "a guest was shown an order for its number alone")
    for email in ("nobody@example.invalid", world.foreign.email):
        told = await _refusal(ToolBench(world.shop), known.number, email=email)
        none = await _refusal(ToolBench(world.shop), _unknown(world), email=email)
        expect(told == none == NOT_FOUND, f"a guest with the wrong address was told {told!r}")
    shown = await ToolBench(world.shop, clock=world.clock).tell("get_order", order_number=known.number, email=known.email)
    expect(shown["number"] == known.number, "a guest with number and address was not shown the order")


async def _refusal(bench: ToolBench, number: str, *, email: str | None = None) -> str:
    try:
        await bench.tell("get_order", order_number=number, email=email)
    except ToolError as error:
        return str(error)
    return broken(f"get_order showed {number!r} to somebody who may not see it")


def _unknown(world: World) -> str:
    return f"{world.order.number}99999"


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).casefold()


OWNERSHIP = checks_of(
    "ownership",
    an_order_says_whose_it_is,
    a_list_holds_only_the_customers_own,
    a_pattern_is_no_customer,
    a_pattern_is_no_order,
    another_customers_order_is_as_none,
    a_guest_needs_the_address,
)
