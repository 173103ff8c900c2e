"""Whether graders notice: a case that passes is given expectations that are not so, one at a time, and must fail with each.

The conversation is played once; only the expectations change. A mutant that passes too is a check that checks nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import ValidationError

from warmline.evals.grading.grading import expects_person, grade
from warmline.evals.grading.seen import Pen, Seen
from warmline.evals.running.trial import Troupe, rehearse
from warmline.evals.suite_files.loading import LoadedCase
from warmline.evals.suite_files.schema import Case

_OTHER_ROUTE = {"bot": "human", "human": "bot", "gather": "bot", "offer": "bot"}
_OTHER_END = {"replied": "handed_off", "needs_confirmation": "replied", "handed_off": "replied", "with_human": "replied"}
_NEVER = "zqx never said"
Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One changed expectation: where, what was made of it, and whether a check noticed."""

    case: LoadedCase
    path: Path
    change: str
    noticed: bool


async def mutate(cases: Sequence[LoadedCase], troupe: Troupe, told: Callable[[], None] = lambda: None) -> list[Mutant]:
    """Every mutant of every case that passes; cases that fail, or need a model that is not there, say nothing here."""
    mutants: list[Mutant] = []
    for loaded in cases:
        if loaded.case.needs is None:
            seen = await rehearse(loaded, troupe)
            if seen is not None and not _fails(loaded, loaded.case, seen):
                mutants += [
                    Mutant(case=loaded, path=path, change=change, noticed=_fails(loaded, changed, seen))
                    for path, change, changed in _mutants(loaded.case, seen)
                ]
        told()
    return mutants


def _fails(loaded: LoadedCase, case: Case, seen: Seen) -> bool:
    judged = replace(seen, person_expected=expects_person(case))
    return any(check.gates and not check.passed for check in grade(case, judged, Pen(source=loaded.source, path=())))


def _mutants(case: Case, seen: Seen) -> Iterator[tuple[Path, str, Case]]:
    plain = case.model_dump(by_alias=True, exclude_unset=True, mode="python")
    for path, change, value in _changes(plain, seen):
        mutant = deepcopy(plain)
        _set(mutant, path, value)
        try:
            yield path, change, Case.model_validate(mutant)
        except ValidationError:
            continue  # it would be refused: that is noticed, too


def _changes(plain: dict[str, Any], seen: Seen) -> Iterator[tuple[Path, str, Any]]:
    if plain.get("expect"):
        yield from _of(plain["expect"], ("expect",))
        yield from _of_what_must_not_be(plain["expect"], ("expect",), seen, None)
        if plain["expect"].get("outcomes"):
            yield ("expect", "outcomes"), "one that did not come", [{"reply": {"contains_all": [_NEVER]}}]
    turn = 0
    for place, step in enumerate(cast("Sequence[Any]", plain.get("conversation") or ())):
        turn += isinstance(step, str) or "user" in step
        if isinstance(step, dict) and (expect := cast("dict[str, Any]", step).get("expect")):
            yield from _of(expect, ("conversation", place, "expect"))
            yield from _of_what_must_not_be(expect, ("conversation", place, "expect"), seen, turn)


def _of(expect: dict[str, Any], at: Path) -> Iterator[tuple[Path, str, Any]]:
    """What can be changed in a set of expectations so that it is no longer so."""
    route = expect.get("route") or {}
    if "to" in route:
        other = _OTHER_ROUTE[route["to"]]
        yield (*at, "route"), f"to: {other}", {"to": other}
    if route.get("reason"):
        human = route["to"] != "bot"
        yield (*at, "route", "reason"), "another reason", _other_reason(route["reason"], human=human)
    if route.get("by_turn", 1) > 1:
        yield (*at, "route", "by_turn"), "by_turn: 1", 1
    if route.get("queue"):
        yield (*at, "route", "queue"), "another queue", _NEVER
    if route.get("rule"):
        yield (*at, "route", "rule"), "another rule", _NEVER
    if route.get("priority"):
        yield (*at, "route", "priority"), "another priority", "urgent" if route["priority"] != "urgent" else "low"
    yield from _of_case_file(route.get("case_file") or {}, (*at, "route", "case_file"))
    yield from _of_tools(expect.get("tools") or {}, (*at, "tools"))
    yield from _of_state(expect.get("state"), (*at, "state"))
    yield from _of_reply(expect.get("reply") or {}, (*at, "reply"))
    yield from _of_words(expect.get("said_by_person") or {}, (*at, "said_by_person"))
    if expect.get("ends"):
        other = _OTHER_END[expect["ends"]]
        yield (*at, "ends"), f"ends: {other}", other


