"""The work behind ``warmline eval run``."""

import asyncio
import os
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from warmline.errors import UsageError

from .eval_wanted import Wanted
from .exits import INTERRUPTED, OK

if TYPE_CHECKING:
    from warmline.evals.gating.runs import Run as FinishedRun
    from warmline.evals.results import RunHeader, Spent, TrialResult
    from warmline.evals.running.cassettes import Recording
    from warmline.evals.running.log import Log
    from warmline.evals.running.running import Purse
    from warmline.evals.suite_files.loading import LoadedCase, LoadedSuite

    from .eval_progress import Told

LOGS = Path(".warmline-evals")
WORTH_A_PROCESS = 250
"""Trials from which on several processes are worth their start: each loads the classifier, some seconds."""


@dataclass(kw_only=True)
class Session:
    """A run that is set up."""

    wanted: Wanted
    cases: Sequence["LoadedCase"]
    header: "RunHeader"
    log: "Log"
    done: Sequence["TrialResult"]
    purse: "Purse"
    recording: "Recording | None" = None
    began: float = field(default_factory=time.monotonic)


def play(wanted: Wanted) -> int:
    """Run what is wanted, show what came of it, and return the exit code."""
    wanted.check()
    session = _set_up(wanted)
    from .eval_progress import telling

    try:
        with telling(session.log, len(session.cases), quiet=wanted.json) as told:
            _run(session, told)
    except KeyboardInterrupt:
        typer.echo(f"warmline: interrupted; nothing that was done is lost. Go on with: {_go_on(session)}", err=True)
        return INTERRUPTED
    finally:
        session.log.close()
    return _tell(session)


def _set_up(wanted: Wanted) -> Session:
    from warmline.evals.results import Resumed
    from warmline.evals.running.log import Log, begun, same_run
    from warmline.evals.running.running import Purse
    from warmline.evals.suite_files.choosing import chosen
    from warmline.evals.suite_files.loading import load_suites

    before, done = begun(wanted.resume) if wanted.resume else (None, [])
    paths = wanted.paths or [Path(suite.file) for suite in (before.suites if before else ())]
    suites = load_suites(paths, today=datetime.now(UTC).date())
    ids = [info.case_id for info in before.cases] if before else wanted.cases
    cases = chosen(suites, cases=ids, tags=wanted.tags, tiers=wanted.tiers)
    if wanted.trial is not None and len(cases) > 1:
        raise UsageError(f"--trial plays one trial of one case, and {len(cases)} cases are chosen; name one with --case")
    preflight(cases)
    header = _header(wanted, suites, cases, before)
    purse = Purse(ceiling=wanted.max_cost)
    if before is None:
        log = Log.begin(wanted.output or LOGS / f"{header.run_id}.jsonl", header, secrets=_secrets(wanted))
    else:
        same_run(before, header)
        header = before
        for result in done:
            purse.pay(result.spent)
            purse.pay(result.beside)
        log = Log.go_on(wanted.resume or Path(), Resumed(at=datetime.now(UTC)), secrets=_secrets(wanted))
    return Session(wanted=wanted, cases=cases, header=header, log=log, done=done, purse=purse)


def _secrets(wanted: Wanted) -> tuple[str, ...]:
    """What must stand in no log."""
    from warmline.evals.running.live import secrets_in
    from warmline.settings import Settings

    return secrets_in(Settings.from_env().api_key) if wanted.live else ()


def preflight(cases: Sequence["LoadedCase"]) -> None:
    """``SuiteError`` with whatever in the worlds of these cases cannot be so, before anything is played."""
    from warmline.evals.errors import SuiteError
    from warmline.evals.worlds.stage import Stage
    from warmline.evals.worlds.world import check_world

    stage = Stage()
    mistakes = {str(one): one for case in cases for one in check_world(case, stage)}
    if mistakes:
        raise SuiteError(tuple(mistakes.values()))


def _header(
    wanted: Wanted, suites: Sequence["LoadedSuite"], cases: Sequence["LoadedCase"], before: "RunHeader | None"
) -> "RunHeader":
    from warmline.agent.guard.policy import Policy
    from warmline.evals.running.heading import header_of

    from .app import installed

    agent = wanted.agent if wanted.agent is not None or before is None else before.agent
    return header_of(
        suites,
        cases,
        mode=wanted.mode,
        model=_model_name(wanted),
        agent=agent or "",
        policy=Policy.load().stamp,
        warmline=installed(),
        command=("warmline", *sys.argv[1:]),
        simulator=_simulator(wanted),
        again=wanted.again,
    )


