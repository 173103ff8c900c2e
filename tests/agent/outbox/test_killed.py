"""A worker is killed in the middle of its deliveries: every event arrives, in order, and only the one it had may come twice."""

import asyncio
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from support.events import Taker, outbox, write_events

from warmline.agent.outbox.claims import claim
from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.outbox.letters import counts
from warmline.agent.outbox.retries import Retries
from warmline.agent.store.store import Store
from warmline.tools.clock import FrozenClock

DEATHS = (4, 3)


async def test_nothing_is_lost_and_only_what_was_on_its_way_comes_twice(store: Store, store_url: str, tmp_path: Path) -> None:
    assert isinstance(store.clock, FrozenClock)
    expected = {f"c{number}": [f"c{number}-{place}" for place in range(4)] for number in range(3)}
    for conversation, keys in expected.items():
        await write_events(store, conversation, *keys)
    heard = tmp_path / "heard"
    for dies_at in (*DEATHS, 0):
        arguments = [store_url, str(heard), str(dies_at), store.clock.now().isoformat()]
        command = [sys.executable, str(Path(__file__).with_name("killed.py")), *arguments]
        ended = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
        assert ended.returncode == (-9 if dies_at else 0), ended.stderr.decode()
        store.clock.moment += timedelta(minutes=1)
    lines = [line.split() for line in heard.read_text().splitlines()]
    for conversation, keys in expected.items():
        told = [key for thread, key in lines if thread == conversation]
        assert list(dict.fromkeys(told)) == keys
    times = Counter(key for _, key in lines)
    assert sum(times.values()) - len(times) <= 3 * len(DEATHS)  # at most what the dead had in their hands
    assert (await counts(store)).waiting == 0
    assert {row.dead_at for row in (await outbox(store)).values()} == {None}


def test_whoever_writes_an_event_gives_it_a_name_in_one_place() -> None:
    root = Path(__file__).parents[3]
    for folder in ("agent", "src/warmline/cli"):
        for file in (root / folder).rglob("*.py"):
            source = file.read_text("utf-8")
            if "insert(OUTBOX)" in source or "upsert(OUTBOX)" in source:
                assert "event_row" in source, file


async def test_an_event_that_kills_every_worker_that_has_it_is_given_up(store: Store) -> None:
    await write_events(store, "c1", "deadly", "harmless")
    retries, sink = Retries(attempts=3), Taker()
    for _ in range(3):
        (held,) = await claim(store, most=1, hold=timedelta(seconds=50))  # and the process is gone
        assert held.row.key == "deadly"
        assert isinstance(store.clock, FrozenClock)
        store.clock.moment += timedelta(seconds=50)
    done = await deliver_due(store, sink, retries=retries)
    assert (done.dead, sink.keys) == (1, ["harmless"])
    assert (await outbox(store))["deadly"].error == "every worker that had it died or stood still"
