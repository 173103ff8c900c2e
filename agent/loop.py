"""The loop: the model asks for tools or drafts a reply, until a reply passes the gate, a yes is needed, or a person is."""

import asyncio
from dataclasses import dataclass, field, replace
from functools import cached_property

from pydantic import BaseModel

from warmline.errors import NobodyKnows, NothingSent, ToolError
from warmline.prompts import render
from warmline.tools.escalation import Escalate
from warmline.tools.tool import AnyTool, canonical

from .calls_in_text import calls_in_text
from .decisions import by_agent, failed, limited, reply_refused
from .events import ToolStarted
from .guard.reply_gate import check_reply
from .guard.text import clean
from .guard.tool_gate import Allow, Ask, Asked, Beyond, Made, Refuse, ToolGate
from .history import cut
from .ledger import as_text, guests_addresses, write_once
from .models.base import CallRequest, Message, ModelAnswer, ModelRequest
from .outcome import RunStatus
from .stakes import decide_again
from .state import Pending
from .work import Answer, Ending, HandOver, Question, Work, ending_of

MAX_STEPS = 8
MAX_STRIKES = 3
MAX_REDRAFTS = 1
MAX_CALLS = 8
"""Calls run of one answer; a model that asks for more is told to go on after these."""


@dataclass(kw_only=True)
class Loop:
    """The loop's own memory within one turn."""

    work: Work
    gate: ToolGate
    asked: Asked
    strikes: int = 0
    nudges: int = 0
    results: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    @cached_property
    def told(self) -> tuple[Message, ...]:
        """What the model is told of this conversation before its thread."""
        return (context_of(self.work), *instructed(self.work))

    @cached_property
    def _before(self) -> tuple[Message, ...]:
        """What the model sees of everything before this turn."""
        return (*self.told, *cut(self.work.thread))

    async def run(self) -> Ending:
        """Go round until there is an ending: at most ``MAX_STEPS`` answers of the model."""
        for _ in range(MAX_STEPS):
            answer = await self._ask()
            calls = answer.calls or calls_in_text(answer.text, self.work.parts.tools)
            ending = await self._run_calls(answer, calls) if calls else self._judge(answer)
            if ending is not None:
                return ending
            if self.strikes >= MAX_STRIKES:
                return HandOver(decision=failed("the model's tool calls could not be used", self.work))
        return HandOver(decision=failed(f"no reply after {MAX_STEPS} steps", self.work))

    async def confirmed(self, pending: Pending) -> Ending:
        """Do exactly what the customer said yes to, then let the model word the reply."""
        call = CallRequest(call_id=f"yes_{self.work.opened.turn_id}", name=pending.tool, arguments=pending.arguments)
        self.work.keep("call", Message(role="assistant", calls=(call,)))
        return await self._in_time(call) or await self.run()

    async def _ask(self) -> ModelAnswer:
        work = self.work
        messages = [*self._before, *work.sent]
        request = ModelRequest(prompt=work.parts.prompt, messages=messages)
        with work.timed("model"):
            answer = await work.parts.model.answer(request, on_text=_held if work.incoming.streamed else None)
        work.usage += answer.usage
        return _readable(answer)

    def _judge(self, answer: ModelAnswer) -> Ending | None:
        """A draft without calls: an ending, or ``None`` after a nudge to do better."""
        text = (answer.text or "").strip()
        if answer.finish == "content_filter":
            return HandOver(decision=failed("the model's provider withheld its answer", self.work))
        if not text or answer.finish == "length":
            return self._once_more(render("agent", "too_long" if text else "empty_answer"))
        work = self.work
        problems = check_reply(
            text,
            evidence=work.evidence,
            done=work.written,
            system=work.parts.prompt.system,
            tools=work.parts.tools,
            deeds=work.parts.deeds,
        )
        if not problems:
            return Answer(text=text)
        work.refused_drafts += 1
        if work.refused_drafts > MAX_REDRAFTS:
            return HandOver(decision=reply_refused(problems, work))
        why = render("agent", "redraft", why="; ".join(problem.why for problem in problems))
        work.nudge(Message(role="assistant", text=text), Message(role="system", text=why))
        return None

    def _once_more(self, words: str) -> Ending | None:
        self.nudges += 1
        if self.nudges > 1:
            return HandOver(decision=failed("the model gave no usable answer twice", self.work))
        self.work.nudge(Message(role="system", text=words))
        return None

    async def _run_calls(self, answer: ModelAnswer, calls: tuple[CallRequest, ...]) -> Ending | None:
        calls = calls[:MAX_CALLS]
        text = answer.text if answer.calls else None
        self.work.keep("call", Message(role="assistant", text=text, calls=calls))
        ending: Ending | None = None
        for call in calls:
            if ending is None:
                ending = await self._in_time(call)
            else:
                self.work.reply_to(call, render("agent", "one_at_a_time"), status="refused", effect="write")
        return ending

    async def _in_time(self, call: CallRequest) -> Ending | None:
        async with asyncio.timeout(self.work.parts.shop_seconds):
            return await self._run_call(call)

    async def _run_call(self, call: CallRequest) -> Ending | None:
        work = self.work
        if (earlier := self.results.get((call.name, call.arguments))) is not None:
            self.strikes += 1
            self.work.reply_to(call, render("agent", "already_called", result=earlier), status="refused")
            return None
        verdict = await self.gate.check(call, context=work.context(), evidence=work.evidence, asked=self.asked, made=self._made)
        match verdict:
            case Refuse():
                self.strikes += verdict.strike
                self.work.reply_to(call, verdict.why, status="refused")
                return None
            case Beyond():
                self.work.reply_to(call, verdict.why, status="refused", effect="write")
                return HandOver(decision=limited(verdict.rule, work))
            case Ask():
                return self._ask_customer(call, verdict)
            case Allow():
                return await self._execute(call, self.gate.tools[call.name], verdict)

    async def _made(self, arguments: BaseModel) -> Made:
        work, addresses = self.work, guests_addresses(self.work, arguments)
        by_customer = await work.parts.tallies.writes(work.incoming.customer_id, addresses)
        return Made(here=work.state.writes, by_customer=by_customer)

    def _ask_customer(self, call: CallRequest, ask: Ask) -> Ending:
        question = ask.preview.question
        waiting = render("agent", "not_confirmed", question=question)
        self.work.reply_to(call, waiting, status="asked", effect="write")
        self.work.evidence.add(as_text(ask.preview.facts), json=True)
        return Question(text=question, tool=call.name, arguments=ask.arguments)

    async def _execute(self, call: CallRequest, tool: AnyTool, allowed: Allow) -> Ending | None:
        if isinstance(allowed.arguments, Escalate):
            self.work.reply_to(call, "Handing over.", status="done", effect="write")
            return HandOver(decision=by_agent(allowed.arguments.reason, self.work))
        work = self.work
        work.emit(ToolStarted(name=tool.name, arguments=canonical(allowed.arguments)))
        before = work.spent.get("tools", 0.0)
        status: RunStatus = "done"
        try:
            with work.timed("tools"):
                if tool.effect == "write":
                    result = await write_once(work, tool, allowed.arguments, confirmation=self._confirmation)
                    self._wrote(tool.name)
                else:
                    result = as_text(await tool.run(work.context(), allowed.arguments))
        except ToolError as error:
            status, result = "failed", str(error)
        except BaseException as error:
            status = "failed" if isinstance(error, NothingSent) else "unknown"
            self.work.reply_to(call, _in_full(error), status=status, effect=tool.effect)
            raise
        self.results[call.name, call.arguments] = result
        took = work.spent["tools"] - before
        self.work.reply_to(call, result, status=status, effect=tool.effect, ms=took)
        decision = await decide_again(work)
        return None if decision is None else ending_of(decision)

    @property
    def _confirmation(self) -> str:
        """The question that was answered with a yes; the message itself where none is asked."""
        return (self.asked.pending and self.asked.pending.asked_in) or self.work.incoming.message_id

    def _wrote(self, tool: str) -> None:
        self.work.written.add(tool)
        self.work.state.writes += 1


