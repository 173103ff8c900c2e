"""A run's report as text."""

from collections.abc import Iterator, Mapping

from .driver import Report


def table(report: Report) -> str:
    """The counts, what was done to the workers and the model's answers, and every violation."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"seed {report.ground.seed}  ({report.ground.talks} talks, {report.ground.workers} workers)"
    yield from _rows(report.counts)
    for title, counted in (
        ("workers killed", report.deaths),
        ("workers suspended", report.freezes),
        ("model's answers", report.faults),
        ("errors, sent again", report.errors),
    ):
        yield f"{title}: {counted.total()}"
        yield from _rows(dict(sorted(counted.items())))
    yield f"violations: {len(report.violations)}"
    yield from (f"  {violation}" for violation in report.violations)


def _rows(counts: Mapping[str, int]) -> Iterator[str]:
    yield from (f"  {name[:110]:<44} {number:>6}" for name, number in counts.items())
