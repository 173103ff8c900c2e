"""How fast the desk is with many open cases: the first page of the queue, and who takes what comes next.

    python scripts/measure_desk.py                                    # SQLite, in a file of its own
    python scripts/measure_desk.py --store postgresql+psycopg://…     # an empty database of yours; its warmline_* tables are filled

Prints the 50th and the 95th percentile in milliseconds.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import insert

from warmline.agent.desk.case_file import CaseFile, CustomerCard, Line
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.hours import ALWAYS
from warmline.agent.desk.opening import RANKS
from warmline.agent.desk.service_levels import columns, deadline
from warmline.agent.desk.terms import Person, Terms
from warmline.agent.guard.decision import Priority
from warmline.agent.store.database import open_engine, transaction
from warmline.agent.store.migrating import upgrade
from warmline.agent.store.rows import CASE, CONVERSATION
from warmline.agent.store.store import Store
from warmline.tools.clock import SystemClock

QUEUES = {"care": 60, "payments": 20, "product_experts": 10, "vip": 9, "legal": 1}
"""How many of a hundred cases are in which queue."""
PRIORITIES: dict[Priority, int] = {"urgent": 2, "high": 18, "normal": 70, "low": 10}


def a_file(number: int) -> str:
    """A file of a usual size: ten messages."""
    lines = [Line(author="customer" if one % 2 == 0 else "agent", text=f"line {one} of case {number} " * 8) for one in range(10)]
    return CaseFile(
        reason="unsure", rule="r", layer="policy", wants=f"what customer {number} wants", customer=CustomerCard(name="Ada Moore"),
        mood=["calm"], next_step="read", draft_reply="Hello Ada", transcript=lines,
    ).model_dump_json()  # fmt: skip


async def fill(store: Store, cases: int) -> None:
    """Open cases with deadlines over the next two days, and as many that are closed."""
    now, chance = datetime.now(UTC), random.Random(7)  # noqa: S311 (no secret)
    threads = [{"id": f"c{number}", "state": "{}", "created_at": now, "updated_at": now} for number in range(2 * cases)]
    rows: list[dict[str, object]] = []
    for number in range(2 * cases):
        opened = now - timedelta(minutes=chance.randrange(600))
        priority = chance.choices(list(PRIORITIES), list(PRIORITIES.values()))[0]
        due = deadline("first_response", ALWAYS, opened, timedelta(minutes=chance.randrange(15, 2880)))
        closed = number >= cases
        row: dict[str, object] = {
            "id": f"K-M{number:05d}",
            "conversation_id": f"c{number}",
            "status": "resolved" if closed else "open",
            "reason": "unsure",
            "queue": chance.choices(list(QUEUES), list(QUEUES.values()))[0],
            "priority": priority,
            "rank": RANKS[priority],
            "file": a_file(number),
            "opened_at": opened,
            "updated_at": opened,
            "closed_at": now if closed else None,
            **columns([due], opened),
        }
        rows.append(row)
    async with transaction(store.engine) as connection:
        await connection.execute(insert(CONVERSATION), threads)
        await connection.execute(insert(CASE), rows)
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql("ANALYZE")


async def timed(name: str, act: Callable[[int], Awaitable[object]], times: int) -> None:
    """Do it that often, and print how long it took."""
    await act(0)
    spent: list[float] = []
    for number in range(1, times + 1):
        start = time.perf_counter()
        await act(number)
        spent.append((time.perf_counter() - start) * 1000)
    parts = quantiles(spent, n=20)
    print(f"{name:<44} p50 {parts[9]:6.1f} ms   p95 {parts[18]:6.1f} ms")


async def measure(url: str, cases: int, times: int) -> None:
    """Fill the store, and time what people do most."""
    engine, _ = open_engine(url)
    await upgrade(engine)
    await engine.dispose()
    store = await Store.open(url, clock=SystemClock())
    await fill(store, cases)
    people = {"legal only": Person(frozenset({"legal"}), capacity=cases)}
    desk = Desk(store, Terms(people=people))
    print(f"{store.engine.dialect.name}: {cases} open cases, and as many closed; {times} times each")
    await timed("queue list, the first page of 50", lambda _: desk.cases(), times)
    last = (await desk.cases(limit=500))[-1].id
    await timed("queue list, the eleventh page", lambda _: desk.cases(after=last), times)
    await timed("queue list --queue legal", lambda _: desk.cases(queue="legal"), times)
    await timed("claim --next, every queue", lambda number: desk.claim_next(by=f"person {number}"), times)
    await timed("claim --next, a queue of a hundred cases", lambda _: desk.claim_next(by="legal only"), min(times, 50))
    await timed("stats", lambda _: desk.stats(), min(times, 50))
    await store.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", help="a database URL; a SQLite file of its own unless given")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.store or f"sqlite:///{Path(folder) / 'desk.db'}"
        asyncio.run(measure(url, given.cases, given.times))


if __name__ == "__main__":
    main()
