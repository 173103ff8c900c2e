"""Conversations, cases and people at random, against a plain model of the rules: no talk-over, no lost message, no double claim."""

import asyncio
import os
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from support.databases import postgresql_url, with_empty_tables
from support.desk_model import RANK, Model, ModelCase, ModelThread
from support.world import NOON

from warmline import HandedOff, SupportAgent, WithHuman
from warmline.agent.desk.chores import watch_service_levels
from warmline.agent.desk.desk import Desk
from warmline.agent.models.base import ModelAnswer, ModelRequest, Usage
from warmline.agent.outcome import Turn
from warmline.agent.store.store import Store
from warmline.errors import DeskError
from warmline.testing import FixedGuard, MemoryShop, a_customer
from warmline.tools.clock import FrozenClock

T = TypeVar("T")
PEOPLE = st.sampled_from(["ana", "ben", "cid"])
THREADS = {"c1": "C-1", "c2": "C-1", "c3": "C-2"}
KINDS = st.sampled_from(["smalltalk", *RANK])
CASE = st.integers(0, 50)
SERVED = "All right."
EXAMPLES = int(os.environ.get("WARMLINE_TEST_EXAMPLES", "10"))
"""Runs of 20 steps; more for a longer look."""


class Agreeable:
    """A model that always says the same."""

    name, language_model = "agreeable", False

    async def answer(self, request: ModelRequest, *, on_text: Any = None) -> ModelAnswer:
        return ModelAnswer(text=SERVED, usage=Usage(calls=1), model=self.name)


