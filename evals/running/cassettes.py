"""Recordings of a language model's answers, so that what a model once said can be played again without a key.

An answer is found by the hash of the whole request and the trial's number: a changed prompt, tool or thread is a miss, and never plays an
answer to something else.
"""

import difflib
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warmline.agent.guard.masking import mask
from warmline.agent.models.base import CallRequest, Model, ModelAnswer, ModelRequest, Usage, is_language_model
from warmline.errors import ModelError, UsageError
from warmline.evals.suite_files.loading import LoadedCase

LARGEST = 2_000_000
"""Bytes of one case's recording; more is no conversation."""

ABOUT = "recording.json"
_CASE_ID = re.compile(r"\bK-[A-Z0-9]{6}\b")
_CALL_ID = re.compile(r"\b(?:call|yes|toolu|chatcmpl)[_-][A-Za-z0-9_-]+\b")


class CassetteMiss(ModelError):
    """The request was not recorded: code, prompt, tool or suite changed since."""


class NotRecorded(ModelError):
    """An answer that may not be kept: it would hold a secret, or the recording is too large."""


def canonical_request(request: ModelRequest, model: str) -> dict[str, Any]:
    """The whole request as it is compared; ids that are drawn anew each time are named by their order."""
    plain = {
        "model": model,
        "system": request.prompt.system,
        "tools": list(request.prompt.tools),
        "messages": [message.wire() for message in request.messages],
        "max_tokens": request.max_tokens,
        "shape": None if request.shape is None else {"name": request.shape.name, "schema": request.shape.schema},
    }
    return json.loads(_renamed(json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)))


def _renamed(text: str) -> str:
    for pattern, name in ((_CASE_ID, "K-"), (_CALL_ID, "call_")):
        order = {found: f"{name}{place}" for place, found in enumerate(dict.fromkeys(pattern.findall(text)), 1)}
        text = pattern.sub(lambda match, order=order: order[match.group()], text)
    return text


def key_of(request: dict[str, Any], trial: int, occurrence: int) -> str:
    """The hash an answer is kept under; ``occurrence`` tells the same request of one trial apart."""
    canonical = json.dumps([request, trial, occurrence], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass
class Recording:
    """A folder of recordings: a file for each case, a line for each answer."""

    folder: Path
    secrets: tuple[str, ...] = ()
    _lines: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict[str, dict[str, dict[str, Any]]])
    _used: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _begun: set[str] = field(default_factory=set[str])
    missed: list[str] = field(default_factory=list[str])

    def file_of(self, case: LoadedCase) -> Path:
        """Where a case's answers are."""
        short = re.sub(r"[^A-Za-z0-9.-]+", "_", case.id)[:80]
        return self.folder / case.suite / f"{short}-{hashlib.sha256(case.id.encode()).hexdigest()[:8]}.jsonl"

    def begin(self, model: str, simulator: str | None = None) -> None:
        """Note which model is recorded, and which words what simulated customers say, if the command named one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {"model": model, **({"simulator": simulator} if simulator else {})}
        (self.folder / ABOUT).write_text(json.dumps(about) + "\n", "utf-8")

    def add(self, case: LoadedCase, entry: dict[str, Any]) -> None:
        """Keep one answer; ``NotRecorded`` if it may not be kept."""
        line = json.dumps(entry, ensure_ascii=False, sort_keys=True)
        if mask(line) != line or any(secret and secret in line for secret in self.secrets):
            raise NotRecorded(
                f"the request or answer of {case.id} holds a secret (a key, a card number, a password); it is not recorded"
            )
        file = self.file_of(case)
        fresh = case.id not in self._begun
        if not fresh and file.stat().st_size + len(line) > LARGEST:
            raise NotRecorded(f"the recording of {case.id} would be larger than {LARGEST:,} bytes")
        file.parent.mkdir(parents=True, exist_ok=True)
        self._begun.add(case.id)
        with file.open("w" if fresh else "a", encoding="utf-8") as out:
            out.write(line + "\n")

    def find(self, case: LoadedCase, request: dict[str, Any], trial: int, occurrence: int) -> dict[str, Any]:
        """The answer to a request; ``CassetteMiss`` shows how it differs from the nearest that was recorded."""
        entries = self._of(case)
        key = key_of(request, trial, occurrence)
        if key not in entries:
            problem = _miss(case, request, trial, entries)
            self.missed.append(problem)
            raise CassetteMiss(problem)
        self._used.setdefault(case.id, set()).add(key)
        return entries[key]

    def trials_of(self, case: LoadedCase) -> list[int]:
        """The numbers of the trials that were recorded."""
        return sorted({int(entry["trial"]) for entry in self._of(case).values()})

    def unused(self) -> list[str]:
        """Cases with answers that nobody asked for, and how many; of the cases that were played."""
        left = {case: len(entries) - len(self._used.get(case, ())) for case, entries in self._lines.items()}
        return [f"{case}: {count} recorded answers were not asked for" for case, count in left.items() if count]

    def _of(self, case: LoadedCase) -> dict[str, dict[str, Any]]:
        if case.id not in self._lines:
            file = self.file_of(case)
            lines = file.read_text("utf-8").splitlines() if file.is_file() else []
            self._lines[case.id] = {entry["key"]: entry for entry in map(json.loads, lines)}
        return self._lines[case.id]


def recorded_models(folder: Path) -> tuple[str, str | None]:
    """The names of the model that was recorded and of the simulator, if there was one; ``UsageError`` if there is no recording."""
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        return str(about["model"]), about.get("simulator")
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"--replay {str(folder)!r}: there is no recording; make one with --live --record DIR") from error


class _Keyed:
    """What recording and replaying have in common: one trial of one case, its requests told apart."""

    language_model = True

    def __init__(self, recording: Recording, case: LoadedCase, trial: int) -> None:
        self._recording = recording
        self._case = case
        self._trial = trial
        self._seen: dict[str, int] = {}

    def _occurrence(self, request: dict[str, Any]) -> int:
        digest = key_of(request, 0, 0)
        self._seen[digest] = self._seen.get(digest, 0) + 1
        return self._seen[digest]


class RecordingModel(_Keyed):
    """A model whose answers are kept."""

    def __init__(self, model: Model, recording: Recording, case: LoadedCase, trial: int) -> None:
        super().__init__(recording, case, trial)
        self.model = model
        self.language_model = is_language_model(model)

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's answer, once it is kept."""
        began = time.perf_counter()
        answer = await self.model.answer(request, on_text=on_text)
        ms = (time.perf_counter() - began) * 1000
        plain = canonical_request(request, self.name)
        occurrence = self._occurrence(plain)
        entry = {"key": key_of(plain, self._trial, occurrence), "trial": self._trial, "occurrence": occurrence}
        self._recording.add(self._case, {**entry, "request": plain, "answer": _written(answer), "ms": round(ms, 1)})
        return answer


