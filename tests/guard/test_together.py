"""Messages that come while others are read: read in one pass, each with its own answer, whatever becomes of the others."""

import asyncio
import contextvars
import threading
import time
from collections.abc import Sequence

import pytest

from warmline.agent.guard import together
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.signals import Signals
from warmline.agent.guard.together import MOST, Together

FACTS = Facts()
SECONDS = 10


class Reader:
    """Reads a message as itself. While ``gate`` is closed its first pass stands still."""

    def __init__(self) -> None:
        self.passes: list[list[str]] = []
        self.gate = threading.Event()
        self.began = threading.Event()

    def read_many(self, texts: Sequence[str], facts: Sequence[Facts]) -> list[Signals]:
        self.passes.append(list(texts))
        if len(self.passes) == 1:
            self.began.set()
            assert self.gate.wait(SECONDS)
        if "broken" in texts:
            raise RuntimeError("it is broken")
        return [Signals(intent=text, intent_probability=1.0) for text in texts]


async def begin(reader: Reader, reading: Together, texts: Sequence[str]) -> list[asyncio.Task[Signals]]:
    """The first message is being read, and the others wait for it."""
    tasks = [asyncio.create_task(reading.read(text, FACTS)) for text in texts]
    await asyncio.to_thread(reader.began.wait, SECONDS)
    return tasks


async def test_those_who_wait_are_read_in_one_pass_each_with_its_own_answer() -> None:
    reader = Reader()
    reading = Together(reader.read_many)
    tasks = await begin(reader, reading, [str(number) for number in range(MOST + 3)])
    reader.gate.set()
    assert [signals.intent for signals in await asyncio.gather(*tasks)] == [str(number) for number in range(MOST + 3)]
    assert list(map(len, reader.passes)) == [1, MOST, 2]


async def test_what_hangs_in_the_event_loops_shared_threads_holds_up_no_message() -> None:
    go, reader = threading.Event(), Reader()
    reader.gate.set()
    hung = [asyncio.create_task(asyncio.to_thread(go.wait, SECONDS)) for _ in range(64)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(SECONDS / 2):
            assert (await Together(reader.read_many).read("a", FACTS)).intent == "a"
    finally:
        go.set()
        await asyncio.gather(*hung)


async def test_one_after_the_other_waits_for_nobody() -> None:
    reader = Reader()
    reader.gate.set()
    reading = Together(reader.read_many)
    assert [(await reading.read(text, FACTS)).intent for text in "abc"] == ["a", "b", "c"]
    assert reader.passes == [["a"], ["b"], ["c"]]


async def test_a_customer_who_left_is_not_read_and_takes_nobody_along() -> None:
    reader = Reader()
    reading = Together(reader.read_many)
    first, second, third = await begin(reader, reading, ["first", "second", "third"])
    _ = second.cancel(), first.cancel()
    await asyncio.wait([first, second])
    reader.gate.set()
    assert (await third).intent == "third"
    assert reader.passes == [["first"], ["third"]]
    assert (await reading.read("later", FACTS)).intent == "later"


async def test_what_is_raised_reaches_all_of_that_pass_and_the_next_is_read() -> None:
    reader = Reader()
    reading = Together(reader.read_many)
    tasks = await begin(reader, reading, ["first", "broken", "beside"])
    reader.gate.set()
    first, *others = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(first, Signals)
    assert [str(other) for other in others] == ["it is broken"] * 2
    assert (await reading.read("later", FACTS)).intent == "later"


async def test_a_reader_that_tells_of_fewer_than_it_was_asked_leaves_nobody_waiting() -> None:
    reader = Reader()
    reading = Together(lambda texts, facts: reader.read_many(texts, facts)[:1])
    tasks = await begin(reader, reading, ["first", "second", "third"])
    reader.gate.set()
    _, *others = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), SECONDS)
    assert all(isinstance(other, ValueError) for other in others)
    assert len(others) == 2


async def test_who_waits_too_long_is_read_beside_what_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "PATIENCE_SECONDS", 0.01)
    reader = Reader()
    reading = Together(reader.read_many)
    first, second = await begin(reader, reading, ["hangs", "waits"])
    assert (await asyncio.wait_for(second, SECONDS)).intent == "waits"
    assert not first.done()
    reader.gate.set()
    await first
    assert reader.passes == [["hangs"], ["waits"]]


async def test_who_was_read_in_the_moment_in_which_the_patience_ends_has_been_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "PATIENCE_SECONDS", 1.0)
    ours: list[asyncio.Future[Signals]] = []
    make = asyncio.get_running_loop().create_future
    monkeypatch.setattr(asyncio.get_running_loop(), "create_future", lambda: ours.append(make()) or ours[-1])
    reader = Reader()
    first, second = await begin(reader, Together(reader.read_many), ["hangs", "waits"])
    asyncio.get_running_loop().call_soon(ours[-1].set_result, Signals(intent="waits", intent_probability=1.0))
    time.sleep(1.1)  # noqa: ASYNC251 - the loop is held up, and both are due in its next round
    assert (await second).intent == "waits"
    reader.gate.set()
    await first
    assert reader.passes == [["hangs"]]


async def test_the_turn_that_was_first_keeps_its_context_to_itself() -> None:
    customer = contextvars.ContextVar("customer", default="")
    seen: list[str] = []
    reader = Reader()

    def read_many(texts: Sequence[str], facts: Sequence[Facts]) -> list[Signals]:
        seen.append(customer.get())
        return reader.read_many(texts, facts)

    reading = Together(read_many)
    customer.set("C-1001")
    tasks = await begin(reader, reading, ["first", "second"])
    reader.gate.set()
    await asyncio.gather(*tasks)
    assert seen == ["C-1001", ""]


def test_an_event_loop_that_ends_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    reader = Reader()
    reading = Together(reader.read_many)

    async def left() -> None:
        tasks = await begin(reader, reading, ["first", "second", "third"])
        asyncio.get_running_loop().call_later(0.01, reader.gate.set)
        await asyncio.wait(tasks, timeout=0)

    asyncio.run(left())
    assert not caplog.records
    assert asyncio.run(reading.read("in another", FACTS)).intent == "in another"


async def test_a_message_nobody_can_read_goes_to_a_person_and_those_beside_it_do_not() -> None:
    class Choosy(Guard):
        def _read(self, texts: Sequence[str], facts: Sequence[Facts]) -> list[Signals]:
            if "unreadable" in texts:
                raise ValueError("not this one")
            return super()._read(texts, facts)

    one, other, third = Choosy().read_many(["Where is my order 1001?", "unreadable", "Where is my order 1001?"], FACTS)
    assert one == third
    assert not one.failure
    assert "not this one" in str(other.failure)


async def test_a_guard_reads_the_same_together_as_alone() -> None:
    guard = Guard()
    texts = ["Where is my order?", "I want a person, now", "Mein Paket ist nicht da", "is this jacket waterproof"]
    alone = [await guard.read(text, FACTS) for text in texts]
    at_once = await asyncio.gather(*(guard.read(text, FACTS) for text in texts))
    assert [guard.decide(one) for one in at_once] == [guard.decide(one) for one in alone]
    assert [one.human_probability for one in at_once] == pytest.approx([one.human_probability for one in alone], abs=1e-4)
