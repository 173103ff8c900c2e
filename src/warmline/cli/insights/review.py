"""``warmline insights review``: how the line between agent and people did, what changed, and what to change."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.cli.exits import OK
from warmline.cli.options import Home, Json, Store, example
from warmline.errors import UsageError

from .applying import apply_patch
from .sources import Demo, counting, open_source, policy_text

if TYPE_CHECKING:
    from warmline.evals.insights.patch import Patched
    from warmline.evals.insights.review.figures import Prices
    from warmline.evals.insights.review.proposals import Proposal
    from warmline.evals.insights.review.replay import Replay
    from warmline.evals.insights.review.review import Review
    from warmline.evals.insights.review.to_people import Part
    from warmline.evals.insights.review.topics import Finer

    from .sources import Source

EXAMPLES = example(
    "warmline insights review",
    "warmline insights review --since 28d --html review.html",
    "warmline insights review --demo",
    "warmline insights review --since 91d --apply",
)
DEMO_SINCE, SINCE = "91d", "7d"
Price = Annotated[float | None, typer.Option(min=0, metavar="MONEY", help="What a million tokens of this kind cost.")]


@dataclass(frozen=True, kw_only=True)
class Found:
    """All a report needs."""

    review: "Review"
    proposals: "list[Proposal]"
    patched: "Patched | None"
    replay: "Replay | None"
    parts: "list[Part]"
    source: str
    policy: Path | None
    demo: bool


def review(
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help=f"The period, such as 28d (default: {SINCE}; --demo: {DEMO_SINCE})."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The policy (default: the configured one).")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Also write the report as one page.")] = None,
    price_input: Price = None,
    price_output: Price = None,
    price_cached: Price = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the proposals into a new version of the policy; asks first.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Where --apply writes it: a new file.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    demo: Demo = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """See how the line between agent and people did: figures, what changed against the period before, and what to change.

    A change is only said to be one if it holds when all that were tested are held together. Nothing is changed unless you say --apply,
    and then a new file is written; the policy in use stays as it is.
    """
    from warmline.cli.db_forget import duration

    if demo and apply:
        raise UsageError("what the demo shop's made-up conversations propose is not for your policy; leave --apply out")
    span = duration(since or (DEMO_SINCE if demo else SINCE), "--since")
    prices = _prices(price_input, price_output, price_cached)
    found = asyncio.run(_find(span, prices, policy, home=home, url=store, demo=demo))
    if html is not None:
        from warmline.evals.insights.review.document import document

        known = found.review, found.proposals, found.replay
        diff = found.patched.diff if found.patched else ""
        text = document(*known, parts=found.parts, diff=diff, source=found.source, demo=found.demo)
        html.write_text(text, "utf-8")
        typer.echo(f"{html} is written.", err=True)
    _print(found, json=json, applied=apply)
    return _apply(found, output, yes=yes) if apply else OK


async def _find(
    span: timedelta, prices: "Prices | None", policy: Path | None, *, home: Path | None, url: str | None, demo: bool
) -> Found:
    from warmline.agent.guard.policy_file import read_policy
    from warmline.evals.insights.review.review import review as look
    from warmline.evals.insights.review.to_people import parts_of
    from warmline.evals.insights.review.topics import finer_topics

    async with open_source(home=home, url=url, demo=demo) as source:
        with counting() as tell:
            made = await look(source.store, span=span, prices=prices, tell=tell)
        file = policy or (None if demo else source.settings.policy)
        finer = finer_topics(made.this.contacts, read_policy(*policy_text(file)).topics)
        proposals, patched, replayed = await _proposed(source, made, file, finer)
        return Found(
            review=made,
            proposals=proposals,
            patched=patched,
            replay=replayed,
            parts=parts_of(made.this.contacts, finer),
            source=source.name,
            policy=file,
            demo=demo,
        )


async def _proposed(
    source: "Source", made: "Review", file: Path | None, finer: "list[Finer]"
) -> "tuple[list[Proposal], Patched | None, Replay | None]":
    from warmline.agent.guard.policy_file import read_policy
    from warmline.evals.insights.patch import patched
    from warmline.evals.insights.review.proposals import propose
    from warmline.evals.insights.review.replay import replay

    name, text = policy_text(file)
    old = read_policy(name, text)
    proposals = _that_fit(name, text, propose(made.this.contacts, old, finer))
    if not proposals:
        return [], None, None
    new = patched(name, text, [one.edit for one in proposals])
    again = await replay(source.store, old, new.policy, since=made.this.since, until=made.this.until)
    return proposals, new, again


def _that_fit(name: str, text: str, proposals: "list[Proposal]") -> "list[Proposal]":
    """The proposals that can be put into this policy, one after the other; of the others it is said why not."""
    from warmline.agent.guard.findings import PolicyError
    from warmline.evals.insights.patch import patched

    fit: list[Proposal] = []
    for one in proposals:
        try:
            patched(name, text, [*(other.edit for other in fit), one.edit])
        except (PolicyError, UsageError) as error:
            typer.echo(f"{one.words}\n  this cannot be put into {name}: {error}", err=True)
        else:
            fit.append(one)
    return fit


def _print(found: Found, *, json: bool, applied: bool) -> None:
    from warmline.cli.screen import console, print_json
    from warmline.evals.insights.review.words import as_json

    if json:
        diff = found.patched.diff if found.patched else ""
        known = found.review, found.proposals, found.replay
        print_json(as_json(*known, parts=found.parts, diff=diff, demo=found.demo))
        return
    from .review_view import show

    show(found, console=console(), applied=applied)


def _apply(found: Found, output: Path | None, *, yes: bool) -> int:
    if found.patched is None:
        typer.echo("Nothing is proposed, so there is nothing to apply.", err=True)
        return OK
    return apply_patch(found.patched, found.policy, output, yes=yes, command="warmline insights review --apply")


def _prices(input_: float | None, output: float | None, cached: float | None) -> "Prices | None":
    from warmline.evals.insights.review.figures import Prices

    if (input_ is None) != (output is None):
        raise UsageError("a price needs both: --price-input and --price-output")
    return None if input_ is None or output is None else Prices(input=input_, output=output, cached=cached)
