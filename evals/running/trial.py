"""One trial of one case: a world is built, the conversation played, every check made, and the trial given a state."""

import shlex
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from inspect import isawaitable

from warmline.agent.guard.findings import Misplaced
from warmline.agent.guard.guard import Guard
from warmline.agent.models.base import Model, Usage
from warmline.errors import StoreError
from warmline.evals.conversations.faulty import Broken, SimulatorFault
from warmline.evals.conversations.playing import Play, Prices, spent_on, written
from warmline.evals.conversations.simulating import came_to_its_stop, simulated
from warmline.evals.conversations.voice import Voice
from warmline.evals.grading.grade_budgets import total
from warmline.evals.grading.grading import changed_rows, expects_person, grade, routing_facts
from warmline.evals.grading.judging import JudgeError, judged
from warmline.evals.grading.seen import Pen, Seen
from warmline.evals.results import Check, Spent, State, TrialResult, TurnRecord
from warmline.evals.suite_files.loading import LoadedCase
from warmline.evals.suite_files.schema_conversation import Step
from warmline.evals.worlds.models import MeteredModel, WatchedModel
from warmline.evals.worlds.stage import Stage
from warmline.evals.worlds.world import Maker, begins_at, build_world, usual_agent

from .cassettes import Recording
from .guard_trial import guard_trial

MAX_REDRAWN = 2
"""How often a trial is played anew when its simulated customer was at fault, before it is given up as SIM_FAULT."""

ModelOf = Callable[[LoadedCase, int], Model]
"""The model of a trial, by its case and number."""
SimulatorOf = Callable[[LoadedCase, int], Model | None]
"""The model that words what a trial's simulated customer says; ``None`` for the phrase banks."""


@dataclass(frozen=True, kw_only=True)
class Troupe:
    """What trials are played with; ``options`` are those of the command that plays one of them again, ``recording`` is what is replayed."""

    stage: Stage
    model_of: ModelOf
    simulator_of: SimulatorOf = lambda _case, _trial: None
    make: Maker = usual_agent
    prices: Prices | None = None
    replayed: bool = False
    language_model: bool = False
    options: tuple[str, ...] = ()
    recording: Recording | None = None


async def run_trial(loaded: LoadedCase, number: int, troupe: Troupe) -> TrialResult:
    """Play and grade one trial; whatever goes wrong is its state, and nothing is raised but what the suite got wrong."""
    if loaded.plays == "guard":
        return await guard_trial(loaded, number, await _guard_of(loaded, troupe), command_of(loaded, number, troupe.options))
    cast = Cast.of(loaded, number, troupe)
    for redrawn in range(MAX_REDRAWN + 1):
        result = await _played(loaded, number, troupe, cast, redrawn)
        if result.state != "SIM_FAULT":
            return result
    return result


@dataclass(kw_only=True)
class Cast:
    """The models of one trial, the same ones when it is played anew: a recording knows its requests by their order."""

    agent: Model
    voice: Voice | None
    asked: list[WatchedModel | MeteredModel]

    @classmethod
    def of(cls, loaded: LoadedCase, number: int, troupe: Troupe) -> "Cast":
        """Who plays this trial; a customer has a voice of their own only where a model words what they say."""
        simulate, agent = loaded.case.simulate, troupe.model_of(loaded, number)
        model = troupe.simulator_of(loaded, number) if simulate is not None else None
        if simulate is None or model is None:
            return cls(agent=agent, voice=None, asked=[])
        metered = MeteredModel(model)
        return cls(agent=agent, voice=Voice(model=metered, simulate=simulate), asked=[metered])

    def beside(self, turns: Sequence[TurnRecord], prices: Prices | None) -> Spent:
        """What was spent beside these turns: on wording, judging, attempts that were played anew, and what an agent asks in the background."""
        usage = sum((model.usage for model in self.asked), Usage())
        of_turns = total(turn.spent for turn in turns)
        rest = Usage(
            input=usage.input - of_turns.input,
            output=usage.output - of_turns.output,
            cached=usage.cached - of_turns.cached,
            calls=usage.calls - of_turns.calls,
        )
        return spent_on(rest, prices)


async def _guard_of(loaded: LoadedCase, troupe: Troupe) -> Guard:
    """The guard of the agent that is tried: made once for all cases with one policy, as it keeps nothing of what it reads."""
    stage, policy = troupe.stage, loaded.case.world.policy
    key = (troupe.make, loaded.folder / policy if policy else None)
    async with stage.making:
        if key not in stage.guards:
            clock = begins_at(loaded)
            room, store = await stage.take(clock)
            try:
                world = build_world(loaded, stage, store, clock, troupe.model_of(loaded, 1))
                made = troupe.make(world)
                agent = await made if isawaitable(made) else made
                stage.guards[key] = (await agent.parts()).guard
                await agent.close()
            finally:
                stage.give_back(room)
    return stage.guards[key]


