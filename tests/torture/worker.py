"""A worker process: an agent over the run's two databases, which answers whatever messages the driver sends it. And where they are born.

`python -m torture.worker` is the nursery: it loads everything once and forks a worker for each number it reads, so that a killed
worker is replaced at once.
"""

import asyncio
import json
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from typing import Any, cast

from pydantic import TypeAdapter

import warmline.agent.outbox.delivery as delivery_module
import warmline.agent.store.store as store_module
import warmline.agent.store.waiting as waiting_module
import warmline.agent.turn as turn_module
import warmline.agent.worker.chores as chores_module
import warmline.agent.worker.schedule as schedule_module
from warmline import SupportAgent, Turn
from warmline.agent.events import Done, TextDelta
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.signals import Signals
from warmline.agent.models.openai import OpenAIModel
from warmline.agent.store.store import Store
from warmline.agent.worker.worker import Worker
from warmline.errors import StoreError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says
from warmline.tools.clock import SystemClock
from warmline.tools.shop import Shop

from .ground import Ground
from .inbox import Inbox
from .mortal import Fate, MortalShop, MortalStore

TURN: TypeAdapter[Turn] = TypeAdapter(Turn)
AGAIN_SECONDS = 3
"""After how long a message that was handed out and not answered is handed out again."""
HASTE = 20
"""How much shorter than asked a worker waits before it asks the model again."""


class WordGuard(FixedGuard):
    """Reads one word; the rest is routine. What is tortured here is not the routing."""

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        each = [facts] * len(texts) if isinstance(facts, Facts) else list(facts)
        return [self._word(text, one) for text, one in zip(texts, each, strict=True)]

    def _word(self, text: str, facts: Facts) -> Signals:
        if "disgrace" in text:
            return Signals(facts=facts, human_probability=1.0, top_reason="angry")
        return Signals(facts=facts, intent="order_status", intent_probability=1.0)


class ToldOtherwise(AssertionError):
    """What was streamed to the customer is not what the turn says."""


async def _soon(seconds: float) -> None:
    await asyncio.sleep(seconds / HASTE)


async def work(ground: Ground, life: int) -> None:
    """Answer messages until the driver hangs up."""
    fate = Fate(ground, life)
    reader, writer = await asyncio.open_connection("127.0.0.1", ground.driver_port, limit=2**24)
    opened = await Store.open(ground.store, clock=SystemClock())
    store = MortalStore(opened.engine, opened.clock)
    shop = MortalShop(clock=SystemClock(), labels=ground.labels, url=ground.shop)
    url = f"http://127.0.0.1:{ground.model_port}/v1"
    given: dict[str, Any] = {"base_url": url, "api_key": "none", "direct": life % 2 == 1}
    model = OpenAIModel("torture", **given, budget_seconds=5, stall_seconds=0.4, sleep=_soon)
    store.endanger(fate)
    shop.endanger(fate)
    agent = SupportAgent(shop=cast("Shop", shop), store=store, model=model, guard=WordGuard())
    writer.write(json.dumps({"life": life, "pid": os.getpid()}).encode() + b"\n")
    if ground.deferred:
        await _worker(agent, ground, life, fate).start()
    turns: set[asyncio.Task[None]] = set()
    while line := await reader.readline():
        turn = asyncio.create_task(_answer(agent, json.loads(line), writer))
        turns.add(turn)
        turn.add_done_callback(turns.discard)


def _worker(agent: SupportAgent, ground: Ground, life: int, fate: Fate) -> Worker:
    """With a name that no other process ever had, as in a container."""

    def report(chore: str, done: int | Exception) -> None:
        if isinstance(done, Exception):
            fate.tell("failed", f"{type(done).__name__}: {chore}: {done}")

    return Worker(agent, sink=Inbox(ground), name=f"life-{life}", report=report)


async def _answer(agent: SupportAgent, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    told: dict[str, Any] = {"ask": asked["ask"]}
    try:
        if asked["deferred"]:
            told["taken_in"] = await agent.enqueue(*_words(asked))
        else:
            told["outcome"] = TURN.dump_json(await _turn(agent, asked)).decode()
    except Exception as error:  # noqa: BLE001 (the driver judges it)
        told["error"] = f"{type(error).__name__}: {error}"
    writer.write(json.dumps(told).encode() + b"\n")
    await writer.drain()


async def _turn(agent: SupportAgent, asked: dict[str, Any]) -> Turn:
    if not asked["streamed"]:
        return await agent.reply(*_words(asked))
    said: list[str] = []
    turn: Turn | None = None
    async for happened in agent.stream(*_words(asked)):
        if isinstance(happened, TextDelta):
            said.append(happened.text)
        if isinstance(happened, Done):
            turn = happened.turn
    if turn is None or "".join(said) != turn.text:
        raise ToldOtherwise(f"told {''.join(said)!r}, recorded {turn!r}")
    return turn


def _words(asked: dict[str, Any]) -> tuple[str, str, str, str]:
    return asked["conversation_id"], asked["text"], asked["message_id"], asked["customer_id"]


def nursery() -> None:
    """Fork a worker for each line read, which says how it lives; end with the input."""
    asyncio.run(_warm_up())
    while line := sys.stdin.readline():
        if os.fork() == 0:
            told = json.loads(line)
            _live(Ground.from_wire(told), told["life"])
        _bury()


async def _warm_up() -> None:
    """Load what is loaded at first use, once for all workers."""
    for name in ("openai.resources.chat", "reportlab.pdfgen.canvas", *sys.argv[2:]):
        import_module(name)
    async with SupportAgent(shop=MemoryShop(), model=ScriptedModel([says("Hello.")]), guard=WordGuard()) as agent:
        await agent.reply("warm", "hello")


def _live(ground: Ground, life: int) -> None:
    """A worker's whole life, in the forked process."""
    try:
        asyncio.run(work(ground, life))
    except (ConnectionError, asyncio.CancelledError):
        pass  # the driver is gone, and so is the point of it all
    except StoreError as error:
        sys.stderr.write(f"worker {life} could not begin: {error}\n")  # the next one may
    except Exception:  # noqa: BLE001 (the nursery's own code is no child's)
        traceback.print_exc()
    finally:
        os._exit(0)


def _bury() -> None:
    """Take note of the children that died."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    logging.disable()  # what fails here fails on purpose
    lease = float(sys.argv[1])
    for module in (store_module, turn_module, waiting_module):
        module.__dict__["LEASE"] = timedelta(seconds=lease)
    chores_module.__dict__["DELIVERY_SECONDS"] = lease
    delivery_module.__dict__["GRACE"] = timedelta(seconds=lease)
    schedule_module.__dict__["AGAIN_SECONDS"] = AGAIN_SECONDS
    nursery()
