"""What the planner carries over turns: goals with what is known for them, and what a plan ends in."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from .choose import Choice
from .thread import Result

GoalKind = Literal[
    "status",
    "history",
    "change",
    "cancel",
    "address",
    "stock",
    "product",
    "find",
    "compare",
    "return",
    "exchange",
    "policy",
    "signup",
    "care",
    "letters",
    "stop",
    "smalltalk",
    "person",
    "undo",
    "spare",
    "unclear",
]
Asked = Literal["", "order", "email", "phone", "item", "quantity", "reason", "product", "variant", "address", "change", "go"]

ORDER_GOALS: frozenset[GoalKind] = frozenset({"status", "history", "change", "cancel", "address", "return", "exchange"})
PRODUCT_GOALS: frozenset[GoalKind] = frozenset({"stock", "product", "find", "compare", "signup", "care", "letters"})
WRITES: frozenset[GoalKind] = frozenset({"cancel", "address", "return", "exchange", "signup", "letters"})


@dataclass(frozen=True)
class Call:
    """A tool call: arguments that are ``None`` are not sent. A write carries its ``goal`` as far as it came."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    goal: "Goal | None" = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Item:
    """Units of one order line."""

    sku: str
    name: str
    quantity: int = 1


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One thing the customer wants, with what is known for it.

    ``said`` are the customer's words for it, oldest first. ``asked`` is what the customer was asked for last and ``tries`` how often
    in a row, ``choices`` what they could choose from. ``proposed`` is the write they were asked to say yes to.
    """

    kind: GoalKind
    said: tuple[str, ...] = ()
    asked: Asked = ""
    tries: int = 0
    choices: tuple[Choice, ...] = ()
    number: str = ""
    email: str = ""
    items: tuple[Item, ...] = ()
    reason: str = ""
    quantity: int | None = None
    product: str = ""
    sku: str = ""
    options: tuple[str, ...] = ()
    address: Mapping[str, str] = field(default_factory=dict[str, str])
    proposed: Call | None = None

    @property
    def words(self) -> str:
        """Everything the customer said for it."""
        return "\n".join(self.said)

    @property
    def newest(self) -> str:
        """The customer's last words for it."""
        return self.said[-1] if self.said else ""

    @property
    def untouched(self) -> bool:
        """Whether nobody asked about it yet: it came with another wish in one message, and waits its turn."""
        return not self.asked and self.proposed is None and bool(self.said)

    def asking(self, slot: Asked, *, choices: tuple[Choice, ...] = ()) -> "Goal":
        """This goal, waiting for an answer; asked for the same again, the count goes up."""
        tries = self.tries + 1 if self.asked == slot else 1
        return replace(self, asked=slot, tries=tries, choices=choices, proposed=None)

    def settled(self) -> "Goal":
        """This goal, done: kept for what follows up on it."""
        return replace(self, asked="", tries=0, proposed=None)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a plan ends in: words, and the goal if it waits for an answer; ``offer`` is what a yes would start.

    ``done`` is the goal as far as it came, for follow-ups.
    """

    text: str
    waiting: Goal | None = None
    offer: Goal | None = None
    done: Goal | None = None


Plan = Generator[Call, Result, Reply]
"""A plan looks things up by yielding calls; it is run again from its start whenever a result has come."""
