"""Threads as the embedded model is given them, put together by hand."""

import json
from collections.abc import Mapping
from typing import Any

from warmline import EmbeddedModel
from warmline.agent.models.base import CallRequest, Message, ModelRequest, Prompt
from warmline.prompts import render

GUEST = Message(role="system", text=render("agent", "context_guest", today="Monday, 2026-11-23"))
MAYA = Message(
    role="system",
    text=render("agent", "context_customer", name="Maya Brooks", email="maya@example.com", today="Monday, 2026-11-23"),
)
NAMES = (
    "find_orders get_order cancel_unshipped_order change_shipping_address search_products get_product check_stock compare_products"
    " get_policy check_return start_return start_exchange subscribe_back_in_stock enrol_in_care_series escalate"
).split()


class CountingReader:
    """Reads the same in every text, and counts."""

    def __init__(self, **reasons: float) -> None:
        self.reasons = reasons
        self.read_texts: list[str] = []

    def read(self, text: str) -> Mapping[str, float]:
        self.read_texts.append(text)
        return self.reasons


def user(text: str) -> Message:
    return Message(role="user", text=text)


def said(text: str) -> Message:
    return Message(role="assistant", text=text)


def called(name: str, result: str, **arguments: Any) -> list[Message]:
    """A call and its result."""
    call = CallRequest(call_id=f"{name}_1", name=name, arguments=json.dumps(arguments))
    return [Message(role="assistant", calls=(call,)), Message(role="tool", text=result, call_id=call.call_id)]


def request(*messages: Message, head: Message = GUEST, names: list[str] | None = None) -> ModelRequest:
    tools = tuple({"type": "function", "function": {"name": name}} for name in names or NAMES)
    return ModelRequest(prompt=Prompt(system="Be kind.", tools=tools), messages=[head, *messages])


def model(**reasons: float) -> EmbeddedModel:
    return EmbeddedModel(classifier=CountingReader(**reasons))