async def _played(loaded: LoadedCase, number: int, troupe: Troupe, cast: Cast, redrawn: int) -> TrialResult:
    began = time.perf_counter()
    clock = begins_at(loaded)
    room, store = await troupe.stage.take(clock)
    try:
        world = build_world(loaded, troupe.stage, store, clock, cast.agent)
        cast.asked.append(world.model)
        if loaded.refers_to_facts:
            _ = world.start
        play = Play(world=world, loaded=loaded, make=troupe.make, prices=troupe.prices)
        trouble: tuple[State, str] | None = None
        try:
            await play.steps(_script(loaded, play, number, redrawn, cast.voice))
        except SimulatorFault as fault:
            trouble = ("SIM_FAULT", str(fault))
        except Misplaced:
            raise
        except (Broken, StoreError) as error:
            trouble = ("INFRA", str(error))
        except Exception as error:  # noqa: BLE001 (a trial that breaks is a result, and the others go on)
            trouble = ("INFRA", f"{type(error).__name__}: {error}")
        return await _result(play, number, troupe, cast, trouble, redrawn, (time.perf_counter() - began) * 1000)
    finally:
        troupe.stage.give_back(room)


def _script(loaded: LoadedCase, play: Play, number: int, redrawn: int, voice: Voice | None = None) -> AsyncIterator[Step]:
    return simulated(loaded, play, f"{loaded.id}/{number}/{redrawn}", voice) if loaded.case.simulate else written(loaded)


async def _result(
    play: Play, number: int, troupe: Troupe, cast: Cast, trouble: tuple[State, str] | None, redrawn: int, ms: float
) -> TrialResult:
    loaded, world = play.loaded, play.world
    seen = await _seen(play, troupe)
    pen = Pen(source=loaded.source, path=())
    checks = grade(loaded.case, seen, pen) if play.turns else []
    if loaded.case.simulate is not None and play.turns:
        checks.append(came_to_its_stop(loaded.case.simulate, play.turns, pen))
    if play.turns and trouble is None:
        try:
            checks += await judged(loaded, seen, pen, _judge(play, troupe, cast))
        except JudgeError as error:
            trouble = ("JUDGE_ERROR", str(error))
    state, why = trouble or _state_of(checks, world.model, play.turns)
    taken = next((str(check.observed) for check in checks if check.kind == "outcomes" and check.passed), None)
    return TrialResult(
        case_id=loaded.id,
        suite=loaded.suite,
        trial=number,
        state=state,
        why=why,
        checks=tuple(checks),
        routing=routing_facts(loaded.case, seen) if play.turns else None,
        turns=tuple(play.turns),
        said_last=play.said_last,
        rows=tuple(changed_rows(loaded.case, seen, pen)),
        spent=total(turn.spent for turn in play.turns),
        beside=cast.beside(play.turns, troupe.prices),
        ms=round(ms, 1),
        replayed=troupe.replayed,
        latency_recorded=troupe.replayed,
        outcome=taken,
        redrawn=redrawn,
        worded=cast.voice.worded if cast.voice else 0,
        unworded=tuple(cast.voice.kept) if cast.voice else (),
        command=command_of(loaded, number, troupe.options),
        place=loaded.place,
    )


def command_of(loaded: LoadedCase, number: int, options: Sequence[str] = ()) -> str:
    """What plays this very trial again."""
    return shlex.join(["warmline", "eval", "run", loaded.place.file, "--case", loaded.id, "--trial", str(number), *options])


async def _seen(play: Play, troupe: Troupe) -> Seen:
    """What there is to grade."""
    loaded, world = play.loaded, play.world
    cases = await world.cases()
    return Seen(
        turns=play.turns,
        said_last=play.said_last,
        cases=cases,
        rows=await world.changes(cases),
        rows_at=dict(play.rows_at),
        days=play.days,
        known=play.known(),
        start=world.start if loaded.refers_to_facts else {},
        person_expected=expects_person(loaded.case),
        latency_recorded=troupe.replayed,
    )


async def rehearse(loaded: LoadedCase, troupe: Troupe) -> Seen | None:
    """A conversation, played and not graded; ``None`` if it could not be played to its end."""
    clock = begins_at(loaded)
    room, store = await troupe.stage.take(clock)
    try:
        world = build_world(loaded, troupe.stage, store, clock, troupe.model_of(loaded, 1))
        _ = world.start if loaded.refers_to_facts else None
        play = Play(world=world, loaded=loaded, make=troupe.make)
        try:
            await play.steps(_script(loaded, play, 1, 0))
        except Exception:  # noqa: BLE001 (what it was is told by a run; here there is nothing to grade)
            return None
        return await _seen(play, troupe)
    finally:
        troupe.stage.give_back(room)


def _judge(play: Play, troupe: Troupe, cast: Cast) -> Model | None:
    """The model that judges: the run's own, if it understands language; never one that is scripted."""
    if not troupe.language_model or play.loaded.case.script is not None:
        return None
    judge = MeteredModel(play.world.model.model)
    cast.asked.append(judge)
    return judge


def _state_of(checks: Sequence[Check], model: WatchedModel, turns: Sequence[TurnRecord]) -> tuple[State, str]:
    """What the checks come to. Where the model gave no answer, a trial that failed says nothing about the agent's conduct, and one that
    passed only if it was not the failure that brought the person."""
    failed = [check for check in checks if check.gates and not check.passed]
    if not checks or model.fatal:
        return "INFRA", model.fatal or "nothing was checked"
    if model.trouble and (failed or any(turn.reason == "system_failure" for turn in turns)):
        return "INFRA", model.trouble[0]
    if not failed:
        return "PASS", ""
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return "FAIL", f"{failed[0].id}: {failed[0].reason}{more}"
