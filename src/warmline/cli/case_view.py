"""A case on one screen: what a person needs before writing a word."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from .found import fact_in_words
from .screen import ago, printable
from .steps import step_in_words

if TYPE_CHECKING:
    from warmline.agent.desk.case_file import CustomerCard, OrderCard
    from warmline.agent.desk.desk import Case
    from warmline.agent.store.reading import Said

WIDTH = 110
"""Columns at most: a wider line is hard to read."""

_PRIORITY = {"urgent": "bold red", "high": "bold yellow", "normal": "bold", "low": "dim"}
_MOOD = {"calm": "green", "concerned": "yellow", "upset": "red", "in_danger": "bold red"}
_ANSWERS = {
    "waiting": "not answered yet",
    "accepted": "accepted",
    "declined": "declined",
    "lapsed": "they wrote something else",
}
_AUTHORS = {"customer": ("customer", "bold"), "person": ("colleague", "bold green")}
_AGENT = ("agent", "dim")


def case_on_screen(
    case: "Case", thread: Sequence["Said"], *, width: int, now: datetime | None = None, zone: tzinfo | None = None
) -> Panel:
    """The case as a panel: who and what, what was done, what to do, then the conversation (``thread``) and the case's history.

    Times are those of ``zone``, or of the machine.
    """
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, content in _briefing(case):
        grid.add_row(name, content)
    parts: list[RenderableType] = [
        grid,
        Rule("conversation", style="dim"),
        _conversation(thread, zone),
        Rule("history", style="dim"),
    ]
    history = "\n".join(
        f"{event.at.astimezone(zone):%Y-%m-%d %H:%M}  {event.who}: {event.kind.replace('_', ' ')}" for event in case.events
    )
    body = Group(*parts, Text(history, style="dim"))
    return _framed(body, title=_heading(case, now), subtitle=Text(_next_move(case), style="dim"), width=min(width, WIDTH))


def _framed(body: RenderableType, *, title: Text, subtitle: Text, width: int) -> Panel:
    for words in (title, subtitle):
        words.truncate(width - 6, overflow="ellipsis")
    return Panel(body, title=title, title_align="left", subtitle=subtitle, subtitle_align="left", width=width)


def _heading(case: "Case", now: datetime | None) -> Text:
    priority = (f"{case.priority} priority", _PRIORITY[case.priority])
    return Text.assemble((f"case {case.id}", "bold"), " · ", priority, f" · {case.reason} · {_standing(case, now)}")


def _briefing(case: "Case") -> Iterator[tuple[str, RenderableType]]:
    """Name and content of each part that has something in it."""
    file = case.file
    yield "wants", Text(f"“{printable(file.wants)}”", style="bold")
    yield "who", _who(file.customer, file.contact)
    yield "mood", _moods(file.mood)
    yield "why here", Text(f"{file.reason} (rule {file.rule}, layer {file.layer}); queue {case.queue}")
    if file.triage is not None:
        yield "triage", Text(printable(file.triage.in_words))
    if file.offers:
        offers = (f"a person, as {offer.reason} (rule {offer.rule}): {_ANSWERS[offer.answer]}" for offer in file.offers)
        yield "offered", _lines(list(offers))
    if file.noticed:
        yield "noticed", _lines(file.noticed)
    if file.orders:
        yield "orders", Group(*(line for order in file.orders for line in _order(order)))
    if file.facts:
        yield "looked up", _lines([fact_in_words(fact) for fact in file.facts])
    for name, steps in (("done", file.done), ("not done", file.refused)):
        if steps:
            yield name, _lines([step_in_words(step) for step in steps])
    if file.promised:
        yield "promised", _lines(file.promised)
    if file.open_questions:
        yield "open", _lines(file.open_questions, style="yellow")
    yield "next step", Text(printable(file.next_step), style="green")
    yield "draft reply", Text(printable(file.draft_reply), style="italic")


def _who(card: "CustomerCard", contact: str | None) -> Text:
    known = [card.name or "a guest", card.customer_id, card.tier, card.lifetime_value and f"spent {card.lifetime_value}"]
    known += [card.since and f"customer since {card.since}", card.locale]
    proof = {"signed_in": "signed in", "order_and_email": "proved an order by number and e-mail", "none": "identity not proved"}
    reached = f"reached at {contact}" if contact else "no way to reach them is known"
    first, *others = [printable(one) for one in known if one]
    rest = " · ".join(["", *others])
    return Text.assemble((first, "bold"), rest, "\n", proof.get(card.verification, card.verification), " · ", printable(reached))


def _moods(moods: Sequence[str]) -> Text:
    return Text(" → ").join(Text(mood.replace("_", " "), style=_MOOD.get(mood, "")) for mood in moods)


def _order(order: "OrderCard") -> Iterator[RenderableType]:
    yield Text.assemble((order.number, "bold"), f" · {order.status} · {order.total} · placed {order.placed}")
    for line in [*order.items, *order.parcels, *([f"a gift: “{order.gift}”"] if order.gift else [])]:
        yield Padding(Text(printable(line)), (0, 0, 0, 2))


def _lines(texts: Sequence[str], *, style: str = "") -> RenderableType:
    """One text as it is, several with bullets."""
    if len(texts) == 1:
        return Text(printable(texts[0]), style=style)
    grid = Table.grid(padding=(0, 1, 0, 0))
    for text in texts:
        grid.add_row("•", Text(printable(text), style=style))
    return grid


def _conversation(thread: Sequence["Said"], zone: tzinfo | None) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for said in thread:
        name, style = _AUTHORS.get(said.author, _AGENT)
        grid.add_row(
            f"{said.at.astimezone(zone):%H:%M}",
            Text(name, style=style),
            Text(printable(said.text), style="dim" if name == "agent" else ""),
        )
    return grid


def _standing(case: "Case", now: datetime | None) -> str:
    match case.status:
        case "open" | "reopened":
            return f"waiting {ago(case.opened_at, now)}"
        case "claimed" | "waiting_for_customer":
            return f"with {case.assignee} · opened {ago(case.opened_at, now)} ago"
        case "resolved" | "handed_back":
            return f"{case.status.replace('_', ' ')} by {case.assignee}"
        case "merged":
            return f"merged into {case.merged_into}"


def _next_move(case: "Case") -> str:
    match case.status:
        case "open" | "reopened":
            return f"warmline queue claim {case.id}"
        case "claimed" | "waiting_for_customer":
            return f"warmline queue reply {case.id} --edit   then   warmline queue resolve {case.id}"
        case "resolved" | "handed_back":
            return "nothing is left to do"
        case "merged":
            return f"warmline queue show {case.merged_into}"
