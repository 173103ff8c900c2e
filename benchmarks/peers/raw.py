"""What a user writes who takes no framework: the openai SDK and a loop by hand. Everything is compared to it."""

import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import shop
from benchmarks.peers import Peer

Wire = dict[str, Any]


@dataclass
class Conversation:
    """A name and the messages so far."""

    name: str
    messages: list[Wire] = field(default_factory=list[Wire])


class Raw:
    """The history is a list."""

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the client."""
        from openai import AsyncOpenAI
        from pydantic import validate_call

        self.client = AsyncOpenAI(base_url=base_url, api_key="none")
        self.tools = {tool.__name__: validate_call(tool) for tool in shop.TOOLS}
        self.schemas: Any = shop.schemas()
        self.system: Wire = {"role": "system", "content": shop.SYSTEM_PROMPT}

    def begin(self, name: str) -> Conversation:
        """An empty list."""
        return Conversation(name)

    def recalled(self, conversation: Conversation) -> list[Wire]:
        """The messages before this turn."""
        return list(conversation.messages)

    def keep(self, conversation: Conversation, new: list[Wire]) -> None:
        """Add the messages of this turn."""
        conversation.messages += new

    async def turn(self, conversation: Conversation, text: str) -> str:
        """Ask, run the calls, ask again, until there is a reply."""
        history, new = self.recalled(conversation), [{"role": "user", "content": text}]
        while True:
            sent: Any = [self.system, *history, *new]
            answer = await self.client.chat.completions.create(model=shop.MODEL, messages=sent, tools=self.schemas)
            message: Any = answer.choices[0].message
            if not message.tool_calls:
                new.append({"role": "assistant", "content": message.content})
                self.keep(conversation, new)
                return message.content
            calls = [_call(call.id, call.function.name, call.function.arguments) for call in message.tool_calls]
            new += await self.run(calls, None)

    async def stream(self, conversation: Conversation, text: str) -> AsyncIterator[str]:
        """The same over server-sent events, both requests of a turn."""
        history, new = self.recalled(conversation), [{"role": "user", "content": text}]
        while True:
            sent: Any = [self.system, *history, *new]
            chunks: Any = await self.client.chat.completions.create(
                model=shop.MODEL, messages=sent, tools=self.schemas, stream=True, stream_options={"include_usage": True}
            )
            content, calls = "", list[Wire]()
            async for chunk in chunks:
                if not chunk.choices:
                    continue
                delta = chunk.choices[0].delta
                if delta.content:
                    content += delta.content
                    yield delta.content
                for part in delta.tool_calls or ():
                    if part.index == len(calls):
                        calls.append(_call(part.id, part.function.name, ""))
                    calls[part.index]["function"]["arguments"] += part.function.arguments or ""
            if not calls:
                new.append({"role": "assistant", "content": content})
                self.keep(conversation, new)
                return
            new += await self.run(calls, content or None)

    async def run(self, calls: list[Wire], content: str | None) -> list[Wire]:
        """The model's calls and what the tools answered."""
        messages: list[Wire] = [{"role": "assistant", "content": content, "tool_calls": calls}]
        for call in calls:
            result = await self.tools[call["function"]["name"]](**json.loads(call["function"]["arguments"]))
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})
        return messages

    async def stop(self) -> None:
        """Close the client."""
        await self.client.close()


class RawSqlite(Raw):
    """The history is a table: read back at each turn, and one commit a turn (WAL, synchronous=NORMAL)."""

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the table too."""
        await super().start(base_url, folder)
        self.database = sqlite3.connect(folder / "raw.db")
        self.database.execute("pragma journal_mode=wal")
        self.database.execute("pragma synchronous=normal")
        self.database.execute("create table message (id integer primary key, conversation text not null, body text not null)")
        self.database.execute("create index message_conversation on message (conversation)")

    def recalled(self, conversation: Conversation) -> list[Wire]:
        """Read from the table."""
        rows = self.database.execute("select body from message where conversation = ? order by id", (conversation.name,))
        return [json.loads(body) for (body,) in rows]

    def keep(self, conversation: Conversation, new: list[Wire]) -> None:
        """One transaction."""
        rows = [(conversation.name, json.dumps(message)) for message in new]
        with self.database:
            self.database.executemany("insert into message (conversation, body) values (?, ?)", rows)

    async def stop(self) -> None:
        """Close the table too."""
        await super().stop()
        self.database.close()


def _call(call_id: str, name: str, arguments: str) -> Wire:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


VARIANTS: dict[str, type[Peer]] = {"": Raw, "sqlite": RawSqlite}
