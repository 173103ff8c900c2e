"""The counter as an MCP server, with the official SDK.

A write's yes comes by elicitation, which the client shows to the person. Clients of the protocol of 2026-07-28 and later are answered with what is needed
and call again; older ones are asked over the connection. A client that cannot ask gets no write done.
"""

import json
from typing import TYPE_CHECKING, Any

from warmline.prompts import render

from .counter import Answer, Counter, Question

if TYPE_CHECKING:
    from mcp.server import Server, ServerRequestContext
    from mcp_types import (
        CallToolRequestParams,
        CallToolResult,
        ElicitRequestFormParams,
        InputRequiredResult,
        ListToolsResult,
        PaginatedRequestParams,
    )

    from warmline.tools.tool import AnyTool

CONFIRM = "confirm"
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {CONFIRM: {"type": "boolean", "title": "Yes, do exactly this"}},
    "required": [CONFIRM],
}


def mcp_server(counter: Counter, *, name: str = "warmline", version: str = "") -> "Server[Any]":
    """The server of one client's counter: for stdio, one process."""
    from mcp.server import Server

    async def listed(_: "ServerRequestContext[Any]", __: "PaginatedRequestParams | None") -> "ListToolsResult":
        from mcp_types import ListToolsResult

        return ListToolsResult(tools=[_told(tool) for tool in counter.tools.values()])

    async def called(
        context: "ServerRequestContext[Any]", params: "CallToolRequestParams"
    ) -> "CallToolResult | InputRequiredResult":
        return await _called(counter, context, params)

    identity = render("mcp", "signed_in" if counter.access.customer is not None else "guest")
    instructions = render("mcp", "instructions", identity=identity)
    return Server(name, version=version, instructions=instructions, on_list_tools=listed, on_call_tool=called)


def _told(tool: "AnyTool") -> Any:
    from mcp_types import Tool, ToolAnnotations

    reads = tool.effect == "read"
    hints = ToolAnnotations(read_only_hint=reads, destructive_hint=not reads, idempotent_hint=True, open_world_hint=False)
    schema: dict[str, Any] = tool.arguments.model_json_schema()
    return Tool(name=tool.name, description=tool.description, input_schema=schema, annotations=hints)


async def _called(
    counter: Counter, context: "ServerRequestContext[Any]", params: "CallToolRequestParams"
) -> "CallToolResult | InputRequiredResult":
    arguments = json.dumps(params.arguments or {})
    if params.request_state is not None:
        yes = _yes((params.input_responses or {}).get(CONFIRM))
        return _result(await counter.answered(params.request_state, params.name, arguments, yes=yes))
    made = await counter.call(params.name, arguments)
    if isinstance(made, Answer):
        return _result(made)
    if not _can_ask(context):
        return _result(Answer(text=render("mcp", "no_form"), refused=True))
    return await _asked(counter, context, made, arguments)


async def _asked(
    counter: Counter, context: "ServerRequestContext[Any]", question: Question, arguments: str
) -> "CallToolResult | InputRequiredResult":
    from mcp_types import ElicitRequest, InputRequiredResult
    from mcp_types.version import MODERN_PROTOCOL_VERSIONS, is_version_at_least

    form = _form(question)
    if is_version_at_least(context.protocol_version, MODERN_PROTOCOL_VERSIONS[0]):
        return InputRequiredResult(input_requests={CONFIRM: ElicitRequest(params=form)}, request_state=question.state)
    answer = await context.session.elicit_form(form.message, form.requested_schema, context.request_id)
    return _result(await counter.answered(question.state, question.tool, arguments, yes=_yes(answer)))


def _form(question: Question) -> "ElicitRequestFormParams":
    from mcp_types import ElicitRequestFormParams

    return ElicitRequestFormParams(message=question.text, requested_schema=FORM)


def _yes(answer: object) -> bool:
    """Whether the person accepted and ticked the box; anything else is no."""
    from mcp_types import ElicitResult

    return isinstance(answer, ElicitResult) and answer.action == "accept" and (answer.content or {}).get(CONFIRM) is True


def _can_ask(context: "ServerRequestContext[Any]") -> bool:
    capabilities = context.session.client_capabilities
    asks = capabilities.elicitation if capabilities is not None else None
    return asks is not None and (asks.form is not None or asks.url is None)


def _result(answer: Answer) -> "CallToolResult":
    from mcp_types import CallToolResult, TextContent

    return CallToolResult(content=[TextContent(type="text", text=answer.text)], is_error=answer.refused)
