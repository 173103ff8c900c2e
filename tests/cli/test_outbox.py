"""``warmline outbox``: what waits and what was given up, and delivery from the command line."""

import asyncio
import io
import json
import os
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support.shell import Script, Shell

from warmline.cli import main
from warmline.testing import FixedGuard

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Receiver:
    """A shop's own system on this machine: what it got, and what it answers."""

    url: str = ""
    status: int = 204
    got: list[dict[str, object]] = field(default_factory=list[dict[str, object]])


@contextmanager
def receiving() -> Generator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append({**json.loads(body), "id": self.headers["webhook-id"]})
            self.send_response(receiver.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/warmline"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def talked(shell: Shell, scripted: Script, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Maya was handed over and wrote again: two events wait."""
    monkeypatch.setenv("WARMLINE_WEBHOOK_SECRET", SECRET)
    scripted(guard=FixedGuard("emotional"))
    shell("chat", "--as", "C-1001", stdin="the heirloom vase came broken\nhello?\n")
    return shell


def waiting(shell: Shell, *words: str) -> list[dict[str, object]]:
    return json.loads(shell("outbox", "list", "--json", *words).out)


def test_what_waits_is_listed(talked: Shell) -> None:
    ran = talked("outbox", "list")
    assert ran.code == 0
    assert [line.split()[1] for line in ran.out.splitlines()] == ["event", "case_opened", "customer_wrote"]
    assert ("now" in ran.out.splitlines()[1], "after those before it" in ran.out.splitlines()[2]) == (True, True)
    assert ran.err == "2 events wait, the oldest for under a minute.\n"
    assert "1 shown; --limit shows more" in talked("outbox", "list", "--limit", "1").err
    first, second = waiting(talked)
    assert (first["kind"], first["failures"], first["error"], first["standing"]) == ("case_opened", 0, None, "waiting")
    assert first["conversation_id"] == second["conversation_id"]


def test_an_empty_outbox_says_so(shell: Shell) -> None:
    assert shell("outbox", "list").out == "No event waits.\n"
    assert shell("outbox", "list", "--dead").out == "There are no dead letters.\n"
    assert shell("outbox", "replay", "--all").out == "There are no dead letters.\n"
    assert shell("outbox", "list", "--json").out == "[]\n"


def test_what_is_printed_is_one_event_a_line_and_delivered(talked: Shell) -> None:
    ran = talked("outbox", "deliver", "--print")
    assert (ran.code, ran.err) == (0, "2 events delivered.\n")
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert [event["type"] for event in events] == ["case_opened", "customer_wrote"]
    assert events[0]["data"]["reason"] == "emotional"
    assert waiting(talked) == []
    assert talked("outbox", "deliver", "--print").out == ""


def test_a_reader_that_stops_reading_loses_nothing(talked: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert main(["outbox", "deliver", "--print"]) == 141
        monkeypatch.undo()
    monkeypatch.setenv("WARMLINE_HOME", str(talked.home))
    assert [one["failures"] for one in waiting(talked)] == [0, 0]


def test_events_are_posted_in_order_and_a_receiver_that_fails_gets_them_later(talked: Shell) -> None:
    with receiving() as receiver:
        receiver.status = 503
        ran = talked("outbox", "deliver", "--to", receiver.url)
        assert (ran.code, ran.out) == (1, "0 events delivered; 1 not taken, tried again later.\n")
        (first, _) = waiting(talked)
        assert (first["failures"], first["error"]) == (1, "127.0.0.1 answered 503")
        assert [one["id"] for one in receiver.got] == [first["key"]]
        assert "127.0.0.1 answered 503" in talked("outbox", "list").out


def test_a_refused_event_is_given_up_and_a_person_replays_it(talked: Shell) -> None:
    with receiving() as receiver:
        receiver.status = 410
        ran = talked("outbox", "deliver", "--to", receiver.url, "--json")
        assert (ran.code, json.loads(ran.out)) == (1, {"delivered": 0, "failed": 0, "dead": 2})
        assert "dead letter" in ran.err
        assert talked("outbox", "list").out == "No event waits. 2 dead letters: warmline outbox list --dead\n"
        listed = talked("outbox", "list", "--dead")
        assert "127.0.0.1 answered 410" in listed.out
        assert listed.err == "2 dead letters. Try again with: warmline outbox replay --all\n"
        key = str(waiting(talked, "--dead")[0]["key"])
        shown = talked("outbox", "show", key)
        assert "last error    127.0.0.1 answered 410" in shown.out
        assert '"reason": "emotional"' in shown.out
        assert json.loads(talked("outbox", "show", key, "--json").out)["body"]["reason"] == "emotional"
        assert talked("outbox", "replay", key, "--by", "ana").out == "1 event is due again.\n"
        assert json.loads(talked("outbox", "replay", "--all", "--by", "ana", "--json").out) == {"replayed": 1, "by": "ana"}
        receiver.status = 200
        assert talked("outbox", "deliver", "--to", receiver.url).out == "2 events delivered.\n"
        assert [one["type"] for one in receiver.got[-2:]] == ["case_opened", "customer_wrote"]


def test_a_dead_letter_can_be_dropped(talked: Shell) -> None:
    with receiving() as receiver:
        receiver.status = 410
        talked("outbox", "deliver", "--to", receiver.url)
    one, other = (str(row["key"]) for row in waiting(talked, "--dead"))
    assert (talked("outbox", "drop", one).code, "without a terminal add --yes" in talked("outbox", "drop", one).err) == (2, True)
    assert talked("outbox", "drop", one, "--yes").out == f"{one} is dropped; nobody will be told of it.\n"
    assert json.loads(talked("outbox", "drop", other, "--by", "ana", "--yes", "--json").out) == {"dropped": other, "by": "ana"}
    assert waiting(talked, "--dead") == []
    assert "dropped by ana" in talked("outbox", "show", other).out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 2)])
