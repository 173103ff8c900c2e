"""A simulated customer: a state machine that speaks when something happened, and stops only after the event it waits for.

A rule that holds speaks; without one the customer answers what was asked for, if they know it. Whatever else would be an invention: a
``SimulatorFault``, which says nothing about the agent.
"""

import re
from collections.abc import AsyncIterator, Sequence
from random import Random
from typing import TYPE_CHECKING

from warmline.evals.grading.matching import says
from warmline.evals.grading.seen import PERSON, Pen
from warmline.evals.results import Check, TurnRecord
from warmline.evals.suite_files.schema_conversation import Rule, Simulate, Step, UserStep, When
from warmline.tools.access import ASK_EMAIL

from .faulty import SimulatorFault
from .personas import not_knowing, repeating, telling
from .voice import Voice
from .wording import Line

if TYPE_CHECKING:
    from warmline.evals.suite_files.loading import LoadedCase

    from .playing import Play

_QUESTION = re.compile(r"[^.!?\n]*\?|[^.!?\n]*\b(?:please (?:tell|give|send|share)|i need|could you)\b[^.!?\n]*", re.IGNORECASE)
_ASKED_FOR: dict[str, str] = {
    "order_number": r"order number|number of (?:the|your) order|which order|order it is",
    "email": r"e-?mail",
    "size": r"\bsizes?\b",
    "colour": r"\bcolou?rs?\b",
    "reason": r"\breason\b|\bwhy\b|what (?:is|was) wrong",
    "item": r"which (?:item|one|product)|what would you like to (?:return|send back|exchange)",
    "address": r"\baddress\b(?! (?:you|the order) )",
    "contact": r"how (?:can|may) we reach|contact",
}


async def simulated(loaded: "LoadedCase", play: "Play", seed: str, voice: Voice | None = None) -> AsyncIterator[Step]:
    """The customer's messages, one after the other, each after the turn before it; worded by ``voice`` if there is one."""
    simulate = loaded.case.simulate
    if simulate is None:
        return
    customer = _Customer(simulate, Random(seed))  # noqa: S311 (it chooses words)
    line = customer.opening()
    while True:
        yield UserStep(user=line.text if voice is None else await voice.says(line, play.turns))
        if len(play.turns) >= simulate.stop.max_turns or stopped(simulate.stop.when, play.turns):
            return
        line = customer.answer(play.turns)


def came_to_its_stop(simulate: Simulate, turns: Sequence[TurnRecord], pen: Pen) -> Check:
    """Whether what the customer waited for happened within the turns they had patience for."""
    there = stopped(simulate.stop.when, turns)
    reason = f"after {len(turns)} turns what the customer waited for had not happened: {simulate.goal}"
    return pen.note("simulator", ("simulate", "stop"), passed=there, reason=reason, observed=len(turns))


class _Customer:
    """One customer of one trial."""

    def __init__(self, simulate: Simulate, chance: Random) -> None:
        self._simulate = simulate
        self._chance = chance
        self._spoken: set[int] = set()
        self._told: set[str] = set()
        self._repeated = False

    def opening(self) -> Line:
        return self._saying(self._simulate.opening)

    def answer(self, turns: Sequence[TurnRecord]) -> Line:
        """What they say next; ``SimulatorFault`` if there is nothing."""
        for number, rule in enumerate(self._simulate.rules):
            if not (rule.once and number in self._spoken) and happened(rule.when, turns):
                self._spoken.add(number)
                return self._saying(rule.say)
        last = turns[-1]
        if last.kind == "needs_confirmation":
            raise SimulatorFault(f"asked to confirm {_asked(last)}, and no rule says what the customer answers")
        return self._told_or_not(last)

    def _told_or_not(self, last: TurnRecord) -> Line:
        asked = asked_for(last, (*self._simulate.knows, *self._simulate.does_not_know))
        known = [name for name in asked if name in self._simulate.knows]
        if known and not set(known) <= self._told:
            self._told.update(known)
            values = [self._simulate.knows[name] for name in known]
            return Line(text=telling(self._simulate, values, self._chance), act="tells", values=tuple(values))
        unknown = [name for name in asked if name in self._simulate.does_not_know and name not in self._told]
        if unknown:
            self._told.update(unknown)
            return Line(text=not_knowing(self._simulate, unknown[0], self._chance), act="does_not_know")
        if self._repeated:
            raise SimulatorFault(f"has nothing more to say to {last.reply[:120]!r}")
        self._repeated = True
        return Line(text=repeating(self._simulate, self._chance), act="repeats")

    def _saying(self, words: str | tuple[str, ...]) -> Line:
        text = words if isinstance(words, str) else self._chance.choice(words)
        return Line(text=text, act="says", values=tuple(known for known in self._simulate.knows.values() if says(text, known)))


def asked_for(turn: TurnRecord, names: Sequence[str]) -> list[str]:
    """Which of these facts the turn asks for: by what a tool wants, or in the sentences of the reply that ask."""
    asking = " ".join(_QUESTION.findall(turn.reply))
    wanted = [name for name in names if re.search(_ASKED_FOR.get(name, rf"\b{name.replace('_', ' ')}\b"), asking, re.IGNORECASE)]
    if "email" in names and any(call.result == ASK_EMAIL for call in turn.calls):
        wanted.append("email")
    return list(dict.fromkeys(wanted))


def happened(when: When, turns: Sequence[TurnRecord]) -> bool:
    """Whether an event happened in the newest turn."""
    return _holds(when, turns[-1:], number=len(turns))


def stopped(when: When, turns: Sequence[TurnRecord]) -> bool:
    """Whether an event happened in any turn; a route is that of the newest."""
    return _holds(when, turns, number=len(turns))


def _holds(when: When, turns: Sequence[TurnRecord], *, number: int) -> bool:
    calls = [call for turn in turns for call in turn.calls]
    if when.any is not None:
        return any(_holds(one, turns, number=number) for one in when.any)
    if when.all is not None:
        return all(_holds(one, turns, number=number) for one in when.all)
    if when.tool is not None:
        return any(call.name == when.tool and call.status in ("asked", "done") for call in calls)
    if when.tool_succeeded is not None:
        return any(call.name == when.tool_succeeded and call.status == "done" for call in calls)
    if when.route is not None:
        to = turns[-1].to if turns else "bot"
        return to in PERSON if when.route == "human" else to == when.route
    if when.asks is not None:
        return bool(turns) and _asks(when.asks, turns[-1])
    return when.turn is not None and number >= when.turn


def _asks(what: str, turn: TurnRecord) -> bool:
    match what:
        case "confirmation":
            return turn.kind == "needs_confirmation"
        case "anything":
            return turn.reply.rstrip().endswith("?")
        case _:
            return bool(asked_for(turn, (what,)))


def _asked(turn: TurnRecord) -> str:
    return next((call.name for call in turn.calls if call.status == "asked"), "something")


__all__ = ["Rule", "SimulatorFault", "asked_for", "came_to_its_stop", "happened", "simulated", "stopped"]
