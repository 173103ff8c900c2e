"""The landscape for machines: every figure of the page, with ``null`` for what is not in the file."""

from typing import Any

from warmline.evals.stats.rates import Counted, Interval, wilson

from .landscape import Advised, Landscape
from .recommending import VERDICTS, together
from .topics import Lengths


def as_json(landscape: Landscape) -> dict[str, Any]:
    """Plain values; lengths of time in seconds, rates and shares from 0 to 1."""
    return {
        "demo": landscape.demo,
        "files": list(landscape.files),
        "columns": dict(landscape.columns),
        "assumed": list(landscape.assumed),
        "policy": landscape.policy,
        "zone": landscape.zone,
        "first_day": landscape.first.isoformat() if landscape.first else None,
        "last_day": landscape.last.isoformat() if landscape.last else None,
        "tickets": landscape.tickets,
        "bad_rows": landscape.bad,
        "bad_rows_listed": [{"file": one.file, "line": one.line, "reason": one.reason} for one in landscape.bad_rows],
        "unreadable_cells": [
            {"field": field, "cells": cells, "example": example} for field, cells, example in landscape.unreadable
        ],
        "cost_per_hour": landscape.cost_per_hour,
        "hours_a_month": {verdict: _interval(together([one.advice for one in landscape.of(verdict)])) for verdict in VERDICTS},
        "topics": [_topic(one) for one in landscape.advised],
        "weekday_and_hour": landscape.heat,
        "weeks": [{"week": week, "topic": topic, "tickets": number} for week, topic, number in landscape.weeks],
    }


def _topic(one: Advised) -> dict[str, Any]:
    topic, advice = one.topic, one.advice
    return {
        "topic": topic.key,
        "name": topic.name,
        "found_here": topic.clustered,
        "tickets": topic.tickets,
        "share": topic.share,
        "surely_of_this_class": topic.sure,
        "handle_seconds": _lengths(topic.handle),
        "share_of_handle_time": topic.time_share,
        "first_reply_seconds": _lengths(topic.first_reply),
        "resolution_seconds": _lengths(topic.resolution),
        "reopened": _rate(topic.reopened),
        "frustrated": _rate(topic.frustrated),
        "by_hour": list(topic.hours) if topic.hours else None,
        "by_weekday": list(topic.weekdays) if topic.weekdays else None,
        "languages": dict(topic.languages),
        "examples": list(topic.examples),
        "recommendation": advice.verdict,
        "reason": advice.reason,
        "hours_a_month": _interval(advice.hours),
        "cost_a_month": _interval(advice.cost),
    }


def _lengths(lengths: Lengths | None) -> dict[str, float] | None:
    if lengths is None:
        return None
    return {"known": lengths.known, "median": lengths.median, "ninth_decile": lengths.ninth, "total": lengths.total}


def _rate(counted: Counted | None) -> dict[str, float | None] | None:
    if counted is None:
        return None
    bounds = wilson(counted.count, counted.of)
    return {"count": counted.count, "of": counted.of, "rate": counted.rate, "low": bounds.low, "high": bounds.high}


def _interval(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]
