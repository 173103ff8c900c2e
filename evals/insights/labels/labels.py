"""Labels as lines of JSON: who said what of which message, and when. A file is only ever added to; the newest label of a message holds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from warmline.errors import UsageError

Said = Literal["agent", "person"]
Place = tuple[str, int]
"""A message: its conversation and its turn. A turn's number alone is in every store."""


class Label(BaseModel):
    """What a person says of a message: who should have served it, and why a person, if one should. ``text`` is redacted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    turn_id: int
    conversation: str
    message: str
    text: str
    stratum: str
    route: str
    reason: str
    score: float
    said: Said
    why: str = ""
    by: str
    at: AwareDatetime
    demo: bool = False

    @property
    def place(self) -> Place:
        """Which message it is of."""
        return (self.conversation, self.turn_id)


def read_labels(file: Path) -> list[Label]:
    """The labels in a file, the newest of each message; ``UsageError`` with the line that is none. A last line cut off is left out."""
    if not file.exists():
        return []
    whole = file.read_text("utf-8")
    lines = whole.split("\n")
    found: dict[Place, Label] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = Label.model_validate_json(line)
        except ValidationError as error:
            if number == len(lines):
                break
            raise UsageError(
                f"{file}, line {number}: expected a label as 'warmline insights label' writes it, got {line[:60]!r}"
            ) from error
        found[one.place] = one
    return list(found.values())


def add_label(file: Path, label: Label) -> None:
    """Add one, so that it is there whatever comes after; a last line that was cut off goes."""
    file.touch()
    with file.open("r+b") as stream:
        whole = stream.read()
        stream.seek(whole.rfind(b"\n") + 1)
        stream.truncate()
        stream.write(f"{label.model_dump_json()}\n".encode())


def suite_of(labels: Sequence[Label], *, name: str) -> dict[str, Any]:
    """The labels as a suite for ``warmline eval``: each message a case of its own, watched until somebody has read it."""
    return {"suite": name, "schema": 1, "cases": list(_cases(labels))}


def _cases(labels: Iterable[Label]) -> Iterable[dict[str, Any]]:
    known: set[tuple[str, str, str]] = set()
    numbers = Counter[int]()
    for one in labels:
        if (one.text, one.said, one.why) in known:
            continue
        known.add((one.text, one.said, one.why))
        route: dict[str, Any] = {"to": "human" if one.said == "person" else "bot"}
        if one.why:
            route["reason"] = one.why
        numbers[one.turn_id] += 1
        again = f"-{numbers[one.turn_id]}" if numbers[one.turn_id] > 1 else ""
        yield {
            "id": f"labelled-{one.turn_id}{again}",
            "why": f"Labelled by {one.by} on {one.at:%Y-%m-%d}{' (demo data)' if one.demo else ''}.",
            "tags": ["labelled"],
            "tier": "watch",
            "conversation": [{"user": one.text, "expect": {"route": route}}],
        }
