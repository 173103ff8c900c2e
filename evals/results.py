"""What a run writes, one JSON object a line: a header, a line for each trial, a verdict for each case, an end.

Everything that reports, compares or blesses reads these lines and runs nothing. A log without an end was broken off; ``--resume`` goes on.
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from warmline.evals.suite_files.schema import Severity, Tier
from warmline.evals.suite_files.schema_gates import Measure

Mode = Literal["embedded", "live", "record", "replay"]
State = Literal["PASS", "FAIL", "INFRA", "JUDGE_ERROR", "SIM_FAULT", "BUDGET", "SKIP"]
"""``INFRA``: the model, the shop or we failed, not the agent. ``BUDGET``: the spend ceiling was reached before this trial. Only PASS and FAIL
are counted."""

COUNTED: tuple[State, ...] = ("PASS", "FAIL")
To = Literal["bot", "offer", "gather", "human"]
Verdict = Literal["PASS", "FAIL", "UNMEASURED", "SKIPPED"]
"""``UNMEASURED``: too few trials were counted to say. ``SKIPPED``: nothing of the case was run."""

CheckKind = Literal["route", "tools", "state", "reply", "budgets", "outcomes", "ends", "judge", "simulator", "said"]


class Line(BaseModel):
    """A value of a log: never changed, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Line):
    """Where something stands in a suite; counted from 1. ``file`` is as it was named on the command line."""

    file: str
    line: int
    column: int = 1


class ArgumentDiff(Line):
    """One argument of a tool call, or one field of a row, that is not as expected; ``None`` is absent."""

    name: str
    expected: Any = None
    observed: Any = None


class RowChange(Line):
    """One row of the shop or the desk that the trial changed, or should have (``missing``); ``expected``: the case asks for it.

    ``fields`` maps a field to [before, after]; of an added row before is ``None``, of a deleted one after.
    """

    table: str
    key: str
    change: Literal["added", "updated", "deleted", "missing"]
    fields: dict[str, tuple[Any, Any]] = {}
    expected: bool = False


class Check(Line):
    """One thing a case expects and whether it was so. ``id`` is its path in the case: ``route.to``, ``turn[2].tools.calls[0]``.

    ``gates``: whether failing it fails the trial (a judge without calibration, a recorded latency do not). ``turn`` counts from 1;
    ``None`` is the whole conversation. ``place`` is that of the expectation.
    """

    id: str
    kind: CheckKind
    passed: bool
    reason: str = ""
    expected: Any = None
    observed: Any = None
    turn: int | None = None
    gates: bool = True
    place: Place | None = None
    arguments: tuple[ArgumentDiff, ...] = ()


class Call(Line):
    """One tool call; ``arguments`` is the parsed object, or the text a model wrote if that is none."""

    name: str
    arguments: Any
    effect: Literal["read", "write"]
    status: Literal["done", "failed", "refused", "asked", "unknown"]
    result: str = ""
    ms: float = 0.0


class Spent(Line):
    """Tokens and money; ``cost_usd`` is ``None`` when the prices of the model are not known."""

    input: int = 0
    output: int = 0
    cached: int = 0
    calls: int = 0
    cost_usd: float | None = None


class TurnRecord(Line):
    """One message of the customer and what came of it; ``said_by_person`` is what a colleague wrote since the turn before."""

    number: int
    customer: str
    reply: str
    kind: Literal["replied", "needs_confirmation", "handed_off", "with_human", "none"]
    to: To
    reason: str = ""
    rule: str = ""
    layer: str = ""
    queue: str = ""
    score: float = 0.0
    case_id: str | None = None
    calls: tuple[Call, ...] = ()
    spent: Spent = Spent()
    ms: float = 0.0
    said_by_person: tuple[str, ...] = ()


class Routing(Line):
    """Who should have served the conversation, and who did. ``expected_to`` is ``None`` when the case does not say.

    ``turn`` is the turn in which a person was given it (or offered); ``reason`` and ``rule`` are those of that turn, or of the last one.
    """

    expected_to: To | None = None
    expected_reasons: tuple[str, ...] = ()
    actual_to: To
    actual_reason: str = ""
    actual_rule: str = ""
    turn: int | None = None


