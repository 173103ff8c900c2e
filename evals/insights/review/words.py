"""A review in words: figures as people read them, and the whole as plain JSON values."""

from collections.abc import Sequence
from typing import Any

from .changes import Change
from .figures import Figure
from .proposals import Proposal
from .replay import Replay
from .review import Period, Review
from .to_people import Part

UNKNOWN = "not known"
TOPICS = ("topic", "contacts", "satisfaction, agent", "satisfaction, people", "needed a person")
"""The columns of the table of topics."""

FINER = "· "
"""Before a finer topic's words."""


def value_in_words(figure: Figure) -> str:
    """The figure: ``62 %``, ``3.8``, ``2 h 49 min``, or that it is not known."""
    return UNKNOWN if figure.value is None else _said(figure, figure.value)


def interval_in_words(figure: Figure) -> str:
    """Where it lies, 19 times of 20: ``56 % to 68 %``; empty where that cannot be said."""
    found = figure.interval
    return "" if found is None else f"{_said(figure, found.low)} to {_said(figure, found.high)}"


def change_in_words(change: Change) -> str:
    """A change that holds: what it was, what it is."""
    by = f" ({change.by.low:+.0%} to {change.by.high:+.0%})" if change.by else ""
    before, after = value_in_words(change.before), value_in_words(change.after)
    return f"{change.name}: {before} before, {after} now{by}"


def replay_in_words(found: Replay) -> list[str]:
    """What the proposals would have changed, the most frequent moves first."""
    share = f" ({found.changed / found.decided:.1%})" if found.decided else ""
    lines = [f"{found.changed:,} of {found.decided:,} messages would have been decided otherwise{share}"]
    lines += [f"{count:,} × {_target(old)} → {_target(new)}" for (old, new), count in found.moves.most_common(8)]
    return lines + (
        [f"{found.unread:,} messages could not be decided again: what was read from them is gone"] if found.unread else []
    )


def topics_in_words(parts: Sequence[Part]) -> list[list[str]]:
    """A row for each class, the most frequent first, and below it one for each finer topic: name, contacts, and how they went."""
    classes = sorted((one for one in parts if one.finer is None), key=lambda one: -len(one.contacts))
    rows: list[list[str]] = []
    for whole in classes:
        fine = [one for one in parts if one.finer is not None and one.intent == whole.intent]
        for one in (whole, *fine):
            name = whole.name if one.finer is None else f"{FINER}{', '.join(one.finer.topic.words)}"
            missed = Figure(key="missed", name="missed", sample=one.first)
            rows.append([name, f"{len(one.contacts):,}", *map(_whole, (one.rated("agent"), one.rated("person"), missed))])
    return rows


def _whole(one: Figure) -> str:
    """A figure with its interval and what it is of; a dash where there is none."""
    between = interval_in_words(one).replace(" to ", ", ")
    return f"{value_in_words(one)}{f' [{between}]' if between else ''} of {one.of:,}" if one.of else "-"


def stretch(period: Period) -> str:
    """From when to when, in UTC."""
    return f"{period.since:%Y-%m-%d %H:%M} to {period.until:%Y-%m-%d %H:%M} UTC"


def as_json(
    found: Review, proposals: Sequence[Proposal], replayed: Replay | None, *, parts: Sequence[Part] = (), diff: str, demo: bool
) -> dict[str, Any]:
    """Everything, as plain values."""
    return {
        "demo": demo,
        "this": _period(found.this),
        "before": _period(found.before),
        "changed": [_change(one) for one in found.changed],
        "tested": sum(one.p is not None for one in found.changes),
        "topics": list(map(_part, parts)),
        "proposals": [{"words": one.words, "kind": type(one.edit).__name__} for one in proposals],
        "policy_diff": diff,
        "replay": None if replayed is None else _replay(replayed),
    }


def _part(one: Part) -> dict[str, Any]:
    return {
        "class": one.intent,
        "topic": one.finer.topic.name if one.finer else None,
        "words": list(one.finer.topic.words) if one.finer else [],
        "named_by_policy": one.finer is not None and one.finer.named,
        "contacts": len(one.contacts),
        "csat_agent": _figure(one.rated("agent")),
        "csat_person": _figure(one.rated("person")),
        "missed": _figure(Figure(key="missed", name="needed a person, of those the agent answered first", sample=one.first)),
    }


def _period(period: Period) -> dict[str, Any]:
    return {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "contacts": sum(one.asks for one in period.contacts),
        "courtesies": sum(not one.asks for one in period.contacts),
        "figures": {one.key: _figure(one) for one in period.figures},
        "to_person": {"by_reason": _rows(period.by_reason), "by_rule": _rows(period.by_rule)},
        "satisfaction": {part: _rows(rows) for part, rows in period.csat.items()},
    }


def _rows(rows: Sequence[tuple[str, Figure]]) -> dict[str, Any]:
    return {name: _figure(one) for name, one in rows}


def _figure(one: Figure) -> dict[str, Any]:
    between = one.interval
    return {
        "name": one.name,
        "unit": one.unit,
        "value": one.value,
        "interval": None if between is None else [between.low, between.high],
        "of": one.of,
        "note": one.note,
    }


def _change(one: Change) -> dict[str, Any]:
    return {"key": one.key, "name": one.name, "before": one.before.value, "after": one.after.value, "p_adjusted": one.adjusted}


def _replay(found: Replay) -> dict[str, Any]:
    moves = [{"from": list(old), "to": list(new), "messages": count} for (old, new), count in found.moves.most_common()]
    return {"decided": found.decided, "changed": found.changed, "unread": found.unread, "moves": moves}


def _said(figure: Figure, value: float) -> str:
    match figure.unit:
        case "share":
            return f"{value:.1%}" if 0 < value < 0.1 else f"{value:.0%}"
        case "of 5":
            return f"{value:.1f}"
        case "minutes":
            hours, minutes = divmod(round(value), 60)
            return f"{hours} h {minutes} min" if hours else f"{minutes} min"
        case "tokens":
            return f"{value:,.0f}"
        case "money":
            return f"{value:.4f}"


def _target(target: tuple[str, str]) -> str:
    return f"{target[0]} {target[1]}"
