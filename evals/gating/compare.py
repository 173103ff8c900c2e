"""What changed from a baseline to a run: case by case, and of each suite on the whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from warmline.evals.stats.exact import Bar, Drop, drops, fisher, mcnemar
from warmline.evals.stats.means import Mean, bootstrapped, paired
from warmline.evals.stats.power import least_detectable
from warmline.evals.stats.rates import Counted, Interval

from .baseline import OLD, Baseline
from .runs import CaseRun, Run

Kind = Literal["regressed", "flagged", "base_fails_too", "weaker", "improved", "stable", "untested"]
"""``flagged``: the drop is called, and the case was not tried again on the base. ``regressed``: it was, and the base still passes.
``base_fails_too``: it was, and the base fails now too. ``weaker``: a drop worth watching. ``untested``: nothing measured on a side."""

SOFT, WATCHED = Bar(alpha=0.20, drop=0.15, base_rate=0.50, base_trials=1), 0.35
"""What is worth watching: a likely drop of .15, or a drop of .35 whatever its p (the lower tiers of n8n's evaluation statistics)."""


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """What became of one case. ``rerun`` is what the base came to when it was tried again."""

    case_id: str
    suite: str
    cluster: str
    critical: bool
    gates: bool
    drop: Drop
    kind: Kind
    certain: bool = False
    rerun: Counted | None = None
    what: str = ""

    @property
    def in_words(self) -> str:
        """The change with its evidence: ``refund-7 (10/10 → 3/8, p=0.007, base re-run 8/8)``."""
        parts = [f"{_shown(self.drop.base)} → {_shown(self.drop.new)}"]
        parts += ["no chance involved"] if self.certain else [f"p={self.drop.adjusted:.3f}"] if self.drop.p < 1 else []
        parts += [_told(self.rerun)] if self.rerun else []
        return f"{self.case_id} ({', '.join(parts)}){f': {self.what}' if self.what else ''}"


@dataclass(frozen=True, kw_only=True)
class SuiteChange:
    """The mean pass rate of the cases on both sides, and how it moved; ``detectable`` is the smallest move that would have been seen.

    ``resampled`` is the interval of the move when whole clusters are drawn anew, where it disagrees with ``delta`` on whether anything moved.
    """

    suite: str
    base: float
    new: float
    delta: Mean
    detectable: float | None
    resampled: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A run beside its baseline. ``appeared`` and ``gone`` are cases on one side only; ``notes`` say what weakens the comparison."""

    baseline: Baseline
    changes: tuple[CaseChange, ...]
    suites: tuple[SuiteChange, ...] = ()
    overall: SuiteChange | None = None
    worse: int = 0
    better: int = 0
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cost: tuple[float, float] | None = None

    def of_kind(self, *kinds: Kind) -> tuple[CaseChange, ...]:
        """The changes of these kinds, critical ones and larger drops first."""
        wanted = (change for change in self.changes if change.kind in kinds)
        return tuple(sorted(wanted, key=lambda change: (not change.critical, -change.drop.size, change.case_id)))

    @cached_property
    def regressions(self) -> tuple[CaseChange, ...]:
        """What became worse for certain, and gates."""
        return tuple(change for change in self.of_kind("regressed") if change.gates)

    @cached_property
    def suspects(self) -> tuple[CaseChange, ...]:
        """What seems worse, and may not be."""
        return self.of_kind("flagged", "base_fails_too", "weaker") + tuple(
            change for change in self.of_kind("regressed") if not change.gates
        )

    @property
    def suspicion(self) -> str:
        """One sentence about ``suspects``."""
        first, untried = self.suspects[0], any(change.rerun is None for change in self.of_kind("flagged"))
        number = len(self.suspects)
        more = f", and {number - 1} more" if number > 1 else ""
        hint = "; try them on the base with --base-rev" if untried else ""
        return f"{number} {'case seems' if number == 1 else 'cases seem'} worse: {first.in_words}{more}{hint}"

    @property
    def fell(self) -> str:
        """That a suite fell on the whole, by an interval that holds no zero; empty if none did."""
        down = [one for one in self.suites if one.delta.interval and one.delta.interval.high < 0]
        return "; ".join(f"{one.suite} fell on the whole: {delta_in_words(one.delta)}" for one in down)

    @property
    def blindness(self) -> str:
        """Why no drop could have been called at all; empty if one could."""
        if not any(change.kind != "untested" for change in self.changes):
            return "no case was measured on both sides"
        bar = Bar()
        if any(change.certain or change.drop.base.of >= bar.base_trials for change in self.changes):
            return ""
        return f"no case has {bar.base_trials} trials in the baseline, so no drop can be called; bless more trials"

    def too_coarse_for(self, wanted: float) -> str:
        """Why a move of the whole by ``wanted`` would not have been seen; empty if it would."""
        seen = self.overall.detectable if self.overall else None
        if self.overall is None:
            return "no case was measured on both sides"
        if all(change.certain for change in self.changes if change.kind != "untested"):
            return ""
        if seen is None:
            return "nothing differs between the two, so the least detectable change is not known"
        return f"only a change of {seen:.1%} or more would have been seen, and {wanted:.1%} is asked for" if seen > wanted else ""


def compare(baseline: Baseline, run: Run, *, bar: Bar | None = None) -> Comparison:
    """Pair a run's cases with the baseline's. Nothing is called a regression before the base was tried again (``confirm``)."""
    bar = bar or Bar()
    before = baseline.cases
    both = [case for case in run.cases if case.case_id in before]
    certain = baseline.deterministic and run.header.deterministic
    found = drops([(before[case.case_id], case.measured) for case in both], bar)
    changes = tuple(_change(case, drop, certain=certain) for case, drop in zip(both, found, strict=True))
    measured = [change for change in changes if change.kind != "untested"]
    ran = {suite.name for suite in run.header.suites}
    return Comparison(
        baseline=baseline,
        changes=changes,
        suites=tuple(
            _suite(name, [one for one in measured if one.suite == name]) for name in sorted({one.suite for one in measured})
        ),
        overall=_suite("all", measured) if measured else None,
        worse=sum(_passed(change.drop.base) and not _passed(change.drop.new) for change in measured),
        better=sum(_passed(change.drop.new) and not _passed(change.drop.base) for change in measured),
        appeared=tuple(case.case_id for case in run.cases if case.case_id not in before),
        gone=tuple(
            name for suite, held in baseline.suites.items() if suite in ran for name in held.cases if name not in run.by_id
        ),
        notes=tuple(_notes(baseline, run)),
        cost=_cost(baseline, run),
    )


def confirm(comparison: Comparison, case_id: str, rerun: Counted, *, bar: Bar | None = None) -> Comparison:
    """The comparison after a flagged case was tried again on the base: a regression if the base still stands as far above the run.

    It stays flagged if the base could not be measured.
    """
    bar = bar or Bar()

    def judged(change: CaseChange) -> CaseChange:
        if change.case_id != case_id or change.kind != "flagged":
            return change
        if not rerun.of:
            return replace(change, rerun=rerun)
        again = Drop(base=rerun, new=change.drop.new)
        holds = (rerun.rate or 0.0) >= bar.base_rate and again.size >= bar.drop - 1e-9
        return replace(change, rerun=rerun, kind="regressed" if holds else "base_fails_too")

    return replace(comparison, changes=tuple(map(judged, comparison.changes)))


def mcnemar_of(comparison: Comparison) -> float:
    """The one-sided p over cases that passed as a whole on one side only."""
    return mcnemar(comparison.worse, comparison.better)


def _change(case: CaseRun, drop: Drop, *, certain: bool) -> CaseChange:
    why = next((trial.why for trial in case.trials if trial.state == "FAIL"), "")
    kind = _kind(drop, certain=certain)
    return CaseChange(
        case_id=case.case_id,
        suite=case.info.suite,
        cluster=case.cluster,
        critical=case.critical,
        gates=case.verdict.gates if case.verdict else case.info.tier == "gate",
        drop=drop,
        kind=kind,
        certain=certain and kind != "untested",
        what=why if kind in ("flagged", "weaker") else "",
    )


def _kind(drop: Drop, *, certain: bool) -> Kind:
    if not drop.base.of or not drop.new.of:
        return "untested"
    if certain:
        return "flagged" if drop.size > 0 else "improved" if drop.size < 0 else "stable"
    if drop.called:
        return "flagged"
    soft = drop.p < SOFT.alpha and drop.size >= SOFT.drop and (drop.base.rate or 0.0) >= SOFT.base_rate
    if soft or drop.size >= WATCHED:
        return "weaker"
    gained = -drop.size >= Bar().drop and fisher(drop.new, drop.base) < Bar().alpha
    return "improved" if gained else "stable"


def _suite(name: str, changes: Sequence[CaseChange]) -> SuiteChange:
    base = [change.drop.base.rate or 0.0 for change in changes]
    new = [change.drop.new.rate or 0.0 for change in changes]
    clusters = [change.cluster for change in changes]
    differences = [after - before for before, after in zip(base, new, strict=True)]
    delta = paired(base, new, clusters)
    return SuiteChange(
        suite=name,
        base=sum(base) / len(base),
        new=sum(new) / len(new),
        delta=delta,
        detectable=least_detectable(differences, clusters),
        resampled=_resampled(differences, clusters, delta.interval),
    )


def _resampled(differences: Sequence[float], clusters: Sequence[str], told: Interval | None) -> Interval | None:
    """The cluster bootstrap's interval, where it and the usual one do not agree that something moved: few cases moved, and far."""
    if told is None or not any(differences):
        return None
    drawn = bootstrapped(differences, clusters)
    return drawn if _moved(drawn) != _moved(told) else None


def _moved(interval: Interval) -> bool:
    return interval.low > 0 or interval.high < 0


def _passed(counted: Counted) -> bool:
    return counted.count == counted.of


def _notes(baseline: Baseline, run: Run) -> list[str]:
    header, age = run.header, baseline.age(run.header.started_at)
    notes = [f"the baseline is {age.days} days old; bless a new one"] if age > OLD else []
    pairs = (
        ("mode", baseline.mode, header.mode),
        ("model", baseline.model, header.model),
        ("policy", baseline.policy, header.policy),
    )
    notes += [f"another {name}: {before or 'none'} → {after or 'none'}" for name, before, after in pairs if before != after]
    digests = {suite.name: suite.digest for suite in header.suites}
    changed = [name for name, suite in baseline.suites.items() if digests.get(name, suite.digest) != suite.digest]
    notes += [f"changed since the baseline: {', '.join(sorted(changed))}; a case may mean something else now"] if changed else []
    left = sorted(set(baseline.suites) - set(digests))
    return notes + ([f"not in this run: {', '.join(left)}"] if left else [])


def _cost(baseline: Baseline, run: Run) -> tuple[float, float] | None:
    from .baseline import cost_per_trial

    now = cost_per_trial([run])
    return (baseline.cost_per_trial, now) if baseline.cost_per_trial is not None and now is not None else None


def delta_in_words(delta: Mean) -> str:
    """``-3.1 points (-5.0 to -1.2)``, or that one cluster has no interval."""
    size = f"{delta.value * 100:+.1f} points"
    if delta.interval is None:
        return f"{size} (no interval: one cluster)"
    return f"{size} ({delta.interval.low * 100:+.1f} to {delta.interval.high * 100:+.1f})"


def moved_in_words(change: SuiteChange) -> str:
    """The same of a suite, with what drawing its cases anew says where that is something else."""
    if (drawn := change.resampled) is None:
        return delta_in_words(change.delta)
    points = f"{drawn.low * 100:+.1f} to {drawn.high * 100:+.1f}"
    return f"{delta_in_words(change.delta)}; its cases drawn anew give {points}, so few of them moved that neither interval is to be relied on"


def _told(rerun: Counted) -> str:
    return f"base re-run {_shown(rerun)}" if rerun.of else "the base could not be measured"


def _shown(counted: Counted) -> str:
    return f"{counted.count}/{counted.of}"