class ReplayedModel(_Keyed):
    """A model that says what was recorded; ``took_ms`` is how long that took then."""

    def __init__(self, name: str, recording: Recording, case: LoadedCase, trial: int) -> None:
        super().__init__(recording, case, trial)
        self._name = name
        self.took_ms = 0.0

    @property
    def name(self) -> str:
        """The name of the model that was recorded."""
        return self._name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The recorded answer; ``CassetteMiss`` if there is none."""
        plain = canonical_request(request, self.name)
        entry = self._recording.find(self._case, plain, self._trial, self._occurrence(plain))
        self.took_ms += float(entry["ms"])
        return _read(entry["answer"])


def _written(answer: ModelAnswer) -> dict[str, Any]:
    calls = [{"call_id": call.call_id, "name": call.name, "arguments": call.arguments} for call in answer.calls]
    return {"text": answer.text, "calls": calls, "finish": answer.finish, "usage": vars(answer.usage), "model": answer.model}


def _read(written: dict[str, Any]) -> ModelAnswer:
    return ModelAnswer(
        text=written["text"],
        calls=tuple(CallRequest(**call) for call in written["calls"]),
        finish=written["finish"],
        usage=Usage(**written["usage"]),
        model=written["model"],
    )


def _miss(case: LoadedCase, request: dict[str, Any], trial: int, entries: dict[str, dict[str, Any]]) -> str:
    """What was not recorded, and how it differs from the nearest request that was."""
    if not entries:
        return f"{case.id} was never recorded; record it with --live --record"
    asked = _lines(request)
    same_trial = [entry for entry in entries.values() if entry["trial"] == trial] or list(entries.values())
    nearest = max(same_trial, key=lambda entry: _alike(_lines(entry["request"]), asked))
    differences = [line for line in difflib.unified_diff(_lines(nearest["request"]), asked, lineterm="", n=0) if line[:1] in "+-"]
    shown = [line[:160] for line in differences if not line.startswith(("+++", "---"))][:6]
    return (
        f"{case.id}, trial {trial}: this request was not recorded; against the nearest: {' | '.join(shown) or 'only its number'}"
    )


def _alike(one: list[str], other: list[str]) -> int:
    return len(set(one) & set(other))


def _lines(request: dict[str, Any]) -> list[str]:
    return list(_flat(request, ""))


def _flat(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, dict):
        for name, part in node.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _flat(part, f"{path}.{name}".removeprefix("."))
    elif isinstance(node, list):
        for place, part in enumerate(node):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield from _flat(part, f"{path}[{place}]")
    else:
        yield f"{path}: {node}"
