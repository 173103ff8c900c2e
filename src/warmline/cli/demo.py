"""``warmline demo``: who can be played in the demo shop, what they ordered, and a fresh start."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import ToolError, UsageError

from .exits import NOT_AS_ASKED
from .options import Home, Json, example

if TYPE_CHECKING:
    from warmline.settings import Settings
    from warmline.tools.model import Customer, Order, Variant

commands = typer.Typer(
    help="The demo shop: customers, orders, a delivery, a fresh start.",
    epilog=example(
        "warmline demo customers",
        "warmline demo orders C-1001",
        "warmline demo restock HP-CREW-RED-M",
        "warmline demo reset --yes",
    ),
    no_args_is_help=True,
)


@commands.command("customers", epilog=example("warmline demo customers", "warmline chat --as C-1001"))
def customers(json: Json = False, home: Home = None) -> None:
    """List the customers you can play.

    With their newest order, to have something to ask about.
    """
    from warmline.settings import Settings

    from .screen import console, jsonable, print_json, print_table

    found = asyncio.run(_customers(Settings.from_env(home=home)))
    if json:
        print_json([{**jsonable(one), "orders": len(orders)} for one, orders in found])
        return
    print_table(
        ["id", "name", "e-mail", "tier", "spent", "orders", "newest order"],
        [_customer_row(one, orders) for one, orders in found],
        console=console(),
    )


@commands.command("orders", epilog=example("warmline demo orders C-1001", "warmline demo orders maya.brooks@example.com --json"))
def orders(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="An id or an e-mail address.")],
    json: Json = False,
    home: Home = None,
) -> None:
    """List what a customer ordered, newest first."""
    from warmline.settings import Settings

    from .screen import console, jsonable, print_json, print_table

    found = asyncio.run(_orders(Settings.from_env(home=home), customer))
    if json:
        print_json([jsonable(order) for order in found])
    elif not found:
        typer.echo(f"{customer} has not ordered anything.")
    else:
        print_table(["order", "placed", "status", "total", "items"], [_order_row(order) for order in found], console=console())


@commands.command(
    "restock", epilog=example("warmline demo restock HP-CREW-RED-M", "warmline demo restock HP-CREW-RED-M --units 20")
)
def restock(
    sku: Annotated[str, typer.Argument(metavar="SKU", help="Which variant, such as HP-CREW-RED-M.")],
    units: Annotated[int, typer.Option("--units", min=1, max=10_000, help="How many arrive.")] = 5,
    json: Json = False,
    home: Home = None,
) -> None:
    """Let a delivery arrive: a sold-out variant is back in stock.

    Who asked to be told is told by the next round of a worker, once.
    """
    from warmline.settings import Settings

    from .screen import print_json

    there, waiting = asyncio.run(_restock(Settings.from_env(home=home), sku, units))
    if json:
        print_json({"sku": there.sku, "units": there.units, "waiting": waiting})
        return
    typer.echo(f"{there.sku}: {there.units} in stock.")
    remedy = " To tell them: warmline worker --once, then warmline outbox list." if waiting else ""
    typer.echo(f"{waiting or 'Nobody'} {'waits' if waiting < 2 else 'wait'} to be told.{remedy}")


@commands.command("reset", epilog=example("warmline demo reset", "warmline demo reset --yes"))
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: Home = None,
) -> None:
    """Build the demo shop anew.

    Returns, exchanges and sign-ups made in it are gone; conversations and cases stay.
    """
    from warmline.settings import Settings

    settings = Settings.from_env(home=home)
    if not (yes or _agreed(settings)):
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(NOT_AS_ASKED)
    asyncio.run(_reset(settings))
    typer.echo(f"{settings.shop_file} is as on the first day.")


def _agreed(settings: "Settings") -> bool:
    if not sys.stdin.isatty():
        raise UsageError("'warmline demo reset' asks before it builds the shop anew; without a terminal add --yes")
    return typer.confirm(f"Build {settings.shop_file} anew? Returns, exchanges and sign-ups in it will be gone.")


async def _customers(settings: "Settings") -> list[tuple["Customer", list["Order"]]]:
    from .assembly import open_shop
    from .customers import list_customers

    async with open_shop(settings) as shop:
        return [(one, list(await shop.list_orders(one.customer_id))) for one in await list_customers(shop)]


async def _orders(settings: "Settings", customer: str) -> list["Order"]:
    from .assembly import open_shop
    from .customers import find_customer

    async with open_shop(settings) as shop:
        found = await find_customer(shop, customer)
        return list(await shop.list_orders(found.customer_id))


async def _reset(settings: "Settings") -> None:
    from .assembly import open_shop, remove_shop

    await remove_shop(settings)
    async with open_shop(settings):
        pass


async def _restock(settings: "Settings", sku: str, units: int) -> tuple["Variant", int]:
    from .assembly import open_shop

    async with open_shop(settings) as shop:
        try:
            return await shop.restock(sku, units)
        except ToolError as error:
            raise UsageError(f"the demo shop has no variant {sku!r}; 'warmline chat' shows SKUs where there are some") from error


def _customer_row(customer: "Customer", orders: list["Order"]) -> list[str]:
    newest = f"{orders[0].number} {orders[0].status.replace('_', ' ')}, {orders[0].lines[0].label}" if orders else ""
    spent = str(customer.lifetime_value)
    return [customer.customer_id, customer.name, customer.email, customer.tier or "unknown", spent, str(len(orders)), newest]


def _order_row(order: "Order") -> list[str]:
    items = "; ".join(f"{line.quantity} × {line.label}" for line in order.lines)
    return [order.number, f"{order.placed_at:%Y-%m-%d}", order.status.replace("_", " "), str(order.total), items]
