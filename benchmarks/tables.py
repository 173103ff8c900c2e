"""The tables, in Markdown: one for the terminal, and the same in docs/performance.md."""

from collections.abc import Iterable, Mapping, Sequence

from .entries import Entry
from .paired import PLANS
from .results import PAIRED, RAW, Results
from .targets import DURABLE, second_step, stored_ms, verdicts

COLUMNS = (
    ("CPU ms a turn", "seq", "cpu_ms", 2),
    ("at 20 ms a call", "seq_cold", "cpu_ms", 2),
    ("at 64 at once", "conc64", "cpu_ms", 2),
    ("turns/s at 64", "conc64", "turns_per_s", 0),
    ("at 256", "conc256", "turns_per_s", 0),
    ("256 at 500 ms: p50 ms", "lat256", "p50_ms", 0),
    ("turn 1 ms", "grow", "cpu_ms_1", 1),
    ("turn 100 ms", "grow", "cpu_ms_100", 1),
    ("streamed CPU ms", "stream", "cpu_ms", 1),
    ("first text ms", "stream", "first_text_ms", 1),
    ("first text, 2 ms a word", "stream_slow", "first_text_ms", 1),
    ("MB per 1,000", "memory", "mb_per_1000", 1),
    ("KB sent a turn", "seq", "sent_kb", 1),
)
PARTS = (
    ("a turn's two transactions on a SQLite file, its thread read back: CPU", "store_ms", "ms", 2),
    ("the classifier, a message alone: CPU", "encoder_ms", "ms", 2),
    ("the classifier, a message in a batch of 64: CPU", "batched_ms", "ms", 2),
    ("`warmline --help`: CPU", "help_s", "s", 2),
    ("distributions of the core install, Warmline among them", "distributions", "", 0),
)
BUSY = 0.1
"""The share of its time a figure's thread waited for its core, from which times and rates are not to be trusted."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def figures(results: Results, labels: Mapping[str, str]) -> str:
    """Every peer, each figure with its ratio to the plain loop's in brackets."""
    head = ["", *(title for title, *_ in COLUMNS), "second tool step ms", "its store adds ms"]
    rows = [
        [
            labels.get(spec, spec),
            *(_with_ratio(results, spec, scenario, figure, digits) for _, scenario, figure, digits in COLUMNS),
            number(second_step(spec, results), 2),
            number(stored_ms(spec, results), 2) if spec.endswith((":sqlite", ":file")) else "",
        ]
        for spec in results.specs()
        if spec != "warmline"
    ]
    return table(head, rows)


def beside(results: Results, labels: Mapping[str, str], spec: str = DURABLE) -> str:
    """The same ratios to every peer: Warmline's durable turn by theirs."""
    peers = [one for one in results.specs() if not one.startswith("warmline") and ":" not in one]
    head = [f"{labels.get(spec, spec)} by …", *(title for title, *_ in COLUMNS[:-1])]
    rows = [
        [
            labels.get(peer, peer),
            *(number(results.ratio(spec, peer, scenario, figure), 2) for _, scenario, figure, _ in COLUMNS[:-1]),
        ]
        for peer in peers
    ]
    return table(head, rows)


def alternating(results: Results, labels: Mapping[str, str]) -> str:
    """What was measured in alternation with the plain loop: the median of the ratios, and their quartiles; nothing if none was."""
    specs = list(dict.fromkeys(row.spec for row in results.rows if row.scenario.startswith(PAIRED)))
    if not specs:
        return ""
    rows = [
        [f"{title} (`{name}`)", *(_spread(results, spec, PAIRED + name, figure, digits) for spec in specs)]
        for name, plan in PLANS.items()
        for figure, title, digits in plan.shown
    ]
    return table(["in alternation", *(labels.get(spec, spec) for spec in specs)], rows)


def targets(results: Results) -> str:
    """What is wanted, what was measured, and whether that is enough."""
    rows = [[target.what, target.wanted, number(value, 2), verdict] for target, value, verdict in verdicts(results)]
    return table(["target", "wanted", "measured", ""], rows)


def parts(results: Results) -> str:
    """Warmline's parts by themselves; nothing if they were not measured."""
    measured = [(name, results.get("warmline", "pieces", figure), unit, digits) for name, figure, unit, digits in PARTS]
    rows = [[name, f"{value:.{digits}f} {unit}".rstrip()] for name, value, unit, digits in measured if value is not None]
    return table(["a part by itself", ""], rows) if rows else ""


def remarks(results: Results) -> list[str]:
    """What a reader must know before believing a figure."""
    busy = [row for row in results.rows if row.figures.get("waited", 0.0) > BUSY]
    found: list[str] = []
    if busy:
        most = max(row.figures["waited"] for row in busy)
        found.append(
            f"The machine was busy: in {len(busy)} measurements the process waited for its core for more than {BUSY:.0%} of the time"
            f" ({most:.0%} at worst). CPU times stand within some tenths; times, rates and first texts are not to be trusted."
        )
    found += [f"{row.spec} has no figure for {row.scenario}: {row.error}" for row in results.errors()]
    return found


def labels_of(entries: Iterable[Entry]) -> dict[str, str]:
    """What each spec is called in a table."""
    named: dict[str, str] = {}
    for entry in entries:
        for spec in (*entry.specs, *entry.stored):
            _, _, variant = spec.partition(":")
            named[spec] = f"{entry.label}, {variant}" if variant else entry.label
    return named


def number(value: float | None, digits: int) -> str:
    """A figure as it is shown; a dash if it was not measured."""
    return "–" if value is None else f"{value:.{digits}f}"


def _spread(results: Results, spec: str, scenario: str, figure: str, digits: int) -> str:
    value, spread = number(results.get(spec, scenario, figure), digits), results.spread(spec, RAW, scenario, figure)
    if spread is None or spec == RAW:
        return value
    low, middle, high = spread
    return f"{value} ({middle:.2f}; {low:.2f} to {high:.2f})"


def _with_ratio(results: Results, spec: str, scenario: str, figure: str, digits: int) -> str:
    value, ratio = results.get(spec, scenario, figure), results.ratio(spec, RAW, scenario, figure)
    return number(value, digits) if ratio is None else f"{number(value, digits)} ({ratio:.2f})"
