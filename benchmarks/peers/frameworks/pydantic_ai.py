"""Pydantic AI. It has no store of its own: what its manual shows, messages as JSON, goes into a table, one row a turn."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import shop


@dataclass
class Conversation:
    """A name and the messages so far."""

    name: str
    messages: list[Any] = field(default_factory=list)


class PydanticAI:
    """The history is a list of messages."""

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the agent."""
        from openai import AsyncOpenAI
        from pydantic_ai import Agent
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider

        self.client = AsyncOpenAI(base_url=base_url, api_key="none")
        model = OpenAIChatModel(shop.MODEL, provider=OpenAIProvider(openai_client=self.client))
        self.agent = Agent(model, instructions=shop.SYSTEM_PROMPT, tools=shop.TOOLS)

    def begin(self, name: str) -> Conversation:
        """An empty list."""
        return Conversation(name)

    async def turn(self, conversation: Conversation, text: str) -> str:
        """One run."""
        result = await self.agent.run(text, message_history=conversation.messages)
        conversation.messages = result.all_messages()
        return result.output

    async def stream(self, conversation: Conversation, text: str) -> AsyncIterator[str]:
        """One streamed run."""
        async with self.agent.run_stream(text, message_history=conversation.messages) as result:
            async for piece in result.stream_text(delta=True, debounce_by=None):
                yield piece
        conversation.messages = result.all_messages()

    async def stop(self) -> None:
        """Close the client."""
        await self.client.close()


class PydanticAISqlite(PydanticAI):
    """The history is a table (WAL, synchronous=NORMAL), read back at each turn."""

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the table too."""
        await super().start(base_url, folder)
        self.database = sqlite3.connect(folder / "turns.db")
        self.database.execute("pragma journal_mode=wal")
        self.database.execute("pragma synchronous=normal")
        self.database.execute("create table turn (id integer primary key, conversation text not null, body blob not null)")
        self.database.execute("create index turn_conversation on turn (conversation)")

    async def turn(self, conversation: Conversation, text: str) -> str:
        """Read, run, write."""
        from pydantic_ai import ModelMessagesTypeAdapter

        rows = self.database.execute("select body from turn where conversation = ? order by id", (conversation.name,))
        history = [message for (body,) in rows for message in ModelMessagesTypeAdapter.validate_json(body)]
        result = await self.agent.run(text, message_history=history)
        with self.database:
            row = (conversation.name, result.new_messages_json())
            self.database.execute("insert into turn (conversation, body) values (?, ?)", row)
        return result.output

    async def stop(self) -> None:
        """Close the table too."""
        await super().stop()
        self.database.close()


VARIANTS = {"": PydanticAI, "sqlite": PydanticAISqlite}
