"""``warmline chat`` in a real terminal: keys in, screen out, Ctrl-C and Ctrl-D."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.shell import Shell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")

CHAT = """
import asyncio, sys
from functools import partial
from warmline.cli import assembly, chat_terminal, main
from warmline.testing import FixedGuard, ScriptedModel, says

class Model(ScriptedModel):
    async def answer(self, request, **options):
        if request.messages[-1].text == "stuck":
            await asyncio.Event().wait()
        return await super().answer(request, **options)

guard = FixedGuard({reason!r})
assembly.open_service = partial(assembly.open_service, model=Model([says("Hello from the script.")]), guard=guard)
chat_terminal.POLL_SECONDS = 0.05
sys.exit(main(["chat", "--as", "C-1001"]))
"""


class Screen:
    """A process on a pseudo-terminal."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int) -> None:
        self.process = process
        self._terminal = terminal
        self._read = b""

    @property
    def text(self) -> str:
        return self._read.decode(errors="replace")

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def wait_for(self, words: str, *, times: int = 1) -> None:
        """Read until the words have come; the deadline is for a machine that hangs."""
        deadline = time.monotonic() + 30
        while self.text.count(words) < times:
            assert time.monotonic() < deadline, f"{words!r} never came: {self.text}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                try:
                    self._read += os.read(self._terminal, 65536)
                except OSError as error:  # the other end is closed
                    raise AssertionError(f"{words!r} never came: {self.text}") from error

    def ends_with(self, code: int) -> None:
        assert self.process.wait(30) == code


@contextmanager
def terminal(home: Path, reason: str = "smalltalk") -> Generator[Screen]:
    ours, theirs = os.openpty()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "WARMLINE_"))}
    process = subprocess.Popen(
        [sys.executable, "-c", CHAT.format(reason=reason)],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**kept, "WARMLINE_HOME": str(home), "TERM": "xterm-256color", "COLUMNS": "90"},
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Screen(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_a_reply_comes_and_ctrl_d_leaves(home: Path) -> None:
    with terminal(home) as screen:
        screen.wait_for("you ›")
        screen.type("hello\n")
        screen.wait_for("Hello from the script.")
        screen.wait_for("you ›", times=2)
        screen.type("\x04")
        screen.wait_for("Goodbye. Continue with: warmline chat --resume chat-")
        screen.ends_with(0)
    assert (home / "history").read_text().splitlines()[-1] == "hello"


def test_ctrl_c_in_a_turn_says_how_to_continue(home: Path, shell: Shell) -> None:
    with terminal(home) as screen:
        screen.wait_for("you ›")
        screen.type("stuck\n")
        screen.wait_for("one moment")
        screen.process.send_signal(signal.SIGINT)
        screen.wait_for("Interrupted; continue with: warmline chat --resume chat-")
        screen.ends_with(130)
    assert "stuck" in (home / "history").read_text()


def test_a_persons_reply_comes_above_what_is_half_typed(home: Path, shell: Shell) -> None:
    with terminal(home, reason="emotional") as screen:
        screen.wait_for("you ›")
        screen.type("It broke my heart.\n")
        screen.wait_for("warmline queue show K-")
        case_id = "K-" + screen.text.rpartition("warmline queue show K-")[2][:6]
        screen.type("half typ")
        screen.wait_for("half typ")
        shell("queue", "claim", case_id, "--by", "ana")
        shell("queue", "reply", case_id, "It leaves today.", "--by", "ana")
        screen.wait_for("It leaves today.")
        screen.wait_for("half typ", times=2)
        screen.type("ed\n")
        screen.wait_for(f"(added to case {case_id})")
        screen.type("/quit\n")
        screen.ends_with(0)
