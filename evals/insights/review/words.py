"""A review in words: figures as people read them, and the whole as plain JSON values."""

from collections.abc import Sequence
from typing import Any

from .changes import Change
from .figures import Figure
from .proposals import Proposal
from .replay import Replay
from .review import Period, Review

UNKNOWN = "not known"


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


def stretch(period: Period) -> str:
    """From when to when, in UTC."""
    return f"{period.since:%Y-%m-%d %H:%M} to {period.until:%Y-%m-%d %H:%M} UTC"


def as_json(found: Review, proposals: Sequence[Proposal], replayed: Replay | None, *, diff: str, demo: bool) -> dict[str, Any]:
    """Everything, as plain values."""
    return {
        "demo": demo,
        "this": _period(found.this),
        "before": _period(found.before),
        "changed": [_change(one) for one in found.changed],
        "tested": sum(one.p is not None for one in found.changes),
        "proposals": [{"words": one.words, "kind": type(one.edit).__name__} for one in proposals],
        "policy_diff": diff,
        "replay": None if replayed is None else _replay(replayed),
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
