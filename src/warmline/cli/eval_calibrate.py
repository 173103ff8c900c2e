"""``warmline eval calibrate``: is a judge right where people are sure?"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import UsageError

from .eval_exits import or_misused
from .exits import NOT_AS_ASKED, OK
from .options import Json, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warmline.agent.models.base import Model
    from warmline.evals.grading.calibrating import Labelled, Said, Tried
    from warmline.evals.suite_files.loading import LoadedCase
    from warmline.evals.suite_files.schema_expect import JudgeExpect

EXAMPLES = example(
    "warmline eval calibrate my_suites/kind.eval.yaml --judge kind --from results.jsonl > kind.labels.jsonl",
    "warmline eval calibrate my_suites/kind.eval.yaml --judge kind --labels kind.labels.jsonl",
)
AT_ONCE = 4


def calibrate(
    suite: Annotated[Path, typer.Argument(metavar="SUITE", help="The suite (*.eval.yaml) that asks the judge.")],
    judge: Annotated[str, typer.Option("--judge", metavar="ID", help="The judge's id in the suite.")],
    labels: Annotated[
        Path | None, typer.Option("--labels", metavar="FILE", help="Conversations that people labelled, as JSON Lines.")
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--from", metavar="LOG", help="Print the conversations of a run's log, to be labelled.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="The calibration (default: as the suite names it).")
    ] = None,
    json: Json = False,
) -> int:
    """Try a judge on conversations that people labelled, and write the file without which it may not gate.

    With --from nothing is asked: each conversation of a run becomes a line, and people write true or false for its "label". With --labels the
    configured language model is asked about each. The exit code is 1 if the judge may not gate by what came of it; the file is written all the same.
    """
    return or_misused(lambda: _calibrate(suite, judge, labels, log, output, json=json))


def _calibrate(suite: Path, name: str, labels: Path | None, log: Path | None, output: Path | None, *, json: bool) -> int:
    from warmline.evals.grading.calibrating import read_labels, tried
    from warmline.evals.suite_files.loading import load_suite

    if (labels is None) == (log is None):
        raise UsageError("give --labels (a judge is tried on them) or --from (the log of a run, to be labelled), and not both")
    loaded, judge = _judge(load_suite(suite, today=datetime.now(UTC).date()).cases, name)
    if log is not None:
        return _to_be_labelled(log, loaded.suite, judge)
    target = output or (loaded.folder / judge.calibration if judge.calibration else None)
    if target is None:
        raise UsageError(f"the judge {name!r} names no 'calibration' in the suite; write one there, or give --output")
    file = labels or Path()
    said, model = asyncio.run(_tried(judge, loaded.folder, read_labels(file)))
    now = datetime.now(UTC).replace(microsecond=0)
    found = tried(judge, loaded.folder, model=model, labels=file.read_bytes(), said=said, at=now)
    target.write_text(f"{found.model_dump_json(indent=1)}\n", "utf-8")
    _tell(found, target, json=json)
    return NOT_AS_ASKED if found.doubt else OK


def _judge(cases: "Sequence[LoadedCase]", name: str) -> "tuple[LoadedCase, JudgeExpect]":
    """The judge of this id; ``UsageError`` if the suite has none, or two that are asked different things."""
    held = [(case, one) for case in cases for one in (case.case.expect and case.case.expect.judge) or () if one.id == name]
    if not held:
        known = sorted({one.id for case in cases for one in (case.case.expect and case.case.expect.judge) or ()})
        raise UsageError(f"no judge of the suite is called {name!r}; there is {', '.join(known) or 'none'}")
    if len({(one.asks, one.rubric) for _, one in held}) > 1:
        raise UsageError(f"the suite asks {name!r} different things in different cases; give each its own id")
    return held[0]


def _to_be_labelled(log: Path, suite: str, judge: "JudgeExpect") -> int:
    import json

    from warmline.evals.gating.runs import read_run
    from warmline.evals.grading.judging import transcript_of

    asks = judge.asks or judge.rubric
    for trial in read_run(log).trials:
        if trial.suite == suite and any(check.kind == "judge" and check.expected in (asks, None) for check in trial.checks):
            line = {"id": f"{trial.case_id}/{trial.trial}", "label": None, "conversation": transcript_of(trial.turns)}
            typer.echo(json.dumps(line, ensure_ascii=False))
    return OK


async def _tried(judge: "JudgeExpect", folder: Path, labelled: "Sequence[Labelled]") -> "tuple[list[Said], str]":
    """What the configured model says of each, and its name."""
    from warmline.settings import Settings

    from .assembly import choose_model

    model = choose_model(Settings.from_env())
    if model is None:
        raise UsageError("a judge is a language model: set OPENAI_API_KEY, or OPENAI_BASE_URL and WARMLINE_MODEL")
    try:
        said = await _asked(judge, folder, labelled, model)
    finally:
        await model.aclose()
    return said, model.name


async def _asked(judge: "JudgeExpect", folder: Path, labelled: "Sequence[Labelled]", model: "Model") -> "list[Said]":
    from rich.console import Console
    from rich.progress import Progress

    from warmline.evals.grading.calibrating import Said, question_of
    from warmline.evals.grading.judging import JudgeError, asked

    question, places = question_of(judge, folder), asyncio.Semaphore(AT_ONCE)

    async def one(line: "Labelled") -> Said:
        async with places:
            try:
                holds = (await asked({judge.id: question}, line.conversation, model))[judge.id].holds
            except JudgeError:
                holds = None
        bar.advance(task)
        return Said(line.label, holds)

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("labelled conversations", total=len(labelled))
        return list(await asyncio.gather(*map(one, labelled)))


def _tell(found: "Tried", target: Path, *, json: bool) -> None:
    from warmline.evals.stats.rates import wilson

    from .screen import print_json

    counts = found.counts
    good, bad = wilson(counts.good.count, counts.good.of), wilson(counts.bad.count, counts.bad.of)
    if json:
        plain = found.model_dump(mode="json")
        intervals = {"holds_interval": [good.low, good.high], "holds_not_interval": [bad.low, bad.high]}
        print_json(
            {**plain, **intervals, "kappa": found.kappa, "may_gate": not found.doubt, "doubt": found.doubt, "file": str(target)}
        )
        return
    for name, counted, interval in (("holds", counts.good, good), ("does not hold", counts.bad, bad)):
        typer.echo(
            f"people say it {name:14} the judge agrees with {counted.count} of {counted.of} ({interval.low * 100:.0f} to {interval.high * 100:.0f} %)"
        )
    typer.echo(f"Cohen's kappa {'not defined' if found.kappa is None else f'{found.kappa:.2f}'}")
    if found.unanswered:
        typer.echo(f"{found.unanswered} conversations were not judged: no usable answer; they are not counted")
    typer.echo(
        f"{target}: {f'may not gate: {found.doubt}' if found.doubt else f'may gate, as {found.model}, until prompt or model change'}"
    )