class TheDesk(RuleBasedStateMachine):
    """Every rule does one thing for real and in the model; then both must be the same."""

    url = "sqlite+aiosqlite:///:memory:"

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock, self.guard = FrozenClock(NOON), FixedGuard()
        self.model = Model(NOON, {name: ModelThread(customer) for name, customer in THREADS.items()})
        self.written = 0
        self.run(self._open())

    async def _open(self) -> None:
        if self.url.startswith("postgresql"):
            await with_empty_tables(self.url)
        self.store = await Store.open(self.url, clock=self.clock)
        shop = MemoryShop(customers=[a_customer("C-1"), a_customer("C-2")], clock=self.clock)
        self.agent = SupportAgent(shop=shop, store=self.store, model=Agreeable(), guard=self.guard, clock=self.clock)
        self.desk: Desk = await self.agent.desk()

    def teardown(self) -> None:
        self.run(self.agent.close())
        self.run(self.store.close())
        self.runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def allowed(self, work: Coroutine[Any, Any, Any], allowed: bool) -> bool:
        """Do it, and see that it is refused exactly if the model says so."""
        refused: DeskError | None = None
        try:
            self.run(work)
        except DeskError as error:
            refused = error
        assert (refused is None) == allowed, refused
        return allowed

    def pick(self, number: int) -> ModelCase:
        return list(self.model.cases.values())[number % len(self.model.cases)]

    def text(self) -> str:
        self.written += 1
        return f"message {self.written}"

    # what customers do

    @rule(thread=st.sampled_from(sorted(THREADS)), kind=KINDS)
    def write(self, thread: str, kind: str) -> None:
        text = self.text()
        self.guard.reason = kind
        turn = self.run(self.agent.reply(thread, text, text, THREADS[thread]))
        self.wrote(thread, kind, text, turn)

    def wrote(self, thread: str, kind: str, text: str, turn: Turn) -> None:
        there, case = self.model.threads[thread], self.model.case_of(thread)
        there.said.append(("customer", text))
        if case is not None:
            assert isinstance(turn, WithHuman)
            assert (bool(turn.text), turn.case_id) == (kind == "safety" and not there.warned, case.id)
            if turn.text:
                there.warned = True
                there.said.append(("notice", turn.text))
            self.model.hears(case, kind if kind in RANK else None)
            return
        outcome, reason, same = self.model.expects(thread, kind)
        if outcome == "replied":
            assert (turn.kind, turn.text) == ("replied", SERVED)
            there.said.append(("agent", SERVED))
            return
        assert isinstance(turn, HandedOff)
        there.said.append(("notice", turn.text))
        there.warned = reason == "safety"
        if outcome == "same":
            assert turn.case_id == same
            self.model.comes_back(self.model.cases[turn.case_id], reason)
        else:
            assert turn.case_id not in self.model.cases
            self.model.cases[turn.case_id] = ModelCase(turn.case_id, thread, reason, reason, RANK[reason])

    # what people do

    @precondition(lambda self: self.model.cases)
    @rule(number=CASE, who=PEOPLE)
    def claim(self, number: int, who: str) -> None:
        case = self.pick(number)
        if self.allowed(self.desk.claim(case.id, by=who), case.claimable(who, self.model.now)):
            case.give(who, self.model.now)

    @rule(who=PEOPLE)
    def claim_next(self, who: str) -> None:
        self.sweep()
        free = [case for case in self.model.cases.values() if case.open and case.holder is None]
        given = self.run(self.desk.claim_next(by=who))
        assert (given is None) == (not free)
        if given is not None:
            case = self.model.cases[given.id]
            assert case in free
            assert case.rank == min(one.rank for one in free)
            case.give(who, self.model.now)

    @rule()
    def everybody_claims_at_once(self) -> None:
        self.sweep()
        free = {case.id for case in self.model.cases.values() if case.open and case.holder is None}
        people = ["ana", "ben", "cid"]

        async def at_once() -> list[Any]:
            return await asyncio.gather(*(self.desk.claim_next(by=who) for who in people))

        given = {who: case.id for who, case in zip(people, self.run(at_once()), strict=True) if case is not None}
        assert len(set(given.values())) == len(given) == min(len(free), len(people))
        assert set(given.values()) <= free
        for who, case_id in given.items():
            self.model.cases[case_id].give(who, self.model.now)

    @precondition(lambda self: self.model.cases)
    @rule(number=CASE, who=PEOPLE, move=st.sampled_from(["release", "wait_for_customer", "resolve", "hand_back"]))
    def let_go(self, number: int, who: str, move: str) -> None:
        case = self.pick(number)
        held = case.open and case.held_by(who, self.model.now) and (move != "wait_for_customer" or case.status == "claimed")
        if not self.allowed(getattr(self.desk, move)(case.id, by=who), held):
            return
        if move == "release":
            case.let_go("released")
        elif move == "wait_for_customer":
            case.status, case.until = "waiting_for_customer", None
            case.events.append("waiting_for_customer")
        else:
            self.model.close(case, "resolved" if move == "resolve" else "handed_back")

    @precondition(lambda self: self.model.cases)
    @rule(number=CASE, who=PEOPLE)
    def reply(self, number: int, who: str) -> None:
        case, text = self.pick(number), self.text()
        if self.allowed(self.desk.reply(case.id, text, by=who), case.open and case.held_by(who, self.model.now)):
            self.heard(case, text)
            case.until = self.model.now + timedelta(minutes=30) if case.status == "claimed" else case.until
            case.events.append("reply_sent")

    def heard(self, case: ModelCase, text: str) -> None:
        """A person's words are in the threads where the customer waits, or in one of the case's."""
        said = [name for name in THREADS if text in str(self.run(self.store.thread(name)))]
        assert said
        assert set(said) <= set(self.model.threads_of(case))
        assert not (waits := self.model.waits_in(case)) or sorted(waits) == said
        for name in said:
            self.model.threads[name].said.append(("person", text))

    @precondition(lambda self: self.model.cases)
    @rule(number=CASE, who=PEOPLE, to=PEOPLE)
    def reassign(self, number: int, who: str, to: str) -> None:
        case = self.pick(number)
        if self.allowed(self.desk.reassign(case.id, to=to, by=who), case.open):
            case.status, case.holder, case.until = "claimed", to, self.model.now + timedelta(minutes=30)
            case.events.append("reassigned")

    @precondition(lambda self: self.model.cases)
    @rule(number=CASE, who=PEOPLE)
    def reopen(self, number: int, who: str) -> None:
        case = self.pick(number)
        can = case.status in ("resolved", "handed_back") and self.model.own(case.thread) is None
        if self.allowed(self.desk.reopen(case.id, by=who), can):
            self.model.comes_back(case, None)

    @precondition(lambda self: len(self.model.cases) > 1)
    @rule(number=CASE, other=CASE, who=PEOPLE)
    def merge(self, number: int, other: int, who: str) -> None:
        case, into = self.pick(number), self.pick(other)
        same = self.model.threads[case.thread].customer == self.model.threads[into.thread].customer
        free = case.open and case.claimable(who, self.model.now)
        if self.allowed(self.desk.merge(case.id, into=into.id, by=who), case is not into and same and free and into.open):
            self.model.merge(case, into)

    # what happens at once, and by itself

    @precondition(lambda self: any(case.open and case.holder for case in self.model.cases.values()))
    @rule(number=CASE, kind=KINDS)
    def write_while_it_is_resolved(self, number: int, kind: str) -> None:
        held = [case for case in self.model.cases.values() if case.open and case.holder and not case.lapsed(self.model.now)]
        if not held:
            return
        case, text = held[number % len(held)], self.text()
        self.guard.reason = kind

        async def at_once() -> Turn:
            turn, _ = await asyncio.gather(
                self.agent.reply(case.thread, text, text, THREADS[case.thread]), self.desk.resolve(case.id, by=case.holder or "")
            )
            return turn

        turn = self.run(at_once())
        if turn.kind == "with_human":
            self.wrote(case.thread, kind, text, turn)
            self.model.close(case, "resolved")
        else:
            self.model.close(case, "resolved")
            self.wrote(case.thread, kind, text, turn)

    @rule(minutes=st.sampled_from([5, 20, 31, 60 * 24, 60 * 24 * 4, -10]))
    def time_goes_by(self, minutes: int) -> None:
        self.clock.moment += timedelta(minutes=minutes)
        self.model.now = self.clock.moment
        self.run(watch_service_levels(self.desk))

    @rule()
    def sweep(self) -> None:
        for case in self.model.cases.values():
            if case.status == "claimed" and case.until is not None:
                case.until = min(case.until, self.model.now + timedelta(minutes=30))
        over = [case for case in self.model.cases.values() if case.lapsed(self.model.now)]
        assert self.run(self.desk.lapse_claims()) == len(over)
        for case in over:
            case.let_go("lapsed")

    @invariant()
    def the_desk_is_as_the_rules_say(self) -> None:
        for name, there in self.model.threads.items():
            assert [(said.author, said.text) for said in self.run(self.store.thread(name))] == there.said
        for case in self.model.cases.values():
            real = self.run(self.desk.case(case.id))
            assert (real.status, real.merged_into, real.reason) == (case.status, case.into, case.reason)
            assert not case.open or real.assignee == case.holder
            assert sorted(real.threads) == sorted(self.model.threads_of(case))
            kinds = [event.kind for event in real.events if not event.kind.startswith("sla_")]
            assert kinds == case.events
        opened = [case.thread for case in self.model.cases.values() if case.open]
        assert len(opened) == len(set(opened)) == len(self.run(self.desk.cases()))


class TheDeskOnPostgreSQL(TheDesk):
    """The same on the other database."""


@pytest.mark.parametrize("machine", [TheDesk, TheDeskOnPostgreSQL])
def test_the_desk_keeps_its_rules_whatever_happens(machine: type[TheDesk]) -> None:
    if machine is TheDeskOnPostgreSQL:
        machine.url = postgresql_url()
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=20, deadline=None, suppress_health_check=checks)
    )
