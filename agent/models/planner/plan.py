"""The next step of a conversation, recomputed from its messages alone: turn by turn, the same words lead to the same step."""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .attach import attach
from .goals import WRITES, Call, Goal, Plan, Reply
from .intents import Reader
from .languages import is_foreign
from .memory import Memory
from .message import Agenda, Message, State
from .past import Past
from .plans import finish, plan_for
from .smalltalk import foreign
from .thread import Called, Result, Thread, Turn
from .view import View
from .wording import paragraphs, say

WINDOW = 8
"""Turns that are gone through again; what was open longer ago is forgotten."""
_SUMMARY = 400
_OPEN = 3
"""Goals that may be open at once."""
MOST_CALLS = 7
"""Calls in one turn; the loop allows eight answers, and one of them is the reply."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What to do next: say something or call a tool."""

    text: str = ""
    call: Call | None = None


@dataclass(kw_only=True)
class Table:
    """The results of one turn, taken in as the plans ask for them."""

    called: Sequence[Called]
    memory: Memory

    def answer(self, call: Call) -> Result | None:
        """The result of this very call, if it was made in this turn."""
        wanted = exact(call.arguments)
        for made in self.called:
            if made.tool == call.tool and made.result is not None and exact(made.arguments) == wanted:
                if made.result.kind == "ok":
                    self.memory.take(made.tool, made.arguments, made.result)
                return made.result
        return None


@dataclass(kw_only=True)
class Played:
    """How far a turn came: what was said, what is open, and the call that is next."""

    said: list[str] = field(default_factory=list[str])
    waiting: list[Goal] = field(default_factory=list[Goal])
    offer: Goal | None = None
    last: Goal | None = None
    call: Call | None = None
    stopped: bool = False
    resumed: list[Goal] = field(default_factory=list[Goal])


def exact(arguments: Mapping[str, Any]) -> str:
    """Arguments as one text, without those that are ``None``, the way the ledger compares them."""
    return json.dumps({name: value for name, value in arguments.items() if value is not None}, sort_keys=True, default=str)


def next_step(thread: Thread, reader: Reader, tools: frozenset[str], past: Past) -> Step:
    """What to do next in a conversation."""
    done, state, memory = _known(thread, tools, past)
    step = Step(text=say("unclear"))
    for place in range(done, len(thread.turns)):
        turn = thread.turns[place]
        question = thread.turns[place - 1].reply or "" if place else ""
        if place >= len(thread.turns) - WINDOW:
            step, state = _play(turn, state, View(thread.host, memory, tools), reader, question)
        _remember(turn, memory)
        if place < len(thread.turns) - 1:
            past.keep(_key(thread, tools, place + 1), state, memory)
    return step


def _known(thread: Thread, tools: frozenset[str], past: Past) -> tuple[int, State, Memory]:
    """How many turns need not be gone through again, and what was open after them."""
    for count in range(len(thread.turns) - 1, 0, -1):
        if found := past.find(_key(thread, tools, count)):
            return count, *found
    memory = Memory()
    for result in thread.noted:
        memory.take("", {}, result)
    return 0, State(), memory


def _key(thread: Thread, tools: frozenset[str], count: int) -> Hashable:
    noted = tuple(result.text for result in thread.noted)
    return (thread.host, tools, noted, tuple(turn.key for turn in thread.turns[:count]))


def _remember(turn: Turn, memory: Memory) -> None:
    """Take in a whole turn. Where several products were looked through, none of them is "it"."""
    for call in turn.called:
        if call.result and call.result.kind == "ok":
            memory.take(call.tool, call.arguments, call.result)
    if len({call.written for call in turn.called if call.tool == "get_product"}) > 1:
        memory.product = memory.sku = ""


