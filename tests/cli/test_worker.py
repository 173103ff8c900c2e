"""``warmline worker``: one round, or until it is told to stop; over the demo shop or a host's own agent."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from support.shell import Shell

from warmline.agent.store.store import Opened, Store
from warmline.tools.clock import FrozenClock, SystemClock

MINE = """
    from warmline import SupportAgent
    from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, a_customer, says

    def make() -> SupportAgent:
        model = ScriptedModel([says("It leaves today.")] * 99)
        return SupportAgent(shop=MemoryShop(customers=[a_customer("C-1")]), model=model, store="mine.db", guard=FixedGuard())

    async def make_later() -> SupportAgent:
        return make()

    agent = make()
    number = 7

    def broken() -> SupportAgent:
        raise RuntimeError("no shop today")
"""


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a host's own module in it, in which the command runs."""
    (tmp_path / "my_support.py").write_text(textwrap.dedent(MINE), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "my_support", raising=False)
    yield tmp_path
    sys.modules.pop("my_support", None)


def leave_behind(file: Path) -> None:
    """A message whose worker died an hour ago."""

    async def leave() -> None:
        store = await Store.open(f"sqlite+aiosqlite:///{file}", clock=FrozenClock(SystemClock().now() - timedelta(hours=1)))
        assert isinstance(await store.open_turn("c1", "m1", "Where is my order?", customer_id="C-1", lease="dead"), Opened)
        await store.close()

    asyncio.run(leave())


def thread(file: Path) -> list[str]:
    async def read() -> list[str]:
        store = await Store.open(f"sqlite+aiosqlite:///{file}", clock=SystemClock())
        try:
            return [said.text for said in await store.thread("c1")]
        finally:
            await store.close()

    return asyncio.run(read())


def test_nothing_to_do_is_said(shell: Shell) -> None:
    ran = shell("worker", "--once")
    assert (ran.code, ran.out, ran.err) == (0, "Nothing was to be done.\n", "")


@pytest.mark.parametrize("name", ["make", "make_later", "agent"])
def test_one_round_answers_what_a_hosts_dead_worker_left(shell: Shell, host: Path, name: str) -> None:
    leave_behind(host / "mine.db")
    ran = shell("worker", "--once", "--json", "--agent", f"my_support:{name}")
    assert ran.code == 0
    (line,) = [json.loads(line) for line in ran.out.splitlines()]
    assert (line["chore"], line["done"]) == ("resume_turns", 1)
    assert thread(host / "mine.db") == ["Where is my order?", "It leaves today."]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("my_support", "expected module:name"),
        ("no_such_module:agent", "'no_such_module' cannot be imported"),
        ("my_support:nothing", "'my_support' has no 'nothing'"),
        ("my_support:number", "it is a int; expected module:name"),
        ("my_support:broken", "calling it failed: RuntimeError: no shop today"),
    ],
)
def test_an_agent_that_cannot_be_used_is_named(shell: Shell, host: Path, where: str, said: str) -> None:
    ran = shell("worker", "--once", "--agent", where)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--keep", "soon"), "--keep: expected a duration such as 15m, 4h or 1d"),
        (("--keep", "7d"), "kept 30 days at least"),
        (("--to", "https://shop.example.com/warmline"), "WARMLINE_WEBHOOK_SECRET: is not set"),
        (("--at-once", "0"), "--at-once"),
    ],
)
def test_options_that_cannot_be_used_are_named(shell: Shell, options: tuple[str, ...], said: str) -> None:
    ran = shell("worker", "--once", *options)
    assert ran.code in (1, 2, 3)
    assert said.replace(": ", "") in ran.err.replace(": ", "").replace("'", "")


def test_a_store_beside_an_agent_of_ones_own_is_refused(shell: Shell, host: Path) -> None:
    ran = shell("worker", "--once", "--agent", "my_support:make", "--store", "sqlite:///other.db")
    assert ran.code == 2
    assert "yours brings its own store" in ran.err


def test_keeping_without_delivering_is_warned_of(shell: Shell) -> None:
    ran = shell("worker", "--once", "--keep", "400d")
    assert ran.code == 0
    assert "a conversation whose events wait is not deleted" in ran.err


@contextmanager
def running(host: Path) -> Generator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "warmline", "worker", "--agent", "my_support:make", "--json"]
    environment = {**os.environ, "WARMLINE_HOME": str(host / "home"), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, cwd=host, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until_done(process: "subprocess.Popen[str]", chore: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line).get("chore") == chore:
            return
    raise AssertionError(f"it ended before {chore} was done")


def test_it_works_until_it_is_told_to_stop_and_another_goes_on_where_one_was_killed(host: Path) -> None:
    leave_behind(host / "mine.db")
    with running(host) as killed:
        until_done(killed, "turn")
        killed.send_signal(signal.SIGKILL)
    with running(host) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["state"] == "running"
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert json.loads(out.splitlines()[-1])["state"] == "stopping"
        assert (process.returncode, err) == (0, "")
    assert thread(host / "mine.db") == ["Where is my order?", "It leaves today."]
