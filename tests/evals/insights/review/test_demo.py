"""The demo's conversations are played for real, and the same every time."""

from pathlib import Path

import pytest
from sqlalchemy import select

from warmline.agent.store.database import transaction
from warmline.agent.store.rows import CASE_EVENT, TURN
from warmline.agent.store.store import Store
from warmline.evals.insights.review import demo
from warmline.evals.insights.review.demo_words import later, openings
from warmline.tools.clock import FrozenClock


async def played(folder: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """What was written and when, and what people did."""
    await demo.make_demo(folder / "demo.db", folder=folder, weekly=4)
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'demo.db'}", clock=FrozenClock(demo.END))
    async with transaction(store.engine, read_only=True) as connection:
        said = [(f"{row.opened_at:%d %H:%M:%S}", row.text) for row in await connection.execute(select(TURN).order_by(TURN.c.id))]
        done = [row.kind for row in await connection.execute(select(CASE_EVENT).order_by(CASE_EVENT.c.id))]
    await store.close()
    return said, done


async def test_a_week_comes_out_the_same_twice(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "WEEKS", 1)
    first, second = [await played(tmp_path_factory.mktemp(name)) for name in ("one", "two")]
    assert first == second
    assert len(first[0]) >= 4


def test_every_kind_that_is_drawn_has_sentences() -> None:
    assert set(demo.SHARES) == {one.kind for one in openings()}
    assert {one.kind for one in later()} == {"sizes_upset", "sizes_again", "low", "high", "reply", "reply_fit"}
