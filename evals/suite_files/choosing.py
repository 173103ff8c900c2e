"""Which cases of the suites are run."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from warmline.agent.guard.names import did_you_mean
from warmline.errors import UsageError

from .loading import LoadedCase, LoadedSuite


def chosen(
    suites: Sequence[LoadedSuite], *, cases: Sequence[str] = (), tags: Sequence[str] = (), tiers: Sequence[str] = ()
) -> list[LoadedCase]:
    """The cases that have one of these ids, tags and tiers; ``UsageError`` for a name that chooses none, or if nothing is left.

    An id is an expanded one (``refund[amount=489]``), the id before the bracket (all that were expanded from it), or has ``*`` in it.
    """
    every = [case for suite in suites for case in suite.cases]
    for wanted in cases:
        if not any(_is(case, wanted) for case in every):
            raise UsageError(f"no case is named {wanted!r}: {_near(wanted, every)}")
    for tag in tags:
        if not any(tag in case.case.tags for case in every):
            known = {tag for case in every for tag in case.case.tags}
            raise UsageError(f"no case has the tag {tag!r}: {did_you_mean(tag, known)}")
    left = [
        case
        for case in every
        if (not cases or any(_is(case, wanted) for wanted in cases))
        and (not tags or set(tags) & set(case.case.tags))
        and (not tiers or case.case.tier in tiers)
    ]
    if not left:
        raise UsageError("no case is left: the ids, tags and tiers you chose have none in common")
    return left


def _is(case: LoadedCase, wanted: str) -> bool:
    if wanted in (case.id, case.base_id):
        return True
    pattern = wanted.replace("[", "[[]") if "*" in wanted else ""  # a bracket is one: ids have them
    return bool(pattern) and fnmatchcase(case.id, pattern)


def _near(wanted: str, every: Sequence[LoadedCase]) -> str:
    meant = did_you_mean(wanted, {case.id for case in every} | {case.base_id for case in every})
    return meant if meant.startswith("did you mean") else "`warmline eval list` shows them"
