"""A conversation that was held becomes a case: what the customer wrote, redacted, and what came of it as what is expected."""

import re
from collections.abc import Sequence
from typing import Any

from warmline.agent.guard.masking import mask
from warmline.agent.outcome import HandedOff, Turn, WithHuman

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])\+?\d[\d ()./-]{7,}\d(?![\w-])")
_ORDER = re.compile(r"\b[Ww][- ]?\d{4,}\b")

SIGNED_IN = "C-1001"
"""Who is signed in where somebody was: a customer of the demo shop."""


class Redaction:
    """Replaces what names a person by what names nobody, the same by the same.

    Card numbers, accounts and secrets are masked as they are before anything is stored; addresses, telephone numbers and order numbers are
    replaced. Names, and whatever else a customer tells of themselves in words, stay: somebody has to read the case.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, text: str) -> str:
        """The text without them."""
        text = _EMAIL.sub(lambda match: self._other("e", match.group().casefold(), "person{}@example.com"), mask(text))
        text = _ORDER.sub(lambda match: self._other("o", re.sub(r"\D", "", match.group()), "W-9000{}"), text)
        return _PHONE.sub(lambda match: self._other("p", re.sub(r"\D", "", match.group()), "+1-555-010-000{}"), text)

    def _other(self, kind: str, found: str, form: str) -> str:
        key = f"{kind}{found}"
        number = sum(known.startswith(kind) for known in self._known) + 1
        return self._known.setdefault(key, form.format(number))


def case_of(conversation_id: str, turns: Sequence[tuple[str, Turn]], *, signed_in: bool) -> dict[str, Any]:
    """The case as plain values; its id says nothing of the conversation's."""
    import hashlib

    redaction = Redaction()
    steps = [_step(redaction.of(text), turn) for text, turn in turns]
    return {
        "id": f"imported-{hashlib.sha256(conversation_id.encode()).hexdigest()[:8]}",
        "why": "Imported from a conversation. Say here what must be so, and correct what the agent did wrong below.",
        "tags": ["imported"],
        "tier": "watch",
        **({"world": {"as": SIGNED_IN}} if signed_in else {}),
        "conversation": steps,
    }


def _step(text: str, turn: Turn) -> dict[str, Any]:
    calls = [run.name for run in turn.tool_calls if run.status in ("done", "asked")]
    expect: dict[str, Any] = {"ends": turn.kind}
    if not isinstance(turn, WithHuman):
        expect["route"] = {"to": _to(turn), "reason": turn.decision.reason}
    reads = list(dict.fromkeys(name for name in calls if name != "escalate"))
    if reads:
        expect["tools"] = {"calls": [{"name": name, "status": "any"} for name in reads]}
    return {"user": text, "expect": expect}


def _to(turn: Turn) -> str:
    if isinstance(turn, HandedOff):
        return "gather" if turn.decision.route == "gather" else "human"
    return "offer" if turn.decision.route == "offer" else "bot"
