"""A run's report as text."""

from collections.abc import Iterator, Mapping, Sequence

from .driver import Report


def table(report: Report) -> str:
    """The counts, what was done to the workers and the model's answers, and every violation."""
    return "\n".join(_lines(report))


def summary(reports: Sequence[tuple[str, Report]]) -> str:
    """A line for each scene that was played."""
    lines = [f"{'scene':<10}{'database':<12}{'seed':>6}{'turns':>8}{'kills':>7}{'restarts':>10}{'seconds':>9}{'violations':>12}"]
    for name, report in reports:
        counts = (
            f"{report.counts['turns']:>8}{report.kills:>7}{report.restarts:>10}{report.seconds:>9.0f}{len(report.violations):>12}"
        )
        lines.append(f"{name:<10}{_database(report):<12}{report.ground.seed:>6}{counts}")
    return "\n".join(lines)


def _database(report: Report) -> str:
    return "PostgreSQL" if report.ground.server else "SQLite"


def _lines(report: Report) -> Iterator[str]:
    ground = report.ground
    yield f"seed {ground.seed}  ({_database(report)}, {ground.talks} talks, {ground.workers} workers, {report.seconds:.0f} s)"
    yield from _rows(report.counts)
    yield f"deliverers killed afterwards: {report.cut_off}"
    yield f"not answered in time, sent again: {report.late}"
    if report.restarts:
        yield f"server restarted: {report.restarts}"
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
    yield from (f"  {name[:170]:<44} {number:>6}" for name, number in counts.items())
