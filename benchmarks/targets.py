"""What the project wants to be, and whether it is: each target beside the figure that was measured in the same run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from .results import PAIRED, RAW, Results

DURABLE = "warmline:durable"
FULL = "warmline:full"

LENT = frozenset({"pydantic_ai:sqlite"})
"""Stored variants whose store is ours: pydantic-ai ships none, and shows how to keep its messages in a table of one's own."""

Figure = Callable[[Results], float | None]


@dataclass(frozen=True, kw_only=True)
class Target:
    """``figure`` is to be at most ``bound``, or at least, where more is better; ``None`` was not measured."""

    what: str
    bound: float
    figure: Figure
    at_least: bool = False
    unit: str = ""

    def met(self, results: Results) -> bool | None:
        """Whether the figure is within its bound."""
        value = self.figure(results)
        if value is None:
            return None
        return value >= self.bound if self.at_least else value <= self.bound

    @property
    def wanted(self) -> str:
        """The bound in words."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}".rstrip()


def _ratio(spec: str, scenario: str, figure: str, results: Results) -> float | None:
    """By the plain loop's: measured in alternation, or in rounds where it was not."""
    return next((found for name in (PAIRED + scenario, scenario) if (found := results.ratio(spec, RAW, name, figure))), None)


def _plain(spec: str, scenario: str, figure: str, results: Results) -> float | None:
    return results.get(spec, scenario, figure)


def _beside_encoder(results: Results) -> float | None:
    name = next((one for one in (PAIRED + "full", "seq") if results.get(FULL, one, "cpu_ms") is not None), "seq")
    full, raw, encoder = results.ratio(FULL, RAW, name, "cpu_ms"), results.get(RAW, name, "cpu_ms"), _piece("encoder_ms", results)
    return None if full is None or raw is None or encoder is None else full - 1.5 * encoder / raw


def _piece(name: str, results: Results) -> float | None:
    return results.get("warmline", "pieces", name)


def _growth(results: Results) -> float | None:
    first, last = results.get(DURABLE, "grow", "cpu_ms_1"), results.get(DURABLE, "grow", "cpu_ms_100")
    return last / first if first and last is not None else None


def second_step(spec: str, results: Results) -> float | None:
    """CPU of one more tool call."""
    one, two = results.get(spec, "seq", "cpu_ms"), results.get(spec, "seq2", "cpu_ms")
    return None if one is None or two is None else two - one


def _steps(results: Results) -> float | None:
    ours, theirs = second_step(DURABLE, results), second_step(RAW, results)
    return ours / theirs if ours is not None and theirs else None


def stored_ms(spec: str, results: Results) -> float | None:
    """What a peer's store adds to its turn."""
    stored, plain = results.get(spec, "seq", "cpu_ms"), results.get(spec.partition(":")[0], "seq", "cpu_ms")
    return None if stored is None or plain is None else stored - plain


def _commit(results: Results) -> float | None:
    stored = (spec for spec in results.specs() if spec.endswith((":sqlite", ":file")) and not spec.startswith(RAW))
    peers = [spec for spec in stored if spec not in LENT]
    added = [ms for spec in peers if (ms := stored_ms(spec, results)) is not None and ms > 0]
    ours = _piece("store_ms", results)
    return ours / min(added) if added and ours is not None else None


TARGETS = (
    Target(
        what="a turn, loop only: CPU by the plain loop's", bound=0.5, figure=partial(_ratio, "warmline:loop", "seq", "cpu_ms")
    ),
    Target(what="a turn, durable", bound=0.6, figure=partial(_ratio, DURABLE, "seq", "cpu_ms")),
    Target(what="a turn, full, less 1.5 times the encoder's time", bound=0.6, figure=_beside_encoder),
    Target(what="turns/s, 64 conversations", bound=1.9, figure=partial(_ratio, DURABLE, "conc64", "turns_per_s"), at_least=True),
    Target(
        what="turns/s, 256 conversations", bound=2.2, figure=partial(_ratio, DURABLE, "conc256", "turns_per_s"), at_least=True
    ),
    Target(
        what="256 conversations, 500 ms a call: p50", bound=1500, figure=partial(_plain, DURABLE, "lat256", "p50_ms"), unit="ms"
    ),
    Target(what="turn 100 by turn 1", bound=2.5, figure=_growth),
    Target(what="turn 100 by the plain loop's", bound=0.05, figure=partial(_ratio, DURABLE, "grow", "cpu_ms_100")),
    Target(what="a commit and reload by the best store that a peer ships", bound=0.25, figure=_commit),
    Target(what="the second tool step", bound=0.4, figure=_steps),
    Target(what="a streamed turn: CPU", bound=0.35, figure=partial(_ratio, DURABLE, "stream", "cpu_ms")),
    Target(
        what="a streamed turn: first text, words without waits",
        bound=1.0,
        figure=partial(_ratio, DURABLE, "stream", "first_text_ms"),
    ),
    Target(what="memory for 1,000 conversations", bound=20, figure=partial(_plain, DURABLE, "memory", "mb_per_1000"), unit="MB"),
    Target(what="`warmline --help`: CPU", bound=0.3, figure=partial(_piece, "help_s"), unit="s"),
    Target(what="distributions of the core install", bound=30, figure=partial(_piece, "distributions")),
)
"""Ratios are to the plain loop (``raw``) unless they say otherwise, and Warmline's are the durable variant's."""


def verdicts(results: Results) -> Iterator[tuple[Target, float | None, str]]:
    """Each target, its figure and ``met``, ``not met`` or ``not measured``."""
    words = {True: "met", False: "not met", None: "not measured"}
    for target in TARGETS:
        yield target, target.figure(results), words[target.met(results)]
