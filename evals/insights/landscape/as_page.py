"""The landscape as a page to read, print and send on."""

from collections.abc import Iterator

from warmline.evals.insights.charts import Bar, bars, heat, lines
from warmline.evals.insights.page import Figure, Section, chart, page, table
from warmline.evals.reports.markup import Markup, tag

from .landscape import Advised, Landscape
from .recommending import VERDICTS, together
from .wording import DAYS, NOT_HERE, NOT_TOLD, between, busiest, middle, rate, share

CHARTED = 18
"""Topics in the first chart; all are in the table."""

_HOURS = tuple(f"{hour:02}:00" for hour in range(24))
_READ_BY = (
    "A topic is what the guard reads in a ticket's words under the shipped policy, or a cluster of sentence vectors among those that fit no class. "
    "Nobody has checked these readings; the routing suite beside this page is there to do it."
)
_FIGURES = (
    "Medians, not means. Square brackets are 95 % intervals (Wilson). Share of time is of the handle time that the file states. Frustrated: of those "
    "who ask this, how many are annoyed, angry or grieving by their words; not known of what is for people anyway, as a message has one class."
)
_TIME = (
    "Hours are what a topic took people, per month, and no saving: from the lower 95 % bound of tickets whose class is certain to the upper one of all. "
    "What an agent resolves of it nobody knows before it has tried."
)
_REDACTED = (
    "Examples are redacted by rules: cards, accounts, addresses, numbers, links and the customer's own name as the file states it. Read them before "
    "you send this on."
)


def as_page(landscape: Landscape) -> str:
    """The whole document."""
    return page(
        "The support landscape",
        [*_topics(landscape), *_advice(landscape), *_seasons(landscape), _words(landscape), _files(landscape)],
        lead=_lead(landscape),
        figures=list(_figures(landscape)),
        made=[
            *landscape.files,
            *([f"{landscape.first} to {landscape.last}"] if landscape.first else []),
            f"policy {landscape.policy}",
        ],
        foot=(_READ_BY, _FIGURES, _TIME, _REDACTED),
        demo=landscape.demo,
    )


def _lead(landscape: Landscape) -> str:
    automated = [one for one in landscape.advised if one.advice.verdict.startswith("automate")]
    part = sum(one.topic.share for one in automated)
    if not automated:
        return "Nothing here is ready to be automated as it is."
    largest = ", ".join(one.topic.name for one in automated[:3])
    return (
        f"{part:.0%} of these tickets ask what an agent can begin with, with or without limits; most of them {largest}. "
        f"The rest is for people, or for a closer look."
    )


def _figures(landscape: Landscape) -> Iterator[Figure]:
    yield Figure("tickets", f"{landscape.tickets:,}", f"in {landscape.days} days" if landscape.days else "the file has no dates")
    for verdict in VERDICTS:
        those = landscape.of(verdict)
        hours = together([one.advice for one in those])
        note = f"took people {between(hours)} h a month" if hours else "their time is not in this file"
        yield Figure(
            verdict, f"{sum(one.topic.share for one in those):.0%}", f"{len(those)} topics; {note}" if those else "no topic"
        )
    if landscape.bad:
        yield Figure("could not be read", f"{landscape.bad:,}", "records, listed below")


def _topics(landscape: Landscape) -> Iterator[Section]:
    shown = landscape.advised[:CHARTED]
    rows = [Bar(_short(one), one.topic.share, said=share(one.topic.share), group=one.advice.verdict) for one in shown]
    drawing = bars(rows, label="Share of tickets by topic", title="share of tickets", groups=VERDICTS, percent=True)
    timed = [
        Bar(_short(one), one.topic.time_share or 0.0, said=share(one.topic.time_share), group=one.advice.verdict) for one in shown
    ]
    time = bars(timed, label="Share of people's time by topic", title="share of people's time", groups=VERDICTS, percent=True)
    knows = any(one.topic.time_share is not None for one in shown)
    yield Section(
        "What customers ask, and what it takes",
        [
            chart(drawing, "Share of tickets, coloured by what is recommended."),
            chart(
                time, "Share of people's time, topics in the same order. What is long here and short above takes long each time."
            )
            if knows
            else None,
            table(
                (
                    "topic",
                    "tickets",
                    "share",
                    "handle time",
                    "share of time",
                    "first reply",
                    "resolution",
                    "reopened",
                    "frustrated",
                ),
                [_row(one) for one in landscape.advised],
                caption="Every topic in figures",
                numbers=range(1, 9),
            ),
        ],
        intro="Names in quotation marks are clusters found in what fits no class, named by their own words.",
        long=True,
    )


