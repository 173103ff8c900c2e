"""The tool that hands over to a person. It does nothing itself: the loop sees the call and opens the case."""

from typing import Literal

from pydantic import Field

from warmline.prompts import render

from .results import Result
from .tool import Arguments, Tool, ToolContext

EscalationReason = Literal[
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
]
"""Why a model may ask for a person: the reasons that can be read from words. The others follow from facts and failures."""


class Escalate(Arguments):
    """Why a person is needed. Anything but an unknown reason is accepted: a hand-over must not fail on its form."""

    reason: EscalationReason = Field(description="what best says why a person is needed; 'unsure' when nothing else fits")
    summary: str = Field(description="one or two sentences for the colleague: what the customer wants and what was found out")


class Escalation(Result):
    """What the loop hands over with."""

    reason: EscalationReason
    summary: str


async def hand_over(_context: ToolContext, arguments: Escalate) -> Escalation:
    """Repeat the reason and the summary; the case is the loop's to open."""
    return Escalation(reason=arguments.reason, summary=arguments.summary)


ESCALATE = Tool(
    name="escalate",
    description=render("tools", "escalate"),
    effect="write",
    arguments=Escalate,
    run=hand_over,
)
