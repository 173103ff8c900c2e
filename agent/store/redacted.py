"""What is left of a stored record when a person is erased from it: a list of what stays, so that what is new goes.

Ids, times, reasons and outcomes stay; words, names, addresses, arguments and results go.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, cast

GONE = '{"erased":true}'
"""Stands where arguments and results stood; canonical arguments never look so."""

UNANSWERED = '{"kind":"erased"}'
"""The outcome of a message that was erased before it was answered, so that nobody runs it again."""

_OUTCOME = ("kind", "conversation_id", "message_id", "usage", "timings", "refused_drafts", "tool", "case_id", "queue", "reason")
_DECISION = ("route", "reason", "rule", "layer", "score", "queue", "priority", "thresholds", "policy", "service_level_minutes")
_TRIAGE = ("outcome", "reason", "failure", "model")
_CALL = ("name", "effect", "status", "ms")
_FILE = ("reason", "rule", "layer", "deadline")
_EVENT = ("case_id", "message_id", "who", "reason", "queue", "priority", "kind", "outcome", "reference", "sku", "facts")

_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r'phone[\\":\s]+(\+\d{7,15})\b')
_NUMBER = re.compile(r'order_number[\\":\s]+([\w#-]+)')


def outcome(stored: str | None) -> str:
    """A turn's outcome: how it ended, why, and which tools ran."""
    if stored is None:
        return UNANSWERED
    was = _record(stored)
    left = {**_kept(was, _OUTCOME), "text": "", "decision": _decision(was.get("decision") or {})}
    if "arguments" in was:
        left["arguments"] = GONE
    left["tool_calls"] = [{**_kept(call, _CALL), "arguments": GONE, "result": ""} for call in was.get("tool_calls") or ()]
    return json.dumps(left)


def case_file(stored: str, reason: str) -> str:
    """A case file: why there was a case, and by when it was promised. ``reason`` is the case's, for a file that cannot be read."""
    was: dict[str, Any] = {"reason": reason, "layer": ""} | _record(stored)
    blank: dict[str, Any] = {"wants": "", "customer": {}, "mood": [], "next_step": "", "draft_reply": ""}
    left = _kept(was, _FILE) | {"rule": _rule(was.get("rule"))}
    triage = was.get("triage")
    return json.dumps(left | blank | ({"triage": _kept(triage, _TRIAGE)} if triage else {}))


def note(kind: str, stored: str) -> str:
    """A case event's note: only of the opening, which names reason and rule."""
    if kind != "opened":
        return ""
    return stored.partition(" (")[0] if ":" in stored else stored


def event(stored: str) -> str:
    """The body of an event for the host."""
    return json.dumps({**_kept(_record(stored), _EVENT), "erased": True})


def wire(author: str) -> str:
    """A message without its words."""
    role = {"customer": "user", "tool": "tool"}.get(author, "assistant")
    return json.dumps({"role": role, "content": ""})


def identifiers(texts: Iterable[str | None]) -> tuple[set[str], set[str]]:
    """The e-mail addresses with the telephone numbers, and the order numbers that stand in stored texts; by these a guest is counted."""
    joined = "\n".join(text for text in texts if text)
    return {*_ADDRESS.findall(joined), *_PHONE.findall(joined)}, set(_NUMBER.findall(joined))


def _decision(was: dict[str, Any]) -> dict[str, Any]:
    left = _kept(was, _DECISION)
    if "rule" in left:
        left["rule"] = _rule(left["rule"])
    triage = was.get("triage")
    return left | ({"triage": _kept(triage, _TRIAGE)} if triage else {})


def _rule(stored: object) -> str:
    """A rule's id; what failed, in an error's own words, may quote the customer."""
    return str(stored or "").partition(":")[0]


def _kept(was: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: was[name] for name in names if name in was}


def _record(stored: str) -> dict[str, Any]:
    try:
        found: object = json.loads(stored)
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
