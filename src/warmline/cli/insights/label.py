"""``warmline insights label``: people say of a sample who should have served it; that feeds the test set and the thresholds."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.cli.exits import OK
from warmline.cli.options import By, Home, Json, Store, example, login_name
from warmline.errors import UsageError

from .label_choice import Wanted, choice, labels_in
from .sources import Demo, counting, open_source

if TYPE_CHECKING:
    from warmline.evals.insights.labels.labels import Label, Place
    from warmline.evals.insights.labels.sampling import Candidate, Sample

EXAMPLES = example(
    "warmline insights label --number 60",
    "warmline insights label --suite labelled.eval.yaml",
    "warmline insights label --cost-missed 25 --cost-needless 4 --html thresholds.html",
    "warmline insights label --demo --cost-missed 25 --cost-needless 4",
    "warmline insights label --cost-missed 25 --cost-needless 4 --apply",
)
HEAD = "# Labelled by people (`warmline insights label`). Read every message before you commit it: names stay in the words.\n"


def label(
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="The labels, JSON Lines; made, then added to (default: labels.jsonl; --demo: demo-labels.jsonl).",
        ),
    ] = None,
    number: Annotated[int, typer.Option("--number", metavar="N", min=1, max=5000, help="How many messages to go through.")] = 50,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="How far back (default: 91d).")] = None,
    suite: Annotated[
        Path | None, typer.Option("--suite", metavar="FILE", help="Write the labels as a suite for 'warmline eval', and end.")
    ] = None,
    cost_missed: Annotated[
        float | None, typer.Option(min=0, max=1e9, metavar="MONEY", help="What a missed hand-off costs you.")
    ] = None,
    cost_needless: Annotated[
        float | None, typer.Option(min=0, max=1e9, metavar="MONEY", help="What a needless one costs you.")
    ] = None,
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE", help="The policy whose threshold is chosen.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write the curve as one page with charts.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the chosen threshold into a new version of the policy; asks first.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Where --apply writes it: a new file.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = None,
    demo: Demo = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Say of single messages who should have served them: the agent, or a person, and why.

    The sample has some of every route and every degree of certainty. You do not see what was decided. Stop when you like: every label is
    kept at once, and the next time goes on. With both costs nothing is asked; the cheapest threshold by your labels is worked out.
    """
    from warmline.cli.db_forget import duration

    span = duration(since or ("400d" if demo else "91d"), "--since")
    file = file or Path("demo-labels.jsonl" if demo else "labels.jsonl")
    if not apply and (output is not None or yes):
        raise UsageError(f"{'--output' if output else '--yes'} is for the policy that --apply writes: add --apply")
    if suite is not None:
        return _suite(file, suite, demo=demo)
    if (cost_missed is None) != (cost_needless is None):
        raise UsageError("choosing a threshold needs both prices: --cost-missed and --cost-needless")
    if cost_missed is not None and cost_needless is not None:
        wanted = Wanted(
            file=file,
            span=span,
            missed=cost_missed,
            needless=cost_needless,
            policy=policy,
            html=html,
            output=output,
            apply=apply,
            yes=yes,
            json=json,
        )
        return choice(wanted, home=home, url=store, demo=demo)
    for option, given in (("--apply", apply), ("--html", html), ("--json", json), ("--policy", policy)):
        if given:
            raise UsageError(f"{option} is about the threshold that prices choose: add --cost-missed and --cost-needless")
    return _ask_all(file, number, span, by or login_name(), home=home, url=store, demo=demo)


def _ask_all(file: Path, number: int, span: timedelta, who: str, *, home: Path | None, url: str | None, demo: bool) -> int:
    from warmline.evals.insights.labels.labels import add_label

    done = {one.place for one in labels_in(file, demo=demo)}
    sample, now = asyncio.run(_draw(span, number, frozenset(done), home=home, url=url, demo=demo))
    if demo:
        typer.echo("DEMO: made-up messages of the demo shop.", err=True)
    if not sample.candidates:
        typer.echo("Every message of this time has a label already, or there is none.", err=True)
        return OK
    typer.echo(f"{len(sample.candidates)} messages. a: agent, p: person, s: skip, q: stop. {len(done)} are labelled already.\n")
    labelled = 0
    for place, one in enumerate(sample.candidates, 1):
        made = _ask(one, f"{place}/{len(sample.candidates)}", who, now, demo=demo)
        if isinstance(made, str):
            break
        if made is not None:
            add_label(file, made)
            labelled += 1
    typer.echo(f"\n{labelled} labelled, {len(done) + labelled} in {file}.")
    return OK


async def _draw(
    span: timedelta, number: int, done: "frozenset[Place]", *, home: Path | None, url: str | None, demo: bool
) -> "tuple[Sample, datetime]":
    from warmline.evals.insights.labels.sampling import draw

    async with open_source(home=home, url=url, demo=demo) as source:
        now = source.store.clock.now()
        with counting() as tell:
            sample = await draw(source.store, since=now - span, until=now, number=number, done=done)
            tell(sample.sizes.total())
    return sample, now


def _ask(one: "Candidate", place: str, who: str, now: datetime, *, demo: bool) -> "Label | str | None":
    """The label a person gives, ``None`` for none, ``stop`` at the end of patience, or of the input."""
    from dataclasses import asdict
    from datetime import UTC

    from warmline.cli.screen import printable
    from warmline.evals.insights.labels.labels import Label

    typer.echo(f"[{place}] {printable(one.text)}")
    answer = _prompt("who should serve this?", ("a", "p", "s", "q"))
    if answer in ("q", None):
        return "stop"
    if answer == "s":
        return None
    why = _why() if answer == "p" else ""
    if why is None:
        return "stop"
    said = "person" if answer == "p" else "agent"
    return Label(**asdict(one), said=said, why=why, by=who, at=now if demo else datetime.now(UTC), demo=demo)


def _why() -> str | None:
    from warmline.agent.guard.decision import HUMAN_REASONS

    typer.echo("  " + "  ".join(f"{place} {name}" for place, name in enumerate(HUMAN_REASONS, 1)))
    answer = _prompt("why? (a number, or Enter)", ("", *(str(place) for place in range(1, len(HUMAN_REASONS) + 1))))
    return None if answer is None else HUMAN_REASONS[int(answer) - 1] if answer else ""


def _prompt(question: str, among: tuple[str, ...]) -> str | None:
    """One of these answers; ``None`` when nobody answers any more."""
    while True:
        try:
            answer = input(f"{question} ").strip().casefold()
        except EOFError:
            typer.echo()
            return None
        if answer in among:
            return answer
        typer.echo(f"  one of {', '.join(one or 'Enter' for one in among)}")


def _suite(file: Path, suite: Path, *, demo: bool) -> int:
    import yaml

    from warmline.evals.insights.labels.labels import suite_of

    labels = labels_in(file, demo=demo)
    if not labels:
        raise UsageError(f"there are no labels in {str(file)!r}; 'warmline insights label' makes them")
    if suite.exists():
        raise UsageError(f"{str(suite)!r} is there already; name a new file, and move the cases where you want them")
    text = yaml.safe_dump(suite_of(labels, name="labelled"), sort_keys=False, allow_unicode=True, width=120)
    suite.write_text(HEAD + text, "utf-8")
    typer.echo(f"{len(labels)} cases in {suite}; check them: warmline eval lint {suite}", err=True)
    return OK