def _row(one: Advised) -> tuple[str, ...]:
    topic = one.topic
    return (
        topic.name,
        f"{topic.tickets:,}",
        share(topic.share),
        middle(topic.handle),
        share(topic.time_share),
        middle(topic.first_reply),
        middle(topic.resolution),
        rate(topic.reopened),
        rate(topic.frustrated, unknown=NOT_TOLD),
    )


def _advice(landscape: Landscape) -> Iterator[Section]:
    parts: list[Markup | None] = []
    costs = landscape.cost_per_hour is not None
    for verdict in VERDICTS:
        those = landscape.of(verdict)
        if those:
            hours = together([one.advice for one in those])
            columns = ("topic", "why", "hours a month", *(("cost a month",) if costs else ()))
            rows = [
                (one.topic.name, one.advice.reason, between(one.advice.hours), *((between(one.advice.cost),) if costs else ()))
                for one in those
            ]
            said = f"{verdict.capitalize()}: {sum(one.topic.share for one in those):.0%} of tickets, {between(hours, 'h a month') if hours else NOT_HERE}"
            parts += [tag("h3", said), table(columns, rows, numbers=range(2, len(columns)))]
    intro = "Each with its reason, and the time of people it concerns: what is at stake there, not what is saved."
    yield Section("What we would do", parts, intro=intro, long=True)


def _seasons(landscape: Landscape) -> Iterator[Section]:
    if landscape.first is None:
        yield Section("When they write", [tag("p", f"Dates: {NOT_HERE}.")])
        return
    parts: list[Markup | None] = []
    if landscape.heat:
        drawing = heat(
            DAYS, [f"{hour:02}" for hour in range(24)], landscape.heat, label="Tickets by weekday and hour", unit="tickets"
        )
        parts.append(
            chart(drawing, f"Tickets by weekday and hour, {landscape.zone}. The darker the more; by night the lighter the more.")
        )
    names = {one.topic.key: one.topic.name for one in landscape.advised}
    weekly = [(week, names[key], float(number)) for week, key, number in landscape.weeks]
    groups = list(dict.fromkeys(name for _, name, _ in weekly))
    drawing = lines(weekly, label="Tickets a week of the five largest topics", title="tickets a week", groups=groups)
    parts.append(chart(drawing, "Tickets a week of the five largest topics. The first and the last week may be cut short."))
    rows = [(one.topic.name, busiest(one.topic.hours, _HOURS), busiest(one.topic.weekdays, DAYS)) for one in landscape.advised]
    parts.append(table(("topic", "busiest hour", "busiest day"), rows, caption=f"When each topic comes, {landscape.zone}"))
    yield Section("When they write", parts, long=True)


def _words(landscape: Landscape) -> Section:
    parts = [
        tag("div", tag("h3", one.topic.name), [tag("blockquote", words) for words in one.topic.examples])
        for one in landscape.advised
        if one.topic.examples
    ]
    return Section("In their own words", parts, intro="Redacted, and drawn by chance.", long=True)


def _files(landscape: Landscape) -> Section:
    used = [(file, field.replace("_", " "), column) for file, columns in landscape.columns for field, column in columns.items()]
    parts: list[Markup | None] = [table(("file", "what", "column"), used, caption="The columns that were read")]
    if landscape.assumed:
        parts.append(tag("ul", [tag("li", one) for one in landscape.assumed]))
    if landscape.unreadable:
        cells = [(field.replace("_", " "), f"{number:,}", example) for field, number, example in landscape.unreadable]
        parts.append(
            table(
                ("what", "cells", "for example"),
                cells,
                caption="Cells that could not be read; their tickets are counted without",
                numbers=[1],
            )
        )
    if landscape.bad:
        rows = [(one.file, str(one.line), one.reason) for one in landscape.bad_rows]
        parts.append(table(("file", "line", "why"), rows, caption=_listed(landscape), numbers=[1]))
    else:
        parts.append(tag("p", "Every record could be read."))
    return Section("What was read", parts, long=True)


def _listed(landscape: Landscape) -> str:
    rest = landscape.bad - len(landscape.bad_rows)
    more = f"; {rest:,} more are in bad-rows.csv" if rest else ""
    return f"{landscape.bad:,} records that could not be read and are in no figure{more}"


def _short(one: Advised) -> str:
    return one.topic.name if len(one.topic.name) <= 40 else f"{one.topic.name[:38]}…"
