"""A model that keeps failing is not called for a while; then one call finds out."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from support.world import World

from warmline import HandedOff, Replied
from warmline.agent.models.base import Model, ModelAnswer, ModelRequest
from warmline.agent.models.breaker import Breaker, BreakerOpen, Tolerance, WithBreaker, breaker_of
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelRefused, ModelUnavailable, SettingsError, UsageError
from warmline.testing import ScriptedModel, says
from warmline.testing.http import completion

GOOD = httpx.Response(200, json=completion(says("Hello.")))
DOWN = ModelUnavailable("down")


class Seconds:
    """A clock of seconds that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(seconds: Seconds) -> Breaker:
    return Breaker("gpt", Tolerance(in_a_row=3, calls=6, share=0.5, window_seconds=60, pause_seconds=30), now=seconds)


class Line:
    """Asks through a breaker; ``asked`` counts what came through."""

    def __init__(self, breaker: Breaker) -> None:
        self.breaker = breaker
        self.asked = 0

    async def ask(self, error: BaseException | None = None) -> str:
        async def answer() -> str:
            self.asked += 1
            if error is not None:
                raise error
            return "fine"

        return await self.breaker.call(answer)

    async def fail(self, times: int, error: BaseException = DOWN) -> None:
        for _ in range(times):
            with pytest.raises(type(error)):
                await self.ask(error)


@pytest.fixture
def line(breaker: Breaker) -> Line:
    return Line(breaker)


async def test_after_failures_in_a_row_nothing_is_asked_until_the_pause_is_over(line: Line, seconds: Seconds) -> None:
    await line.fail(3)
    seconds.now += 29
    with pytest.raises(BreakerOpen, match="'gpt' is not called for another 1 s: it failed too often, last with ModelUnavailable"):
        await line.ask()
    assert (line.asked, line.breaker.state.status) == (3, "open")
    seconds.now += 1
    assert line.breaker.state.status == "half_open"
    assert await line.ask() == "fine"
    assert line.breaker.state.status == "closed"


async def test_an_answer_between_failures_begins_the_count_anew(line: Line) -> None:
    await line.fail(2)
    await line.ask()
    await line.fail(2)
    assert (line.breaker.state.status, line.breaker.state.in_a_row) == ("closed", 2)


async def test_a_share_of_failures_within_the_window_opens_it(line: Line) -> None:
    for error in (None, DOWN, DOWN, None, None):
        await (line.fail(1) if error else line.ask())
    state = line.breaker.state
    assert (state.status, state.calls, state.failures) == ("closed", 5, 2)
    await line.fail(1)
    assert line.breaker.state.status == "open"


async def test_what_is_older_than_the_window_does_not_count(line: Line, seconds: Seconds) -> None:
    for error in (DOWN, DOWN, None, DOWN, DOWN):
        await (line.fail(1) if error else line.ask())
        seconds.now += 20
    await line.ask()
    await line.fail(1)
    assert line.breaker.state.status == "closed"
    seconds.now += 61
    assert (line.breaker.state.calls, line.breaker.state.failures) == (0, 0)


async def test_a_probe_that_fails_opens_it_for_another_pause(line: Line, seconds: Seconds) -> None:
    await line.fail(3)
    seconds.now += 30
    await line.fail(1)
    assert line.breaker.state.seconds_left == 30
    await line.fail(1, BreakerOpen(line.breaker.state))
    assert line.asked == 4


async def test_one_probe_goes_through_and_the_others_are_turned_away(line: Line, seconds: Seconds) -> None:
    await line.fail(3)
    seconds.now += 30
    go, reached = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        reached.set()
        await go.wait()
        return "fine"

    probe = asyncio.create_task(line.breaker.call(slow))
    await reached.wait()
    with pytest.raises(BreakerOpen):
        await line.ask()
    go.set()
    assert await probe == "fine"
    assert await line.ask() == "fine"


async def test_a_probe_that_is_given_up_makes_way_for_the_next(line: Line, seconds: Seconds) -> None:
    await line.fail(3)
    seconds.now += 30
    await line.fail(1, asyncio.CancelledError())
    assert await line.ask() == "fine"


async def test_what_began_before_it_opened_neither_closes_nor_counts(line: Line, seconds: Seconds) -> None:
    ends: list[asyncio.Future[str]] = [asyncio.get_running_loop().create_future() for _ in range(2)]

    async def late(end: asyncio.Future[str]) -> str:
        return await end

    early = [asyncio.create_task(line.breaker.call(lambda end=end: late(end))) for end in ends]
    await asyncio.sleep(0)
    await line.fail(3)
    ends[0].set_result("late")
    ends[1].set_exception(DOWN)
    await asyncio.wait(early)
    assert (await early[0], early[1].exception()) == ("late", DOWN)
    seconds.now += 30
    assert line.breaker.state.status == "half_open"
    assert await line.ask() == "fine"
    assert line.breaker.state.calls == 0


