"""What the shop's words are made of: frozen values, exact money, places, days in words."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """A value: compared by content, never changed, no unknown field accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(Frozen):
    """An exact amount in one currency; ``amount`` in major units (12.50), ``currency`` as ISO 4217."""

    amount: Decimal
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")

    def __str__(self) -> str:
        sign, figure = "-" if self.amount < 0 else "", f"{abs(self.amount):,.2f}"
        symbol = {"USD": "$", "EUR": "€", "GBP": "£"}.get(self.currency)
        return f"{sign}{symbol}{figure}" if symbol else f"{sign}{figure} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=self.amount + self._same(other).amount, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(amount=self.amount - self._same(other).amount, currency=self.currency)

    def times(self, quantity: int) -> "Money":
        """This amount, ``quantity`` times."""
        return Money(amount=self.amount * quantity, currency=self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add; convert one first")
        return other


class Address(Frozen):
    """Where a parcel goes; ``country`` as ISO 3166-1 alpha-2."""

    name: str
    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postcode: str
    country: str = Field(pattern=r"^[A-Z]{2}$")

    def __str__(self) -> str:
        place = " ".join(part for part in (self.city, self.region, self.postcode) if part)
        return ", ".join(part for part in (self.name, self.line1, self.line2, place, self.country) if part)


def in_words(moment: datetime | date) -> str:
    """A date as customers read it: ``Friday, 28 November 2026``."""
    return f"{moment:%A}, {moment.day} {moment:%B %Y}"
