"""From settings to the things that serve: the shop, the store, the model, the agent, the desk."""

import asyncio
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warmline.errors import SettingsError
from warmline.settings import DEMO, Settings
from warmline.tools.clock import Clock, SystemClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from warmline.agent.agent import SupportAgent
    from warmline.agent.desk.desk import Desk
    from warmline.agent.guard.guard import Guard
    from warmline.agent.models.base import Model
    from warmline.agent.models.openai import OpenAIModel
    from warmline.agent.models.retry import Sleep
    from warmline.agent.store.store import Store
    from warmline.tools.shop import Shop
    from warmline.tools.sqlshop import SqlShop

SHOP_NAME = "Harbour & Pine"
NO_LANGUAGE_MODEL = "embedded model: no language model; set OPENAI_API_KEY or OPENAI_BASE_URL for one"
SQLITE_MAGIC = b"SQLite format 3\0"
"""How every SQLite file begins (https://sqlite.org/fileformat.html)."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """Everything a chat needs, open."""

    shop: "Shop"
    store: "Store"
    agent: "SupportAgent"
    desk: "Desk"
    model: str
    shop_name: str = SHOP_NAME


def name_of(shop: "Shop", settings: Settings) -> str:
    """What a customer sees the shop called: by the demo shop, by the shop itself, else as it was chosen."""
    called: object = SHOP_NAME if settings.shop == DEMO else getattr(shop, "name", None)
    return called if isinstance(called, str) and called else settings.shop


@asynccontextmanager
async def open_service(
    settings: Settings, *, clock: Clock | None = None, model: "Model | None" = None, guard: "Guard | None" = None
) -> AsyncGenerator[Service]:
    """The agent over the chosen shop and the store; ``model`` and ``guard`` stand in for the configured ones."""
    from warmline.agent.agent import SupportAgent
    from warmline.tools.mcp_servers.file import chosen_servers

    clock, mcp = clock or SystemClock(), chosen_servers(settings.variables)
    async with (
        open_chosen_shop(settings, clock=clock) as shop,
        open_store(settings, clock=clock) as store,
        _own_model(settings) as own,
        SupportAgent(
            shop=shop, model=model or own, store=store, policy=settings.policy, guard=guard, clock=clock, mcp=mcp
        ) as agent,
    ):
        told = describe_model(settings, model)
        yield Service(shop=shop, store=store, agent=agent, desk=await agent.desk(), model=told, shop_name=name_of(shop, settings))


@asynccontextmanager
async def _own_model(settings: Settings) -> AsyncGenerator["OpenAIModel | None"]:
    model = choose_model(settings)
    try:
        yield model
    finally:
        if model is not None:
            await model.aclose()


@asynccontextmanager
async def open_desk(settings: Settings, *, clock: Clock | None = None) -> AsyncGenerator["Desk"]:
    """The human queue alone, on the terms of the policy; no shop, no model."""
    from warmline.agent.desk.desk import Desk

    async with open_store(settings, clock=clock) as store:
        yield Desk(store, lambda: load_guard(settings.policy).terms)


@asynccontextmanager
async def open_chosen_shop(settings: Settings, *, clock: Clock | None = None) -> AsyncGenerator["Shop"]:
    """The shop of ``WARMLINE_SHOP``, the demo shop unless another is named; with the service of ``WARMLINE_MARKETING``, if one is."""
    from warmline.tools.shops.chosen import open_marketed

    async with open_shop_alone(settings, clock=clock) as shop:
        if (marketing := settings.variables.get("WARMLINE_MARKETING")) is None:
            yield shop
            return
        clock = clock or SystemClock()
        async with open_marketed(marketing, shop, variables=settings.variables, clock=clock) as both:
            yield both


@asynccontextmanager
async def open_shop_alone(settings: Settings, *, clock: Clock | None = None) -> AsyncGenerator["Shop"]:
    """The same without the service: for what concerns the shop alone."""
    from warmline.tools.shops.chosen import open_chosen

    if settings.shop == DEMO:
        async with open_shop(settings, clock=clock) as demo:
            yield demo
    else:
        async with open_chosen(settings.shop, variables=settings.variables, clock=clock or SystemClock()) as shop:
            yield shop


@asynccontextmanager
async def open_shop(settings: Settings, *, clock: Clock | None = None) -> AsyncGenerator["SqlShop"]:
    """The demo shop in the home; made on first use."""
    from sqlalchemy import URL

    from warmline.tools.demo import open_demo_shop

    prepare_home(settings)
    url = URL.create("sqlite", database=str(settings.shop_file))
    shop = await open_demo_shop(url, clock=clock or SystemClock(), labels=settings.labels)
    async with shop:
        yield shop


@asynccontextmanager
async def open_store(settings: Settings, *, clock: Clock | None = None) -> AsyncGenerator["Store"]:
    """The conversations' database; its tables are made on first use. ``SettingsError`` for a URL no driver takes."""
    from warmline.agent.store.store import Store

    prepare_home(settings)
    with usable_url():
        store = await Store.open(settings.database_url, clock=clock or SystemClock())
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncGenerator["AsyncEngine"]:
    """The conversations' database as it is: its tables are neither made nor looked at."""
    from warmline.agent.store.database import open_engine

    prepare_home(settings)
    with usable_url():
        engine, held = open_engine(settings.database_url)
    try:
        yield engine
    finally:
        await engine.dispose()
        if held is not None:
            held.close()