def _play(turn: Turn, state: State, view: View, reader: Reader, question: str) -> tuple[Step, State]:
    """One turn as far as its results allow: its next step, and what is open after it."""
    if turn.refused or len(turn.called) > MOST_CALLS:
        return _give_up(turn), State()
    if is_foreign(turn.text):
        return _first_call(foreign(Goal(kind="unclear", said=(turn.text,)))), State()
    message = Message(text=turn.text, reader=reader, host=view.host, memory=view.memory, question=question)
    agenda = attach(message, state)
    played = _run(agenda, Table(called=turn.called, memory=view.memory), view)
    if played.call is not None:
        return Step(call=played.call), State(waiting=tuple(played.waiting))
    lost = state.lost + 1 if any(goal.kind == "unclear" for goal in agenda.goals) else 0
    parked = tuple(goal for goal in agenda.parked if goal not in played.resumed)
    waiting = (*parked, *played.waiting)[-_OPEN:]
    text = paragraphs(*dict.fromkeys(played.said)) or say("unclear")
    return Step(text=text), State(waiting=waiting, offer=played.offer, last=played.last or state.last, lost=lost)


def _give_up(turn: Turn) -> Step:
    return Step(call=_to_person(f"No reply could be given to: {turn.text}"))


def _to_person(summary: str) -> Call:
    return Call("escalate", {"reason": "unsure", "summary": summary[:_SUMMARY]})


def _first_call(plan: Plan) -> Step:
    return Step(call=next(plan))


def _run(agenda: Agenda, table: Table, view: View) -> Played:
    """The goals of a turn one after the other, questions before changes."""
    played = Played(said=[say(agenda.first)] if agenda.first else [])
    goals = sorted(agenda.goals, key=lambda goal: goal.kind in WRITES)
    while goals:
        goal = goals.pop(0)
        if played.waiting and goal.kind in WRITES:
            played.waiting.insert(0, goal)
            continue
        plan = finish(view, goal) if goal.proposed else plan_for(view, goal)
        _advance(plan, goal, table, played)
        if played.call is not None or played.stopped:
            played.waiting[:0] = goals
            return played
        if not goals and not played.waiting:
            goals = [goal for goal in agenda.parked if goal.untouched and goal not in played.resumed]
            played.resumed += goals
    _come_back(agenda, played)
    return played


def _advance(plan: Plan, goal: Goal, table: Table, played: Played) -> None:
    """Run a plan until it needs a result that is not there, is being asked about, or ends."""
    try:
        call = next(plan)
        while True:
            result = table.answer(call)
            if result is None:
                _pause(call, goal, played)
                return
            if result.kind == "refused":
                played.call = _to_person(f"{call.tool} was refused: {result.text}")
                return
            if result.kind == "waiting":
                played.waiting.append(replace(call.goal or goal, proposed=call, asked="", tries=0))
                played.stopped = True
                return
            call = plan.send(result)
    except StopIteration as ended:
        _take(ended.value, played)


def _pause(call: Call, goal: Goal, played: Played) -> None:
    """The plan waits for a call. A change after an answer in the same turn is offered in words: the question would hide the answer."""
    if played.said and call.tool in _WRITING:
        played.said.append(say(f"go_{goal.kind}"))
        played.waiting.append(replace(call.goal or goal, asked="go"))
        return
    played.call = call


_WRITING = frozenset(
    "start_return start_exchange cancel_unshipped_order change_shipping_address subscribe_back_in_stock text_when_back_in_stock"
    " enrol_in_care_series".split()
)


def _take(reply: Reply, played: Played) -> None:
    played.said.append(reply.text)
    played.offer = reply.offer or played.offer
    played.last = reply.done or reply.waiting or played.last
    if reply.waiting is not None:
        played.waiting.append(reply.waiting)


def _come_back(agenda: Agenda, played: Played) -> None:
    """After an aside, the question that is still open is asked again."""
    parked = agenda.parked[-1] if agenda.parked else None
    aside = all(goal.kind not in WRITES for goal in agenda.goals) and any(goal.kind != "smalltalk" for goal in agenda.goals)
    if parked is not None and aside and not played.waiting and played.offer is None:
        played.said.append(say(f"back_to_{parked.kind}") if parked.kind in WRITES else "")
