"""The OpenAI Agents SDK over Chat Completions, tracing off."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import shop


@dataclass
class Conversation:
    """The items so far; with its own store, the session that keeps them."""

    items: list[Any] = field(default_factory=list)
    session: Any = None


class OpenAIAgents:
    """The history is what the last run calls its input, or a SQLiteSession."""

    def __init__(self, *, stored: bool) -> None:
        self.stored = stored

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the agent."""
        from agents import Agent, OpenAIChatCompletionsModel, RunConfig, function_tool, set_tracing_disabled
        from openai import AsyncOpenAI

        set_tracing_disabled(True)
        self.client = AsyncOpenAI(base_url=base_url, api_key="none")
        self.file = folder / "sessions.db"
        self.agent = Agent(
            name="support",
            instructions=shop.SYSTEM_PROMPT,
            tools=[function_tool(tool) for tool in shop.TOOLS],
            model=OpenAIChatCompletionsModel(model=shop.MODEL, openai_client=self.client),
        )
        self.config = RunConfig(tracing_disabled=True)

    def begin(self, name: str) -> Conversation:
        """An empty list, or a session."""
        if not self.stored:
            return Conversation()
        from agents import SQLiteSession

        return Conversation(session=SQLiteSession(name, self.file))

    async def turn(self, conversation: Conversation, text: str) -> str:
        """One run."""
        from agents import Runner

        if conversation.session is not None:
            return (await Runner.run(self.agent, text, session=conversation.session, run_config=self.config)).final_output
        asked = [*conversation.items, {"role": "user", "content": text}]
        result = await Runner.run(self.agent, asked, run_config=self.config)
        conversation.items = result.to_input_list()
        return result.final_output

    async def stream(self, conversation: Conversation, text: str) -> AsyncIterator[str]:
        """One streamed run."""
        from agents import Runner

        asked = [*conversation.items, {"role": "user", "content": text}]
        result = Runner.run_streamed(self.agent, asked, run_config=self.config)
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                yield event.data.delta
        conversation.items = result.to_input_list()

    async def stop(self) -> None:
        """Close the client."""
        await self.client.close()


VARIANTS = {"": partial(OpenAIAgents, stored=False), "sqlite": partial(OpenAIAgents, stored=True)}
