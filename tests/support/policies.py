"""Policies of a shop's own, and what a guard reads under them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.guard.rules import matches
from warmline.agent.guard.signals import Signals, gather

DOCS = Path(__file__).parents[2] / "docs" / "policy.md"
CALM = {"order_status": 0.9}


class Reading(Guard):
    """Reads what a test says of a text (the probabilities of reasons), calm words in every other; the rules are the real ones."""

    def __init__(self, rules: str, says: dict[str, dict[str, float]], *, thresholds: str = "{}") -> None:
        queues = "queues: {unsure: {queue: care}, angry: {queue: cross, priority: high}, high_value: {queue: vip}}\n"
        last = "  - {id: last, when: 'true', route: automate, reason: from_signals}\n"
        super().__init__(policy=read_policy("shop.yaml", f"version: 1\nthresholds: {thresholds}\n{queues}rules:\n{rules}{last}"))
        self.says = says

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        """The signals, made as the real guard makes them."""
        each = [facts] * len(texts) if isinstance(facts, Facts) else list(facts)
        return [
            gather(text, one, reasons=self.says.get(text, CALM), hits=matches(text))
            for text, one in zip(texts, each, strict=True)
        ]


class Probabilities:
    """A classifier that knows a few texts: for the whole of ``SupportAgent(policy=...)``, without the shipped weights."""

    classes = ("order_status", "angry", "human_request")

    def __init__(self, angry: dict[str, float]) -> None:
        self.angry = angry

    def probabilities(self, texts: Sequence[str]) -> npt.NDArray[Any]:
        """One row for each text."""
        return np.array([[1 - self.angry.get(text, 0.0), self.angry.get(text, 0.0), 0.0] for text in texts])

    def read(self, text: str) -> dict[str, float]:
        """The same for the embedded model."""
        return {"order_status": 1.0}


def with_example(rule: str, folder: Path, *, above: str) -> Path:
    """The shipped policy with a worked example of docs/policy.md put above one of its rules, as a file."""
    from warmline.agent.guard.policy import default_file

    blocks = DOCS.read_text("utf-8").split("```yaml\n")[1:]
    (example,) = [block.split("```")[0] for block in blocks if f"- id: {rule}\n" in block]
    start = f"  - id: {above}\n"
    shipped = default_file().read_text("utf-8")
    assert start in shipped
    file = folder / "mine.yaml"
    file.write_text(shipped.replace(start, f"{example}{start}"), "utf-8")
    return file


def gathering_for(rule: str, folder: Path) -> Path:
    """The shipped policy with ``route: gather`` in one of its rules, as docs/policy.md says to, as a file."""
    from warmline.agent.guard.policy import default_file

    assert f"- id: {rule}\n-    route: human\n+    route: gather\n" in DOCS.read_text("utf-8")
    before, after = default_file().read_text("utf-8").split(f"  - id: {rule}\n")
    file = folder / "mine.yaml"
    file.write_text(f"{before}  - id: {rule}\n{after.replace('route: human', 'route: gather', 1)}", "utf-8")
    return file