def _in_full(error: BaseException) -> str:
    """What broke off, for the person who reads the case file."""
    told = f": {error.told!r}" if isinstance(error, NobodyKnows) and error.told else ""
    return clean(f"{type(error).__name__}: {error}{told}")


def _held(_: str) -> None:
    """A streamed model is heard at once when it stalls; its text is held until the whole draft has passed the gate."""


def _readable(answer: ModelAnswer) -> ModelAnswer:
    """An answer without control characters and half characters: they can be neither stored nor shown."""
    calls = tuple(map(_readable_call, answer.calls))
    text = answer.text and clean(answer.text)
    return answer if (text, calls) == (answer.text, answer.calls) else replace(answer, text=text, calls=calls)


def _readable_call(call: CallRequest) -> CallRequest:
    name, arguments = clean(call.name), clean(call.arguments)
    return call if (name, arguments) == (call.name, call.arguments) else replace(call, name=name, arguments=arguments)


def context_of(work: Work) -> Message:
    """Who the customer is and what day it is: the first message behind the stable prefix."""
    today = f"{work.parts.clock.now():%A, %Y-%m-%d}"
    customer = work.incoming.customer
    if customer is None:
        return Message(role="system", text=render("agent", "context_guest", today=today))
    return Message(role="system", text=render("agent", "context_customer", name=customer.name, email=customer.email, today=today))


def instructed(work: Work) -> list[Message]:
    """What the person who handed the conversation back wants done, for as long as their case can be reached."""
    last, words = work.state.last_case, work.state.instruction
    if words is None or last is None or work.parts.clock.now() >= last.until:
        return []
    return [Message(role="system", text=render("agent", "handed_back", instruction=words))]
