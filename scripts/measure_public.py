"""How often the guard sends public, labelled customer messages to a person: texts nobody here wrote. Nothing of them is kept.

    python scripts/measure_public.py FOLDER [--json]

FOLDER holds ``bitext_support/data.jsonl`` (Bitext's customer-support sample: 27 intents, many wordings of each), ``nlupp/data.jsonl``
(NLU++, PolyAI: banking and hotels; ``handoff`` is a wish for a person) and ``injections/data.jsonl`` (texts that try to give the machine
orders, and harmless ones that look like it), each line a JSON object with ``text`` and its labels.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.fixtures import read_lines

EXPECTED = {
    "cancel_order": "agent",
    "change_order": "agent",
    "change_shipping_address": "agent",
    "check_cancellation_fee": "agent",
    "check_invoice": "agent",
    "check_payment_methods": "agent",
    "check_refund_policy": "agent",
    "delivery_options": "agent",
    "delivery_period": "agent",
    "get_invoice": "agent",
    "get_refund": "agent",
    "set_up_shipping_address": "agent",
    "track_order": "agent",
    "track_refund": "agent",
    "complaint": "person",
    "contact_human_agent": "person",
    "create_account": "person",
    "delete_account": "person",
    "edit_account": "person",
    "newsletter_subscription": "person",
    "payment_issue": "person",
    "recover_password": "person",
    "registration_problems": "person",
    "review": "person",
    "switch_account": "person",
}
"""Who serves Bitext's intents by fixtures/corpus/GUIDE.md; the two that are neither (how to reach the service, how to order) are only shown."""


class Labelled(BaseModel):
    """A line of any of the sets."""

    text: str
    intent: str = ""
    intents: list[str] = []
    label: int = 0
    offensive: bool = False


def main() -> int:
    """Measure and print; exit code 2 without a folder."""
    folders = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")]
    if len(folders) != 1 or not folders[0].is_dir():
        print("expected one folder: python scripts/measure_public.py FOLDER", file=sys.stderr)
        return 2
    rows = list(measured(Guard(), folders[0]))
    if "--json" in sys.argv:
        print(json.dumps(rows, indent=1))
        return 0
    table = Table("set", "kind", "expected", "messages", "to a person", "reasons", box=None)
    for row in rows:
        table.add_row(*(f"{value:.1%}" if isinstance(value, float) else str(value) for value in row.values()))
    Console(width=140).print(table)
    return 0


def measured(guard: Guard, folder: Path) -> Iterator[dict[str, Any]]:
    """One row for each intent or kind, and sums over what is expected."""
    lines = [line for line in _labelled(folder / "bitext_support/data.jsonl") if not line.offensive]
    sums: dict[str, list[str]] = {"agent": [], "person": []}
    for intent in sorted({line.intent for line in lines}):
        reasons = _decided(guard, [line.text for line in lines if line.intent == intent])
        expected = EXPECTED.get(intent, "")
        sums.get(expected, []).extend(reasons)
        yield _row("bitext", intent, expected, reasons)
    for expected, reasons in sums.items():
        yield _row("bitext", "all", expected, reasons)
    wishes = [line.text for line in _labelled(folder / "nlupp/data.jsonl") if "handoff" in line.intents]
    yield _row("nlu++", "handoff", "person", _decided(guard, wishes))
    texts = _labelled(folder / "injections/data.jsonl")
    for label, kind in ((1, "malicious"), (0, "benign")):
        yield _row("injections", kind, "", _decided(guard, [line.text for line in texts if line.label == label]))


def _labelled(file: Path) -> list[Labelled]:
    return [Labelled.model_validate(line.value) for line in read_lines(file)]


def _decided(guard: Guard, texts: list[str]) -> list[str]:
    """The reason for a person of each text, "" where the agent serves it."""
    decisions = map(guard.decide, guard.read_many(texts, Facts()))
    return ["" if decision.route == "automate" else decision.reason for decision in decisions]


def _row(name: str, kind: str, expected: str, reasons: Iterable[str]) -> dict[str, Any]:
    counted = Counter(reasons)
    total, served = counted.total(), counted.pop("", 0)
    said = ", ".join(f"{reason} {count}" for reason, count in counted.most_common(3))
    return {
        "set": name,
        "kind": kind,
        "expected": expected,
        "messages": total,
        "to_person": 1 - served / max(total, 1),
        "reasons": said,
    }


if __name__ == "__main__":
    sys.exit(main())
