"""A shop behind HTTP keeps the contract: our client and the example's server, with answers lost on the way."""

import importlib.util
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from support.shop_worlds import a_memory_shop, the_world

from warmline.errors import OutcomeUnknown, ShopDrifted, ShopRefused
from warmline.testing.shop_contract import ShopContract, World
from warmline.tools.capabilities import Capability
from warmline.tools.memoryshop import MemoryShop
from warmline.tools.shop import Shop
from warmline.tools.shops.http import HttpShop
from warmline.tools.shops.service import Service
from warmline.tools.toolbox import tools_for

ROOT = Path(__file__).parents[3]
TOKEN = "t0ken"


def example(name: str) -> Any:
    """A module of docs/examples."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "examples" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Wire(httpx2.AsyncBaseTransport):
    """Between client and server: may lose the answer to a write, or break before the server does it."""

    def __init__(self, shop: MemoryShop) -> None:
        self.inner = httpx2.ASGITransport(app=example("shop_server").shop_server(shop, token=TOKEN))
        self.lost = self.broken = False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.broken and request.method == "POST":
            return httpx2.Response(500)
        response = await self.inner.handle_async_request(request)
        if self.lost and request.method == "POST":
            raise httpx2.ReadTimeout("lost")
        return response

    def service(self, *, token: str = TOKEN, **more: Any) -> Service:
        return Service(
            "the shop", "https://shop.test", headers={"Authorization": f"Bearer {token}"}, transport=self, sleep=at_once, **more
        )

    @asynccontextmanager
    async def set(self, name: str) -> AsyncGenerator[None]:
        setattr(self, name, True)
        yield
        setattr(self, name, False)


async def at_once(_: float) -> None:
    """No wait."""


class TestHttpShop(ShopContract):
    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        memory = a_memory_shop()
        wire = Wire(memory)

        @asynccontextmanager
        async def reopen() -> AsyncGenerator[Shop]:
            async with wire.service() as other:
                yield await HttpShop.open(other)

        async with wire.service() as service:
            yield replace(
                the_world(memory),
                shop=await HttpShop.open(service),
                reopen=reopen,
                answer_lost=lambda: wire.set("lost"),
                broken_midway=lambda: wire.set("broken"),
            )


class NoExchanges(MemoryShop):
    @property
    def lacks(self) -> dict[Capability, str]:
        return {"create_exchange": "we have none"}


async def test_what_the_server_lacks_is_not_offered() -> None:
    memory = a_memory_shop()
    limited = NoExchanges(customers=[], products=[], orders=[], policies=[], clock=memory.clock)
    shop = await HttpShop.open(Wire(limited).service())
    assert "start_exchange" not in {tool.name for tool in tools_for(shop)}
    assert "start_return" in {tool.name for tool in tools_for(shop)}


async def test_a_wrong_token_is_refused_and_examination_says_so() -> None:
    with pytest.raises(ShopRefused, match="Check the credentials"):
        await HttpShop.open(Wire(a_memory_shop()).service(token="wrong"))


async def test_a_wrong_address_is_no_shop_without_orders() -> None:
    missing = httpx2.MockTransport(lambda _: httpx2.Response(404, json={"detail": "Not Found"}))
    with pytest.raises(ShopRefused, match="address"):
        await HttpShop(Service("the shop", "https://shop.test", transport=missing)).get_order("W-10432")
    other = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"hello": "world"}))
    with pytest.raises(ShopDrifted, match="found: missing"):
        await HttpShop(Service("the shop", "https://shop.test", transport=other)).get_order("W-10432")


async def test_a_receipt_of_another_shape_leaves_the_outcome_unknown() -> None:
    drifted = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"kind": "CancellationReceipt", "receipt": {"id": 1}}))
    with pytest.raises(OutcomeUnknown):
        await HttpShop(Service("the shop", "https://shop.test", transport=drifted)).cancel_order("W-1", key="k")


async def test_the_examination_only_reads() -> None:
    memory = a_memory_shop()
    findings = await (await HttpShop.open(Wire(memory).service())).examine()
    assert [one.status for one in findings] == ["ok"]
    assert memory.receipts == {}
