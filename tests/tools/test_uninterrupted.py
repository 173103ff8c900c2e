"""What a database must survive: a method runs to its end, whoever waits for it; one that waits for nothing needs no task for that."""

import asyncio

import pytest

from warmline.tools.sqlite import begun_here


class Steps:
    """Does something in two steps, with a wait between them if it is told to."""

    def __init__(self, *, on_loop: bool) -> None:
        self.on_loop = on_loop
        self.done: list[str] = []
        self.task: asyncio.Task[object] | None = None

    @begun_here
    async def run(self, *waits: "asyncio.Future[str]") -> list[str]:
        self.task = asyncio.current_task()
        self.done.append("begun")
        for wait in waits:
            self.done.append(await wait)
        self.done.append("ended")
        return self.done

    @begun_here
    async def cleaned_up(self, wait: "asyncio.Future[str]") -> None:
        try:
            self.done.append("begun")
            await wait
        finally:
            self.done.append("let go")


def future() -> "asyncio.Future[str]":
    return asyncio.get_running_loop().create_future()


@pytest.fixture(params=[True, False], ids=["on-loop", "elsewhere"])
def steps(request: pytest.FixtureRequest) -> Steps:
    return Steps(on_loop=request.param)


async def test_it_returns_what_the_method_returns_however_often_that_waits(steps: Steps) -> None:
    first, second = future(), future()
    running = asyncio.ensure_future(steps.run(first, second))
    await asyncio.sleep(0)
    first.set_result("one")
    await asyncio.sleep(0)
    second.set_result("two")
    assert await running == ["begun", "one", "two", "ended"]
    assert await Steps(on_loop=steps.on_loop).run() == ["begun", "ended"]


async def test_who_waits_may_be_cancelled_and_it_ends_all_the_same(steps: Steps) -> None:
    wait = future()
    running = asyncio.ensure_future(steps.run(wait))
    await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.sleep(0.01)
    assert not running.done(), "who waits is told when the method has ended"
    wait.set_result("one")
    with pytest.raises(asyncio.CancelledError):
        await running
    assert steps.done == ["begun", "one", "ended"]


async def test_what_it_waited_for_may_fail(steps: Steps) -> None:
    wait = future()
    running = asyncio.ensure_future(steps.run(wait))
    await asyncio.sleep(0.01)
    wait.set_exception(OSError("the disk is full"))
    with pytest.raises(OSError, match="the disk is full"):
        await running
    assert steps.done == ["begun"]


async def test_a_cancelled_wait_inside_is_told_as_what_it_is(steps: Steps) -> None:
    wait = future()
    running = asyncio.ensure_future(steps.run(wait))
    await asyncio.sleep(0.01)
    wait.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_on_the_loop_what_waits_for_nothing_runs_in_the_task_that_asked() -> None:
    here, elsewhere = Steps(on_loop=True), Steps(on_loop=False)
    await here.run()
    await elsewhere.run()
    assert here.task is asyncio.current_task()
    assert elsewhere.task is not asyncio.current_task()


async def test_a_time_out_around_it_lets_it_end_first(steps: Steps) -> None:
    wait = future()
    asyncio.get_running_loop().call_later(0.05, wait.set_result, "one")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await steps.run(wait)
    assert steps.done == ["begun", "one", "ended"]


async def test_a_cancel_before_its_own_task_has_begun_reaches_what_it_is_in_the_middle_of() -> None:
    """As ``asyncio.run`` does at its end: everything there is is cancelled at once."""
    steps, wait = Steps(on_loop=True), future()
    before = asyncio.all_tasks()
    running = asyncio.ensure_future(steps.cleaned_up(wait))
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - before:
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 1)
    assert steps.done == ["begun", "let go"]
