"""Delivery: at least once, in order per conversation, side by side between them, and never two workers with one event."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import insert
from support.events import Taker, outbox, write_events
from support.world import NOON

from warmline.agent.outbox import delivery
from warmline.agent.outbox.claims import claim, failed
from warmline.agent.outbox.delivery import GRACE, Delivered, deliver_due
from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.outbox.retries import Retries
from warmline.agent.store.database import transaction
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Store
from warmline.errors import DeliveryError, StoreError, Undeliverable
from warmline.tools.clock import FrozenClock

AT_ONCE = Retries(first=timedelta(0))


def down(*keys: str) -> Callable[[OutboxEvent], Exception | None]:
    """The sink does not take these."""
    return lambda event: DeliveryError(f"{event.kind} was not taken") if event.key in keys else None


def later(store: Store, **passed: float) -> None:
    assert isinstance(store.clock, FrozenClock)
    store.clock.moment += timedelta(**passed)


async def test_what_is_due_is_delivered_once_and_in_order(store: Store) -> None:
    await write_events(store, "c1", "a1", "a2", "a3", who="ana")
    sink = Taker()
    assert await deliver_due(store, sink) == Delivered(delivered=3)
    assert sink.keys == ["a1", "a2", "a3"]
    first = sink.taken[0]
    assert (first.conversation_id, first.kind, first.body, first.at, first.attempt) == (
        "c1",
        "case_claimed",
        {"case_id": "K-1", "who": "ana"},
        NOON,
        1,
    )
    assert await deliver_due(store, sink) == Delivered()
    assert {row.delivered_at for row in (await outbox(store)).values()} == {NOON}


async def test_an_event_waits_for_the_earlier_ones_of_its_conversation_and_no_others(store: Store) -> None:
    await write_events(store, "c1", "a1", "a2")
    await write_events(store, "c2", "b1", "b2")
    sink = Taker(down("a1"))
    assert await deliver_due(store, sink) == Delivered(delivered=2, failed=1)
    assert (sink.keys, sink.offered.count(("a1", 1))) == (["b1", "b2"], 1)
    sink.refuse = down()
    later(store, seconds=10)
    await deliver_due(store, sink)
    assert sink.keys == ["b1", "b2", "a1", "a2"]


async def test_what_was_not_taken_comes_again_later_and_later(store: Store) -> None:
    await write_events(store, "c1", "a1")
    sink, retries = Taker(down("a1")), Retries(chance=_always(1.0))
    waited: list[float] = []
    for attempt in range(1, 6):
        assert await deliver_due(store, sink, retries=retries) == Delivered(failed=1)
        row = (await outbox(store))["a1"]
        assert (row.attempts, row.error, row.held_until) == (attempt, "case_claimed was not taken", None)
        waited.append((row.due_at - store.clock.now()).total_seconds())
        later(store, seconds=waited[-1] - 1)
        assert await deliver_due(store, sink, retries=retries) == Delivered()
        later(store, seconds=1)
    assert waited == [10, 30, 90, 270, 810]
    assert [attempt for _, attempt in sink.offered] == [1, 2, 3, 4, 5]


def _always(share: float) -> Random:
    class Fixed(Random):
        def uniform(self, a: float, b: float) -> float:
            return a + (b - a) * share

    return Fixed()


def test_by_default_the_last_attempt_is_made_about_a_day_after_the_first() -> None:
    retries = Retries()
    for share, hours in ((0.0, (13, 14)), (1.0, (27, 28))):
        waits = [Retries(chance=_always(share)).wait(failed) for failed in range(1, retries.attempts)]
        assert timedelta(hours=hours[0]) < sum(waits, timedelta()) < timedelta(hours=hours[1])
    assert len({retries.wait(5) for _ in range(20)}) > 10


async def test_after_the_last_attempt_it_is_a_dead_letter_and_the_conversation_goes_on(store: Store) -> None:
    await write_events(store, "c1", "a1", "a2")
    sink, retries = Taker(down("a1")), Retries(attempts=3, first=timedelta(0))
    assert await deliver_due(store, sink, retries=retries) == Delivered(delivered=1, failed=2, dead=1)
    row = (await outbox(store))["a1"]
    assert (row.attempts, row.dead_at, row.delivered_at, row.error) == (3, NOON, None, "case_claimed was not taken")
    assert sink.keys == ["a2"]


async def test_what_never_will_be_taken_is_a_dead_letter_at_once(store: Store) -> None:
    await write_events(store, "c1", "a1", "a2")
    sink = Taker(lambda event: Undeliverable("gone") if event.key == "a1" else None)
    assert await deliver_due(store, sink) == Delivered(delivered=1, dead=1)
    assert (await outbox(store))["a1"].error == "gone"


@pytest.mark.parametrize(("asked", "waits"), [(3600.0, 3600.0), (1.0, 10.0), (1e12, 86400.0)])
async def test_who_asks_to_be_left_alone_is_for_a_day_at_most(store: Store, asked: float, waits: float) -> None:
    await write_events(store, "c1", "a1")
    sink = Taker(lambda _: DeliveryError("too many", after=asked))
    await deliver_due(store, sink, retries=Retries(chance=_always(1.0)))
    assert (await outbox(store))["a1"].due_at == NOON + timedelta(seconds=waits)


async def test_a_sink_that_hangs_is_not_waited_for(store: Store) -> None:
    await write_events(store, "c1", "a1")

    class Hanging:
        async def deliver(self, event: OutboxEvent) -> None:
            await asyncio.sleep(60)

    assert await deliver_due(store, Hanging(), timeout_seconds=0.02) == Delivered(failed=1)
    assert (await outbox(store))["a1"].error == "not taken within 0.02 s"


async def test_conversations_are_delivered_side_by_side_and_not_more_than_so_many(store: Store) -> None:
    for number in range(9):
        await write_events(store, f"c{number}", f"a{number}")
    at_work, most = 0, 0

    class Slow:
        async def deliver(self, event: OutboxEvent) -> None:
            nonlocal at_work, most
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0.005)
            at_work -= 1

    assert await deliver_due(store, Slow(), at_once=4) == Delivered(delivered=9)
    assert most == 4


async def test_a_pass_delivers_no_more_than_it_is_told(store: Store) -> None:
    await write_events(store, "c1", "a1", "a2", "a3")
    await write_events(store, "c2", "b1", "b2")
    assert await deliver_due(store, Taker(), most=3) == Delivered(delivered=3)
    assert await deliver_due(store, Taker(), most=3) == Delivered(delivered=2)


async def test_no_transaction_is_open_while_the_sink_has_the_event(store: Store) -> None:
    await write_events(store, "c1", "a1")

    class Curious:
        async def deliver(self, event: OutboxEvent) -> None:
            await write_events(store, "c2", "b1")  # SQLite would wait for the writer, and say locked

    assert await deliver_due(store, Curious(), most=1) == Delivered(delivered=1)


async def test_two_workers_never_have_one_event_at_the_same_time(store: Store, store_url: str) -> None:
    other = await Store.open(store_url, clock=store.clock)
    for number in range(12):
        await write_events(store, f"c{number}", *(f"c{number}-{place}" for place in range(5)))
    taken: dict[str, list[str]] = {}

    class Careful:
        async def deliver(self, event: OutboxEvent) -> None:
            await asyncio.sleep(0.001)
            taken.setdefault(event.conversation_id, []).append(event.key)

    passes = await asyncio.gather(*(deliver_due(one, Careful(), at_once=3) for one in (store, other, store, other)))
    await other.close()
    assert sum(one.delivered for one in passes) == 60
    assert taken == {f"c{number}": [f"c{number}-{place}" for place in range(5)] for number in range(12)}


async def test_a_worker_that_is_stopped_gives_back_what_it_has(store: Store) -> None:
    await write_events(store, "c1", "a1", "a2")

    class Dies(Taker):
        async def deliver(self, event: OutboxEvent) -> None:
            raise KilledError

    with pytest.raises(KilledError):
        await deliver_due(store, Dies(), timeout_seconds=20)
    assert await deliver_due(store, Taker()) == Delivered(delivered=2)


class KilledError(BaseException):
    """Not an error of the sink's."""


