"""The landscape itself: what was read, what could not be, and every topic with what is recommended for it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from warmline.evals.stats.rates import Counted

from . import clusters
from .classing import FITS_NONE
from .reading import Source
from .recommending import Recommendation, Verdict, Whole, recommended
from .span import Span, span_of
from .ticket import BadRow
from .topics import CLUSTER, Topic, by_week, heat, topics
from .workfile import WorkFile

LISTED = 200
"""Records that could not be read which the report lists; the file beside it lists all."""

_CHUNK = 4096


@dataclass(frozen=True)
class Advised:
    """A topic and what is recommended for it."""

    topic: Topic
    advice: Recommendation


@dataclass(frozen=True)
class Landscape:
    """All that is reported. ``unreadable`` are cells by field: how many, and one of them. ``assumed`` is what had to be guessed."""

    files: tuple[str, ...]
    columns: tuple[tuple[str, dict[str, str]], ...]
    tickets: int
    bad: int
    bad_rows: tuple[BadRow, ...]
    advised: tuple[Advised, ...]
    zone: str
    policy: str
    unreadable: tuple[tuple[str, int, str], ...] = ()
    assumed: tuple[str, ...] = ()
    span: Span = field(default_factory=Span)
    heat: list[list[int]] | None = None
    weeks: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])
    cost_per_hour: float | None = None
    demo: bool = False

    @property
    def first(self) -> date | None:
        """The first day that the tickets cover."""
        return self.span.first

    @property
    def last(self) -> date | None:
        """The last one."""
        return self.span.last

    @property
    def days(self) -> int | None:
        """How many days the tickets cover, both ends included."""
        return self.span.days

    def of(self, verdict: Verdict) -> list[Advised]:
        """The topics for which this is recommended."""
        return [one for one in self.advised if one.advice.verdict == verdict]


def sort_out(work: WorkFile) -> dict[str, str]:
    """Find the clusters of what fits no class, give those tickets their topic, and return the topics' names."""
    import numpy as np

    query = "SELECT vector, words FROM tickets WHERE label = ? AND vector IS NOT NULL ORDER BY draw LIMIT ?"
    sample = list(work.ask(query, FITS_NONE, clusters.SAMPLE))
    if not sample:
        return {}
    vectors = np.stack([np.frombuffer(vector, dtype=np.float16) for vector, _ in sample]).astype(np.float32)
    found = clusters.found(vectors, [words for _, words in sample])
    last = 0
    while rows := list(
        work.ask(
            "SELECT id, vector FROM tickets WHERE label = ? AND vector IS NOT NULL AND id > ? ORDER BY id LIMIT ?",
            FITS_NONE,
            last,
            _CHUNK,
        )
    ):
        last = rows[-1][0]
        near = found.place(np.stack([np.frombuffer(vector, dtype=np.float16) for _, vector in rows]).astype(np.float32))
        work.move(
            [(FITS_NONE if place is None else f"{CLUSTER}{place + 1}", row[0]) for place, row in zip(near, rows, strict=True)]
        )
    return {f"{CLUSTER}{place}": name for place, name in enumerate(_told_apart(found.names), 1)}


def _told_apart(names: Sequence[str]) -> Iterator[str]:
    """Names in quotation marks; a second one of the same words gets a number."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield f"“{name}”" if seen[name] == 1 else f"“{name}” {seen[name]}"


def drawn_from(
    work: WorkFile, sources: Sequence[Source], *, zone: str, policy: str, cost_per_hour: float | None = None, demo: bool = False
) -> Landscape:
    """The landscape of what was read; it moves what fits no class to its clusters."""
    names = sort_out(work)
    work.settle()
    found = topics(work, names)
    tickets, known, reopened = work.one("SELECT COUNT(*), COUNT(reopened), SUM(reopened) FROM tickets")
    span = span_of(work)
    whole = Whole(
        reopened=Counted(reopened, known) if known else None,
        handle=_middle(work),
        days=span.days,
    )
    return Landscape(
        files=tuple(source.name for source in sources),
        columns=tuple((source.name, {str(name): column for name, column in source.columns.items()}) for source in sources),
        tickets=tickets,
        bad=work.one("SELECT COUNT(*) FROM bad")[0],
        bad_rows=tuple(BadRow(*row) for row in work.ask("SELECT file, line, reason FROM bad ORDER BY rowid LIMIT ?", LISTED)),
        advised=tuple(Advised(topic, recommended(topic, whole, cost_per_hour=cost_per_hour)) for topic in found),
        zone=zone,
        policy=policy,
        unreadable=tuple(work.ask("SELECT field, cells, example FROM unreadable ORDER BY field")),
        assumed=(
            *(f"{source.name}: {one}" for source in sources for one in source.assumed),
            *([span.apart] if span.apart else []),
        ),
        span=span,
        heat=heat(work),
        weeks=by_week(work, [topic.key for topic in found[:5]], span),
        cost_per_hour=cost_per_hour,
        demo=demo,
    )


def _middle(work: WorkFile) -> float | None:
    known = work.one("SELECT COUNT(handle) FROM tickets")[0]
    if not known:
        return None
    return work.one("SELECT handle FROM tickets WHERE handle IS NOT NULL ORDER BY handle LIMIT 1 OFFSET ?", (known - 1) // 2)[0]