@contextmanager
def usable_url() -> Generator[None]:
    """``SettingsError`` for a URL no driver takes."""
    from sqlalchemy.exc import ArgumentError

    try:
        yield
    except (ArgumentError, ValueError) as error:  # its words may hold a piece of a password
        raise SettingsError(
            "WARMLINE_DATABASE_URL: is no URL; expected sqlite:///file.db or postgresql://user@host:5432/name,"
            " with the signs / @ : # of a password written as %2F %40 %3A %23"
        ) from error


async def remove_shop(settings: Settings) -> None:
    """Take the demo shop out of its database (another process that has it open sees the new one), or a file that is none away."""
    from sqlalchemy import URL

    from warmline.tools.sqlshop.database import Database
    from warmline.tools.sqlshop.tables import ShopTable

    file = settings.shop_file
    if not file.is_file():
        return
    if file.read_bytes()[:16] not in (b"", SQLITE_MAGIC):
        file.unlink()
        return
    database = Database(url=URL.create("sqlite", database=str(file)))
    try:
        async with database.transaction() as session:
            await (await session.connection()).run_sync(ShopTable.metadata.drop_all)
    finally:
        await database.close()


def prepare_home(settings: Settings) -> None:
    """Make the home, for its owner alone, if it is missing; ``SettingsError`` if it cannot be written."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        usable, why = os.access(settings.home, os.W_OK | os.X_OK), "it is not yours to write"
    except OSError as error:
        usable, why = False, error.strerror or str(error)
    if not usable:
        raise SettingsError(
            f"WARMLINE_HOME: {str(settings.home)!r} cannot be used ({why}); name a folder you may write, or use --home"
        )


def choose_model(
    settings: Settings, *, attempts: int = 4, budget_seconds: float = 60.0, sleep: "Sleep" = asyncio.sleep
) -> "OpenAIModel | None":
    """The configured language model, or ``None`` for the embedded one; ``sleep`` is how it waits before it asks again."""
    if settings.embedded:
        return None
    from warmline.agent.models.openai import OpenAIModel

    return OpenAIModel(
        settings.model or "",
        api_key=settings.api_key,
        base_url=settings.base_url,
        direct=settings.direct,
        attempts=attempts,
        budget_seconds=budget_seconds,
        sleep=sleep,
    )


def describe_model(settings: Settings, model: "Model | None" = None) -> str:
    """Who answers, in words for the person at the terminal."""
    if model is not None:
        return model.name
    if settings.embedded:
        return NO_LANGUAGE_MODEL
    return f"{settings.model} at {settings.server}"


def load_guard(policy: Path | None) -> "Guard":
    """The guard with this policy, or the default one; ``SettingsError`` if the file cannot be used."""
    from warmline.agent.guard.guard import Guard
    from warmline.agent.guard.policy import Policy

    if policy is not None and not policy.is_file():
        raise SettingsError(f"{str(policy)!r} is no file; expected a policy in YAML")
    return Guard(policy=Policy.load(policy))


def ready_guard(policy: Path | None) -> "Guard":
    """The same with its weights loaded; ``SettingsError`` if they cannot be, instead of sending every message to a person."""
    guard = load_guard(policy)
    _ = guard.classifier
    return guard