async def test_what_a_silent_worker_holds_is_free_after_a_while(store: Store) -> None:
    await write_events(store, "c1", "a1", "a2")
    (held,) = await claim(store, most=5, hold=timedelta(seconds=20) + GRACE)
    assert held.row.key == "a1"
    assert await deliver_due(store, Taker()) == Delivered()
    later(store, seconds=51)
    sink = Taker()
    assert await deliver_due(store, sink) == Delivered(delivered=2)
    assert sink.keys == ["a1", "a2"]


async def test_who_comes_back_late_does_not_undo_what_another_worker_did(store: Store) -> None:
    await write_events(store, "c1", "a1")
    (held,) = await claim(store, most=1, hold=timedelta(seconds=1))
    later(store, seconds=2)
    await deliver_due(store, Taker())
    await failed(store, held, "too late", due_at=None)
    row = (await outbox(store))["a1"]
    assert (row.delivered_at, row.dead_at, row.error) == (store.clock.now(), None, None)


async def test_a_pass_that_is_cancelled_gives_back_what_it_has(store: Store) -> None:
    await write_events(store, "c1", "a1")
    reached = asyncio.Event()

    class Slow:
        async def deliver(self, event: OutboxEvent) -> None:
            reached.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(deliver_due(store, Slow()))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    sink = Taker()
    assert await deliver_due(store, sink) == Delivered(delivered=1)
    assert sink.offered == [("a1", 1)]


