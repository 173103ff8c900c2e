"""What a fixed turn does, counted and not timed: the same on every machine, so that a regression fails a test.

python -m benchmarks.counting            what is counted now, beside benchmarks/counts.json
python -m benchmarks.counting --bless    write it there (make bless-counts)

The turn is the benchmark's: one question, one tool call, a reply, durable, over HTTP that never leaves the process: ``TURNS`` of a conversation
through the SDK, and ``streamed``, a first turn that is streamed and asked directly. Phases end with the model's requests: ``opening`` before
the first, ``closing`` after the last.
"""

import asyncio
import json
import platform
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, cast

from . import shop
from .answering import answering

if TYPE_CHECKING:
    from warmline import SupportAgent

FILE = Path(__file__).parent / "counts.json"
TURNS = (1, 2, 10)
"""Which turns of a conversation are counted: the first finds nothing stored, the second is like every later one."""

COUNTED = (*(f"turn_{number}" for number in TURNS), "streamed")

MARGINS = {"calls": 0.05, "encoded_bytes": 0.01, "stored_bytes": 0.01, "sent_bytes": 0.01}
"""By how much a count may grow before the test fails; those that are not named must not grow at all. Calls hang on threads a little."""
WAITING = ("asyncio", "selectors", "threading", "concurrent", "queue.py", "one_thread.py")
"""Where calls are not counted: how often a loop looks for what a thread has done hangs on the moment."""
COUNT = "--count-here"
REMEDY = "If it is worth it, run `make bless-counts` and say why in the commit."

Counts = dict[str, int]


