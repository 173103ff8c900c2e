"""The scripted model's server: compiled once, started for a run, and gone with it."""

import hashlib
import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parent / "mock"


class Unmeasurable(Exception):
    """Nothing can be measured; the message says why, and what to do."""


@dataclass(frozen=True)
class Counted:
    """What the server has seen."""

    requests: int
    tool_calls: int
    replies: int
    streams: int
    connections: int
    bad: int
    bytes_in: int

    def since(self, before: "Counted") -> "Counted":
        """What it has seen in between."""
        return Counted(**{name: value - getattr(before, name) for name, value in vars(self).items()})


@dataclass(frozen=True)
class Mock:
    """A server on this port of 127.0.0.1, and its process where that is known."""

    port: int
    process: int = 0

    def base_url(self, *, calls: int = 1, delay_ms: int = 0, gap_ms: int = 0) -> str:
        """Where a client finds the script: tool calls before the reply, time to the first byte, time between two events."""
        return f"http://127.0.0.1:{self.port}/c{calls}-l{delay_ms}-g{gap_ms}/v1"

    def counted(self) -> Counted:
        """What it has seen so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=30) as answer:
            return Counted(**json.load(answer))


@contextmanager
def running(cache: Path, *, core: int | None = None) -> Generator[Mock]:
    """A server for as long as the block runs, on a core of its own if there is one."""
    program = compiled(cache)
    process = subprocess.Popen([program, "0"], stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or not (told := process.stdout.readline()):
            raise Unmeasurable(f"the scripted server {program} did not start; run `{program} 0` to see why")
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        yield Mock(port=int(told), process=process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def compiled(cache: Path) -> Path:
    """The server's program, made from its sources if they changed; ``Unmeasurable`` without a compiler."""
    sources = sorted(SOURCES.glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    program = cache / f"mock-{digest}"
    if program.exists():
        return program
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None:
        raise Unmeasurable(
            "the scripted model's server is written in C and there is no C compiler (cc, gcc or clang); install one"
            " (on Debian: apt-get install gcc libc6-dev) and run this again"
        )
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = program.with_suffix(f".{os.getpid()}")
    made = subprocess.run([compiler, "-O2", "-o", unfinished, SOURCES / "server.c"], capture_output=True, text=True, check=False)
    if made.returncode:
        raise Unmeasurable(f"{compiler} could not compile {SOURCES / 'server.c'} (it needs Linux):\n{made.stderr.strip()[-800:]}")
    unfinished.replace(program)
    return program
