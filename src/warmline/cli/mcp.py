"""``warmline mcp``: the shop's tools for an assistant that speaks the Model Context Protocol."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import OK
from .options import Home, example

if TYPE_CHECKING:
    from warmline.settings import Settings

command = typer.Typer()


@command.command("mcp", epilog=example("warmline mcp --as C-1001", "WARMLINE_SHOP=http warmline mcp"))
def mcp(
    who: Annotated[
        str | None, typer.Option("--as", metavar="CUSTOMER", help="Who is signed in, by id; a guest unless given.")
    ] = None,
    session: Annotated[
        str | None, typer.Option("--session", metavar="ID", help="Make the same change once across restarts with this id.")
    ] = None,
    home: Home = None,
) -> int:
    """Serve the tools over stdin and stdout (docs/mcp.md).

    Who the customer is comes from this command, never from a model. A change needs the person's yes, which the client asks for
    (elicitation); without it nothing is changed. Needs warmline[mcp].
    """
    from warmline.settings import Settings

    asyncio.run(_serve(Settings.from_env(home=home), who, session))
    return OK


async def _serve(settings: "Settings", who: str | None, session: str | None) -> None:
    import secrets

    from warmline.errors import SettingsError
    from warmline.mcp.counter import Counter
    from warmline.mcp.server import mcp_server
    from warmline.tools.access import Access
    from warmline.tools.clock import SystemClock

    from .app import installed
    from .assembly import open_chosen_shop
    from .customers import find_customer

    try:
        from mcp.server.stdio import stdio_server
    except ModuleNotFoundError as error:
        raise SettingsError(f"warmline mcp needs the package {error.name!r}; pip install 'warmline[mcp]'") from error
    clock = SystemClock()
    async with open_chosen_shop(settings, clock=clock) as shop:
        customer = None if who is None else await find_customer(shop, who)
        counter = Counter(shop=shop, access=Access(customer=customer), clock=clock, session=session or secrets.token_hex(16))
        server = mcp_server(counter, version=installed())
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())