class Counting:
    """Counts while it is on."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.on = False
        self.requests = 0

    def add(self, name: str, amount: int = 1) -> None:
        """Count something."""
        if self.on:
            self.counts[name] += amount

    @property
    def phase(self) -> str:
        """Where in the turn it is."""
        return ("opening", "loop", "closing")[min(self.requests, 2)]

    @contextmanager
    def one(self, found: dict[str, Counts], name: str, *, counted: bool) -> Generator[None]:
        """Around one turn; its counts are found by this name, if it is counted."""
        self.counts.clear()
        self.requests, self.on = 0, counted
        yield
        self.on = False
        if counted:
            found[name] = dict(sorted(self.counts.items()))

    def executed(self, statement: str) -> None:
        """For ``set_trace_callback``: a statement with its values in it."""
        verb = statement.split(maxsplit=1)[0].upper()
        if verb in ("BEGIN", "COMMIT", "ROLLBACK"):
            self.add("commits", verb == "COMMIT")
            return
        self.add(f"statements_{self.phase}")
        if verb in ("INSERT", "UPDATE"):
            self.add("stored_bytes", len(statement.encode()))

    def profile(self, frame: FrameType, event: str, _: object) -> None:
        """For ``sys.setprofile``: calls of Python functions."""
        if self.on and event == "call" and not any(part in frame.f_code.co_filename for part in WAITING):
            self.counts["calls"] += 1

    def answer(self, body: bytes) -> tuple[str, bytes]:
        """The scripted model: a call, then a reply, as content type and bytes."""
        self.add("sent_bytes", len(body))
        self.requests += 1
        asked = json.loads(body)
        answered = asked["messages"][-1]["role"] == "tool"
        if asked.get("stream"):
            return "text/event-stream", _events(answered=answered)
        return "application/json", REPLY if answered else CALL

    def respond(self, request: Any) -> Any:
        """The same as a response of httpx2."""
        import httpx2

        kind, body = self.answer(request.content)
        return httpx2.Response(200, content=body, headers={"Content-Type": kind})


def _answer(message: dict[str, Any], finish: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    usage = {"prompt_tokens": 812, "completion_tokens": 46, "total_tokens": 858}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": shop.MODEL, "choices": [choice]}
    return json.dumps({**answer, "usage": usage}).encode()


_FUNCTION = {"name": "get_order", "arguments": '{"order_number":"1001"}'}
CALL = _answer({"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": _FUNCTION}]}, "tool_calls")
REPLIED = f"{shop.REPLY} has left our warehouse with DHL and should arrive by Friday, 6 November."
REPLY = _answer({"content": REPLIED}, "stop")


@cache
def _events(*, answered: bool) -> bytes:
    from warmline.testing import calls, says
    from warmline.testing.http import event_stream

    return event_stream(says(REPLIED) if answered else calls("get_order", order_number="1001"))


@contextmanager
def watched(counting: Counting) -> Generator[None]:
    """Count constructions, encoded bytes and calls for as long as the block runs."""
    from pydantic import BaseModel

    from warmline.agent.models import base

    changed, encoder, messages = cast("Any", BaseModel), cast("Any", json.JSONEncoder), cast("Any", base)
    encode_json, dump_model, encode_message = encoder.encode, BaseModel.model_dump_json, messages.to_json

    def encode(self: json.JSONEncoder, value: object) -> str:
        text: str = encode_json(self, value)
        counting.add("encoded_bytes", len(text.encode()))
        return text

    def encode_model(self: BaseModel, **kwargs: Any) -> str:
        text = dump_model(self, **kwargs)
        counting.add("encoded_bytes", len(text.encode()))
        return text

    def encode_wire(wire: object) -> bytes:
        encoded: bytes = encode_message(wire)
        counting.add("encoded_bytes", len(encoded))
        return encoded

    def made(cls: type[BaseModel], *_: Any, **__: Any) -> BaseModel:
        counting.add("models")
        return object.__new__(cls)

    encoder.encode, changed.model_dump_json, changed.__new__ = encode, encode_model, staticmethod(made)
    messages.to_json = encode_wire
    threading.setprofile(counting.profile)
    sys.setprofile(counting.profile)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        encoder.encode, changed.model_dump_json, messages.to_json = encode_json, dump_model, encode_message
        del changed.__new__


async def counted(folder: Path) -> dict[str, Counts]:
    """What is counted, by name."""
    counting = Counting()
    with answering(counting.answer) as url, watched(counting):
        async with _agent(counting, folder) as agent:
            await _listen(agent, counting)
            for number in range(4):
                await _turn(agent, f"warm-{number // 2}", f"warm-{number}")  # what is loaded on first use is loaded
            found: dict[str, Counts] = {}
            for number in range(1, TURNS[-1] + 1):
                with counting.one(found, f"turn_{number}", counted=number in TURNS):
                    await _turn(agent, "counted", f"message-{number:02}")
        async with _agent(counting, folder, url=url) as agent:
            await _listen(agent, counting)
            for name in ("warm-2", "warm-3", "streamed"):
                with counting.one(found, name, counted=name == "streamed"):
                    await _streamed(agent, name)
        return found


def _agent(counting: Counting, folder: Path, *, url: str = "") -> "SupportAgent":
    """``url`` is where it asks directly; without it through the SDK."""
    import httpx2
    from openai import AsyncOpenAI

    from warmline import OpenAIModel, SupportAgent
    from warmline.agent.guard.guard import Guard
    from warmline.agent.guard.policy import Policy
    from warmline.tools.clock import FrozenClock

    from .peers.warmline import fixed_scores, policy_file
    from .peers.warmline_shop import NOW, OneOrderShop

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(counting.respond))
    client = AsyncOpenAI(base_url=url or "http://127.0.0.1:9/v1", api_key="none", http_client=http, max_retries=0)
    return SupportAgent(
        shop=OneOrderShop(),
        model=OpenAIModel(shop.MODEL, client=client, direct=bool(url)),
        store=folder / "counted.db",
        guard=Guard(policy=Policy.load(policy_file(folder)), classifier=fixed_scores()),
        clock=FrozenClock(NOW),
    )


async def _listen(agent: "SupportAgent", counting: Counting) -> None:
    """Have SQLite tell of every statement."""
    from warmline.agent.store.database import transaction
    from warmline.agent.store.in_loop import InLoopConnection

    async with transaction((await agent.parts()).store.engine, read_only=True) as connection:
        if not isinstance(connection, InLoopConnection):
            raise TypeError(f"expected the connection of the event loop's thread, got {connection!r}")
        connection.cursor.connection.set_trace_callback(counting.executed)


async def _turn(agent: "SupportAgent", conversation: str, message: str = "message-00") -> None:
    turn = await agent.reply(conversation, shop.QUESTION, message, customer="C-1001")
    if turn.kind != "replied" or len(turn.tool_calls) != 1:
        raise AssertionError(
            f"the fixed turn ended as {turn.kind!r} with {len(turn.tool_calls)} tools; expected a reply with one"
        )


async def _streamed(agent: "SupportAgent", conversation: str) -> None:
    from warmline import Done

    events = [event async for event in agent.stream(conversation, shop.QUESTION, "message-01", customer="C-1001")]
    if not isinstance(events[-1], Done) or events[-1].turn.kind != "replied":
        raise AssertionError(f"the streamed turn ended with {events[-1]!r}; expected a reply")


def measured() -> dict[str, Any]:
    """What ``counts.json`` holds: the Python it was counted with, and the counts.

    Counted in a process of its own: a class whose ``__new__`` was watched is never quite the same again.
    """
    command = [sys.executable, "-m", "benchmarks.counting", COUNT]
    ran = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise RuntimeError(f"the fixed turn could not be counted: {ran.stderr.strip()[-2000:]}")
    return {"python": python(), **json.loads(ran.stdout)}


def _here() -> str:
    with tempfile.TemporaryDirectory(prefix="warmline-counts-") as folder:
        return json.dumps(asyncio.run(counted(Path(folder))))


def python() -> str:
    """Calls are compared only within one of these: other versions call otherwise."""
    return ".".join(platform.python_version_tuple()[:2])


def grown(now: dict[str, Any], blessed: dict[str, Any]) -> Iterator[str]:
    """What is more than it may be, in words."""
    for turn in COUNTED:
        for name in sorted({*now[turn], *blessed[turn]}):
            was, got, margin = blessed[turn].get(name, 0), now[turn].get(name, 0), MARGINS.get(name, 0.0)
            if name == "calls" and now["python"] != blessed["python"]:
                continue
            if got > was * (1 + margin):
                yield f"{turn.replace('_', ' ')}: {name} grew from {was} to {got} (may grow by {margin:.0%})"


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when something has grown."""
    if arguments == [COUNT]:
        sys.stdout.write(f"{_here()}\n")
        return 0
    if arguments not in ([], ["--bless"]):
        sys.stdout.write(f"{__doc__}\n")
        return 0 if arguments in (["-h"], ["--help"]) else 2
    now = measured()
    if arguments:
        FILE.write_text(json.dumps(now, indent=2) + "\n", "utf-8")
        sys.stdout.write(f"blessed: {json.dumps(now)}\n")
        return 0
    blessed = json.loads(FILE.read_text("utf-8"))
    for turn in COUNTED:
        for name, got in now[turn].items():
            sys.stdout.write(f"{turn:8} {name:20} {got:8} (was {blessed[turn].get(name, 0)})\n")
    worse = list(grown(now, blessed))
    sys.stdout.write("".join(f"{line}\n" for line in [*worse, REMEDY] if worse))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
