"""What a case expects: of a turn, of a conversation, or as one of several acceptable outcomes."""

from datetime import date
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, GetJsonSchemaHandler, Tag, model_validator

from warmline.agent.guard.decision import AUTOMATED_REASONS, HUMAN_REASONS, Priority


def _as_text(written: Any) -> Any:
    """YAML takes a date for a date and a figure for a number; here both are words."""
    return str(written) if isinstance(written, int | float | date) and not isinstance(written, bool) else written


Words = Annotated[str, Field(min_length=1), BeforeValidator(_as_text)]
Grounds = Literal["money", "dates", "ids", "percentages", "links"]
ALL_GROUNDS: tuple[Grounds, ...] = ("money", "dates", "ids", "percentages", "links")
REASONS: tuple[str, ...] = (*AUTOMATED_REASONS, *HUMAN_REASONS)


class Part(BaseModel):
    """A part of a suite: nothing unknown in it, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Says(Part):
    """A part that must say something, and every list in it too: with nothing listed there would be nothing to check."""

    @model_validator(mode="before")
    @classmethod
    def _something(cls, written: Any) -> Any:
        if isinstance(written, dict):
            parts = cast("dict[str, Any]", written)
            empty = [name for name, value in parts.items() if name in cls.model_fields and value in (None, [], {}, "")]
            if empty or not parts:
                where = f"{empty[0]!r} is empty" if empty else "this is empty"
                raise ValueError(f"{where}: there would be nothing to check; list something, or leave it out")
        return cast("Any", written)


class CaseFile(Says):
    """What the person who gets the case can read in it, the transcript left aside."""

    mentions: tuple[Words, ...] = ()
    excludes: tuple[Words, ...] = ()


class RouteExpect(Says):
    """Who serves it. ``human`` includes ``gather`` (a person, for whom the agent looks things up).

    ``by_turn`` is the turn by which the person has it; ``not_before`` that before which nobody has. ``order: before_any_write``: nothing was
    written before. ``reason``, ``rule`` (an id, or the start of one before ``*``), ``queue`` and ``priority`` are the decision's; several
    reasons: one of them.
    """

    to: Literal["bot", "offer", "gather", "human"]
    by_turn: int | None = Field(default=None, ge=1)
    not_before: int | None = Field(default=None, ge=1)
    order: Literal["before_any_write"] | None = None
    reason: str | tuple[str, ...] | None = None
    rule: str | None = None
    queue: str | None = None
    priority: Priority | None = None
    case_file: CaseFile | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """The acceptable reasons; empty for any."""
        return () if self.reason is None else (self.reason,) if isinstance(self.reason, str) else self.reason

    @model_validator(mode="after")
    def _possible(self) -> "RouteExpect":
        for reason in self.reasons:
            if reason not in REASONS:
                raise ValueError(f"unknown reason {reason!r}: there is {', '.join(REASONS)}")
            if (reason in HUMAN_REASONS) != (self.to != "bot"):
                raise ValueError(f"{reason!r} is never a reason for {self.to!r}")
        for_person = {"by_turn": self.by_turn, "not_before": self.not_before, "order": self.order}
        for_person |= {"queue": self.queue, "priority": self.priority, "case_file": self.case_file}
        needless = [name for name, value in for_person.items() if value is not None]
        if self.to == "bot" and needless:
            raise ValueError(f"'to: bot' opens no case, so {needless[0]!r} can never be so")
        if self.to == "offer" and self.case_file is not None:
            raise ValueError("an offer opens no case, so 'case_file' can never be so")
        return self


class Named(Part):
    """A part for which just its name is short."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, written: Any) -> Any:
        return {"name": written} if isinstance(written, str) else written

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """For editors: the name, or the whole."""
        return {"anyOf": [{"type": "string", "minLength": 1}, handler.resolve_ref_schema(handler(core_schema))]}


class CallExpect(Named):
    """A tool call there must be; just its name is short for any arguments.

    ``args`` are values or matchers (docs/evals.md). ``match: exact`` compares every argument of either side, ``partial`` those listed.
    ``ignore`` are left out of it, ``defaults`` are what an argument counts as when it is absent. ``times`` is ``2``, ``1..``, ``..3``, ``1..2``.
    ``status``: ``done`` unless said otherwise; ``asked`` is a question for a yes, ``any`` whatever became of it.
    """

    name: Words
    args: dict[str, Any] | None = None
    match: Literal["exact", "partial"] = "exact"
    ignore: tuple[str, ...] = ()
    defaults: dict[str, Any] = {}
    times: Annotated[str, Field(pattern=r"^(\d+|\d+\.\.\d*|\.\.\d+)$")] | int = "1.."
    status: Literal["done", "asked", "failed", "refused", "any"] = "done"

    @property
    def bounds(self) -> tuple[int, int | None]:
        """How often at least and at most."""
        low, dots, high = str(self.times).partition("..")
        return (int(low or 0), int(high) if high else None) if dots else (int(low), int(low))

    @model_validator(mode="after")
    def _possible(self) -> "CallExpect":
        low, high = self.bounds
        if high is not None and high < low:
            raise ValueError(f"times {self.times!r}: no number is at least {low} and at most {high}")
        if self.args is None and (self.ignore or self.defaults):
            raise ValueError("'ignore' and 'defaults' say how arguments are compared, but there are no 'args'")
        return self