def _of_what_must_not_be(expect: dict[str, Any], at: Path, seen: Seen, turn: int | None) -> Iterator[tuple[Path, str, Any]]:
    """What is forbidden or not to be read becomes what was done or said."""
    made = next((call.name for call in seen.calls(turn) if call.status in ("done", "asked")), None)
    for place in range(len((expect.get("tools") or {}).get("forbid") or ()) if made else 0):
        yield (*at, "tools", "forbid", place), f"{made}, which ran", {"name": made}
    replies = " ".join(one.reply for one in seen.turns if turn in (None, one.number))
    said = max((word for word in replies.split() if word.isalpha()), key=len, default=None)
    for place in range(len((expect.get("reply") or {}).get("excludes") or ()) if said else 0):
        yield (*at, "reply", "excludes", place), f"{said!r}, which was said", said


def _of_case_file(case_file: dict[str, Any], at: Path) -> Iterator[tuple[Path, str, Any]]:
    for place in range(len(case_file.get("mentions") or ())):
        yield (*at, "mentions", place), "words that are not there", _NEVER


def _of_tools(tools: dict[str, Any], at: Path) -> Iterator[tuple[Path, str, Any]]:
    for place, call in enumerate(tools.get("calls") or ()):
        yield (*at, "calls", place, "times"), "times: 9", 9
        for name, value in (call.get("args") or {}).items():
            if not isinstance(value, dict):
                yield (*at, "calls", place, "args", name), f"another {name}", _NEVER


def _of_state(state: Any, at: Path) -> Iterator[tuple[Path, str, Any]]:
    if state == "unchanged":
        yield at, "a return that was not made", {"add": {"returns": [{"order_number": _NEVER}]}}
        return
    if not isinstance(state, dict):
        return
    rows = cast("dict[str, Any]", state)
    if _changes_the_shop(rows):  # a person's case needs no mention, so without it `unchanged` says the same
        yield at, "unchanged", "unchanged"
    for table, added in (rows.get("add") or {}).items():
        for place, row in enumerate(added):
            for name, value in row.items():
                if not isinstance(value, dict | list):
                    yield (*at, "add", table, place, name), f"another {name}", _NEVER
    for table, updated in (rows.get("update") or {}).items():
        for key, fields in updated.items():
            for name in fields:
                yield (*at, "update", table, key, name), f"another {name}", _NEVER


def _changes_the_shop(rows: dict[str, Any]) -> bool:
    return any(table != "cases" for part in ("add", "update", "delete") for table in rows.get(part) or ())


def _of_reply(reply: dict[str, Any], at: Path) -> Iterator[tuple[Path, str, Any]]:
    yield from _of_words(reply, at)
    if reply.get("language"):
        yield (*at, "language"), "another language", "nl" if reply["language"] != "nl" else "pt"
    if reply.get("silent") is not None:
        yield (*at, "silent"), "the contrary", not reply["silent"]


def _of_words(said: dict[str, Any], at: Path) -> Iterator[tuple[Path, str, Any]]:
    if said.get("contains_any"):
        yield (*at, "contains_any"), "words that are not there", [_NEVER]
    for place in range(len(said.get("contains_all") or ())):
        yield (*at, "contains_all", place), "words that are not there", _NEVER


def _other_reason(reason: Any, *, human: bool) -> str:
    known = (reason,) if isinstance(reason, str) else tuple(reason)
    options = ("self_harm", "legal_threat", "security") if human else ("product_care", "order_change", "return_policy")
    return next(one for one in options if one not in known)


def _set(plain: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        inner = plain[step]
        if isinstance(inner, tuple):
            inner = plain[step] = list(cast("tuple[Any, ...]", inner))
        plain = inner
    plain[path[-1]] = value
