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
    from warmline.agent.guard.policy import Policy
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
    """The labels with what was read from their messages, how many messages each stratum has, the policy and its file, and where all that is from."""

    known: "list[tuple[Label, Signals]]"
    sizes: Counter[str]
    policy: "Policy"
    file: Path | None
    name: str
    text: str
    source: str
    demo: bool


def choice(wanted: Wanted, *, home: Path | None, url: str | None, demo: bool) -> int:
    """Show the curve and the patch, and write the policy if that is wanted and sure enough."""
    from warmline.evals.insights.labels.choosing import choose
    from warmline.evals.insights.labels.costs import Prices

    if wanted.apply and demo:
        raise UsageError("labels of the demo shop's made-up messages are not for your policy; leave --apply out")
    read = asyncio.run(_read(wanted, home=home, url=url, demo=demo))
    prices = Prices(missed=wanted.missed, needless=wanted.needless)
    found = choose(read.known, read.sizes, read.policy, prices)
    new = _patched(found, read.name, read.text)
    _say(found, new, wanted, read)
    if not wanted.apply:
        return OK
    if new is None:
        typer.echo(NOTHING_SURE, err=True)
        return OK
    return apply_patch(new, read.file, wanted.output, yes=wanted.yes, command="warmline insights label --apply")


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
    from warmline.agent.guard.policy_file import read_policy

    labels = labels_in(wanted.file, demo=demo)
    async with open_source(home=home, url=url, demo=demo) as source:
        if demo and not labels:
            labels = await _demo_labels(source, wanted.span)
        file = wanted.policy or (None if demo else source.settings.policy)
        name, text = policy_text(file)
        policy = read_policy(name, text)
        known, sizes = await _with_signals(labels, source, wanted.span, policy)
        return Read(known=known, sizes=sizes, policy=policy, file=file, name=name, text=text, source=source.name, demo=demo)


def labels_in(file: Path, *, demo: bool) -> "list[Label]":
    """The labels of a file that are of the shop's messages, with ``demo`` those of the demo's; how many others there are is said."""
    from warmline.evals.insights.labels.labels import read_labels

    found = read_labels(file)
    kept = [one for one in found if one.demo == demo]
    if len(kept) < len(found):
        whose = "a shop's own messages" if demo else "the demo shop's made-up messages"
        typer.echo(f"{len(found) - len(kept)} labels in {file} are of {whose} and are left out.", err=True)
    return kept


async def _demo_labels(source: Source, span: timedelta) -> "list[Label]":
    from warmline.evals.insights.labels.demo import NUMBER, demo_labels
    from warmline.evals.insights.labels.sampling import draw

    now = source.store.clock.now()
    sample = await draw(source.store, since=now - span, until=now, number=NUMBER)
    return list(demo_labels(sample.candidates, at=now))


async def _with_signals(
    labels: "list[Label]", source: Source, span: timedelta, policy: "Policy"
) -> "tuple[list[tuple[Label, Signals]], Counter[str]]":
    """The labels whose messages are here, as this policy reads them: its topics may be newer than the messages."""
    from warmline.agent.guard.topics import with_topics
    from warmline.evals.insights.labels.sampling import counts, stratum_of
    from warmline.evals.insights.review.replay import read_signals

    by_place = {one.place: one for one in labels}
    known: list[tuple[Label, Signals]] = []
    sizes: Counter[str] = Counter()
    now = source.store.clock.now()
    with counting() as tell:
        async for turn, signals in read_signals(source.store, now - span, now):
            tell(1)
            if signals is None or not counts(turn, signals):
                continue
            sizes[stratum_of(turn, signals)] += 1
            if (label := by_place.get((turn.conversation_id, turn.turn_id))) is not None:
                known.append((label, with_topics(signals, turn.text, policy.topics)))
    return known, sizes
