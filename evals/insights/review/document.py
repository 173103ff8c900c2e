"""A review as one page: figures with their intervals, what changed, what to do."""

from collections.abc import Sequence

from warmline.evals.insights.charts import Bar, bars, points
from warmline.evals.insights.page import NOT_KNOWN, Section, chart, page, table
from warmline.evals.insights.page import Figure as Large
from warmline.evals.reports.markup import Markup, tag

from .changes import LEAST, SHARE
from .figures import Figure
from .proposals import Proposal
from .replay import Replay
from .review import Review
from .to_people import Part
from .words import (
    TOPICS,
    change_in_words,
    interval_in_words,
    replay_in_words,
    stretch,
    topics_in_words,
    value_in_words,
)

HEAD = ("automation", "lasting", "missed", "needless", "csat_agent", "csat_person")
"""The figures at the head."""

SHOWN = 14


def document(
    found: Review,
    proposals: Sequence[Proposal],
    replayed: Replay | None,
    *,
    parts: Sequence[Part] = (),
    diff: str = "",
    source: str,
    demo: bool,
) -> str:
    """The whole page."""
    this = found.this
    known = {one.key: one for one in this.figures}
    asked = sum(one.asks for one in this.contacts)
    return page(
        "How the line between agent and people did",
        [
            _proposed(proposals, replayed, diff),
            _changed(found),
            _figures(found),
            *([_topics(parts)] if parts else []),
            _satisfaction(this.csat),
            _handed(this.by_reason, this.by_rule),
        ],
        lead=f"{asked:,} contacts, {stretch(this)}, beside {sum(one.asks for one in found.before.contacts):,} in the same time before.",
        figures=[Large(one.name, value_in_words(one), _beside(one)) for key in HEAD if (one := known.get(key))],
        made=[source, f"{found.now:%Y-%m-%d %H:%M} UTC"],
        foot=[
            "Intervals hold the true value 19 times of 20. What each figure means: docs/insights.md, section Review.",
            f"Changes: {SHARE:.0%} of those that are told may be chance; fewer than {LEAST} contacts on a side are not tested.",
        ],
        demo=demo,
    )


def _beside(one: Figure) -> str:
    parts = [interval_in_words(one), f"of {one.of:,}" if one.of and one.unit != "of 5" else "", one.note]
    return ", ".join(part for part in parts if part)


def _proposed(proposals: Sequence[Proposal], replayed: Replay | None, diff: str) -> Section:
    if not proposals or replayed is None:
        return Section(
            "Proposals", [tag("p", "None: nothing here is sure enough to change the policy for, or the policy has it already.")]
        )
    parts = [
        tag("ul", [tag("li", one.words) for one in proposals]),
        tag("p", "With these in the policy, of this period's messages:"),
        tag("ul", [tag("li", line) for line in replay_in_words(replayed)]),
        *([tag("p", "The change to the policy:"), tag("pre", diff, tabindex=0)] if diff else []),
        tag(
            "p", "Nothing is changed until somebody says so: warmline insights review --apply writes a new version of the policy."
        ),
    ]
    return Section("Proposals", parts)


def _changed(found: Review) -> Section:
    tested = sum(one.p is not None for one in found.changes)
    intro = f"{tested} figures were tested together against {stretch(found.before)}, as it was known one period ago."
    if not found.changed:
        return Section("What changed", [tag("p", "Nothing that can be told from chance.")], intro=intro)
    return Section("What changed", [tag("ul", [tag("li", change_in_words(one)) for one in found.changed])], intro=intro)


def _figures(found: Review) -> Section:
    known = {one.key: one for one in found.before.figures}
    rows = [
        [
            one.name,
            _or_unknown(one),
            interval_in_words(one),
            f"{one.of:,}" if one.of else "",
            _or_unknown(known[one.key]) if one.key in known else NOT_KNOWN[1],
            one.note,
        ]
        for one in found.this.figures
    ]
    held = table(
        ["Figure", "Value", "95 % interval", "Of", "Before", "To know"], rows, caption="All figures", numbers=(1, 2, 3, 4)
    )
    return Section("All figures", [held], long=True)


def _topics(parts: Sequence[Part]) -> Section:
    intro = (
        "What the agent serves, and below each class the words that many write in it, with those that mean the same. The last column: of"
        " the contacts the agent answered first, those that needed a person, as people found."
    )
    return Section(
        "Topics", [table(TOPICS, topics_in_words(parts), caption="By topic", numbers=(1, 2, 3, 4))], intro=intro, long=True
    )


def _satisfaction(csat: dict[str, list[tuple[str, Figure]]]) -> Section:
    topics = [(name, one) for name, one in csat.get("topic and server", []) if one.of >= LEAST][:SHOWN]
    drawing = points(
        [_point(name.rpartition(", ")[0].replace("_", " "), one, name.rpartition(", ")[2]) for name, one in topics],
        label="Satisfaction by topic, served by the agent and by people",
        title="mean of 1 to 5, with its interval",
        groups=("agent", "person"),
        within=(1, 5),
    )
    seen = chart(drawing, f"Mean satisfaction by topic, from {LEAST} ratings; the line is where it lies 19 times of 20.")
    return Section("Satisfaction", [seen, *(_rows(f"By {part}", rows) for part, rows in csat.items())], long=True)


def _handed(reasons: Sequence[tuple[str, Figure]], rules: Sequence[tuple[str, Figure]]) -> Section:
    drawing = bars(
        [_point(name.replace("_", " "), one) for name, one in reasons[:SHOWN]],
        label="Contacts that went to a person, by reason",
        title="share of all contacts",
        percent=True,
    )
    seen = chart(drawing, "The share of all contacts that went to a person, by reason.")
    return Section("Why people were needed", [seen, _rows("By reason", reasons), _rows("By rule", rules)], long=True)


def _point(name: str, one: Figure, group: str = "") -> Bar:
    between = one.interval
    low, high = (between.low, between.high) if between else (None, None)
    return Bar(name, one.value or 0.0, said=f"{value_in_words(one)} ({one.of})", group=group, low=low, high=high)


def _rows(caption: str, rows: Sequence[tuple[str, Figure]]) -> Markup:
    held = [[name.replace("_", " "), _or_unknown(one), interval_in_words(one), f"{one.of:,}"] for name, one in rows]
    return table([caption, "Value", "95 % interval", "Of"], held, caption=caption, numbers=(1, 2, 3))


def _or_unknown(one: Figure) -> str:
    return NOT_KNOWN[1] if one.value is None else value_in_words(one)
