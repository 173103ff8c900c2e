"""A shell with a home of its own; the demo shop is built once and copied."""

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from support.shell import Script, Shell

from warmline.agent.guard.guard import Guard
from warmline.agent.models.base import Model
from warmline.cli import assembly
from warmline.settings import Settings
from warmline.testing import Entry, FixedGuard, ScriptedModel


@pytest.fixture(scope="session")
def built_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a demo shop as it is on the first day."""
    settings = Settings.from_env({}, home=tmp_path_factory.mktemp("shop"))

    async def build() -> None:
        async with assembly.open_shop(settings):
            pass

    asyncio.run(build())
    return settings.shop_file


@pytest.fixture
def home(tmp_path: Path, built_shop: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a demo shop in it, and nothing else set."""
    for name in [name for name in os.environ if name.startswith(("WARMLINE_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(built_shop, folder / "shop.db")
    monkeypatch.setenv("WARMLINE_HOME", str(folder))
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings.from_env()


@pytest.fixture
def shell(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(home, capsys, monkeypatch)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Let the agent of ``warmline chat`` say what a script says, behind a guard that reads one thing."""
    opened: Callable[..., AbstractAsyncContextManager[assembly.Service]] = assembly.open_service

    def script(*entries: Entry, guard: Guard | None = None, model: Model | None = None) -> None:
        made = partial(opened, model=model or ScriptedModel(entries), guard=guard or FixedGuard())
        monkeypatch.setattr(assembly, "open_service", made)

    return script
