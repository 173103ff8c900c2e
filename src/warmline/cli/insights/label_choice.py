"""What labels say of the threshold: the curve of costs, and the new policy."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from warmline.cli.exits import OK

from .applying import apply_patch
from .sources import open_source, policy_text

if TYPE_CHECKING:
    from warmline.agent.guard.signals import Signals
    from warmline.evals.insights.labels.choosing import Choice, Point
    from warmline.evals.insights.labels.labels import Label


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was asked for."""

    file: Path
    span: timedelta
    missed: float
    needless: float
    policy: Path | None
    output: Path | None
    apply: bool
    yes: bool
    json: bool


def choice(wanted: Wanted, *, home: Path | None, url: str | None, demo: bool) -> int:
    """Print the curve, and write the policy if that is wanted and sure enough."""
    from warmline.agent.guard.policy_file import read_policy
    from warmline.cli.screen import print_json
    from warmline.errors import UsageError
    from warmline.evals.insights.labels.choosing import Prices, choose
    from warmline.evals.insights.labels.labels import read_labels

    labels = read_labels(wanted.file)
    if wanted.apply and (demo or any(one.demo for one in labels)):
        raise UsageError("labels of the demo shop's made-up messages are not for your policy; leave --apply out")
    known, sizes, file = asyncio.run(_signals(labels, wanted, home=home, url=url, demo=demo))
    name, text = policy_text(file)
    found = choose(known, sizes, read_policy(name, text), Prices(missed=wanted.missed, needless=wanted.needless))
    if wanted.json:
        print_json(_as_json(found, demo=demo))
    else:
        _show(found, demo=demo)
    return _apply(found, wanted, name, text, file) if wanted.apply else OK


async def _signals(
    labels: "list[Label]", wanted: Wanted, *, home: Path | None, url: str | None, demo: bool
) -> "tuple[list[tuple[Label, Signals]], Counter[str], Path | None]":
    """The labels with what was read from their messages, how many messages each stratum has, and the policy in use."""
    from warmline.evals.insights.labels.sampling import counts, stratum_of
    from warmline.evals.insights.review.replay import read_signals

    by_turn = {one.turn_id: one for one in labels}
    known: list[tuple[Label, Signals]] = []
    sizes: Counter[str] = Counter()
    async with open_source(home=home, url=url, demo=demo) as source:
        now = source.store.clock.now()
        async for turn, signals in read_signals(source.store, now - wanted.span, now):
            if signals is None or not counts(turn, signals):
                continue
            sizes[stratum_of(turn, signals)] += 1
            if (label := by_turn.get(turn.turn_id)) is not None and label.conversation == turn.conversation_id:
                known.append((label, signals))
        return known, sizes, wanted.policy or (None if demo else source.settings.policy)


def _show(found: "Choice", *, demo: bool) -> None:
    from warmline.cli.screen import console, print_table

    if demo:
        typer.echo("DEMO: made-up messages of the demo shop.\n")
    typer.echo(f"{found.labels} labels; of 1,000 messages:\n")
    rows = [
        [f"{one.threshold:g}", f"{one.missed:.1f}", f"{one.needless:.1f}", f"{one.cost:,.2f}", _said(one, found)]
        for one in found.points
    ]
    print_table(["human", "missed", "needless", "cost", ""], rows, console=console())
    typer.echo()
    if found.best.threshold == found.now.threshold:
        typer.echo(f"{found.now.threshold:g} is the cheapest already.")
        return
    saves = f"{found.saves.low:,.2f} to {found.saves.high:,.2f} of 1,000 messages"
    sure = "" if found.sure else "; that is not sure enough to propose it. More labels would tell"
    typer.echo(
        f"{found.best.threshold:g} instead of {found.now.threshold:g} saves {saves}, by {found.decisive} labels it would move{sure}."
    )
    if found.sure and not demo:
        typer.echo("Write it as a new policy: the same command with --apply")


def _said(one: "Point", found: "Choice") -> str:
    marks = {"now": one is found.now, "cheapest": one is found.best, "lets go what must stay with people": one.barred}
    return ", ".join(name for name, so in marks.items() if so)


def _apply(found: "Choice", wanted: Wanted, name: str, text: str, file: Path | None) -> int:
    from warmline.evals.insights.labels.choosing import NAME
    from warmline.evals.insights.patch import Threshold, patched

    if not found.sure:
        typer.echo("Nothing is sure enough to be applied.", err=True)
        return OK
    why = f"chosen from {found.labels} labels"
    new = patched(name, text, [Threshold(name=NAME, value=found.best.threshold, why=why)])
    return apply_patch(new, file, wanted.output, yes=wanted.yes, command="warmline insights label --apply")


def _as_json(found: "Choice", *, demo: bool) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "demo": demo,
        "labels": found.labels,
        "now": found.now.threshold,
        "best": found.best.threshold,
        "saves": [found.saves.low, found.saves.high],
        "sure": found.sure,
        "points": [asdict(one) for one in found.points],
    }
