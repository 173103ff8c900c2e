"""What the guard decided and why: stored with every turn, and enough to explain it offline."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Route = Literal["automate", "human"]
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


class Decision(BaseModel):
    """Who serves this message. ``score`` is the probability that a person is needed, 0 to 1."""

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
