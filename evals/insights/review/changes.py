"""What changed against the period before: every pair of figures tested, all tests together held to one share of false alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

from warmline.evals.stats.between import fisher_two_sided, means_differ, newcombe, ranks_differ
from warmline.evals.stats.exact import benjamini_hochberg
from warmline.evals.stats.rates import Counted, Interval

from .figures import Figure, Values

SHARE = 0.05
"""Of the changes that are told, the share that may be chance (the false discovery rate)."""

LEAST = 10
"""Contacts on either side without which nothing is tested: a change of so few could not be told from chance anyway."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A figure in both periods. ``adjusted`` is p among all that were tested, ``None`` where that was not possible; ``by`` is by how much a
    rate changed, 19 times of 20."""

    key: str
    name: str
    before: Figure
    after: Figure
    p: float | None = None
    adjusted: float | None = None
    by: Interval | None = None

    @property
    def holds(self) -> bool:
        """Whether it may be said to have changed."""
        return self.adjusted is not None and self.adjusted < SHARE


def changes(before: Sequence[tuple[str, Figure]], after: Sequence[tuple[str, Figure]]) -> list[Change]:
    """Each figure (under its name) that is in both periods, in the order of the later one."""
    known = {figure.key: figure for _, figure in before}
    pairs = [(name, known[figure.key], figure) for name, figure in after if figure.key in known]
    p_values = [_p(old, new) for _, old, new in pairs]
    adjusted = iter(benjamini_hochberg([p for p in p_values if p is not None]))
    return [
        Change(
            key=new.key,
            name=name,
            before=old,
            after=new,
            p=p,
            adjusted=None if p is None else next(adjusted),
            by=_by(old, new),
        )
        for (name, old, new), p in zip(pairs, p_values, strict=True)
    ]


def _p(old: Figure, new: Figure) -> float | None:
    """The two-sided p that nothing changed; ``None`` where too little is known to test."""
    if min(old.of, new.of) < LEAST:
        return None
    match old.sample, new.sample:
        case Counted() as before, Counted() as after:
            return fisher_two_sided(before, after)
        case Values(middle="median") as before, Values(middle="median") as after:
            return ranks_differ(before.values, after.values)
        case Values() as before, Values() as after:
            return means_differ(before.values, before.customers, after.values, after.customers)
        case _:
            return None


def _by(old: Figure, new: Figure) -> Interval | None:
    if isinstance(old.sample, Counted) and isinstance(new.sample, Counted) and old.of and new.of:
        return newcombe(old.sample, new.sample)
    return None