class Forbidden(Named):
    """A call there must not be, with these arguments if any are named; it counts when it was done, asked about, or broke off."""

    name: Words
    args: dict[str, Any] | None = None
    status: Literal["made", "any"] = Field(default="made", description="any: also when it failed or a gate refused it")


class ToolsExpect(Says):
    """What the agent does. ``extra`` says which calls beside those listed are fine; a write that is not listed never is."""

    calls: tuple[CallExpect, ...] | None = None
    order: Literal["any", "in_order", "exact"] = "any"
    extra: Literal["none", "reads", "any"] = "reads"
    forbid: tuple[Forbidden, ...] | None = None


class StateExpect(Says):
    """What changed at the shop and at the desk; whatever is not listed must be as it was.

    ``add`` lists rows by table, with the fields that matter; ``update`` maps table and key to every field that changed; ``delete`` lists
    keys. ``ignore`` are tables that may change as they like. docs/evals.md lists tables and keys.
    """

    add: dict[str, tuple[dict[str, Any], ...]] = {}
    update: dict[str, dict[str, dict[str, Any]]] = {}
    delete: dict[str, tuple[str, ...]] = {}
    ignore: tuple[str, ...] = ()


class Fact(Part):
    """A value of the shop as it stood at the start: ``orders.W-10432.total``."""

    fact: Words


class ReplyExpect(Says):
    """What the customer reads: in a turn, or in the whole conversation (then ``contains`` may stand in any reply).

    Words are compared without case and punctuation, and whole; amounts, dates and numbers of orders by what they mean. ``grounded``: each such
    value was shown by a tool or said by the customer (``true``: every kind).
    """

    contains_any: tuple[Words | Fact, ...] | None = None
    contains_all: tuple[Words | Fact, ...] | None = None
    excludes: tuple[Words, ...] | None = None
    grounded: bool | tuple[Grounds, ...] | None = None
    language: Literal["en", "es", "fr", "de", "it", "pt", "nl"] | None = None
    silent: bool | None = Field(default=None, description="true: nothing is said at all")

    @property
    def grounds(self) -> tuple[Grounds, ...]:
        """The kinds of value that must be grounded."""
        return ALL_GROUNDS if self.grounded is True else self.grounded or ()


class SaidExpect(Says):
    """What a person at the desk said and the customer got, as words of a reply are compared; something must have been said at all."""

    contains_any: tuple[Words, ...] | None = None
    contains_all: tuple[Words, ...] | None = None
    excludes: tuple[Words, ...] | None = None


class LatencyBudget(Says):
    """Seconds; a replayed latency is shown and never gates."""

    turn_p95: float | None = Field(default=None, gt=0)
    turn_max: float | None = Field(default=None, gt=0)
    total: float | None = Field(default=None, gt=0)


class Budgets(Says):
    """What a conversation may take, at most."""

    turns: int | None = Field(default=None, ge=1)
    tool_calls: int | None = Field(default=None, ge=0)
    tokens: int | None = Field(default=None, ge=1)
    cost_usd: float | None = Field(default=None, gt=0)
    latency_s: LatencyBudget | None = None


class JudgeExpect(Part):
    """A question a language model judges. It never gates without ``calibration``: the file that `warmline eval calibrate` writes."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
    asks: Words | None = Field(default=None, description="what must be true of the conversation")
    rubric: Words | None = Field(default=None, description="a Markdown file beside the suite, instead of `asks`")
    calibration: Words | None = None
    gate: bool = False

    @model_validator(mode="after")
    def _possible(self) -> "JudgeExpect":
        if (self.asks is None) == (self.rubric is None):
            raise ValueError("give 'asks' or 'rubric': what the judge is asked")
        if self.gate and self.calibration is None:
            raise ValueError("a judge may not gate without 'calibration': the file 'warmline eval calibrate' writes")
        return self


StateOrUnchanged = Annotated[
    Annotated[Literal["unchanged", "any"], Tag("word")] | Annotated[StateExpect, Tag("rows")],
    Discriminator(lambda written: "word" if isinstance(written, str) else "rows"),
]
Ends = Literal["replied", "needs_confirmation", "handed_off", "with_human"]


class TurnExpect(Says):
    """What is expected of one turn."""

    route: RouteExpect | None = None
    tools: ToolsExpect | None = None
    state: StateOrUnchanged | None = Field(default=None, description="since the conversation began")
    reply: ReplyExpect | None = None
    said_by_person: SaidExpect | None = Field(default=None, description="since the turn before")
    ends: Ends | None = None


class Outcome(Says):
    """One acceptable end of several; ``id`` names it in reports."""

    id: str = ""
    route: RouteExpect | None = None
    tools: ToolsExpect | None = None
    state: StateOrUnchanged | None = None
    reply: ReplyExpect | None = None
    said_by_person: SaidExpect | None = None
    ends: Ends | None = None


class EndExpect(Says):
    """What is expected of the conversation as a whole; ``outcomes``: the first that holds is taken."""

    route: RouteExpect | None = None
    tools: ToolsExpect | None = None
    state: StateOrUnchanged | None = None
    reply: ReplyExpect | None = None
    said_by_person: SaidExpect | None = None
    budgets: Budgets | None = None
    outcomes: tuple[Outcome, ...] | None = None
    ends: Ends | None = None
    judge: tuple[JudgeExpect, ...] | None = None
