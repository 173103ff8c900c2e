"""Agno: one Agent, conversations by session id in its database."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from benchmarks import shop


class Agno:
    """The whole history in the context; its database in memory, or a SQLite file."""

    def __init__(self, *, stored: bool) -> None:
        self.stored = stored

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the agent."""
        from agno.agent import Agent
        from agno.models.openai import OpenAIChat

        if self.stored:
            from agno.db.sqlite import AsyncSqliteDb as Database

            database = Database(db_file=str(folder / "agno.db"))
        else:
            from agno.db.in_memory import InMemoryDb as Database

            database = Database()
        self.agent = Agent(
            model=OpenAIChat(id=shop.MODEL, base_url=base_url, api_key="none"),
            system_message=shop.SYSTEM_PROMPT,
            tools=shop.TOOLS,
            db=database,
            add_history_to_context=True,
            num_history_runs=1000,
            telemetry=False,
        )

    def begin(self, name: str) -> str:
        """A session's id."""
        return name

    async def turn(self, conversation: str, text: str) -> str:
        """One run."""
        return (await self.agent.arun(text, session_id=conversation)).content

    async def stream(self, conversation: str, text: str) -> AsyncIterator[str]:
        """One run's pieces of content."""
        async for event in self.agent.arun(text, session_id=conversation, stream=True):
            if getattr(event, "event", "") == "RunContent" and event.content:
                yield event.content

    async def stop(self) -> None:
        """Nothing is to be closed."""


VARIANTS = {"": partial(Agno, stored=False), "sqlite": partial(Agno, stored=True)}
