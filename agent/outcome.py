"""How a turn ends: one of four values, never an exception."""

from dataclasses import dataclass, field
from typing import Literal

from warmline.tools.tool import Effect

from .guard.decision import Decision
from .models.base import Usage

RunStatus = Literal["done", "failed", "refused", "asked", "unknown"]
"""``failed``: the tool said no; ``refused``: the gate did; ``unknown``: it broke off, and a write may have happened."""


@dataclass(frozen=True, kw_only=True)
class ToolRun:
    """One tool call of a turn, as it was decided and done; ``ms`` is the time the tool took."""

    name: str
    arguments: str
    effect: Effect
    status: RunStatus
    result: str
    ms: float = 0.0
    call_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Timings:
    """Where a turn's time went, in milliseconds."""

    total: float = 0.0
    guard: float = 0.0
    model: float = 0.0
    tools: float = 0.0
    store: float = 0.0


@dataclass(frozen=True, kw_only=True)
class TurnBase:
    """What every outcome carries; ``text`` is what the customer reads, empty when nothing is to be said.

    ``refused_drafts`` counts the replies that the reply gate refused before the turn ended; ``None`` for turns of before it was counted.
    """

    conversation_id: str
    message_id: str
    text: str
    decision: Decision
    tool_calls: tuple[ToolRun, ...] = ()
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    refused_drafts: int | None = None


@dataclass(frozen=True, kw_only=True)
class Replied(TurnBase):
    """The agent answered."""

    kind: Literal["replied"] = "replied"


@dataclass(frozen=True, kw_only=True)
class NeedsConfirmation(TurnBase):
    """The agent asked for a yes to exactly these arguments; nothing was written."""

    kind: Literal["needs_confirmation"] = "needs_confirmation"
    tool: str
    arguments: str


@dataclass(frozen=True, kw_only=True)
class HandedOff(TurnBase):
    """A case was opened for a person; ``text`` tells the customer what happens next."""

    kind: Literal["handed_off"] = "handed_off"
    case_id: str
    queue: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WithHuman(TurnBase):
    """A case is open: the message was added to it and the agent stays silent; ``text`` is only there when a life is in danger."""

    kind: Literal["with_human"] = "with_human"
    case_id: str


Turn = Replied | NeedsConfirmation | HandedOff | WithHuman
