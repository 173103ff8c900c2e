"""Strands Agents: an Agent for each conversation, which holds the history; it always streams from the model."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import shop


class Strands:
    """Nothing is cut from the history; sessions in JSON files where it is stored, for it has no database."""

    def __init__(self, *, stored: bool) -> None:
        self.stored = stored

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the model."""
        from openai import AsyncOpenAI
        from strands import tool
        from strands.models.openai import OpenAIModel

        self.client, self.folder = AsyncOpenAI(base_url=base_url, api_key="none"), folder
        self.model = OpenAIModel(client=self.client, model_id=shop.MODEL)
        self.tools = [tool(one) for one in shop.TOOLS]

    def begin(self, name: str) -> Any:
        """An agent."""
        from strands import Agent
        from strands.agent.conversation_manager import NullConversationManager
        from strands.session.file_session_manager import FileSessionManager

        sessions = FileSessionManager(session_id=name, storage_dir=str(self.folder)) if self.stored else None
        return Agent(
            model=self.model,
            tools=self.tools,
            system_prompt=shop.SYSTEM_PROMPT,
            callback_handler=None,
            conversation_manager=NullConversationManager(),
            session_manager=sessions,
        )

    async def turn(self, conversation: Any, text: str) -> str:
        """One invocation."""
        return str(await conversation.invoke_async(text)).strip()

    async def stream(self, conversation: Any, text: str) -> AsyncIterator[str]:
        """One invocation's text."""
        async for event in conversation.stream_async(text):
            if "data" in event:
                yield event["data"]

    async def stop(self) -> None:
        """Close the client."""
        await self.client.close()


VARIANTS = {"": partial(Strands, stored=False), "file": partial(Strands, stored=True)}
