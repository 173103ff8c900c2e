"""The parts of a case on the screen: each is a name and what stands beside it, and is left out when there is nothing to say."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from warmline.agent.desk.found import fact_in_words
from warmline.agent.desk.steps import cut, step_in_words

from .case_due import LATE, deadline_in_words, due_in_words, due_words, moment, standing
from .screen import printable

if TYPE_CHECKING:
    from warmline.agent.desk.case_file import CustomerCard, OrderCard
    from warmline.agent.desk.desk import Case, CaseEvent
    from warmline.agent.store.reading import Said

    from .case_view import View

Part = tuple[str, RenderableType]

NEWEST = 4
"""Messages since the case was opened that are shown without ``--transcript``."""

QUOTED = 200
"""Characters of a message that are shown without it."""

EARLIER = 80
"""Characters of what the customer was told before that."""

_MOOD = {"calm": "green", "concerned": "yellow", "upset": "red", "in_danger": "bold red"}
_ANSWERS = {
    "waiting": "not answered yet",
    "accepted": "accepted",
    "declined": "declined",
    "lapsed": "they wrote something else",
}
_PROOF = {"signed_in": "signed in", "order_and_email": "proved an order by number and e-mail", "none": "identity not proved"}
_SAID = {
    "noted": "",
    "judged_missed": "says it should have come sooner",
    "judged_needless": "says the agent could have done it",
    "judged_right": "says it was right to come here",
    "released": "put it back",
    "reassigned": "gave it on",
    "waiting_for_customer": "set it aside",
    "resolved": "resolved it",
    "handed_back": "handed it back",
    "reopened": "reopened it",
    "joined_by": "merged into it",
}
"""Events whose notes a colleague reads, in words."""


def customer(view: "View") -> Iterator[Part]:
    """Who it is, what they want, in which mood, and what they wrote since."""
    file = view.case.file
    yield "who", _who(file.customer, file.contact)
    yield "wants", Text(f"“{printable(file.wants)}”", style="bold")
    if file.summary:
        yield "what happened", _written(file.summary, file.summary_by)
    if set(file.mood) != {"calm"}:
        yield "mood", _moods(file.mood)
    news = _since_then(view)
    if news:
        yield "since then", Group(*news)


def story(view: "View") -> Iterator[Part]:
    """Why it is here, the orders, what was looked up, done, refused and noticed."""
    case, file = view.case, view.case.file
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


def actions(view: "View") -> Iterator[Part]:
    """What is promised by when, what colleagues noted, what is not known, what to do, and the draft."""
    case, file = view.case, view.case.file
    promised = [*_deadlines(view), *(Text(f"“{printable(said)}”") for said in _told(file.promised))]
    if promised:
        yield "promised", Group(*promised)
    notes = [_noted(view, event) for event in case.events if event.note and event.kind in _SAID and event.who != "customer"]
    if notes:
        yield "notes", _lines(notes)
    if view.related:
        yield "related", Group(*(line for other in view.related for line in _related(view, other)))
    if case.closed:
        return
    if file.open_questions:
        yield "open", _lines(file.open_questions, style="yellow")
    yield "next step", Text(printable(file.next_step), style="green")
    yield "draft reply", _written(file.draft_reply, file.draft_by, style="italic")


def _who(card: "CustomerCard", contact: str | None) -> Text:
    known = [card.name or "a guest", card.customer_id, card.tier, card.lifetime_value and f"spent {card.lifetime_value}"]
    known += [card.since and f"customer since {card.since}", card.locale]
    reached = f"reached at {contact}" if contact else "no way to reach them is known"
    first, *others = [printable(one) for one in known if one]
    rest = " · ".join(["", *others])
    proof = _PROOF.get(card.verification, card.verification)
    return Text.assemble((first, "bold"), rest, "\n", proof, " · ", printable(reached))


def _moods(moods: Sequence[str]) -> Text:
    """Each change of mood, oldest first."""
    changes = [mood for mood, _ in groupby(moods)]
    return Text(" → ").join(Text(mood.replace("_", " "), style=_MOOD.get(mood, "")) for mood in changes)


def _written(words: str, by: str, *, style: str = "") -> Text:
    """A text with a mark of who wrote it: a template, or a language model, which may be wrong."""
    return Text.assemble((printable(words), style), (f"  (by {'template' if by == 'template' else 'a language model'})", "dim"))


def _order(order: "OrderCard") -> Iterator[RenderableType]:
    yield Text.assemble((order.number, "bold"), f" · {order.status} · {order.total} · placed {order.placed}")
    for line in [*order.items, *order.parcels, *([f"a gift: “{order.gift}”"] if order.gift else [])]:
        yield Padding(Text(printable(line)), (0, 0, 0, 2))


def _since_then(view: "View") -> list[Text]:
    """The newest words of the customer and of colleagues since the case was opened; a reply to several conversations once."""
    opened = view.case.opened_at
    told = min((one.id for one in view.thread if one.author == "notice" and one.at >= opened), default=None)
    after = [one for one in view.thread if one.author in ("customer", "person")]
    fresh = [one for one in after if (one.at > opened if told is None else one.id > told)]
    news = [next(same) for _, same in groupby(fresh, key=lambda one: (one.author, one.text))]
    more = [] if len(news) <= NEWEST else [Text(f"… {len(news) - NEWEST} earlier, see --transcript", style="dim")]
    return [*more, *(_said(view, one) for one in news[-NEWEST:])]


def _said(view: "View", one: "Said") -> Text:
    who = "customer" if one.author == "customer" else "colleague"
    words = f"“{printable(cut(one.text, QUOTED))}”"
    return Text.assemble((f"{moment(one.at, view.now, view.zone)} {who} ", "dim"), (words, "" if who == "customer" else "green"))


def _told(promised: Sequence[str]) -> Iterator[str]:
    """What the customer was told, in full what they were told last."""
    yield from (cut(said, EARLIER) for said in promised[:-1])
    yield from promised[-1:]


def _deadlines(view: "View") -> Iterator[Text]:
    for one in view.case.deadlines:
        words = deadline_in_words(one, view.now, due_at=view.case.due_at, zone=view.zone)
        yield Text(words, style="bold red" if LATE in words else "dim" if one.state in ("met", "paused") else "")


def _noted(view: "View", event: "CaseEvent") -> str:
    did = f" {_SAID[event.kind]}" if _SAID[event.kind] else ""
    return f"{moment(event.at, view.now, view.zone)} {event.who}{did}: {event.note}"


def _related(view: "View", other: "Case") -> Iterator[Text]:
    due = due_in_words(other, view.now)
    stands = f"{standing(other, view.now)}{f' · {due_words(due)}' if due else ''}"
    yield Text.assemble((other.id, "bold"), f" · {other.reason} · {stands} · “{printable(cut(other.file.wants, 60))}”")
    yield Text(f"  make it part of this one: warmline queue merge {other.id} --into {view.case.id}{view.as_me}", style="dim")


def _lines(texts: Sequence[str], *, style: str = "") -> RenderableType:
    """One text as it is, several with bullets."""
    if len(texts) == 1:
        return Text(printable(texts[0]), style=style)
    grid = Table.grid(padding=(0, 1, 0, 0))
    for text in texts:
        grid.add_row("•", Text(printable(text), style=style))
    return grid
