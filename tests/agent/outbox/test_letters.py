"""What a person sees of the outbox, and what they can do: read, replay, drop."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from support.events import Taker, outbox, write_events
from support.world import NOON

from warmline.agent.outbox.delivery import Delivered, deliver_due
from warmline.agent.outbox.letters import Counts, counts, dead_letters, drop, letter, replay, waiting_letters
from warmline.agent.store.store import Store
from warmline.errors import DeliveryError, Undeliverable, UsageError
from warmline.tools.clock import FrozenClock


@pytest.fixture
async def left(store: Store) -> Store:
    """Of three events of c1 the first was given up, the second failed once, so the third waits; c2's only one was given up."""
    await write_events(store, "c1", "a1", "a2", "a3")
    await write_events(store, "c2", "b1")
    gone, down = Undeliverable("gone"), DeliveryError("down")
    refused = {"a1": gone, "b1": gone, "a2": down}
    assert await deliver_due(store, Taker(lambda event: refused.get(event.key))) == Delivered(failed=1, dead=2)
    return store


async def test_what_waits_and_what_was_given_up_is_listed_with_why(left: Store) -> None:
    assert await counts(left) == Counts(waiting=2, oldest=NOON, dead=2)
    assert [(one.event.key, one.failures, one.error, one.standing) for one in await dead_letters(left)] == [
        ("a1", 1, "gone", "dead"),
        ("b1", 1, "gone", "dead"),
    ]
    waiting = await waiting_letters(left)
    assert [(one.event.key, one.failures, one.error, one.standing) for one in waiting] == [
        ("a2", 1, "down", "waiting"),
        ("a3", 0, None, "waiting"),
    ]
    assert waiting[0].due_at is not None
    assert len(await dead_letters(left, most=1)) == 1


async def test_an_empty_outbox_is_empty(store: Store) -> None:
    assert await counts(store) == Counts(waiting=0, oldest=None, dead=0)


async def test_a_letter_that_is_replayed_begins_anew_and_comes_before_what_waits(left: Store) -> None:
    assert isinstance(left.clock, FrozenClock)
    left.clock.moment += timedelta(days=1)
    assert await replay(left, "a1", by="ana") == 1
    one = await letter(left, "a1")
    assert (one.failures, one.standing, one.error) == (0, "waiting", "replayed by ana, after: gone")
    sink = Taker()
    await deliver_due(left, sink)
    assert sink.offered == [("a1", 1), ("a2", 2), ("a3", 1)]
    assert (await letter(left, "a1")).standing == "delivered"


async def test_all_dead_letters_can_be_replayed(left: Store) -> None:
    assert await replay(left, by="ana") == 2
    assert await dead_letters(left) == []
    assert await replay(left, by="ana") == 0


async def test_a_dropped_letter_is_gone_but_for_who_dropped_it(left: Store) -> None:
    await drop(left, "b1", by="ana")
    one = await letter(left, "b1")
    assert (one.standing, one.error, one.event.body) == ("dropped", "dropped by ana", {"dropped": True})
    assert [one.event.key for one in await dead_letters(left)] == ["a1"]
    assert await replay(left, by="ana") == 1
    assert await deliver_due(left, sink := Taker()) == Delivered(delivered=1)
    assert sink.keys == ["a1"]


@pytest.mark.parametrize("act", [replay, drop])
async def test_only_a_dead_letter_can_be_acted_on(left: Store, act: Callable[..., Awaitable[object]]) -> None:
    for key, said in {
        "a2": "is waiting and no dead letter",
        "zz": "there is no event 'zz'",
        "9" * 30: "there is no event",
    }.items():
        with pytest.raises(UsageError, match=said):
            await act(left, key, by="ana")
    with pytest.raises(UsageError, match="who does it is empty"):
        await act(left, "a1", by=" ")
    assert (await outbox(left))["a1"].error == "gone"
