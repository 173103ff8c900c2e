"""What a host may allow: whom a tool is about has to be said, and what could not be safe is refused with what to do."""

from typing import Any

import pytest
from pydantic import ValidationError
from support.loyalty import ASKED, allowed, usual
from support.shop_worlds import a_memory_shop

from warmline.errors import SettingsError, ToolError
from warmline.testing import a_customer
from warmline.tools.access import Access
from warmline.tools.mcp_servers.allowed import AllowedTool, McpServer
from warmline.tools.mcp_servers.servers import Servers
from warmline.tools.mcp_servers.tool import ServersTool
from warmline.tools.tool import ToolContext

WHOLE: dict[str, Any] = {"type": "string"}


def a_tool(*names: str, **said: Any) -> ServersTool:
    schema = {"type": "object", "properties": dict.fromkeys(names, WHOLE)}
    entry = AllowedTool.model_validate({"effect": "read", "input_schema": schema, **said})
    return Servers([McpServer(name="crm", command=("x",), tools={"look.up": entry})]).tools[0]


def a_context(*, guest: bool = False) -> ToolContext:
    shop = a_memory_shop()
    return ToolContext(shop=shop, access=Access(customer=None if guest else a_customer()), clock=shop.clock)


def faults(**said: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        allowed("redeem", **{"effect": "write", "customer": "customer_id", **ASKED, **said})
    return str(caught.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"effect": "DECIDE"}, "'read' or 'write'"),
        ({"customer": None}, "say whom the tool is about"),
        ({"about": "nobody"}, "not both"),
        ({"customer": "member"}, "customer names the argument 'member'; the tool takes ['customer_id', 'note', 'points']"),
        ({"customer": None, "about": "nobody"}, "'customer_id' sounds like a person or an order"),
        ({"question": None}, "a write needs a question"),
        ({"question": "Redeeming now."}, "a write needs a question"),
        ({"deeds": [" "]}, "a write needs deeds"),
        ({"question": "Redeem {amount}?"}, "the question names {amount}"),
        ({"question": "Redeem for {customer_id}?"}, "the question names {customer_id}"),
        ({"question": "Redeem {points!r}?"}, "the question names {points}"),
        ({"question": "Redeem {points?"}, "braces do not match"),
        ({"effect": "read"}, "question belongs to a write"),
        ({"amount": "points"}, "amount and currency go together"),
        ({"amount": "note", "currency": "USD"}, "amount names the argument 'note', which a model may leave out"),
        ({"said": ["pionts"]}, "said or free names the argument 'pionts'"),
        ({"key": "customer_id"}, "name one argument twice"),
        ({"input_schema": {"type": "string"}}, "is not the schema of an object"),
        (
            {"input_schema": {"type": "object", "properties": {"customer_id": {"$ref": "http://x/y"}, "points": WHOLE}}},
            "elsewhere",
        ),
        ({"descripton": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_what_could_not_be_safe_is_refused_with_what_to_do(said: dict[str, Any], told: str) -> None:
    assert told in faults(**said)


@pytest.mark.parametrize("name", ["customerId", "user", "e_mail", "accountNo", "order_ref", "phoneNumber"])
def test_an_argument_that_sounds_like_somebody_is_bound_or_set_free(name: str) -> None:
    with pytest.raises(ValidationError, match=f"{name!r} sounds like a person or an order"):
        a_tool(name, about="nobody")
    assert a_tool(name, about="nobody", free=(name,)).parse(f'{{"{name}": "x"}}').root == {name: "x"}


def test_one_deep_inside_is_found_too() -> None:
    filters = {"type": "object", "properties": {"by": {"type": "array", "items": {"properties": {"userId": WHOLE}}}}}
    schema = {"type": "object", "properties": {"filters": filters}}
    with pytest.raises(ValidationError, match="'userId' sounds like a person"):
        AllowedTool.model_validate({"effect": "read", "about": "nobody", "input_schema": schema})


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('{"text": 5}', "is not of type 'string'"),
        ("{}", "'text' is a required property"),
        ('{"text": "x", "tenant": "y"}', "Additional properties are not allowed"),
        ('{"text": "x", "more": {"customer_id": "C-2"}}', "is not for you to choose"),
        ('{"text": "x", "more": [{"deep": {"Email": "e"}}]}', "is not for you to choose"),
        ('{"text": NaN}', "no JSON"),
        ("[]", "expected an object"),
        ('{"text": "' + "x" * 5_000 + '"}', "longer than 4000"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_in_words(written: str, told: str) -> None:
    schema = {"type": "object", "properties": {"text": WHOLE, "more": {}}, "required": ["text"]}
    tool = a_tool(about="nobody", input_schema=schema)
    with pytest.raises(ValidationError) as caught:
        tool.parse(written)
    assert told in str(caught.value)


def test_a_null_in_an_optional_argument_is_nothing() -> None:
    assert a_tool("text", "color", about="nobody").parse('{"text": "x", "color": null}').root == {"text": "x"}
    nullable = {"type": "object", "properties": {"text": {"anyOf": [WHOLE, {"type": "null"}]}}}
    assert a_tool(about="nobody", input_schema=nullable).parse('{"text": null}').root == {"text": None}


def test_a_name_the_model_can_call_is_made_of_the_server_and_the_tool() -> None:
    tool = a_tool("text", about="nobody", prompt="Our own words.")
    assert (tool.name, tool.schema["function"]["description"]) == ("crm_look_up", "Our own words.")
    assert len({tool, tool}) == 1


def test_a_schema_that_is_none_is_the_operators_to_mend() -> None:
    with pytest.raises(SettingsError, match=r"crm\.look\.up: input_schema is no JSON schema"):
        a_tool(about="nobody", input_schema={"type": "object", "properties": {"text": {"type": "strin"}}})


async def test_the_question_names_every_argument_and_the_money_is_at_stake() -> None:
    schema = {
        "type": "object",
        "properties": {"value": WHOLE, "why": WHOLE, "parts": {"type": "array"}},
        "required": ["value"],
    }
    said: dict[str, Any] = {
        "effect": "write",
        "about": "nobody",
        "amount": "value",
        "currency": "USD",
        "question": " Send a card of {value}? ",
    }
    said["deeds"] = ["sent the card"]
    tool = a_tool(input_schema=schema, **said)
    given = tool.parse('{"value": "600.50", "why": "a\\ngift", "parts": [1, 2]}')
    preview = await tool.look_ahead(a_context(), given)
    assert preview.question == "Send a card of 600.50 (why: a gift, parts: [1, 2])?"
    assert str(preview.at_stake and preview.at_stake.amount) == "600.50"
    with pytest.raises(ToolError, match="value is no amount"):
        await tool.look_ahead(a_context(), tool.parse('{"value": "a lot"}'))


async def test_an_address_is_the_customers_own_or_is_asked_for() -> None:
    tool = a_tool("email", effect="write", email="email", question="Send the newsletter?", deeds=["subscribed"])
    assert (await tool.look_ahead(a_context(), tool.parse("{}"))).question == "Send the newsletter?"
    with pytest.raises(ToolError, match="Ask for the order number and the e-mail address"):
        await tool.look_ahead(a_context(guest=True), tool.parse("{}"))


async def test_an_order_that_must_be_named_cannot_be_left_out() -> None:
    tool = a_tool("order", order="order")
    with pytest.raises(ToolError, match="Name the order in order"):
        await tool.run(a_context(), tool.parse("{}"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "name a command or a url"),
        ({"command": ["x"], "url": "https://x.example"}, "name a command or a url"),
        ({"command": ["x"], "headers": {"A": "b"}}, "headers go with a url"),
        ({"url": "https://x.example", "env": {"A": "b"}}, "env goes with a command"),
        ({"url": "http://shop.example/mcp"}, "must begin https://"),
        ({"url": "https://me:hush@shop.example/mcp"}, "end up in logs"),
        ({"url": "https://shop.example/mcp?token=hush"}, "end up in logs"),
        ({"command": ["x"], "name": "Loyalty Club"}, "String should match pattern"),
        ({"command": ["x"], "tools": {}}, "at least 1 item"),
        ({"command": ["x"], "seconds": 0}, "greater than 0"),
        ({"url": "https://x.example", "headers": {"A": "Bearer hush\n"}}, "the header 'A' holds what no header may"),
        ({"url": "https://x.example", "headers": {"A": "hush\u00e9"}}, "expected printable ASCII"),
        ({"url": "https://x.example", "headers": {"A": " hush"}}, "without blanks around it"),
    ],
)
def test_a_server_that_cannot_be_reached_safely_is_refused(said: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        McpServer.model_validate({"name": "loyalty", "tools": usual(), **said})
    assert told in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_server_that_may_take_longer_than_a_turn_waits_is_refused_at_once() -> None:
    slow = McpServer(name="loyalty", command=("x",), tools=usual(), seconds=10)
    with pytest.raises(
        SettingsError, match=r"with seconds 10 a call may take 20, and a turn waits 20 for one; expected less than 10"
    ):
        Servers([slow])
    assert Servers([slow], shop_seconds=25).tools
    keyed = {"redeem_once": allowed("redeem_once", effect="write", customer="customer_id", key="key", **ASKED)}
    with pytest.raises(SettingsError, match="a call may take 21"):
        Servers([McpServer(name="loyalty", command=("x",), tools=keyed, seconds=7)])