def test_drop_does_what_the_person_answers(talked: Shell, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    with receiving() as receiver:
        receiver.status = 410
        talked("outbox", "deliver", "--to", receiver.url)
    key = str(waiting(talked, "--dead")[0]["key"])
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert main(["outbox", "drop", key]) == (0 if left == 1 else 1)
    assert len(waiting(talked, "--dead")) == left


def test_watching_goes_on_until_it_is_interrupted(talked: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = 0

    async def rest(_: float) -> None:
        nonlocal passes
        passes += 1
        if passes == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(asyncio, "sleep", rest)
    with receiving() as receiver:
        ran = talked("outbox", "deliver", "--to", receiver.url, "--watch", "--json")
    assert (ran.code, ran.out) == (130, '{"delivered": 2, "failed": 0, "dead": 0}\n')


@pytest.mark.parametrize(
    ("words", "secret", "code", "said"),
    [
        (["deliver"], SECRET, 2, "give --to URL, or --print"),
        (["deliver", "--print", "--to", "https://x"], SECRET, 2, "give --to URL, or --print"),
        (["deliver", "--print", "--json"], SECRET, 2, "what --print writes is JSON"),
        (["deliver", "--to", "x"], SECRET, 2, "expected a webhook's URL"),
        (["deliver", "--to", "https://x"], "", 3, "WARMLINE_WEBHOOK_SECRET: is not set; make one with"),
        (["deliver", "--to", "https://x"], "hush", 3, "WARMLINE_WEBHOOK_SECRET: a webhook's secret is whsec_"),
        (["replay"], SECRET, 2, "give the event's key, or --all"),
        (["show", "zz"], SECRET, 2, "there is no event 'zz'"),
        (["replay", "zz"], SECRET, 2, "there is no event 'zz'"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, words: list[str], secret: str, code: int, said: str
) -> None:
    monkeypatch.setenv("WARMLINE_WEBHOOK_SECRET", secret)
    ran = shell("outbox", *words)
    assert (ran.code, len(ran.err.splitlines())) == (code, 1)
    assert said in ran.err
    assert "hush" not in ran.err


def test_another_store_can_be_named(talked: Shell, tmp_path: Path) -> None:
    assert talked("outbox", "list", "--store", f"sqlite:///{tmp_path / 'other.db'}").out == "No event waits.\n"
