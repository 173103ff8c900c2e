"""Commands run in this process, as if typed."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from warmline.agent.guard.guard import Guard
from warmline.agent.models.base import Model
from warmline.cli import main
from warmline.testing import Entry


class Script(Protocol):
    """Let the agent of ``warmline chat`` say what a script says, behind a guard that reads one thing."""

    def __call__(self, *entries: Entry, guard: Guard | None = None, model: Model | None = None) -> None:
        """For every chat opened from now on."""
        ...


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


@dataclass
class Shell:
    """Runs ``warmline`` with a home of its own and no settings but those given."""

    home: Path
    capture: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Ran:
        """Run it once; ``stdin`` is no terminal."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        self.capture.readouterr()
        code = main(arguments)
        wrote = self.capture.readouterr()
        return Ran(code, wrote.out, wrote.err)
