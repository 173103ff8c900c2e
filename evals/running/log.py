"""The log of a run: written line by line, so that whatever ends the run, what was done is kept and a later run goes on."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Self

from pydantic import ValidationError

from warmline.errors import UsageError
from warmline.evals.gating.gate import SPENT
from warmline.evals.results import ENTRY, CaseVerdict, Resumed, RunEnd, RunHeader, TrialResult


class Log:
    """A JSON Lines file that a run appends to; ``secrets`` are never written, whoever said them."""

    def __init__(self, file: Path, out: IO[bytes], secrets: Sequence[str] = ()) -> None:
        self.file = file
        self._out = out
        self._secrets = [json.dumps(secret)[1:-1].encode() for secret in secrets]

    @classmethod
    def begin(cls, file: Path, header: RunHeader, *, secrets: Sequence[str] = ()) -> Self:
        """A new log; what stood in the file is replaced."""
        file.parent.mkdir(parents=True, exist_ok=True)
        log = cls(file, file.open("wb"), secrets)
        log.add(header)
        return log

    @classmethod
    def go_on(cls, file: Path, resumed: Resumed, *, secrets: Sequence[str] = ()) -> Self:
        """A log that was broken off; a last line that was torn is cut away."""
        whole = _whole_lines(file)
        out = file.open("r+b")
        out.truncate(len(whole))
        out.seek(0, os.SEEK_END)
        log = cls(file, out, secrets)
        log.add(resumed)
        return log

    @classmethod
    def append(cls, file: Path) -> Self:
        """A log to which something is added."""
        return cls(file, file.open("ab"))

    def add(self, entry: RunHeader | TrialResult | CaseVerdict | RunEnd | Resumed) -> None:
        """One line, handed to the system before this returns: the process may die after it."""
        line = entry.model_dump_json(exclude_defaults=False).encode()
        for secret in self._secrets:
            line = line.replace(secret, b"[secret]")
        self._out.write(line + b"\n")
        self._out.flush()

    def close(self) -> None:
        """Close the file."""
        self._out.close()


def begun(file: Path) -> tuple[RunHeader, list[TrialResult]]:
    """The header and the trials of a run that was broken off; ``UsageError`` if there is nothing to go on with."""
    if not file.is_file():
        raise UsageError(f"--resume {str(file)!r}: there is no such log")
    header: RunHeader | None = None
    trials: dict[tuple[str, int], TrialResult] = {}
    for number, line in enumerate(_whole_lines(file).splitlines(), 1):
        try:
            entry = ENTRY.validate_json(line)
        except ValidationError as error:
            raise UsageError(f"--resume {str(file)!r}: line {number} is no line of a run's log; start anew") from error
        if isinstance(entry, RunHeader):
            header = entry
        elif isinstance(entry, TrialResult) and entry.state != "BUDGET":
            trials[entry.case_id, entry.trial] = entry
        elif isinstance(entry, RunEnd) and entry.exit_code != SPENT:
            raise UsageError(f"--resume {str(file)!r}: that run came to its end; start a new one")
    if header is None:
        raise UsageError(f"--resume {str(file)!r}: the log has no header; start anew")
    return header, list(trials.values())


def newest(folder: Path) -> Path:
    """The log that was written last; ``UsageError`` if there is none."""
    logs = sorted(folder.glob("*.jsonl"), key=lambda file: file.stat().st_mtime)
    if not logs:
        raise UsageError(f"there is no log in {str(folder)!r}; run `warmline eval run SUITES` first")
    return logs[-1]


def same_run(header: RunHeader, now: RunHeader) -> None:
    """``UsageError`` unless a run can go on as it began: the same suites, models, mode, agent and policy."""
    for name in ("mode", "model", "simulator", "agent", "policy"):
        if getattr(header, name) != getattr(now, name):
            was, is_now = getattr(header, name), getattr(now, name)
            raise UsageError(f"the run began with {name} {was!r} and would go on with {is_now!r}: start a new one")
    changed = _changed(header, now)
    if changed:
        raise UsageError(f"{', '.join(changed)} changed since the run began, so it cannot go on; start a new one")


def _changed(header: RunHeader, now: RunHeader) -> Sequence[str]:
    before = {suite.file: suite.digest for suite in header.suites}
    after = {suite.file: suite.digest for suite in now.suites}
    return sorted(file for file in before.keys() | after.keys() if before.get(file) != after.get(file))


def _whole_lines(file: Path) -> bytes:
    """Everything up to the last line break."""
    content = file.read_bytes()
    return content[: content.rfind(b"\n") + 1]
