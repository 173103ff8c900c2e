"""The loop for calls that are not async, in processes that end, are interrupted or fork."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from warmline import SupportAgent
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says

SECONDS = 30.0


def ran(code: str, folder: Path, *, interrupt: bool = False, first: str = "") -> tuple[str, str]:
    """What a process of its own says; Ctrl-C is sent when it has said "working"."""
    process = subprocess.Popen(
        [sys.executable, "-W", "always", "-c", f"{first}\n{PREFACE}{code}"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        if interrupt:
            assert process.stdout is not None
            assert process.stdout.readline() == "working\n"
            process.send_signal(signal.SIGINT)
        return process.communicate(timeout=2 * SECONDS)
    finally:
        process.kill()


PREFACE = """
import asyncio, os, sys, threading
from warmline import SupportAgent
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says

class Slow(ScriptedModel):
    async def answer(self, request, *, on_text=None):
        print("working", flush=True)
        await asyncio.sleep(60)

agent = SupportAgent(shop=MemoryShop(), model=ScriptedModel([says("Hi.")] * 9), store="w.db", guard=FixedGuard())
"""


@pytest.mark.parametrize(
    "first", ["", "import weakref; class_ = type('C', (), {}); one = class_(); weakref.finalize(one, len, ())"]
)
def test_a_process_ends_by_itself_though_nobody_closed_its_agents(tmp_path: Path, first: str) -> None:
    """Whether what Python does at its end comes before what the agent does, or after."""
    begun = time.monotonic()
    second = 'SupportAgent(shop=MemoryShop(), model=ScriptedModel([says("Hi.")]), store="v.db", guard=FixedGuard())'
    code = f"""print(agent.reply_sync("c1", "hello").text); other = {second}; print(other.reply_sync("c1", "hello").text)"""
    assert ran(code, tmp_path, first=first) == ("Hi.\nHi.\n", "")
    assert time.monotonic() - begun < SECONDS / 2


def test_a_process_that_ends_gives_back_what_a_daemon_thread_waits_for(tmp_path: Path) -> None:
    code = """
agent._model = Slow([])
threading.Thread(target=agent.reply_sync, args=("c1", "hello", "m1"), daemon=True).start()
import time; time.sleep(1)
"""
    begun = time.monotonic()
    assert ran(code, tmp_path)[0] == "working\n"
    model = ScriptedModel([says("Hi.")])
    with SupportAgent(shop=MemoryShop(), model=model, store=tmp_path / "w.db", guard=FixedGuard()) as other:
        # it would wait for a lease that nobody gave back
        assert other.reply_sync("c1", "hello", "m1").text == "Hi."
    assert time.monotonic() - begun < SECONDS / 2


def test_an_interrupted_call_gives_its_conversation_back(tmp_path: Path) -> None:
    said, failed = ran(
        """
agent._model = Slow([])
try:
    agent.reply_sync("c1", "hello", "m1")
except KeyboardInterrupt:
    agent.sync(agent.close)
    with SupportAgent(shop=MemoryShop(), model=ScriptedModel([says("Again.")]), store="w.db", guard=FixedGuard()) as other:
        print(other.reply_sync("c1", "hello", "m1").text)
""",
        tmp_path,
        interrupt=True,
    )
    assert (said, failed) == ("Again.\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_of_a_process_begins_anew_and_takes_nothing_from_its_parent(tmp_path: Path) -> None:
    said, failed = ran(
        """
print(agent.reply_sync("c1", "hello", "m1").text, flush=True)
child = os.fork()
if child == 0:
    print("child:", agent.reply_sync("c2", "hello", "m2").text, flush=True)
    agent.sync(agent.close)
    sys.exit()
print(os.waitpid(child, 0)[1], agent.reply_sync("c3", "hello", "m3").text)
""",
        tmp_path,
    )
    assert (said, failed) == ("Hi.\nchild: Hi.\n0 Hi.\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_knows_nothing_of_the_turns_and_locks_of_its_parents_threads(tmp_path: Path) -> None:
    said, _ = ran(
        """
from warmline import Capacity
slow = SupportAgent(shop=MemoryShop(), model=Slow([]), store="s.db", guard=FixedGuard(), capacity=Capacity(turns=1, waiting=0))
threading.Thread(target=slow.reply_sync, args=("c1", "hello", "m1"), daemon=True).start()
async def nothing(): pass
def busy():
    while True:
        agent.sync(nothing)
for _ in range(3):
    threading.Thread(target=busy, daemon=True).start()
while not slow.load().model_calls:
    pass
for number in range(10):
    child = os.fork()
    if child == 0:
        agent.sync(nothing)
        if number == 0:
            slow._model = ScriptedModel([says("Here.")])
            print(slow.load().turns, slow.reply_sync("c2", "hello", "m2").text, flush=True)
            slow.sync(slow.close)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
print("all", flush=True)
os._exit(0)
""",
        tmp_path,
    )
    assert said == "working\n0 Here.\nall\n"
