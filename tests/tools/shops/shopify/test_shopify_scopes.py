"""What was not granted is not offered, and an examination says so by reads alone."""

import json
from pathlib import Path

import pytest
from support.shopify_fake import ALL, FakeShopify
from support.shopify_world import ADA, SETTINGS, a_shop, an_open_shop

from warmline.cli import main
from warmline.errors import ShopRefused
from warmline.tools.capabilities import Finding
from warmline.tools.shops.shopify.scopes import LEAST, NEEDED, missing
from warmline.tools.toolbox import tools_for


def test_the_least_scopes_are_enough_and_none_is_idle() -> None:
    assert missing(LEAST) == {}
    for scope in LEAST:
        assert missing([one for one in LEAST if one != scope]), f"{scope} is needed by nothing"
    assert {scope for needed in NEEDED.values() for scope in needed} <= {*LEAST, "read_orders", "read_returns"}


@pytest.mark.parametrize(
    ("scope", "tools"),
    [
        ("write_returns", {"check_return", "start_return", "start_exchange"}),
        ("read_legal_policies", {"get_policy"}),
        ("read_inventory", {"search_products", "get_product", "check_stock", "compare_products", "start_exchange"}),
    ],
)
async def test_a_tool_whose_scope_is_missing_is_not_offered(scope: str, tools: set[str]) -> None:
    async with an_open_shop(FakeShopify(a_shop())) as whole, an_open_shop(FakeShopify(a_shop(), scopes=ALL - {scope})) as shop:
        lost = {tool.name for tool in tools_for(whole)} - {tool.name for tool in tools_for(shop)}
    assert lost == tools
    assert all(scope.removeprefix("write_") in why or scope in why for why in shop.lacks.values())


async def test_reading_scopes_of_returns_and_orders_are_enough_to_answer() -> None:
    scopes = (ALL - {"write_returns", "write_orders"}) | {"read_returns", "read_orders"}
    async with an_open_shop(FakeShopify(a_shop(), scopes=scopes)) as shop:
        names = {tool.name for tool in tools_for(shop)}
        assert "check_return" in names
        assert not names & {"start_return", "start_exchange", "cancel_unshipped_order", "change_shipping_address"}
        assert await shop.check_return("#1002")


async def test_what_shopify_denies_all_the_same_is_said_with_the_scope() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        fake.scopes = ALL - {"read_customers"}
        with pytest.raises(ShopRefused, match="read_customers"):
            await shop.list_orders(ADA)


async def found(fake: FakeShopify, **changes: object) -> list[Finding]:
    async with an_open_shop(fake, SETTINGS.model_copy(update=changes)) as shop:
        return list(await shop.examine())


async def test_an_examination_only_reads_and_finds_nothing_wrong() -> None:
    fake = FakeShopify(a_shop())
    assert {one.status for one in await found(fake)} == {"ok"}
    assert fake.mutations == 0


async def test_an_examination_names_each_missing_scope_and_the_sixty_days() -> None:
    fake = FakeShopify(a_shop(), scopes=ALL - {"write_orders", "read_all_orders"} | {"read_orders"})
    warnings = [one for one in await found(fake) if one.status == "warning"]
    told = " ".join(one.found for one in warnings)
    assert "write_orders was not granted: cancel_order, change_address" in told
    assert "60 days" in told
    assert all(one.remedy for one in warnings)


async def test_a_return_is_not_offered_where_nobody_makes_the_label_that_is_promised() -> None:
    async with an_open_shop(FakeShopify(a_shop()), SETTINGS.model_copy(update={"labels": None})) as shop:
        names = {tool.name for tool in tools_for(shop)}
        assert "check_return" in names
        assert not names & {"start_return", "start_exchange"}
    told = {one.name: one.status for one in await found(FakeShopify(a_shop()), labels=None)}
    assert told["labels"] == "warning"


async def test_an_examination_says_which_rules_are_not_told() -> None:
    told = {one.name: one.status for one in await found(FakeShopify(a_shop()), return_fee=None)}
    assert told["returns"] == "warning"


async def test_exchanges_are_not_offered_where_taxes_come_on_top_or_nothing_is_kept() -> None:
    data = a_shop()
    data.taxes_included = False
    async with an_open_shop(FakeShopify(data)) as shop:
        assert "taxes" in shop.lacks["create_exchange"]
    async with an_open_shop(FakeShopify(a_shop()), SETTINGS.model_copy(update={"exchange_days": None})) as shop:
        assert "EXCHANGE_DAYS" in shop.lacks["create_exchange"]


HOST = """
from support.shopify_fake import ALL, FakeShopify
from support.shopify_world import a_shop, an_open_shop

def open_shop(variables, clock):
    return an_open_shop(FakeShopify(a_shop(), scopes=ALL - {"write_returns"}), clock=clock)
"""


def test_doctor_examines_the_shop_and_says_which_tools_are_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "host_of_shopify.py").write_text(HOST, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]
    monkeypatch.setenv("WARMLINE_SHOP", "host_of_shopify:open_shop")
    assert main(["doctor", "--shop", "--json", "--home", str(tmp_path)]) == 0
    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert "kai.myshopify.com" in told["shop"]["found"]
    assert "write_returns" in told["start_return"]["found"]


def test_doctor_names_the_settings_that_are_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARMLINE_SHOP", "shopify")
    monkeypatch.setenv("WARMLINE_SHOPIFY_DOMAIN", "kai.myshopify.com")
    assert main(["doctor", "--shop", "--json", "--home", str(tmp_path)]) == 1
    assert "WARMLINE_SHOPIFY_DELIVERY_DAYS" in capsys.readouterr().out
