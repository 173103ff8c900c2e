"""How much may be changed, and how often a guest may guess, before a person looks at it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from warmline.errors import UsageError

WINDOW = timedelta(hours=24)
"""What "a day" means in a limit: the hours before now, not a calendar day."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The tool gate's limits; beyond each of them a person takes over.

    ``writes_per_conversation`` counts a conversation's writes, ``writes_per_customer`` one customer's in all conversations of the last
    24 hours: by customer id when signed in, by e-mail address for a guest. ``amount`` is in the shop's currency, major units: a write to
    an order of this total or more, or that moves this much, is a person's (``None``: no limit); the default is the shipped policy's
    high-value order. ``attempts_per_conversation`` are the pairs of order number and e-mail address a guest may get wrong in one
    conversation, ``attempts_per_order`` the wrong ones that name one order number, or one address, in all conversations of 24 hours.
    """

    writes_per_conversation: int = 5
    writes_per_customer: int = 10
    amount: Decimal | None = Decimal(500)
    attempts_per_conversation: int = 5
    attempts_per_order: int = 10

    def __post_init__(self) -> None:
        counts = {name: value for name, value in vars(self).items() if name != "amount"}
        for name, value in counts.items():
            if value < 0:
                raise UsageError(f"Limits({name}={value!r}): expected a count, 0 or more; 0 allows none")
        if self.amount is not None and not (self.amount.is_finite() and self.amount >= 0):
            raise UsageError(f"Limits(amount={self.amount!r}): expected an amount, 0 or more, or None for no limit")
