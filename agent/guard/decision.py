"""What the guard decided and why: stored with every turn, and enough to explain it offline."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Route = Literal["automate", "offer", "gather", "human"]
"""``offer`` asks once whether a person is wanted; ``gather`` hands over while read-only tools fill the case file."""

Priority = Literal["urgent", "high", "normal", "low"]
Layer = Literal["rules", "classifier", "policy", "triage", "agent", "tool_gate", "reply_gate", "failure", "desk"]

AUTOMATED_REASONS: tuple[str, ...] = (
    "order_status",
    "order_change",
    "stock_check",
    "product_basic",
    "return_start",
    "exchange_start",
    "return_policy",
    "shop_policy",
    "back_in_stock_signup",
    "product_care",
    "smalltalk",
)
"""What the agent serves itself; ``order_change`` and ``shop_policy`` complete DESIGN's list (docs/decisions/0002)."""

TEXT_HUMAN_REASONS: tuple[str, ...] = (
    "emotional",
    "angry",
    "dispute",
    "legal_threat",
    "complex_product",
    "human_request",
    "safety",
    "security",
    "self_harm",
    "unsure",
)
"""Reasons for a person that can be read from the words."""

HUMAN_REASONS: tuple[str, ...] = (*TEXT_HUMAN_REASONS, "high_value", "system_failure")
"""All reasons for a person; ``high_value`` follows from facts, ``system_failure`` from what went wrong."""


Acknowledgement = str | dict[str, str]
"""What a customer reads when a person takes over: a section of prompts/desk.md, or a shop's own texts by language."""


TriageOutcome = Literal["confirmed", "raised", "failed"]
TriageFailure = Literal[
    "", "late", "no_answer", "withheld", "cut_off", "called_a_tool", "unreadable", "contradictory", "unknown_reason"
]


class Triage(BaseModel):
    """What the language model said when it was asked whether a person should read a message that the guard was not sure of.

    ``why`` is its own sentence, for people only; it may be wrong, and a customer's words may have led it. ``failure`` says what was the
    matter with an answer that could not be used.
    """

    model_config = ConfigDict(frozen=True)

    outcome: TriageOutcome
    reason: str = ""
    why: str = ""
    failure: TriageFailure = ""
    model: str = ""

    @property
    def in_words(self) -> str:
        """The same in one line: who said what."""
        said = f"failed, {self.failure.replace('_', ' ')}" if self.outcome == "failed" else self.outcome
        return f"{self.model or 'the model'}: {said}{f', “{self.why}”' if self.why else ''}"


class Decision(BaseModel):
    """Who serves this message. ``score`` is the probability that a person is needed, 0 to 1.

    ``service_level_minutes`` is the time to a first response that the policy sets for the case; ``None`` if it sets none.
    ``acknowledgement`` is what the policy says the customer reads; empty is the reason's own (``ack_<reason>``).
    ``triage`` is what the language model said, if it was asked.
    """

    model_config = ConfigDict(frozen=True)

    route: Route
    reason: str
    rule: str = Field(description="id of the policy rule that decided")
    layer: Layer
    score: float = Field(ge=0, le=1)
    queue: str = ""
    priority: Priority = "normal"
    thresholds: dict[str, float] = Field(default_factory=dict)
    policy: str = Field(default="", description="version and hash of the policy")
    signals: dict[str, Any] = Field(default_factory=dict, description="the signals, as read")
    service_level_minutes: int | None = Field(default=None, ge=1, description="first response")
    acknowledgement: Acknowledgement = ""
    triage: Triage | None = None

    @property
    def for_person(self) -> bool:
        """Whether the message goes to a person at once (``human`` and ``gather``)."""
        return self.route in ("human", "gather")
