"""What labels say of the threshold: the curve of costs, and the new policy."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from warmline.cli.exits import OK
from warmline.errors import UsageError

from .applying import apply_patch
from .sources import Source, counting, open_source, policy_text

if TYPE_CHECKING:
    from warmline.agent.guard.signals import Signals
    from warmline.evals.insights.labels.choosing import Choice
    from warmline.evals.insights.labels.labels import Label
    from warmline.evals.insights.patch import Patched

NOTHING_SURE = "Nothing is sure enough to be applied."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was asked for."""

    file: Path
    span: timedelta
    missed: float
    needless: float
    policy: Path | None
    html: Path | None
    output: Path | None
    apply: bool
    yes: bool
    json: bool


@dataclass(frozen=True, kw_only=True)
class Read:
    """The labels with what was read from their messages, how many messages each stratum has, the policy in use, and where all that is from."""

    known: "list[tuple[Label, Signals]]"
    sizes: Counter[str]
    policy: Path | None
    source: str
    demo: bool


def choice(wanted: Wanted, *, home: Path | None, url: str | None, demo: bool) -> int:
    """Show the curve and the patch, and write the policy if that is wanted and sure enough."""
    from warmline.agent.guard.policy_file import read_policy
    from warmline.evals.insights.labels.choosing import choose
    from warmline.evals.insights.labels.costs import Prices

    read = asyncio.run(_read(wanted, home=home, url=url, demo=demo))
    if wanted.apply and read.demo:
        raise UsageError("labels of the demo shop's made-up messages are not for your policy; leave --apply out")
    name, text = policy_text(read.policy)
    prices = Prices(missed=wanted.missed, needless=wanted.needless)
    found = choose(read.known, read.sizes, read_policy(name, text), prices)
    new = _patched(found, name, text)
    _say(found, new, wanted, read)
    if not wanted.apply:
        return OK
    if new is None:
        typer.echo(NOTHING_SURE, err=True)
        return OK
    return apply_patch(new, read.policy, wanted.output, yes=wanted.yes, command="warmline insights label --apply")


def _patched(found: "Choice", name: str, text: str) -> "Patched | None":
    """The policy with the cheapest threshold, if it is sure enough to be proposed."""
    from warmline.evals.insights.labels.choosing import NAME
    from warmline.evals.insights.patch import Threshold, patched

    if found.proposed is None:
        return None
    why = f"chosen from {len(found.labels)} labels"
    return patched(name, text, [Threshold(name=NAME, value=found.proposed.threshold, why=why)])


def _say(found: "Choice", new: "Patched | None", wanted: Wanted, read: Read) -> None:
    from warmline.cli.screen import print_json

    diff = new.diff if new else ""
    if wanted.html is not None:
        from warmline.evals.insights.labels.as_page import as_page

        wanted.html.write_text(as_page(found, diff=diff, source=read.source, demo=read.demo), "utf-8")
        typer.echo(f"{wanted.html} is written.", err=True)
    if wanted.json:
        from warmline.evals.insights.labels.as_json import as_json

        print_json(as_json(found, diff=diff, demo=read.demo))
    else:
        from .label_view import show

        show(found, diff=diff, demo=read.demo, applying=wanted.apply)


async def _read(wanted: Wanted, *, home: Path | None, url: str | None, demo: bool) -> Read:
    from warmline.evals.insights.labels.labels import read_labels

    labels = [one for one in read_labels(wanted.file) if one.demo or not demo]
    async with open_source(home=home, url=url, demo=demo) as source:
        if demo and not labels:
            labels = await _demo_labels(source, wanted.span)
        known, sizes = await _with_signals(labels, source, wanted.span)
        return Read(
            known=known,
            sizes=sizes,
            policy=wanted.policy or (None if demo else source.settings.policy),
            source=source.name,
            demo=demo or any(one.demo for one in labels),
        )


async def _demo_labels(source: Source, span: timedelta) -> "list[Label]":
    from warmline.evals.insights.labels.demo import NUMBER, demo_labels
    from warmline.evals.insights.labels.sampling import draw

    now = source.store.clock.now()
    sample = await draw(source.store, since=now - span, until=now, number=NUMBER)
    return list(demo_labels(sample.candidates, at=now))


async def _with_signals(
    labels: "list[Label]", source: Source, span: timedelta
) -> "tuple[list[tuple[Label, Signals]], Counter[str]]":
    from warmline.evals.insights.labels.sampling import counts, stratum_of
    from warmline.evals.insights.review.replay import read_signals

    by_turn = {one.turn_id: one for one in labels}
    known: list[tuple[Label, Signals]] = []
    sizes: Counter[str] = Counter()
    now = source.store.clock.now()
    with counting() as tell:
        async for turn, signals in read_signals(source.store, now - span, now):
            tell(1)
            if signals is None or not counts(turn, signals):
                continue
            sizes[stratum_of(turn, signals)] += 1
            if (label := by_turn.get(turn.turn_id)) is not None and label.conversation == turn.conversation_id:
                known.append((label, signals))
    return known, sizes
