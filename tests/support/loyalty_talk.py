"""Turns of an agent that may use the loyalty server."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from support.loyalty import over_http
from support.loyalty_server import Loyalty
from support.world import World
from warmline import SupportAgent
from warmline.agent.guard.limits import Limits
from warmline.testing import Entry, FixedGuard, ScriptedModel, calls
from warmline.tools.mcp_servers.allowed import AllowedTool, McpServer

REDEEM = calls("loyalty_redeem", points=500)


def an_agent(
    world: World, server: McpServer, store_url: str | None, *script: Entry, limits: Limits | None = None
) -> tuple[SupportAgent, ScriptedModel]:
    model = ScriptedModel(script)
    agent = SupportAgent(
        model=model,
        shop=world.shop,
        store=store_url or world.folder / "warmline.db",
        guard=FixedGuard(),
        clock=world.clock,
        mcp=[server],
        limits=limits,
    )
    world.agents.append(agent)
    return agent, model


@asynccontextmanager
async def talk(
    world: World,
    store_url: str | None,
    *script: Entry,
    tools: dict[str, AllowedTool] | None = None,
    limits: Limits | None = None,
    **said: Any,
) -> AsyncGenerator[tuple[SupportAgent, ScriptedModel, Loyalty]]:
    async with over_http(world.folder, tools, **said) as (server, loyalty):
        agent, model = an_agent(world, server, store_url, *script, limits=limits)
        yield agent, model, loyalty
        await agent.close()


def misbehave(folder: Path, fault: str) -> None:
    (folder / "fault").write_text(fault)
