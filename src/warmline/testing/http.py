"""A language model's server that is not there: answers HTTP at the transport, so that no request leaves.

    with mock_server("https://model.test/v1") as server:
        server.post("/chat/completions").respond(json=completion(says("Hello!")))
        model = OpenAIModel("any", api_key="any", base_url="https://model.test/v1")

Needs respx, which tests bring along: this module is not loaded by ``import warmline.testing``.
"""

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from warmline.agent.models.base import ModelAnswer

if TYPE_CHECKING:
    import respx

_WORD = re.compile(r"\S+\s*|\s+")
_PIECE = 7
"""Characters of a call's arguments in one event: they arrive cut in odd places."""


def mock_server(base_url: str = "https://model.test/v1", *, assert_all_called: bool = True) -> "respx.MockRouter":
    """A respx router, to be used as a context manager, that answers for every client built on httpx2.

    The openai SDK 3 is one; respx itself only knows httpx. A request that no route matches raises respx's
    ``AllMockedAssertionError``, whatever its host, and reaches nobody.
    """
    import respx

    return respx.MockRouter(base_url=base_url, assert_all_called=assert_all_called, using=_register())


def completion(answer: ModelAnswer, *, model: str = "mocked") -> dict[str, Any]:
    """The response body a Chat Completions server would send for this answer."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text}
    if answer.calls:
        message["tool_calls"] = _calls(answer)
    choice = {"index": 0, "message": message, "finish_reason": answer.finish}
    common = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": model}
    return common | {"choices": [choice], "usage": _usage(answer)}


def event_stream(answer: ModelAnswer, *, model: str = "mocked") -> bytes:
    """The same as a stream of server-sent events: text word by word, calls in pieces, counts last."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": word} for word in _WORD.findall(answer.text or "")]
    for index, call in enumerate(_calls(answer)):
        arguments: str = call["function"]["arguments"]
        begun = {**call, "index": index, "function": {**call["function"], "arguments": ""}}
        rest = [arguments[start : start + _PIECE] for start in range(0, len(arguments), _PIECE)]
        deltas += [
            {"tool_calls": [begun]},
            *({"tool_calls": [{"index": index, "function": {"arguments": part}}]} for part in rest),
        ]
    events: list[dict[str, Any]] = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": answer.finish}]})
    events.append({"choices": [], "usage": _usage(answer)})
    common = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": model}
    return b"".join(b"data: " + json.dumps(event | common).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"


def _calls(answer: ModelAnswer) -> list[dict[str, Any]]:
    return [
        {
            "id": call.call_id or f"call_{number}",
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for number, call in enumerate(answer.calls, 1)
    ]


def _usage(answer: ModelAnswer) -> dict[str, Any]:
    usage = answer.usage
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
    }


@cache
def _register() -> str:
    """Teach respx to answer for httpcore2, the transport below httpx2, the way it does for httpcore; returns the teaching's name."""
    import httpcore2
    import httpx
    from respx.mocks import HTTPCoreMocker

    class HTTPCore2Mocker(HTTPCoreMocker):
        name = "warmline-httpcore2"
        targets = [target.replace("httpcore.", "httpcore2.", 1) for target in HTTPCoreMocker.targets]  # noqa: RUF012 - as respx has it

        @classmethod
        def from_sync_httpx_response(  # pyright: ignore[reportIncompatibleMethodOverride]  # the other library's response
            cls, httpx_response: httpx.Response, *_: object, **__: object
        ) -> httpcore2.Response:
            return httpcore2.Response(
                status=httpx_response.status_code,
                headers=httpx_response.headers.raw,
                content=httpx_response.stream,
                extensions=httpx_response.extensions,
            )

    return HTTPCore2Mocker.name
