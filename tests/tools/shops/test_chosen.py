"""Which shop is served: by name, or by where a host's stands; every mistake is named."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from warmline.errors import SettingsError
from warmline.settings import Settings
from warmline.testing import MemoryShop
from warmline.tools.clock import Clock, SystemClock
from warmline.tools.shops.chosen import open_chosen

HERE = "test_chosen_shops"


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "from warmline.testing import MemoryShop as made",
        "from contextlib import asynccontextmanager",
        "@asynccontextmanager",
        "async def opened(variables, clock):",
        "    shop = made()",
        "    shop.token = variables['WARMLINE_MINE_TOKEN']",
        "    yield shop",
        "    shop.token = 'closed'",
        "async def awaited(): return made()",
        "def nothing(): return None",
        "number = 4",
    ]
    (tmp_path / f"{HERE}.py").write_text("\n".join(lines), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]


@asynccontextmanager
async def chosen(choice: str, variables: Mapping[str, str] | None = None) -> AsyncGenerator[object]:
    clock: Clock = SystemClock()
    async with open_chosen(choice, variables=variables or {}, clock=clock) as shop:
        yield shop


@pytest.mark.parametrize("name", ["made", "awaited"])
async def test_a_function_without_arguments_gives_a_shop(name: str) -> None:
    async with chosen(f"{HERE}:{name}") as shop:
        assert isinstance(shop, MemoryShop)


async def test_one_with_variables_and_clock_opens_and_closes_it() -> None:
    async with chosen(f"{HERE}:opened", {"WARMLINE_MINE_TOKEN": "t"}) as shop:
        assert vars(shop)["token"] == "t"
    assert vars(shop)["token"] == "closed"


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("shopfy", "'shopfy' is no shop; expected one of demo, http"),
        ("no_such_module:shop", "needs the module 'no_such_module'"),
        (f"{HERE}:other", "has no function 'other'"),
        (f"{HERE}:number", "has no function 'number'"),
        (f"{HERE}:nothing", "gave a NoneType"),
        ("http", "WARMLINE_HTTP_URL: is not set"),
    ],
)
async def test_a_mistake_is_named(choice: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        async with chosen(choice):
            pass


def test_settings_hold_the_choice_and_show_no_secret() -> None:
    settings = Settings.from_env({"WARMLINE_SHOP": "http", "WARMLINE_HTTP_TOKEN": "s3cret", "OTHER": "x"})
    assert settings.shop == "http"
    assert settings.variables["WARMLINE_HTTP_TOKEN"] == "s3cret"
    assert "OTHER" not in settings.variables
    assert "s3cret" not in repr(settings)
    assert Settings.from_env({}).shop == "demo"
