"""docs/worker.md: its code runs as it is printed, and its table names the chores there are."""

import asyncio
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from warmline import SupportAgent
from warmline.agent.worker.chores import chores_of
from warmline.testing import MemoryShop

MANUAL = (Path(__file__).parents[3] / "docs" / "worker.md").read_text("utf-8")


async def test_the_worker_it_shows_answers_and_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[tuple[str, str]] = []
    told = asyncio.Event()

    async def post(conversation_id: str, text: str, *, key: str) -> None:
        posted.append((conversation_id, text))
        told.set()

    mine = ModuleType("my_shop")
    mine.__dict__.update(MyShop=MemoryShop, post=post)
    monkeypatch.setitem(sys.modules, "my_shop", mine)
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)
    space: dict[str, Any] = {"__name__": "manual"}
    exec(compile(code, "worker.md", "exec"), space)  # noqa: S102 (our own manual)
    serving = asyncio.create_task(space["serve"]())
    try:
        async with asyncio.timeout(30):
            await told.wait()
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await space["agent"].close()
    ((conversation_id, text),) = posted
    assert conversation_id == "ticket-77"
    assert "e-mail" in text


async def test_its_table_names_the_chores_there_are() -> None:
    async def nobody(_: object) -> None: ...

    agent = SupportAgent(shop=MemoryShop())
    there = [chore.name for chore in chores_of(agent, hand_out=nobody, sink=None, keep=None)]
    assert re.findall(r"^\| `(\w+)` \|", MANUAL, re.MULTILINE) == [*there, "tidy"]
