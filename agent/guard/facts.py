"""What is known about who asks and what is at stake, before a word of the message is read."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from warmline.tools.model import Customer, Tier


class CustomerFacts(BaseModel):
    """The customer, as the host knows them; ``None`` is unknown, which is not the same as zero.

    ``certain`` is false where a host's own system was to say more and did not: tier and lifetime value may then be higher. ``consent`` is
    whether they take marketing.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    tier: Tier | None = None
    lifetime_value: Decimal | None = Field(default=None, ge=0, description="in the shop's currency, major units")
    orders: int | None = Field(default=None, ge=0)
    since: date | None = None
    consent: bool | None = None
    certain: bool = True

    @classmethod
    def of(cls, customer: Customer | None) -> Self:
        """The facts in a shop's customer record."""
        if customer is None:
            return cls()
        worth = customer.lifetime_value
        return cls(
            tier=customer.tier,
            lifetime_value=None if worth is None else worth.amount,
            since=customer.since,
            consent=customer.marketing_consent,
        )


class Facts(BaseModel):
    """What the host, the shop and the conversation so far say; no part of it comes from the message or a model.

    ``topic`` is the reason the conversation is about (a short answer such as "the last one" belongs to it), ``asked`` whether the
    agent's last words were a question, ``named`` the words of what that question listed to choose from. ``contacts`` counts earlier answered
    contacts about what is asked now and the same order (an hour of silence apart), ``repeats`` how often this very question was asked before,
    ``failed_attempts`` the identifications and tool calls that have failed. ``settled`` are reasons a person has dealt with and handed back,
    ``offered`` those for which the customer was asked whether a person is wanted, ``declined`` those for which they just said no.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    customer: CustomerFacts = CustomerFacts()
    order_total: Decimal | None = Field(default=None, ge=0, description="of the order at stake, major units")
    verification: str = "none"
    topic: str | None = None
    asked: bool = False
    named: frozenset[str] = frozenset()
    contacts: int = Field(default=0, ge=0)
    repeats: int = Field(default=0, ge=0)
    failed_attempts: int = Field(default=0, ge=0)
    settled: frozenset[str] = frozenset()
    offered: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()

    @field_serializer("named", "settled", "offered", "declined", when_used="json")
    def _in_order(self, reasons: frozenset[str]) -> list[str]:
        """Sets have an order of their own in each process; what is stored of the same decision is the same."""
        return sorted(reasons)

    def at_stake(self, *, total: Decimal, owner: CustomerFacts) -> "Facts":
        """These facts after an order was looked up: its total and, if nobody was known, whose it is."""
        changes: Mapping[str, Any] = {"order_total": max(total, self.order_total or Decimal(0))}
        if self.customer == CustomerFacts():
            changes = {**changes, "customer": owner}
        return self.model_copy(update=changes)
