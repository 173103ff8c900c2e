"""The door of the library: one object, given everything it needs."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from warmline.errors import UsageError
from warmline.tools.clock import Clock, SystemClock

from .capacity import Capacity, Load, Places
from .lifetime import Lifetime
from .running import GRACE

if TYPE_CHECKING:  # importing this module must stay cheap: pydantic's models, the store and the models load on first use
    from sqlalchemy.ext.asyncio import AsyncEngine

    from warmline.tools.mcp_servers.allowed import McpServer
    from warmline.tools.mcp_servers.servers import Servers
    from warmline.tools.model import Customer
    from warmline.tools.plain_shop import PlainShop
    from warmline.tools.shop import Shop
    from warmline.tools.tool import AnyTool

    from .crm import FactsOf
    from .desk.desk import Desk
    from .events import Event
    from .guard.guard import Guard
    from .guard.limits import Limits
    from .guard.policy import Policy
    from .models.base import Model
    from .outbox.delivery import Delivered
    from .outbox.event import Sink
    from .outcome import Turn
    from .store.reading import Said
    from .store.store import Store
    from .work import Emit, Parts

P = ParamSpec("P")
ResultT = TypeVar("ResultT")


class SupportAgent:
    """Serves a shop's customers, and hands them to people when they need one.

    ``shop`` implements ``warmline.tools.shop.Shop``, with async methods or plain ones, which run in threads. ``model`` is a
    ``Model`` or ``None`` for the embedded one. ``store`` is a ``Store``, an async engine, a database URL (``sqlite:///…``,
    ``postgresql+psycopg://…``), the path of a SQLite file, or ``None`` for one in memory, which forgets. ``policy`` is a
    ``Policy``, the path of a YAML file, or ``None`` for the default; a whole ``guard`` may be given instead. ``limits`` is a
    ``Limits``: how much may be changed before a person looks at it.
    ``capacity`` is a ``Capacity``: how much is done at once before messages wait, and then go to a person (docs/overload.md).
    ``tools`` are the host's own (``warmline.tools.tool.Tool``), offered beside those the shop has the protocols for.
    ``mcp`` are MCP servers (``warmline.tools.mcp_servers.allowed.McpServer``) and which of their tools are allowed (docs/mcp.md).
    ``facts`` is a function of yours that says more of a customer than the shop does (tier, lifetime value, consent): it has two seconds, is
    asked again after ``facts_age``, and what it does not say counts as unknown (docs/marketing.md).
    ``shop_seconds`` is how long a turn waits for one answer of the shop, or of an MCP server; then a person takes over. ``triage_seconds`` is how long a
    language model may take to say whether a doubtful message is for a person (docs/guard.md).
    """

    def __init__(
        self,
        *,
        shop: "Shop | PlainShop",
        model: "Model | None" = None,
        store: "Store | AsyncEngine | str | Path | None" = None,
        policy: "Policy | Path | str | None" = None,
        guard: "Guard | None" = None,
        clock: Clock | None = None,
        limits: "Limits | None" = None,
        capacity: Capacity | None = None,
        triage_seconds: float = 6.0,
        shop_seconds: float = 20.0,
        tools: "Sequence[AnyTool]" = (),
        mcp: "Sequence[McpServer]" = (),
        facts: "FactsOf | None" = None,
        facts_age: timedelta = timedelta(minutes=5),
    ) -> None:
        if shop_seconds <= 0:
            raise UsageError(f"shop_seconds is {shop_seconds!r}; expected seconds above 0, such as 20")
        if triage_seconds <= 0:
            raise UsageError(
                f"triage_seconds is {triage_seconds!r}; expected seconds above 0. For no triage, leave `grey` out of the policy"
            )
        from warmline.tools.plain_shop import whole

        self._shop = whole(shop)
        self._model = model
        self._store = store
        self._policy = policy
        self._given_guard = guard
        self._clock = clock or SystemClock()
        self._limits = limits
        self._triage_seconds = triage_seconds
        self._shop_seconds = shop_seconds
        self._tools = tuple(tools)
        if facts_age <= timedelta(0):
            raise UsageError(f"facts_age is {facts_age!r}; expected more than 0")
        self._facts, self._facts_age = facts, facts_age
        owns_store = store is None or isinstance(store, (str, Path))  # a store or an engine is its host's to close
        self._life = Lifetime(self._assembled, mcp=mcp, shop_seconds=shop_seconds, capacity=capacity, owns_store=owns_store)

    async def reply(
        self,
        conversation_id: str,
        text: str,
        message_id: str | None = None,
        customer: "Customer | str | None" = None,
    ) -> "Turn":
        """Answer one message of a customer.

        ``message_id`` is the channel's id of the message: the same id again returns the same turn, or resumes it. ``customer`` is who
        the host has signed in, as a record or an id; ``None`` is a guest. Raises ``UsageError`` for an unknown customer or a
        conversation that is someone else's, ``ShuttingDown`` (a ``UsageError``) once ``close`` was called, and ``StoreError`` when the
        message could not be stored; whatever else fails ends in ``HandedOff``.
        """
        return await self._run(conversation_id, text, message_id, customer, _ignore)

    async def enqueue(self, conversation_id: str, text: str, message_id: str, customer: "Customer | str | None" = None) -> bool:
        """Take a message that is answered later, by a worker (``warmline worker``, docs/worker.md); returns once it is stored.

        The outcome comes as the event ``turn_closed``. Returns whether the message is new: the same ``message_id`` again changes
        nothing. Raises like ``reply``, except that a customer the shop does not know becomes a case.
        """
        from .incoming import customer_id_of, presentable
        from .store.waiting import accept

        async with self._life.running.turn(message_id):
            words = presentable(conversation_id, text, message_id)
            store = (await self.parts()).store
            return await accept(store, conversation_id, message_id, words, customer_id=customer_id_of(customer))

    async def resume(self, conversation_id: str, message_id: str) -> "Turn | None":
        """Answer a stored message that nobody is at, and tell its outcome by the event ``turn_closed``; ``None`` if there is none.

        This is what a worker calls. A message that was taken up again and again without an end goes to a person.
        """
        from .incoming import left_behind
        from .store.waiting import take_up
        from .turn import run_turn

        async with self._life.running.turn(message_id):
            parts = await self.parts()
            waiting = await take_up(parts.store, conversation_id, message_id)
            return None if waiting is None else await run_turn(parts, await left_behind(parts, waiting), _ignore)

    async def stream(
        self,
        conversation_id: str,
        text: str,
        message_id: str | None = None,
        customer: "Customer | str | None" = None,
    ) -> "AsyncIterator[Event]":
        """The same as events while it happens: ``Decided``, ``ToolStarted``, ``ToolFinished``, ``TextDelta``, at last ``Done``.

        Text is released only after the reply gate passed it and it was stored. Closing the iterator early interrupts the turn; the
        same ``message_id`` resumes it.
        """
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        task = asyncio.create_task(self._run(conversation_id, text, message_id, customer, queue.put_nowait, streamed=True))
        task.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (event := await queue.get()) is not None:
                yield event
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def reply_sync(
        self,
        conversation_id: str,
        text: str,
        message_id: str | None = None,
        customer: "Customer | str | None" = None,
    ) -> "Turn":
        """``reply`` for code that is not async, from any thread without a running event loop, and from many at once."""
        return self.sync(self.reply, conversation_id, text, message_id, customer)

    def sync(self, call: Callable[P, Awaitable[ResultT]], *args: P.args, **kwargs: P.kwargs) -> ResultT:
        """Any async call of this agent or its desk, for code that is not: ``agent.sync(agent.enqueue, "c1", "hello", "m1")``.

        It is made in an event loop that runs in a thread of its own until the agent is closed (``with agent:``, or ``agent.sync(agent.close)``).
        """
        if isinstance(call, Coroutine):
            cast("Coroutine[object, object, object]", call).close()
            raise UsageError(
                f"sync was given a call that was made already; give the function: agent.sync(agent.{call.__name__}, ...)"
            )
        return self._life.own_loop.run(partial(call, *args, **kwargs))

    async def desk(self) -> "Desk":
        """The human queue over the same store, on the terms of the same policy."""
        from .desk.desk import Desk

        parts = await self.parts()
        return Desk(parts.store, parts.guard.terms)

    async def thread(self, conversation_id: str, customer: "Customer | str | None" = None, *, after: int = 0) -> "Sequence[Said]":
        """What was said in a conversation beyond message ``after``, by whom, for its customer to read: what people replied is there too.

        ``UsageError`` if it is another customer's; nothing if there is no such conversation.
        """
        from .incoming import thread_of

        return await thread_of(await self.parts(), conversation_id, customer, after=after)

    async def deliver(self, sink: "Sink") -> "Delivered":
        """Hand the events that are due to a sink (docs/events.md); call it as often as you like, in as many processes as you like."""
        from .outbox.delivery import deliver_due

        return await deliver_due((await self.parts()).store, sink)

    async def parts(self) -> "Parts":
        """What the agent is made of, made on first use: the store is opened, the tools the shop offers are chosen."""
        return await self._life.parts()

    def load(self) -> Load:
        """What goes on now: turns running and waiting, calls under way, and how the model's breaker stands."""
        return self._life.load()

    async def close(self, grace: float = GRACE) -> None:
        """Take no new turn, let the running ones finish within ``grace`` seconds, and close what this agent opened itself.

        A turn that does not finish is broken off with ``ShuttingDown`` and gives its conversation back: the same message id resumes
        it elsewhere. What is gathered for cases is waited for as long too. A host's engine, store or client stays open.
        """
        if grace < 0:
            raise UsageError(f"close(grace={grace!r}): expected seconds, 0 or more")
        await self._life.close(grace)

    async def __aenter__(self) -> "SupportAgent":
        await self.parts()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __enter__(self) -> "SupportAgent":
        return self

    def __exit__(self, *_: object) -> None:
        self.sync(self.close)

    async def _run(
        self,
        conversation_id: str,
        text: str,
        message_id: str | None,
        customer: "Customer | str | None",
        emit: "Emit",
        *,
        streamed: bool = False,
    ) -> "Turn":
        from .incoming import taken_in
        from .turn import run_turn

        message_id = message_id or uuid.uuid4().hex
        async with self._life.running.turn(message_id):
            parts = await self.parts()
            incoming = await taken_in(parts, conversation_id, text, message_id, customer, streamed=streamed)
            return await run_turn(parts, incoming, emit)

    async def _assembled(self, places: Places, servers: "Servers | None") -> "Parts":
        from warmline.tools.plain_shop import as_async

        from .assembling import assembled, guard_of, offered, opened

        shop = as_async(self._shop, threads=places.most.shop_calls)
        tools = offered(shop, (*self._tools, *(servers.tools if servers else ())))
        guard = self._given_guard or guard_of(self._policy)
        store = await opened(self._store, self._clock)
        return assembled(
            shop=shop,
            model=self._model,
            store=store,
            guard=guard,
            clock=self._clock,
            limits=self._limits,
            places=places,
            triage_seconds=self._triage_seconds,
            shop_seconds=self._shop_seconds,
            tools=tools,
            facts=self._facts,
            facts_age=self._facts_age,
        )


def _ignore(_: "Event") -> None:
    """For a caller who only wants the turn."""
