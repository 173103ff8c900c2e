"""LangChain's create_agent, which is a LangGraph graph."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import shop


@dataclass
class Conversation:
    """A thread's id, and the messages so far where no saver keeps them."""

    name: str
    messages: list[Any] = field(default_factory=list)

    @property
    def config(self) -> dict[str, Any]:
        """What names the thread to a saver."""
        return {"configurable": {"thread_id": self.name}}


class LangGraph:
    """No checkpointer, or its AsyncSqliteSaver in a file."""

    def __init__(self, *, stored: bool) -> None:
        self.stored = stored

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the graph."""
        from langchain.agents import create_agent
        from langchain_core.tools import StructuredTool
        from langchain_openai import ChatOpenAI

        saver = self.opened = None
        if self.stored:
            from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

            self.opened = AsyncSqliteSaver.from_conn_string(str(folder / "checkpoints.db"))
            saver = await self.opened.__aenter__()
        model = ChatOpenAI(model=shop.MODEL, base_url=base_url, api_key="none", use_responses_api=False)
        tools = [StructuredTool.from_function(coroutine=tool, parse_docstring=True) for tool in shop.TOOLS]
        self.graph = create_agent(model, tools, system_prompt=shop.SYSTEM_PROMPT, checkpointer=saver)

    def begin(self, name: str) -> Conversation:
        """A thread."""
        return Conversation(name)

    async def turn(self, conversation: Conversation, text: str) -> str:
        """One invocation."""
        from langchain_core.messages import HumanMessage

        state = {"messages": [*conversation.messages, HumanMessage(text)]}
        result = await self.graph.ainvoke(state, conversation.config)
        if not self.stored:
            conversation.messages = result["messages"]
        return result["messages"][-1].text

    async def stream(self, conversation: Conversation, text: str) -> AsyncIterator[str]:
        """One invocation's chunks."""
        from langchain_core.messages import AIMessageChunk, HumanMessage

        state = {"messages": [*conversation.messages, HumanMessage(text)]}
        async for chunk, _ in self.graph.astream(state, conversation.config, stream_mode="messages"):
            if isinstance(chunk, AIMessageChunk) and chunk.text:
                yield chunk.text

    async def stop(self) -> None:
        """Close the saver."""
        if self.opened is not None:
            await self.opened.__aexit__(None, None, None)


VARIANTS = {"": partial(LangGraph, stored=False), "sqlite": partial(LangGraph, stored=True)}
