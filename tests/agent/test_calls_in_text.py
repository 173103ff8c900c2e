"""Calls a model wrote as text."""

import json

import pytest

from warmline.agent.calls_in_text import calls_in_text

TOOLS = {"get_order", "escalate"}


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "get_order", "arguments": {"order_number": "W-1"}}',
        '```json\n{"name": "get_order", "arguments": {"order_number": "W-1"}}\n```',
        'Sure.\n<tool_call>{"name": "get_order", "parameters": {"order_number": "W-1"}}</tool_call>',
        '[{"tool": "get_order", "args": {"order_number": "W-1"}}]',
        '{"type": "function", "function": {"name": "get_order", "arguments": "{\\"order_number\\": \\"W-1\\"}"}}',
        'I call {"function": "get_order", "input": {"order_number": "W-1"}}',
        'One moment: {"name": "get_order", "arguments": {"order_number": "W-1"}} There.',
        'get_order({"order_number": "W-1"})',
        'functions.get_order({"order_number": "W-1"})',
        '<function=get_order>{"order_number": "W-1"}</function>',
        'get_order\n```json\n{"order_number": "W-1"}\n```',
        'Action: get_order\nAction Input: {"order_number": "W-1"}',
        '[TOOL_CALLS][{"name": "get_order", "arguments": {"order_number": "W-1"}}]',
        '{"tool_calls": [{"function": {"name": "get_order", "arguments": "{\\"order_number\\": \\"W-1\\"}"}}]}',
        'get_order(order_number="W-1")',
    ],
)
def test_a_call_written_as_text_is_found(text: str) -> None:
    (call,) = calls_in_text(text, TOOLS)
    assert (call.name, json.loads(call.arguments)) == ("get_order", {"order_number": "W-1"})


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "Your order is on its way.",
        '{"name": "rm", "arguments": {}}',
        '{"name": "get_order", "arguments": "not json"}',
        '{"name": "get_order", "arguments": [1]}',
        "{broken",
        "[1, 2, {}]",
        '{"hello": "world"}',
        '{"order_number": "W-1"}',
        '{"tool_calls": ["get_order"]}',
        "escalate( the matter )",
        "get_order(order_number=open)",
        "get_order(order_number=)",
        "Please escalate {this}",
        "{" * 3000,
        '{"a":' * 3000,
    ],
)
def test_anything_else_is_no_call(text: str | None) -> None:
    assert calls_in_text(text, TOOLS) == ()


def test_several_calls_are_found_in_order() -> None:
    text = '{"name": "get_order", "arguments": {"order_number": "W-1"}}\n{"name": "escalate", "arguments": {}}'
    assert [call.name for call in calls_in_text(text, TOOLS)] == ["get_order", "escalate"]
