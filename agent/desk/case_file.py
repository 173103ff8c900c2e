"""The case file: what a person needs in order to act without asking the customer again."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from warmline.agent.guard.decision import Triage
from warmline.agent.state import Offer
from warmline.tools.model import Customer, Order, Shipment, in_words

Mood = Literal["calm", "concerned", "upset", "in_danger"]
Author = Literal["customer", "agent", "person", "notice"]
By = Literal["template", "model"]


class Line(BaseModel):
    """One visible message of the transcript."""

    author: Author
    text: str


class CustomerCard(BaseModel):
    """Who this is, as far as it is known; ``None`` is unknown."""

    customer_id: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    tier: str | None = None
    lifetime_value: str | None = None
    since: str | None = None
    locale: str | None = None
    verification: str = "none"

    @classmethod
    def of(cls, customer: Customer | None, *, verification: str, email: str | None) -> "CustomerCard":
        """The card of a known customer, or what a guest has proved."""
        if customer is None:
            return cls(email=email, verification=verification)
        return cls(
            customer_id=customer.customer_id,
            name=customer.name,
            email=customer.email,
            phone=customer.phone,
            tier=customer.tier,
            lifetime_value=None if customer.lifetime_value is None else str(customer.lifetime_value),
            since=in_words(customer.since),
            locale=customer.locale,
            verification=verification,
        )


class OrderCard(BaseModel):
    """An order involved, as looked up."""

    number: str
    placed: str
    status: str
    total: str
    items: list[str]
    parcels: list[str]
    gift: str | None = None

    @classmethod
    def of(cls, order: Order) -> "OrderCard":
        """The card of an order."""
        return cls(
            number=order.number,
            placed=in_words(order.placed_at),
            status=order.status.replace("_", " "),
            total=str(order.total),
            items=[f"{line.quantity} × {line.label} {line.sku} {line.unit_price}" for line in order.lines],
            parcels=[_parcel(parcel) for parcel in order.shipments],
            gift=order.gift_message if order.gift else None,
        )


def _parcel(parcel: Shipment) -> str:
    """A parcel in one line: carrier, number, status, the date that matters, the newest scan."""
    line = f"{parcel.carrier} {parcel.tracking_number}: {parcel.status.replace('_', ' ')}"
    if parcel.delivered_at is not None:
        line += f" on {in_words(parcel.delivered_at)}"
    elif parcel.expected is not None:
        line += f", expected {in_words(parcel.expected)}"
    if parcel.events:
        newest = max(parcel.events, key=lambda event: event.at)
        line += f"; last scan {in_words(newest.at)}: {newest.what}, {newest.place}"
    return line


class Step(BaseModel):
    """What the agent did or would not do, and what came of it."""

    tool: str
    arguments: str
    status: str
    result: str


class Fact(BaseModel):
    """What one read-only look-up, made after the case was opened, found; ``arguments`` and a ``found`` result are JSON."""

    tool: str
    arguments: str
    status: Literal["found", "failed"]
    result: str
    at: AwareDatetime


class CaseFile(BaseModel):
    """The whole story of a case."""

    reason: str
    rule: str
    layer: str
    triage: Triage | None = Field(default=None, description="what the language model said when the guard was not sure")
    wants: str = Field(description="what the customer wants, in one line, in their words")
    customer: CustomerCard
    mood: list[Mood] = Field(description="over the conversation, oldest first")
    orders: list[OrderCard] = []
    facts: list[Fact] = Field(default=[], description="what was looked up for this case after it was opened")
    offers: list[Offer] = Field(default=[], description="when the customer was asked whether a person is wanted, and the answer")
    done: list[Step] = Field(default=[], description="what the agent did")
    refused: list[Step] = Field(default=[], description="what the agent would not do, and why")
    promised: list[str] = Field(default=[], description="what the customer was told to expect")
    deadline: AwareDatetime | None = Field(default=None, description="when the promise falls due")
    open_questions: list[str] = []
    noticed: list[str] = Field(default=[], description="cues in the message, each with its words: urgency, occasion, injection")
    next_step: str = Field(description="a proposal, made by template")
    summary: str = Field(default="", description="what happened, in one paragraph")
    summary_by: By = Field(default="template", description="who wrote the summary")
    draft_reply: str = Field(description="for the person to edit")
    draft_by: By = Field(default="template", description="who wrote the draft")
    contact: str | None = Field(default=None, description="how to reach the customer; None: ask")
    signals: dict[str, Any] = {}
    transcript: list[Line] = []


def mood_of(reason: str) -> Mood:
    """The mood a reason for a person speaks of."""
    if reason in ("self_harm", "safety"):
        return "in_danger"
    if reason in ("emotional", "angry", "dispute", "legal_threat", "security"):
        return "upset"
    return "concerned" if reason in ("high_value", "human_request", "unsure", "system_failure") else "calm"


def in_one_line(texts: Sequence[str], *, limit: int = 160) -> str:
    """The customer's newest words as one line of at most ``limit`` characters."""
    line = " ".join(" ".join(texts).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