def _model_name(wanted: Wanted) -> str:
    if wanted.replay is not None:
        from warmline.evals.running.cassettes import recorded_models

        return recorded_models(wanted.replay)[0]
    if not wanted.live:
        return "embedded"
    from warmline.settings import Settings

    settings = Settings.from_env()
    if settings.embedded:
        raise UsageError("--live needs a language model: set OPENAI_API_KEY, or OPENAI_BASE_URL and WARMLINE_MODEL")
    return settings.model or ""


def _simulator(wanted: Wanted) -> str:
    """The model that words what simulated customers say, where the command names one or a recording did."""
    if wanted.replay is not None:
        from warmline.evals.running.cassettes import recorded_models

        return recorded_models(wanted.replay)[1] or ""
    return wanted.simulator or ""


def _run(session: Session, told: "Told") -> None:
    from warmline.evals.running.quiet import agent_unheard
    from warmline.evals.running.running import Run

    from .eval_troupe import open_troupe

    wanted = session.wanted
    agent = wanted.agent or session.header.agent or None
    jobs = _jobs(session)
    if jobs > 1:
        from warmline.evals.running.workers import run_in_processes

        options = {"at_once": wanted.at_once, "most_trials": wanted.trials, "only_trial": wanted.trial}
        run_in_processes(session.cases, told, session.done, jobs=jobs, agent=agent, options=options)
        return

    async def alone() -> None:
        async with open_troupe(wanted, agent) as troupe:
            session.recording = troupe.recording
            run = Run(
                troupe=troupe,
                purse=session.purse,
                at_once=wanted.at_once,
                most_trials=wanted.trials,
                only_trial=wanted.trial,
            )
            await run.cases(session.cases, told, session.done)

    with agent_unheard():
        asyncio.run(alone())


def _jobs(session: Session) -> int:
    wanted = session.wanted
    if wanted.mode != "embedded":
        return 1
    trials = sum(min(case.case.plan.n, wanted.trials or case.case.plan.n) for case in session.cases)
    usual = min(os.cpu_count() or 1, 8) if trials >= WORTH_A_PROCESS else 1
    return wanted.jobs or usual


def _tell(session: Session) -> int:
    """Close the log with how the run ended, and show it."""
    from warmline.evals.gating.gate import rule
    from warmline.evals.gating.runs import read_run
    from warmline.evals.results import RunEnd
    from warmline.evals.running.log import Log

    wanted, file = session.wanted, session.log.file
    seconds = time.monotonic() - session.began
    if wanted.trial is not None:
        return _tell_trial(session)
    said = tuple(session.recording.missed[:5]) if session.recording else ()
    run = read_run(file)
    end = RunEnd(
        finished_at=datetime.now(UTC), exit_code=2 if said else OK, seconds=round(seconds, 2), complaints=said, spent=_spent(run)
    )
    ruling = rule(replace(run, end=end))
    log = Log.append(file)
    log.add(end.model_copy(update={"exit_code": ruling.exit_code}))
    log.close()
    _show(file, wanted)
    if not wanted.json:
        for line in (*_of_voices(run), *(session.recording.unused() if session.recording else ())):
            typer.echo(f"warmline: {line}", err=True)
    return ruling.exit_code


def _of_voices(run: "FinishedRun") -> list[str]:
    """How simulated customers were worded, where a model was asked to."""
    worded, kept = sum(one.worded for one in run.trials), [why for one in run.trials for why in one.unworded]
    if not worded and not kept:
        return []
    said = f"{worded} lines of simulated customers in a model's words"
    return [
        said,
        *([f"{len(kept)} said as they stand, because its words did not hold to them; the first: {kept[0]}"] if kept else []),
    ]


def _spent(run: "FinishedRun") -> "Spent":
    from warmline.evals.grading.grade_budgets import total

    return total([part for trial in run.trials for part in (trial.spent, trial.beside) if part.calls])


def _show(file: Path, wanted: Wanted) -> None:
    from warmline.evals.gating.gate import rule
    from warmline.evals.gating.runs import read_run
    from warmline.evals.reports.report import as_json, report

    from .screen import console, print_json

    run = read_run(file)
    made = report(run, ruling=rule(run))
    if wanted.json:
        print_json(as_json(made))
        return
    from warmline.evals.reports.terminal import show

    show(made, console())


def _tell_trial(session: Session) -> int:
    from warmline.evals.running.log import begun

    from .eval_trial_view import show_trial
    from .screen import jsonable, print_json

    _, results = begun(session.log.file)
    [result] = results
    if session.wanted.json:
        print_json(jsonable(result))
    else:
        show_trial(result)
    return {"PASS": 0, "FAIL": 1, "BUDGET": 3}.get(result.state, 2)


def _go_on(session: Session) -> str:
    wanted = session.wanted
    ceiling = ("--max-cost", str(wanted.max_cost)) if wanted.max_cost is not None else ()
    return shlex.join(["warmline", "eval", "run", "--resume", str(session.log.file), *wanted.again, *ceiling])
