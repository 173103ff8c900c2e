"""What a person at the desk said and the customer got: read from the thread the customer is shown, not from what the case lets the desk do."""

from collections.abc import Iterator

from warmline.evals.results import Check
from warmline.evals.suite_files.schema_expect import SaidExpect

from .matching import says
from .seen import Pen, Seen


def grade_said(expect: SaidExpect, seen: Seen, pen: Pen) -> Iterator[Check]:
    """Every word that is expected: since the turn before, or in the whole conversation."""
    got = seen.said_by_person(pen.turn)
    text, shown = "\n".join(got), "; ".join(repr(words) for words in got) or "nothing"
    if expect.contains_any is not None:
        found = any(says(text, word) for word in expect.contains_any)
        wanted = ", ".join(map(repr, expect.contains_any))
        reason = f"the customer got none of {wanted} from a person, but {shown}"
        yield _note(pen, ("contains_any",), reason, passed=found, expected=list(expect.contains_any), observed=text)
    for place, word in enumerate(expect.contains_all or ()):
        reason = f"the customer did not get {word!r} from a person, but {shown}"
        yield _note(pen, ("contains_all", place), reason, passed=says(text, word), expected=word, observed=text)
    for place, word in enumerate(expect.excludes or ()):
        reason = f"the customer got {word!r} from a person: {shown}"
        yield _note(pen, ("excludes", place), reason, passed=bool(got) and not says(text, word), expected=word, observed=text)


def _note(pen: Pen, part: tuple[str | int, ...], reason: str, *, passed: bool, expected: object, observed: str) -> Check:
    return pen.note("said", ("said_by_person", *part), passed=passed, reason=reason, expected=expected, observed=observed)
