"""What changed at the shop and at the desk: a closed world, in which whatever is not listed must be as it was."""

from collections.abc import Iterator, Sequence
from typing import Any

from warmline.evals.results import ArgumentDiff, Check, RowChange
from warmline.evals.suite_files.schema_expect import StateExpect

from .matching import argument_differences
from .seen import Pen, Seen

ANY_ROWS = StateExpect.model_construct()
_LONGEST = 80


def grade_state(expect: StateExpect | str, seen: Seen, pen: Pen, *, implied: bool = False) -> Iterator[Check]:
    """Every row that should have changed and did not, or changed and should not; ``implied``: the case says nothing of the state."""
    if expect == "any":
        return
    rows = list(seen.rows_at.get(pen.turn, ()) if pen.turn is not None else seen.rows)
    listed = expect if isinstance(expect, StateExpect) else ANY_ROWS
    left = list(rows)
    for check, row in _listed(listed, rows, pen):
        yield check
        if row in left:
            left.remove(row)
    unlisted = [row for row in left if not _is_free(row, listed, seen)]
    reason = f"changed, and not listed: {'; '.join(map(row_in_words, unlisted))}"
    part = ("state",) if not implied else ()
    check = pen.note(
        "state", part, passed=not unlisted, reason=reason, expected="nothing else", observed=list(map(row_in_words, unlisted))
    )
    yield check.model_copy(update={"id": f"{pen.name}state"})


def expected_rows(expect: StateExpect | str | None, seen: Seen, pen: Pen) -> list[RowChange]:
    """The rows that changed, each with whether it should have, and those that are missing."""
    if not isinstance(expect, StateExpect):
        return [row.model_copy(update={"expected": expect == "any" or _is_free(row, ANY_ROWS, seen)}) for row in seen.rows]
    found = [(check, row) for check, row in _listed(expect, seen.rows, pen)]
    fine = [row for check, row in found if check.passed and row is not None]
    missing = [_missing(check) for check, row in found if row is None]
    return [row.model_copy(update={"expected": row in fine or _is_free(row, expect, seen)}) for row in seen.rows] + missing


def _listed(expect: StateExpect, rows: Sequence[RowChange], pen: Pen) -> Iterator[tuple[Check, RowChange | None]]:
    taken: list[RowChange] = []
    for table, wanted in expect.add.items():
        for place, fields in enumerate(wanted):
            added = [row for row in rows if (row.table, row.change) == (table, "added") and row not in taken]
            row, differences = _closest(fields, added)
            if row is not None and not differences:
                taken.append(row)
            yield _row_check(pen, ("state", "add", table, place), f"a new row of {table}", fields, row, differences)
    for table, updated in expect.update.items():
        for key, fields in updated.items():
            row = next((row for row in rows if (row.table, row.key, row.change) == (table, key, "updated")), None)
            differences = [] if row is None else _field_differences(fields, row)
            yield _row_check(pen, ("state", "update", table, key), f"{table} {key}", fields, row, differences)
    for table, keys in expect.delete.items():
        for place, key in enumerate(keys):
            row = next((row for row in rows if (row.table, row.key, row.change) == (table, key, "deleted")), None)
            yield _row_check(pen, ("state", "delete", table, place), f"{table} {key} gone", {"key": key}, row, [])


def _closest(fields: dict[str, Any], added: Sequence[RowChange]) -> tuple[RowChange | None, list[ArgumentDiff]]:
    compared = [(row, argument_differences(fields, _after(row), partial=True)) for row in added]
    return min(compared, key=lambda one: len(one[1]), default=(None, []))


def _after(row: RowChange) -> dict[str, Any]:
    return {name: after for name, (_, after) in row.fields.items()}


def _field_differences(fields: dict[str, Any], row: RowChange) -> list[ArgumentDiff]:
    """Of an updated row every field that changed must be listed, and every listed one have become what is expected."""
    after = _after(row)
    wrong = argument_differences(fields, after, partial=True)
    more = [ArgumentDiff(name=name, expected=row.fields[name][0], observed=after[name]) for name in after if name not in fields]
    return wrong + more


def _row_check(
    pen: Pen,
    part: tuple[str | int, ...],
    what: str,
    fields: dict[str, Any],
    row: RowChange | None,
    differences: list[ArgumentDiff],
) -> tuple[Check, RowChange | None]:
    reason = f"expected {what}: nothing such changed"
    if differences:
        said = "; ".join(f"{one.name} expected {one.expected!r}, got {one.observed!r}" for one in differences)
        reason = f"expected {what}, but {said}"
    passed = row is not None and not differences
    observed = None if row is None else row_in_words(row)
    check = pen.note("state", part, passed=passed, reason=reason, expected=fields, observed=observed, arguments=differences)
    return check, row


def _missing(check: Check) -> RowChange:
    fields = {name: (None, value) for name, value in (check.expected or {}).items()}
    table = check.id.split(".")[2].partition("[")[0]
    return RowChange(table=table, key="?", change="missing", fields=fields, expected=True)


def _is_free(row: RowChange, listed: StateExpect, seen: Seen) -> bool:
    """Whether a row may change as it likes: its table does, or it is the case of a person the route expects."""
    names_cases = "cases" in listed.add or "cases" in listed.update
    return row.table in listed.ignore or (row.table == "cases" and seen.person_expected and not names_cases)


def row_in_words(row: RowChange) -> str:
    """``orders W-10432: status processing → cancelled``."""
    match row.change:
        case "added":
            said = ", ".join(f"{name} {_short(after)}" for name, (_, after) in list(row.fields.items())[:6])
            return f"{row.table} {row.key} added: {said}"
        case "updated":
            said = ", ".join(f"{name} {_short(before)} → {_short(after)}" for name, (before, after) in row.fields.items())
            return f"{row.table} {row.key}: {said}"
        case _:
            return f"{row.table} {row.key} {row.change}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