class TrialResult(Line):
    """One trial of one case. ``state`` says what it is worth; ``why`` is one sentence for everything but PASS.

    ``case_id`` is the expanded id. ``trial`` counts from 1. ``replayed`` trials never add to n. ``latency_recorded``: the times are those of
    the recording. ``redrawn`` counts the simulator's faults before this trial came about. ``command`` runs this very trial again.
    ``said_last`` is what a colleague wrote after the last turn. ``beside`` is what was spent beside the turns. ``worded`` of the customer's
    lines were put into a model's words; ``unworded`` could not be and were said as they stand, with why.
    """

    kind: Literal["trial"] = "trial"
    case_id: str
    suite: str
    trial: int
    state: State
    why: str = ""
    checks: tuple[Check, ...] = ()
    routing: Routing | None = None
    turns: tuple[TurnRecord, ...] = ()
    said_last: tuple[str, ...] = ()
    rows: tuple[RowChange, ...] = ()
    spent: Spent = Spent()
    beside: Spent = Spent()
    ms: float = 0.0
    replayed: bool = False
    latency_recorded: bool = False
    outcome: str | None = Field(default=None, description="which of several acceptable outcomes it was")
    redrawn: int = 0
    worded: int = 0
    unworded: tuple[str, ...] = ()
    command: str = ""
    place: Place

    @property
    def counted(self) -> bool:
        """Whether the trial passed or failed; a replayed one does too, and is no evidence of how often a model does."""
        return self.state in COUNTED

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """What was not as expected and gates."""
        return tuple(check for check in self.checks if check.gates and not check.passed)


class CaseInfo(Line):
    """A case as the run took it: what reports need to know without the suite."""

    case_id: str
    base_id: str
    suite: str
    why: str = ""
    tags: tuple[str, ...] = ()
    severity: Severity = "normal"
    tier: Tier = "gate"
    quarantine: str = Field(default="", description="until when and why, if quarantined")
    cluster: str = ""
    values: dict[str, Any] = Field(default={}, description="of the matrix or the row")
    trials: int = 3
    extend_to: int = 8
    min_pass_rate: float = 0.75
    place: Place


class GateInfo(Line):
    """What the counted cases of a suite must come to: a rate of those with ``tag`` (all without one), for ``recall`` of those with ``reason``."""

    id: str
    measure: Measure
    tag: str = ""
    reason: str = ""
    at_most: float | None = None
    at_least: float | None = None
    why: str
    place: Place


class JudgeInfo(Line):
    """A judge that was tried on labels: of those that people say hold, and do not, how many it saw so."""

    id: str
    asks: str
    model: str
    holds: tuple[int, int]
    holds_not: tuple[int, int]


class SuiteInfo(Line):
    """A suite that was run; ``digest`` is the SHA-256 of its file and of the files its rows are in, ``cases`` how many it has in all."""

    name: str
    file: str
    digest: str
    cases: int = 0
    gates: tuple[GateInfo, ...] = ()
    judges: tuple[JudgeInfo, ...] = ()


class RunHeader(Line):
    """How a run was made. ``deterministic``: repeats of a trial show nothing new about the agent.

    ``simulator`` is the model that worded simulated customers, if the command named one. ``again`` are the options that trials on another
    revision are made with too.
    """

    kind: Literal["header"] = "header"
    log_version: Literal[1] = 1
    run_id: str
    started_at: AwareDatetime
    warmline: str
    mode: Mode
    model: str
    simulator: str = ""
    deterministic: bool
    policy: str = ""
    agent: str = ""
    command: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    commit: str = Field(default="", description="of the repository the suites lie in; +changes if there are any")
    suites: tuple[SuiteInfo, ...]
    cases: tuple[CaseInfo, ...]


class CaseVerdict(Line):
    """What the trials of a case come to. ``states`` are theirs in order; ``passed`` of ``counted`` is what the verdict rests on.

    ``replayed`` of those were replayed: they show that the code still does the same, and are no evidence of how often a model does.
    ``gates``: whether a FAIL makes the run fail (tier ``gate``; ``watch`` and quarantine do not).
    """

    kind: Literal["verdict"] = "verdict"
    case_id: str
    verdict: Verdict
    why: str = ""
    passed: int
    counted: int
    states: tuple[State, ...]
    extended: bool = False
    gates: bool = True
    replayed: int = 0


class RunEnd(Line):
    """How a run ended; ``complaints`` are reasons for which it measured nothing (exit 2) or stopped (exit 3)."""

    kind: Literal["end"] = "end"
    finished_at: AwareDatetime
    exit_code: int
    seconds: float
    spent: Spent = Spent()
    complaints: tuple[str, ...] = ()


class Resumed(Line):
    """That a run was broken off and went on here."""

    kind: Literal["resumed"] = "resumed"
    at: AwareDatetime


Entry = Annotated[RunHeader | TrialResult | CaseVerdict | RunEnd | Resumed, Field(discriminator="kind")]
ENTRY: TypeAdapter[RunHeader | TrialResult | CaseVerdict | RunEnd | Resumed] = TypeAdapter(Entry)
"""Reads one line: ``ENTRY.validate_json(line)``."""
