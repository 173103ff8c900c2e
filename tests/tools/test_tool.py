"""What a tool is: strict schemas, canonical arguments, previews, what a shop offers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from warmline.testing import MemoryShop, ToolBench
from warmline.tools.access import Access
from warmline.tools.tool import AnyTool, ToolContext, canonical
from warmline.tools.toolbox import ALL_TOOLS

TOOLS = {tool.name: tool for tool in ALL_TOOLS}
each_tool = pytest.mark.parametrize("tool", ALL_TOOLS, ids=lambda tool: tool.name)


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object schema inside a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":  # pyright: ignore[reportUnknownMemberType]
            yield schema
        for part in schema.values():  # pyright: ignore[reportUnknownVariableType]
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:  # pyright: ignore[reportUnknownVariableType]
            yield from objects(part)


@each_tool
def test_every_object_in_a_schema_is_closed_and_requires_all_its_properties(tool: AnyTool) -> None:
    found = list(objects(tool.schema["function"]["parameters"]))
    assert found
    for schema in found:
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])


@each_tool
def test_what_may_be_left_out_may_be_null(tool: AnyTool) -> None:
    properties = tool.schema["function"]["parameters"]["properties"]
    for name, field in tool.arguments.model_fields.items():
        nullable = {"type": "null"} in properties[name].get("anyOf", [])
        assert nullable is not field.is_required()


@each_tool
def test_a_schema_has_nothing_strict_mode_does_not_know(tool: AnyTool) -> None:
    function = tool.schema["function"]
    assert function["strict"] is True
    text = json.dumps(function["parameters"])
    assert '"default"' not in text
    assert '"title"' not in text
    assert "(?" not in text, "patterns with look-around are refused"


@each_tool
def test_an_argument_nobody_knows_is_refused(tool: AnyTool) -> None:
    with pytest.raises(ValidationError, match="customer_id"):
        tool.parse('{"customer_id": "C-1"}')


@each_tool
async def test_only_a_write_that_needs_a_yes_has_a_preview(tool: AnyTool) -> None:
    assert (tool.preview is not None) == (tool.effect == "write" and tool.name != "escalate")
    if tool.preview is None:
        context = ToolContext(shop=MemoryShop(), access=Access(), clock=ToolBench().clock)
        with pytest.raises(TypeError, match=f"{tool.name} has no preview"):
            await tool.look_ahead(context, None)


def test_no_arguments_at_all_are_an_empty_object() -> None:
    assert TOOLS["find_orders"].parse("") == TOOLS["find_orders"].parse("{}")


def test_arguments_are_stripped_of_the_space_around_them() -> None:
    assert TOOLS["get_order"].parse('{"order_number": " W-1 "}').order_number == "W-1"


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(lambda text: bool(text.strip()))


@given(topic=words, order=st.permutations(["sku", "product", "options"]), options=st.lists(words, max_size=3))
def test_equal_arguments_are_equal_text_however_they_were_written(topic: str, order: list[str], options: list[str]) -> None:
    values: dict[str, Any] = {"sku": None, "product": topic, "options": options}
    written = json.dumps({name: values[name] for name in order}, indent=3)
    short = json.dumps({"options": options, "product": topic}, ensure_ascii=False)
    tool = TOOLS["check_stock"]
    assert canonical(tool.parse(written)) == canonical(tool.parse(short))
    assert tool.parse(canonical(tool.parse(written))) == tool.parse(written)


@given(first=words, second=words)
def test_different_arguments_are_different_text(first: str, second: str) -> None:
    one, other = (TOOLS["get_policy"].parse(json.dumps({"topic": topic})) for topic in (first, second))
    assert (canonical(one) == canonical(other)) == (first.strip() == second.strip())


@pytest.mark.parametrize("blank", ["", " ", "null", "None", "N/A"])
def test_a_blank_in_an_optional_field_is_nothing(blank: str) -> None:
    written = json.dumps({"order_number": "W-10432", "email": blank})
    assert canonical(TOOLS["get_order"].parse(written)) == '{"order_number":"W-10432"}'


def test_a_blank_in_a_field_that_must_be_filled_is_refused() -> None:
    with pytest.raises(ValidationError, match="order_number"):
        TOOLS["get_order"].parse('{"order_number": ""}')


@pytest.mark.parametrize("written", ["[]", '"W-10432"', "null"])
def test_arguments_that_are_no_object_are_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        TOOLS["get_order"].parse(written)