async def test_a_sink_that_cancels_itself_only_fails(store: Store) -> None:
    await write_events(store, "c1", "a1")

    class Odd:
        async def deliver(self, event: OutboxEvent) -> None:
            raise asyncio.CancelledError

    assert await deliver_due(store, Odd()) == Delivered(failed=1)
    assert (await outbox(store))["a1"].error == "the sink cancelled itself"


async def test_what_the_customer_said_is_in_no_error(store: Store) -> None:
    await write_events(store, "c1", "a1", kind="turn_closed", text="my heirloom broke")
    sink = Taker(lambda event: ValueError(f"cannot parse {event.body['text']!r}"))
    await deliver_due(store, sink, retries=AT_ONCE)
    error = (await outbox(store))["a1"].error
    assert "heirloom" not in error
    assert error.startswith("ValueError (events.py, line ")


async def test_an_error_is_one_short_masked_line(store: Store) -> None:
    await write_events(store, "c1", "a1")
    sink = Taker(lambda _: Undeliverable("refused\n\x1b[31mcard 4111 1111 1111 1111 " + "x" * 500))
    await deliver_due(store, sink)
    error = (await outbox(store))["a1"].error
    assert error.startswith("refused [31mcard [card ending 1111]")
    assert len(error) <= 300
    assert "\x1b" not in error


async def test_an_event_from_before_events_had_keys_is_named_by_its_number(store: Store) -> None:
    async with transaction(store.engine) as connection:
        old = {"id": 7, "conversation_id": "c1", "kind": "case_claimed", "body": "{}", "at": NOON}
        await connection.execute(insert(OUTBOX).values(old))
    sink = Taker()
    await deliver_due(store, sink)
    assert sink.keys == ["7"]


async def test_a_store_that_fails_is_said_and_what_was_claimed_is_free_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await write_events(store, f"c{number}", f"a{number}")

    async def locked(*_: object) -> None:
        raise StoreError("locked")

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "delivered", locked)
        with pytest.raises(StoreError, match="locked"):
            await deliver_due(store, Taker())
    later(store, minutes=1)
    assert await deliver_due(store, Taker()) == Delivered(delivered=3)
