"""Who served a conversation, when, why, and what the person who got it can read."""

import json
from collections.abc import Iterator

from warmline.agent.desk.desk import Case
from warmline.evals.results import Check, Routing, To, TurnRecord
from warmline.evals.suite_files.schema_expect import CaseFile, RouteExpect

from .matching import says
from .seen import PERSON, Pen, Seen, wrote


def grade_route(expect: RouteExpect, seen: Seen, pen: Pen) -> Iterator[Check]:
    """Every part of a route that is expected."""
    routing = routing_of(seen, expect, turn=pen.turn)
    to_person = expect.to in PERSON
    actual, fits = routing.actual_to, _is(expect.to, routing.actual_to)
    why = f" ({routing.actual_reason}, rule {routing.actual_rule})" if routing.actual_reason else ""
    missed = (
        "missed hand-off: " if to_person and not fits else "needless hand-off: " if actual in PERSON and not to_person else ""
    )
    yield pen.note(
        "route",
        ("route", "to"),
        passed=fits,
        reason=f"{missed}expected {expect.to}, got {actual}{why}",
        expected=expect.to,
        observed=actual,
    )
    yield from _when(expect, routing, seen, pen)
    yield from _why(expect, routing, seen, pen)
    if expect.case_file is not None:
        yield from _case_file(expect.case_file, _case(seen, routing), pen)


def routing_of(seen: Seen, expect: RouteExpect | None, *, turn: int | None = None) -> Routing:
    """Who should have served it and who did: of one turn, or of the conversation."""
    record = seen.turns[turn - 1] if turn is not None else _deciding(seen)
    return Routing(
        expected_to=expect.to if expect else None,
        expected_reasons=expect.reasons if expect else (),
        actual_to=record.to if record else "bot",
        actual_reason=record.reason if record else "",
        actual_rule=record.rule if record else "",
        turn=record.number if record and record.to != "bot" else None,
    )


def _deciding(seen: Seen) -> TurnRecord | None:
    """The turn that says who served the conversation: the one handed over, or else the last."""
    return seen.handed_over or (seen.turns[-1] if seen.turns else None)


def _is(expected: To, actual: To) -> bool:
    return actual in PERSON if expected == "human" else actual == expected


def _when(expect: RouteExpect, routing: Routing, seen: Seen, pen: Pen) -> Iterator[Check]:
    turn, when = routing.turn, f"in turn {routing.turn}" if routing.turn else "never"
    if expect.by_turn is not None:
        in_time = turn is not None and turn <= expect.by_turn
        reason = f"expected a person by turn {expect.by_turn}, came {when}"
        yield pen.note("route", ("route", "by_turn"), passed=in_time, reason=reason, expected=expect.by_turn, observed=turn)
    if expect.not_before is not None:
        late = turn is None or turn >= expect.not_before
        reason = f"expected nobody before turn {expect.not_before}, came {when}"
        yield pen.note("route", ("route", "not_before"), passed=late, reason=reason, expected=expect.not_before, observed=turn)
    if expect.order is not None:
        before = [call.name for one in seen.turns if turn is None or one.number <= turn for call in one.calls if wrote(call)]
        reason = f"written before a person had it: {', '.join(before)}"
        yield pen.note("route", ("route", "order"), passed=not before, reason=reason, expected=expect.order, observed=before)


def _why(expect: RouteExpect, routing: Routing, seen: Seen, pen: Pen) -> Iterator[Check]:
    if expect.reasons:
        had = _reasons(routing, seen, pen.turn)
        reason = f"expected the reason {' or '.join(expect.reasons)}, got {', '.join(had) or 'none'}"
        fits = any(one in expect.reasons for one in had)
        yield pen.note("route", ("route", "reason"), passed=fits, reason=reason, expected=list(expect.reasons), observed=had)
    if expect.rule is not None:
        rule, wanted = routing.actual_rule, expect.rule
        fits = rule.startswith(wanted[:-1]) if wanted.endswith("*") else rule == wanted
        reason = f"expected the rule {wanted}, got {rule or 'none'}"
        yield pen.note("route", ("route", "rule"), passed=fits, reason=reason, expected=wanted, observed=rule)
    case = _case(seen, routing)
    for name in ("queue", "priority"):
        wanted, got = getattr(expect, name), getattr(case, name, None)
        if name == "queue" and pen.turn is not None:  # a case may be raised to another queue later
            got = seen.turns[pen.turn - 1].queue or got
        if wanted is not None:
            reason = f"expected the {name} {wanted}, got {got or 'no case'}"
            yield pen.note("route", ("route", name), passed=got == wanted, reason=reason, expected=wanted, observed=got)


def _reasons(routing: Routing, seen: Seen, turn: int | None) -> list[str]:
    """The reason of the turn that decides; of a conversation the agent served, those of all its turns."""
    if routing.actual_to in PERSON or turn is not None:
        return [routing.actual_reason]
    return list(dict.fromkeys(one.reason for one in seen.turns if one.reason))


def _case(seen: Seen, routing: Routing) -> Case | None:
    number = routing.turn
    case_id = next((one.case_id for one in seen.turns if one.number == number), None)
    return next((case for case in seen.cases if case.id == case_id), None)


def _case_file(expect: CaseFile, case: Case | None, pen: Pen) -> Iterator[Check]:
    file = "" if case is None else _readable(case)
    for place, words in enumerate(expect.mentions):
        reason = f"the case file does not mention {words!r}" if case else "there is no case"
        yield pen.note(
            "route", ("route", "case_file", "mentions", place), passed=says(file, words), reason=reason, expected=words
        )
    for place, words in enumerate(expect.excludes):
        fine = case is not None and not says(file, words)
        reason = f"the case file mentions {words!r}" if case else "there is no case"
        yield pen.note("route", ("route", "case_file", "excludes", place), passed=fine, reason=reason, expected=words)


def _readable(case: Case) -> str:
    """Every text of the case file but the transcript and the signals: what the agent itself put there for the person."""
    file = case.file.model_dump(mode="json", exclude={"transcript", "signals"})
    texts: list[str] = []
    nodes: list[object] = [file]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            nodes += list(node.values())  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        elif isinstance(node, list):
            nodes += node  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(node, str):
            texts.append(_unpacked(node))
    return "\n".join(texts)


def _unpacked(text: str) -> str:
    """A text; JSON with its escapes resolved."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
