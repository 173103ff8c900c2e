"""What is known about who asks and what is at stake, before a word of the message is read."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from warmline.tools.model import Customer, Tier


class CustomerFacts(BaseModel):
    """The customer, as the host knows them; ``None`` is unknown, which is not the same as zero."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    tier: Tier | None = None
    lifetime_value: Decimal | None = Field(default=None, ge=0, description="in the shop's currency, major units")
    orders: int | None = Field(default=None, ge=0)
    since: date | None = None

    @classmethod
    def of(cls, customer: Customer | None) -> Self:
        """The facts in a shop's customer record."""
        if customer is None:
            return cls()
        return cls(tier=customer.tier, lifetime_value=customer.lifetime_value.amount, since=customer.since)


class Facts(BaseModel):
    """What the host, the shop and the conversation so far say; no part of it comes from the message or a model.

    ``topic`` is the reason the conversation is about (a short answer such as "the last one" belongs to it) and ``asked`` whether the
    agent's last words were a question. ``contacts`` counts answered contacts about the same thing, ``repeats`` how often this very
    question was asked before. ``settled`` are reasons a person has dealt with and handed back.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    customer: CustomerFacts = CustomerFacts()
    order_total: Decimal | None = Field(default=None, ge=0, description="of the order at stake, major units")
    verification: str = "none"
    topic: str | None = None
    asked: bool = False
    contacts: int = Field(default=0, ge=0)
    repeats: int = Field(default=0, ge=0)
    settled: frozenset[str] = frozenset()

    def at_stake(self, *, total: Decimal, customer: Customer | None) -> "Facts":
        """These facts after an order was looked up: its total and, if nobody was known, whose it is."""
        changes: Mapping[str, Any] = {"order_total": max(total, self.order_total or Decimal(0))}
        if self.customer.tier is None and customer is not None:
            changes = {**changes, "customer": CustomerFacts.of(customer)}
        return self.model_copy(update=changes)
