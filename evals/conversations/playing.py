"""One conversation, played: message by message, with what people, time and faults do in between."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from inspect import isawaitable
from typing import Any, assert_never

from warmline.agent.agent import SupportAgent
from warmline.agent.desk.desk import Desk
from warmline.agent.models.base import Usage
from warmline.agent.outcome import HandedOff, ToolRun, Turn, WithHuman
from warmline.agent.store.reading import read_thread
from warmline.errors import DeskError
from warmline.evals.results import Call, RowChange, Spent, To, TurnRecord
from warmline.evals.suite_files.loading import LoadedCase
from warmline.evals.suite_files.schema_conversation import DeskStep, FaultStep, RestartStep, Step, UserStep, WaitStep
from warmline.evals.worlds.world import Maker, World, signed_in
from warmline.prompts import render

from .faulty import Broken

CONVERSATION = "eval"


@dataclass(kw_only=True)
class Prices:
    """What a million tokens cost, in dollars; cached input costs what input does unless it is said."""

    input: float
    output: float
    cached: float | None = None

    def of(self, usage: Usage) -> float:
        """What this usage costs."""
        cached = self.input if self.cached is None else self.cached
        return ((usage.input - usage.cached) * self.input + usage.cached * cached + usage.output * self.output) / 1_000_000


@dataclass(kw_only=True)
class Play:
    """A conversation while it is played."""

    world: World
    loaded: LoadedCase
    make: Maker
    prices: Prices | None = None
    turns: list[TurnRecord] = field(default_factory=list[TurnRecord])
    days: list[date] = field(default_factory=list[date])
    rows_at: dict[int, list[RowChange]] = field(default_factory=dict[int, list[RowChange]])
    _agent: SupportAgent | None = None
    said_last: tuple[str, ...] = ()
    _read_to: int = 0
    _person_spoke: bool = False

    async def steps(self, script: AsyncIterator[Step]) -> None:
        """Play every step; the agent is closed afterwards."""
        try:
            await self._ready()  # only then it is known which rows are watched
            await self.world.begin()
            async for step in script:
                await self._step(step)
            self.said_last = await self._said_by_person()
        finally:
            await self._close()

    async def _step(self, step: Step) -> None:
        match step:
            case UserStep():
                await self._user(step)
            case DeskStep():
                await self._desk(step)
            case WaitStep():
                self.world.clock.moment += step.wait
            case FaultStep():
                self.world.breaker.set(step.faults)
            case RestartStep():
                await self._close()
            case _:
                assert_never(step)

    async def _user(self, step: UserStep) -> None:
        if step.signed_in is not None:
            self.world.signed_in = signed_in(step.signed_in)
        agent = await self._ready()
        number = len(self.turns) + 1
        message_id = f"m{number - 1 if step.again else number}"
        said, before = await self._said_by_person(), self.world.model.recorded_ms
        turn = await agent.reply(CONVERSATION, step.user, message_id, customer=self.world.signed_in)
        await (await agent.parts()).background.finished()
        record = record_of(turn, number, step.user, said, self.prices)
        if before is not None:
            record = record.model_copy(update={"ms": round((self.world.model.recorded_ms or 0.0) - before, 1)})
        self.turns.append(record)
        self.days.append(self.world.clock.now().date())
        if step.expect is not None and (step.expect.state is not None):
            self.rows_at[number] = await self.world.changes()

    async def _desk(self, step: DeskStep) -> None:
        desk = Desk(self.world.store)
        case = next((case for case in await desk.cases() if case.conversation_id == CONVERSATION), None)
        if case is None:
            return  # nobody was given the conversation: the checks say what that means
        try:
            await self._move(desk, case.id, step)
        except DeskError as error:
            raise Broken(f"the desk refused {step.desk!r}: {error}") from error

    async def _move(self, desk: Desk, case_id: str, step: DeskStep) -> None:
        if (await desk.case(case_id)).status == "open":
            await desk.claim(case_id, by=step.by)
        if step.desk == "reply":
            await desk.reply(case_id, step.text, by=step.by)
            self._person_spoke = True
        elif step.desk == "resolve":
            await desk.resolve(case_id, by=step.by, note=step.text)

    async def _said_by_person(self) -> tuple[str, ...]:
        """What people wrote since this was asked last, as the customer gets it: from the conversation's thread."""
        if not self._person_spoke:
            return ()
        self._person_spoke = False
        news = await read_thread(self.world.store.engine, CONVERSATION, after=self._read_to)
        self._read_to = max((one.id for one in news), default=self._read_to)
        return tuple(one.text for one in news if one.author == "person")

    async def _ready(self) -> SupportAgent:
        if self._agent is None:
            made = self.make(self.world)
            self._agent = await made if isawaitable(made) else made
        return self._agent

    async def _close(self) -> None:
        if self._agent is not None:
            agent, self._agent = self._agent, None
            await agent.close()

    def known(self) -> str:
        """What the agent is told of who is signed in."""
        customer = self.world.shop.records.customers.get(self.world.signed_in or "")
        if customer is None:
            return ""
        return render("agent", "context_customer", name=customer.name, email=customer.email, today="")


def record_of(turn: Turn, number: int, text: str, said: tuple[str, ...], prices: Prices | None) -> TurnRecord:
    """A turn as the log has it."""
    decision = turn.decision
    return TurnRecord(
        number=number,
        customer=text,
        reply=turn.text,
        kind=turn.kind,
        to=_served_by(turn),
        reason=decision.reason,
        rule=decision.rule,
        layer=decision.layer,
        queue=turn.queue if isinstance(turn, HandedOff) else "",
        score=round(decision.score, 4),
        case_id=turn.case_id if isinstance(turn, HandedOff | WithHuman) else None,
        calls=tuple(map(_call, turn.tool_calls)),
        spent=spent_on(turn.usage, prices),
        ms=round(turn.timings.total, 2),
        said_by_person=said,
    )


def spent_on(usage: Usage, prices: Prices | None) -> Spent:
    """Tokens and, where the prices are known, what they cost."""
    cost = prices.of(usage) if prices is not None else None
    return Spent(input=usage.input, output=usage.output, cached=usage.cached, calls=usage.calls, cost_usd=cost)


def _served_by(turn: Turn) -> To:
    if isinstance(turn, HandedOff):
        return "gather" if turn.decision.route == "gather" else "human"
    if isinstance(turn, WithHuman):
        return "human"
    return "offer" if turn.decision.route == "offer" else "bot"


def _call(run: ToolRun) -> Call:
    return Call(
        name=run.name,
        arguments=_parsed(run.arguments),
        effect=run.effect,
        status=run.status,
        result=run.result,
        ms=round(run.ms, 2),
    )


def _parsed(arguments: str) -> Any:
    import json

    try:
        return json.loads(arguments or "{}")
    except ValueError:
        return arguments


async def written(loaded: LoadedCase) -> AsyncIterator[Step]:
    """The steps of a conversation that is written down."""
    case = loaded.case
    for step in case.conversation or case.messages:
        yield step
