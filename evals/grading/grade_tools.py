"""Which tools ran, with which arguments, in which order; a write nobody asked for always fails."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from warmline.evals.results import ArgumentDiff, Call, Check
from warmline.evals.suite_files.schema_expect import CallExpect, Forbidden, ToolsExpect
from warmline.tools.escalation import ESCALATE

from .matching import argument_differences
from .seen import Pen, Seen, wrote

_MADE = ("done", "asked", "unknown")


def grade_tools(expect: ToolsExpect, seen: Seen, pen: Pen, *, rows_listed: bool) -> Iterator[Check]:
    """Every part of what is expected; ``rows_listed``: the state says which rows may change, so a write needs no second mention."""
    calls, wanted = seen.calls(pen.turn), expect.calls or ()
    for place, one in enumerate(wanted):
        yield _grade_call(one, calls, pen, place)
    if expect.order != "any":
        yield _grade_order(expect, calls, pen)
    for place, one in enumerate(expect.forbid or ()):
        broken = [call for call in calls if _is_forbidden(one, call)]
        reason = f"forbidden, and {broken[0].status}: {in_short(broken[0])}" if broken else ""
        observed = [in_short(call) for call in broken]
        yield pen.note("tools", ("tools", "forbid", place), passed=not broken, reason=reason, expected="never", observed=observed)
    if wanted or not rows_listed:
        yield _grade_extra(expect, calls, pen)


def _grade_call(wanted: CallExpect, calls: Sequence[Call], pen: Pen, place: int) -> Check:
    named = [call for call in calls if call.name == wanted.name and _status_fits(wanted, call)]
    compared = [(call, _differences(wanted, call)) for call in named]
    matching = [call for call, differences in compared if not differences]
    low, high = wanted.bounds
    fits = len(matching) >= low and (high is None or len(matching) <= high)
    nearest: list[ArgumentDiff] = []
    if not fits and compared and len(matching) < low:
        nearest = min((differences for _, differences in compared if differences), key=len, default=[])
    return pen.note(
        "tools",
        ("tools", "calls", place),
        passed=fits,
        reason=_why(wanted, calls, matching, nearest),
        expected=wanted.model_dump(exclude_unset=True),
        observed=[in_short(call) for call in calls if call.name == wanted.name],
        arguments=nearest,
    )


def _why(wanted: CallExpect, calls: Sequence[Call], matching: Sequence[Call], nearest: Sequence[ArgumentDiff]) -> str:
    often = f"{wanted.name} {wanted.status if wanted.status != 'any' else 'called'} {wanted.times} times"
    if nearest:
        differences = "; ".join(f"{one.name} expected {one.expected!r}, got {one.observed!r}" for one in nearest)
        return f"{wanted.name} was called with other arguments: {differences}"
    if matching:
        return f"expected {often}, was {len(matching)}"
    other = [call for call in calls if call.name == wanted.name]
    if other:
        return f"expected {often}, but it was {', '.join(dict.fromkeys(call.status for call in other))}: {other[-1].result[:120]}"
    return f"expected {often}, was never called; called: {', '.join(dict.fromkeys(call.name for call in calls)) or 'nothing'}"


def _differences(wanted: CallExpect, call: Call) -> list[ArgumentDiff]:
    if wanted.args is None:
        return []
    if not isinstance(call.arguments, dict):
        return [ArgumentDiff(name="(all)", expected=wanted.args, observed=call.arguments)]
    got = wanted.defaults | {name: value for name, value in cast("dict[str, Any]", call.arguments).items() if value is not None}
    return argument_differences(wanted.defaults | wanted.args, got, partial=wanted.match == "partial", ignore=wanted.ignore)


def _status_fits(wanted: CallExpect, call: Call) -> bool:
    return wanted.status in ("any", call.status)


def _matches(wanted: CallExpect, call: Call) -> bool:
    return call.name == wanted.name and _status_fits(wanted, call) and not _differences(wanted, call)


def _grade_order(expect: ToolsExpect, calls: Sequence[Call], pen: Pen) -> Check:
    wanted = expect.calls or ()
    if expect.order == "exact":
        statuses = {"done", *(one.status for one in wanted)}
        done = [call for call in calls if call.status in statuses or "any" in statuses]
        fits = len(done) == len(wanted) and all(map(_matches, wanted, done))
    else:
        done = list(calls)
        fits = _in_order(wanted, done)
    names, got = [one.name for one in wanted], [call.name for call in done]
    reason = f"expected {'exactly ' if expect.order == 'exact' else ''}{' → '.join(names)}, got {' → '.join(got) or 'nothing'}"
    return pen.note("tools", ("tools", "order"), passed=fits, reason=reason, expected=names, observed=got)


def _in_order(wanted: Sequence[CallExpect], calls: Sequence[Call]) -> bool:
    rest = iter(calls)
    return all(any(_matches(one, call) for call in rest) for one in wanted if one.bounds[0] > 0)


def _is_forbidden(forbidden: Forbidden, call: Call) -> bool:
    if call.name != forbidden.name or (forbidden.status == "made" and call.status not in _MADE):
        return False
    if forbidden.args is None:
        return True
    if not isinstance(call.arguments, dict):
        return False
    return not argument_differences(forbidden.args, cast("dict[str, Any]", call.arguments), partial=True)


def _grade_extra(expect: ToolsExpect, calls: Sequence[Call], pen: Pen) -> Check:
    wanted = expect.calls or ()
    extra = [call for call in calls if not any(_accounts_for(one, call) for one in wanted)]
    bad = [call for call in extra if _is_bad(call, expect.extra)]
    writes = [call for call in bad if wrote(call)]
    what = "a write nobody expects" if writes else "a call beside those expected"
    reason = f"{what}: {', '.join(in_short(call) for call in writes or bad)}"
    observed = [in_short(call) for call in bad]
    return pen.note("tools", ("tools", "extra"), passed=not bad, reason=reason, expected=expect.extra, observed=observed)


def _accounts_for(wanted: CallExpect, call: Call) -> bool:
    """Whether a call is one of those expected, or the question before it."""
    return _matches(wanted, call) or (call.name == wanted.name and call.status == "asked" and wanted.status in ("done", "any"))


def _is_bad(call: Call, extra: str) -> bool:
    if wrote(call):
        return True
    if call.name == ESCALATE.name or extra == "any":
        return False
    return extra == "none"


def in_short(call: Call) -> str:
    """``get_order(order_number="W-10432")``."""
    if not isinstance(call.arguments, dict):
        return f"{call.name}({call.arguments})"
    given = cast("dict[str, Any]", call.arguments)
    words = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False, default=str)}" for name, value in given.items())
    return f"{call.name}({words})"
