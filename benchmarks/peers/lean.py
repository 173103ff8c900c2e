"""How low a loop over the openai SDK can go, with its retries, streaming and typed errors: no peer, but the floor.

Each message is encoded once, bodies are joined and posted through ``client.post`` over aiohttp, answers are read by one small model, and
of a stream the lines.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from benchmarks import shop
from benchmarks.peers import Peer


class Function(BaseModel):
    """What is called."""

    name: str
    arguments: str


class Call(BaseModel):
    """One call."""

    id: str
    type: str = "function"
    function: Function


class Message(BaseModel):
    """What the model said."""

    content: str | None = None
    tool_calls: list[Call] | None = None


class Choice(BaseModel):
    """Where it stands."""

    message: Message


class Answer(BaseModel):
    """The part of an answer that is used."""

    choices: list[Choice]


@dataclass
class Conversation:
    """The messages so far, encoded."""

    messages: list[bytes] = field(default_factory=list[bytes])


class Lean:
    """The history is a list of encoded messages."""

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the client, and encode what every request has."""
        from httpx2 import Response
        from openai import AsyncOpenAI, DefaultAioHttpClient
        from pydantic import validate_call

        self.client = AsyncOpenAI(base_url=base_url, api_key="none", http_client=DefaultAioHttpClient())
        self.response = Response
        self.tools = {tool.__name__: validate_call(tool) for tool in shop.TOOLS}
        system = json.dumps({"role": "system", "content": shop.SYSTEM_PROMPT})
        self.head = f'{{"model":{json.dumps(shop.MODEL)},"messages":[{system},'.encode()
        self.tail = f'],"tools":{json.dumps(shop.schemas())}'.encode()

    def begin(self, name: str) -> Conversation:
        """An empty list."""
        return Conversation()

    async def turn(self, conversation: Conversation, text: str) -> str:
        """Ask, run the calls, ask again, until there is a reply."""
        messages = [*conversation.messages, _encoded({"role": "user", "content": text})]
        while True:
            body = self.head + b",".join(messages) + self.tail + b"}"
            answer = await self.client.post("/chat/completions", content=body, cast_to=self.response, options=JSON)
            message = Answer.model_validate_json(answer.content).choices[0].message
            messages.append(_encoded({"role": "assistant", **message.model_dump(exclude_none=True)}))
            if not message.tool_calls:
                conversation.messages = messages
                return message.content or ""
            messages += [await self.run(call) for call in message.tool_calls]

    async def stream(self, conversation: Conversation, text: str) -> AsyncIterator[str]:
        """The same over server-sent events."""
        messages = [*conversation.messages, _encoded({"role": "user", "content": text})]
        while True:
            content = ""
            calls: list[Call] = []
            async for delta in self.deltas(messages):
                if piece := delta.get("content"):
                    content += piece
                    yield piece
                for part in delta.get("tool_calls") or ():
                    at: int = part["index"]
                    if at == len(calls):
                        calls.append(Call(id=part["id"], function=Function(name=part["function"]["name"], arguments="")))
                    more: str = part["function"].get("arguments") or ""
                    calls[at].function.arguments += more
            said = Message(content=content or None, tool_calls=calls or None)
            messages.append(_encoded({"role": "assistant", **said.model_dump(exclude_none=True)}))
            if not calls:
                conversation.messages = messages
                return
            messages += [await self.run(call) for call in calls]

    async def deltas(self, messages: list[bytes]) -> AsyncIterator[dict[str, Any]]:
        """What each event of the answer adds."""
        from openai import AsyncStream

        body = self.head + b",".join(messages) + self.tail + b',"stream":true,"stream_options":{"include_usage":true}}'
        answer: Any = await self.client.post(
            "/chat/completions", content=body, cast_to=object, stream=True, stream_cls=AsyncStream[object], options=JSON
        )
        rest = b""
        async for part in answer.response.aiter_bytes():
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                if line.startswith(b"data: {") and (choices := json.loads(line[6:])["choices"]):
                    yield choices[0]["delta"]

    async def run(self, call: Call) -> bytes:
        """What the tool answered."""
        result = await self.tools[call.function.name](**json.loads(call.function.arguments))
        return _encoded({"role": "tool", "tool_call_id": call.id, "content": result})

    async def stop(self) -> None:
        """Close the client."""
        await self.client.close()


JSON: Any = {"headers": {"Content-Type": "application/json"}}


def _encoded(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode()


VARIANTS: dict[str, type[Peer]] = {"": Lean}