@pytest.mark.parametrize(
    "error",
    [ModelRefused("no"), UsageError("script"), SettingsError("no key"), asyncio.CancelledError()],
    ids=lambda error: type(error).__name__,
)
async def test_refusals_mistakes_of_ours_and_cancelled_calls_are_no_failures(line: Line, error: BaseException) -> None:
    await line.fail(7, error)
    assert (line.breaker.state.status, line.asked) == ("closed", 7)


async def test_it_says_once_that_it_opened_and_once_that_all_is_well(
    line: Line, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await line.fail(3)
    await line.fail(2, BreakerOpen(line.breaker.state))
    seconds.now += 30
    await line.ask()
    assert [record.getMessage() for record in caplog.records] == [
        "the model gpt is not called for 30 s: it failed too often, last with ModelUnavailable",
        "the model gpt answers again",
    ]


@pytest.mark.parametrize(
    "wrong", [{"in_a_row": 0}, {"calls": 0}, {"share": 0}, {"share": 1.1}, {"window_seconds": 0}, {"pause_seconds": 0}], ids=str
)
def test_a_tolerance_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="expected"):
        Tolerance(**wrong)


async def test_while_a_servers_breaker_is_open_its_fallback_is_asked_at_once(
    door: respx.Route, make_model: Callable[..., OpenAIModel], question: ModelRequest, breaker: Breaker, seconds: Seconds
) -> None:
    door.respond(500)
    fallback = ScriptedModel([says("From the other.")] * 5, name="other")
    model = make_model(fallback=fallback, attempts=1, breaker=breaker)
    for _ in range(5):
        assert (await model.answer(question)).text == "From the other."
    assert door.call_count == 3
    door.mock(return_value=GOOD)
    seconds.now += 30
    assert (await model.answer(question)).text == "Hello."


async def test_a_server_that_is_down_is_left_alone_and_one_that_refuses_is_not(
    door: respx.Route, make_model: Callable[..., OpenAIModel], question: ModelRequest, breaker: Breaker
) -> None:
    model = make_model(attempts=1, breaker=breaker)
    door.respond(401)
    for _ in range(4):
        with pytest.raises(ModelRefused):
            await model.answer(question)
    assert breaker.state.status == "closed"
    door.respond(503)
    for _ in range(4):
        with pytest.raises(ModelUnavailable):
            await model.answer(question)
    assert (door.call_count, breaker.state.status) == (7, "open")


async def test_every_server_has_a_breaker_without_being_told(make_model: Callable[..., OpenAIModel]) -> None:
    found = breaker_of(make_model())
    assert found is not None
    assert (found.state.model, found.state.status, found.state.seconds_left) == ("gpt", "closed", 0.0)


async def test_a_hosts_own_model_has_a_fallback_while_its_breaker_is_open(breaker: Breaker, question: ModelRequest) -> None:
    own = WithBreaker(ScriptedModel([DOWN] * 3), breaker=breaker, fallback=ScriptedModel([says("Instead.")]))
    for _ in range(3):
        with pytest.raises(ModelUnavailable, match="down"):
            await own.answer(question)
    assert (await own.answer(question)).text == "Instead."
    assert own.name == "scripted"


class Down:
    """A host's own model whose server is down; it counts how often it is asked."""

    name = "own"
    asked = 0

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        self.asked += 1
        raise ConnectionError("no route")


async def test_while_the_model_is_not_called_turns_that_need_it_go_to_a_person_at_once(world: World) -> None:
    model = Down()
    served: Model = model
    agent = world.agent(model=served)
    turns = [await agent.reply(f"c{number}", "Where is my parcel?") for number in range(7)]
    assert all(isinstance(turn, HandedOff) and turn.reason == "system_failure" for turn in turns)
    assert [turn.decision.rule == "overload.breaker_open" for turn in turns] == [False] * 5 + [True] * 2
    assert model.asked == 5
    state = agent.load().breaker
    assert state is not None
    assert (state.model, state.status, state.last_failure) == ("own", "open", "ConnectionError")


async def test_a_model_that_is_back_serves_again(world: World, breaker: Breaker, seconds: Seconds) -> None:
    agent = world.agent(model=WithBreaker(ScriptedModel([DOWN] * 3 + [says("Here.")]), breaker=breaker))
    for number in range(4):
        assert isinstance(await agent.reply(f"c{number}", "Where is it?"), HandedOff)
    seconds.now += 30
    turn = await agent.reply("c9", "Where is it?")
    assert isinstance(turn, Replied)
    assert turn.text == "Here."
