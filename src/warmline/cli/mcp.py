"""``warmline mcp``: the shop's tools for an assistant that speaks the Model Context Protocol, and what a host's own servers offer."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import OK
from .options import Home, Json, example

if TYPE_CHECKING:
    from warmline.settings import Settings

commands = typer.Typer()


@commands.callback(
    invoke_without_command=True,
    epilog=example(
        "warmline mcp --as C-1001", "WARMLINE_SHOP=http warmline mcp", "warmline mcp tools https://mcp.example.com/mcp"
    ),
)
def mcp(
    context: typer.Context,
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
    if context.invoked_subcommand is not None:
        return OK
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


@commands.command(
    "tools",
    epilog=example(
        "warmline mcp tools https://mcp.example.com/mcp --header 'Authorization=Bearer ${WARMLINE_LOYALTY_TOKEN}'",
        "warmline mcp tools --name loyalty -- python -m loyalty_server",
        "warmline mcp tools --only get_points -- python -m loyalty_server > servers.yaml",
    ),
)
def tools(
    where: Annotated[list[str], typer.Argument(metavar="URL|COMMAND...", help="A server's URL, or the command that starts one.")],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What to call it: its tools' names begin so.")] = "server",
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="TOOL", help="Print this tool alone; may be repeated.")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option("--header", metavar="NAME=VALUE", help="Send a header; ${WARMLINE_...} is put in.")
    ] = None,
    env: Annotated[
        list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help="Set a variable for the command; likewise.")
    ] = None,
    json: Json = False,
) -> int:
    """List the tools of a server of yours, and print the lines that allow the agent to use them.

    Nothing is called. Paste what you allow into the file that WARMLINE_MCP names, and replace each DECIDE: whether a tool
    reads or writes, and whom it is about. Put a -- before a command. Needs warmline[mcp].
    """
    from .mcp_tools import show_tools

    asyncio.run(show_tools(where, name, only=only or [], headers=header or [], env=env or [], json=json))
    return OK
