"""A suite: cases, each a conversation in a world with what is expected of it. docs/evals.md says how one is written."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .schema_conversation import Conversation, Simulate, Simulator, UserStep
from .schema_expect import Budgets, EndExpect, Part, TurnExpect, Words
from .schema_gates import SuiteGates
from .schema_world import Script, World

Effect = Literal["read", "write"]
Severity = Literal["normal", "critical"]
Tier = Literal["gate", "watch", "quarantine", "counted"]
"""``counted``: one of many, of a suite with ``gates``; it is never written."""

Plays = Literal["agent", "guard"]

FIXED_FOR_CRITICAL = 8
"""Trials of a critical case, all of which must pass: a violation in 1 of 5 conversations slips through 3 clean trials half the time,
through 8 one time in six (.8^3 = .51, .8^8 = .17)."""


class Trials(Part):
    """How often a case is tried: ``n``, and after any failure ``extend_to`` in all. ``n`` alone is fixed."""

    n: int = Field(default=3, ge=1, le=100)
    extend_to: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _possible(self) -> "Trials":
        if self.extend_to is not None and self.extend_to < self.n:
            raise ValueError(f"extend_to {self.extend_to} is fewer than n {self.n}")
        return self

    @property
    def most(self) -> int:
        """How many trials there can be."""
        return self.extend_to or self.n


USUAL = Trials(n=3, extend_to=8)
"""3 trials; any failure extends the case to 8, all of which count. At 6 of 8 a case that passes 97 times of 100 is red in 1 run of 900."""


class Gate(Part):
    """Which part of the trials must pass: 0.75 is 6 of 8, and 3 of 3 (2 of 3 is less)."""

    min_pass_rate: float = Field(default=0.75, gt=0, le=1)


class Quarantine(Part):
    """A case that may fail for now: until when, and why."""

    until: date
    reason: Words


class Defaults(Part):
    """What holds for every case that does not say otherwise."""

    trials: Trials | None = None
    gate: Gate | None = None
    budgets: Budgets | None = None
    expect: EndExpect | None = None
    turn: TurnExpect | None = Field(default=None, description="of every turn; a turn's own parts replace it part by part")
    severity: Severity | None = None
    tier: Literal["gate", "watch"] | None = None
    tags: tuple[str, ...] = ()


class Case(Part):
    """One conversation and what is expected of it; ``say`` is short for a conversation of one message.

    ``expect`` is of the whole conversation, ``cluster`` is the unit of independence for error bars (by default the id before ``[``).
    ``needs: language_model`` skips the case without one. ``script`` replaces the model by one that does as it is told, to try the gates.
    ``tools`` and ``tables`` are the host's own, usually of the whole suite. ``simulator`` names the model that words what a simulated
    customer says. ``why_null_passes`` says why an agent that does nothing sensible may pass it.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*(\[[^\]]*\])?$")]
    why: str = ""
    tags: tuple[str, ...] = ()
    severity: Severity = "normal"
    tier: Tier = "gate"
    quarantine: Quarantine | None = None
    cluster: str = ""
    trials: Trials | None = None
    gate: Gate = Gate()
    world: World = World()
    say: str | None = None
    conversation: Conversation | None = None
    simulate: Simulate | None = None
    simulator: Simulator | None = None
    tools: dict[Words, Effect] = Field(default={})
    tables: tuple[Words, ...] = ()
    script: Script | None = None
    needs: Literal["language_model"] | None = None
    why_null_passes: str = ""
    expect: EndExpect | None = None
    values: dict[str, Any] = Field(default={}, description="of the matrix or the row this case was expanded from")

    @model_validator(mode="after")
    def _possible(self) -> "Case":
        given = [name for name in ("say", "conversation", "simulate") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"a case has one of say, conversation, simulate; this one has {' and '.join(given) or 'none'}")
        if (self.tier == "quarantine") != (self.quarantine is not None):
            raise ValueError("'tier: quarantine' and 'quarantine: {until, reason}' go together")
        if self.script is not None and self.needs is not None:
            raise ValueError("a case with a 'script' is played by that script, so it cannot need a language model")
        if self.simulator is not None and self.simulate is None:
            raise ValueError("'simulator' words what a simulated customer says, and this case has no 'simulate'")
        if not self.messages and self.simulate is None:
            raise ValueError("nobody says anything: the conversation needs a 'user' step")
        if self.expect is None and not any(step.expect for step in self.messages):
            raise ValueError("nothing is expected: give 'expect', of the case or of a turn")
        return self

    @property
    def messages(self) -> tuple[UserStep, ...]:
        """The customer's messages that are written down."""
        if self.say is not None:
            return (UserStep(user=self.say),)
        return tuple(step for step in self.conversation or () if isinstance(step, UserStep))

    @property
    def plan(self) -> Trials:
        """How often it is tried."""
        fixed = Trials(n=FIXED_FOR_CRITICAL)
        return self.trials or (fixed if self.severity == "critical" else USUAL)

    @property
    def pass_rate(self) -> float:
        """Which part of the trials must pass: of a critical case all."""
        return 1.0 if self.severity == "critical" else self.gate.min_pass_rate


class RowsFrom(Part):
    """Lines of JSON Lines files beside the suite (``*`` for several), those that have one of the values of ``where``."""

    files: Annotated[tuple[Words, ...], Field(min_length=1)]
    where: dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]] | None = None


class WrittenCase(Case):
    """A case as it is written: ``matrix`` is played in every combination, ``rows`` (or those of JSON Lines files) one by one."""

    matrix: dict[str, Annotated[list[Any], Field(min_length=1)]] | None = None
    rows: Annotated[list[dict[str, Any]], Field(min_length=1)] | Words | RowsFrom | None = None


class SuiteHead(Part):
    """A suite without its cases."""

    suite: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    schema_version: Literal[1] = Field(alias="schema")
    about: str = ""
    plays: Plays = Field(default="agent", description="guard: each message is read and decided about, and nothing else happens")
    gates: SuiteGates | None = Field(default=None, description="what the suite must come to; its cases are counted then")
    tags: tuple[str, ...] = ()
    world: World = World()
    simulator: Simulator | None = None
    tools: dict[Words, Effect] = Field(default={}, description="the host's own tools that its cases name, and what each does")
    tables: tuple[Words, ...] = Field(default=(), description="the host's own tables that its cases name")
    defaults: Defaults = Defaults()


class WrittenSuite(SuiteHead):
    """A suite as it is written; the JSON Schema for editors is made from this."""

    cases: Annotated[tuple[WrittenCase, ...], Field(min_length=1)]


__all__ = [
    "USUAL",
    "Case",
    "Defaults",
    "Gate",
    "Plays",
    "Quarantine",
    "Severity",
    "SuiteHead",
    "Tier",
    "Trials",
    "World",
    "WrittenCase",
    "WrittenSuite",
]
