"""A shell with a home of its own; the demo shop is built once and copied."""

import asyncio
import os
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from support.shell import Script, Shell

from warmline import HandedOff
from warmline.agent.guard.guard import Guard
from warmline.agent.models.base import Model
from warmline.cli import assembly
from warmline.settings import Settings
from warmline.testing import Entry, FixedGuard, ScriptedModel, calls


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


@pytest.fixture(scope="session")
def built_case(built_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with a case of Maya's, opened after the agent looked an order up; and the case's id."""
    folder = tmp_path_factory.mktemp("case")
    shutil.copy(built_shop, folder / "shop.db")
    model = ScriptedModel([calls("get_order", order_number="W-10460"), calls("escalate", reason="emotional", summary="grief")])

    async def build() -> str:
        async with assembly.open_service(Settings.from_env({}, home=folder), model=model, guard=FixedGuard()) as service:
            turn = await service.agent.reply("c1", "My order W-10460 was for the funeral.", customer="C-1001")
            assert isinstance(turn, HandedOff)
            return turn.case_id

    return folder / "warmline.db", asyncio.run(build())


@pytest.fixture
def case_id(home: Path, built_case: tuple[Path, str]) -> str:
    """The id of that case, which is now in this home's store."""
    store, case_id = built_case
    shutil.copy(store, home / "warmline.db")
    return case_id


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let $EDITOR be a script that does this to the file (``path``)."""

    def use(code: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(f"import sys\nfrom pathlib import Path\npath = Path(sys.argv[-1])\n{code}\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")

    return use
