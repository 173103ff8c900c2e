"""A message in its conversation: what can be read from it, what was open before it, what is to be done about it."""

from dataclasses import dataclass, field

from warmline.agent.guard.consent import Consent, read_consent

from .goals import Goal
from .intents import Intent, Reader, read_intents
from .lexicon import marked
from .memory import Memory
from .slots import order_numbers_in
from .thread import Host
from .words import folded, tokens

_SHORT = 8


@dataclass(frozen=True, kw_only=True)
class State:
    """What is open after a turn: goals waiting for an answer (the newest last), an offer, and what was done last."""

    waiting: tuple[Goal, ...] = ()
    offer: Goal | None = None
    last: Goal | None = None
    lost: int = 0


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """What is to be done in a turn. ``first`` is said before anything else; ``parked`` goals wait on."""

    goals: tuple[Goal, ...] = ()
    parked: tuple[Goal, ...] = ()
    first: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A customer's message with what can be read from it without its conversation."""

    text: str
    reader: Reader
    host: Host
    memory: Memory = field(default_factory=Memory)
    question: str = ""
    """What the agent said last."""

    @property
    def consent(self) -> Consent:
        """Yes, no, or something else."""
        return read_consent(self.text)

    @property
    def agrees(self) -> bool:
        """Whether it is a yes, or starts with one and wants nothing else."""
        plain = folded(self.text)
        return self.consent == "yes" or (marked("leading_yes", plain) and not marked("not_really", plain))

    @property
    def declines(self) -> bool:
        """Whether it says no, or to leave it."""
        plain = folded(self.text)
        short = len(tokens(self.text)) <= _SHORT
        return self.consent == "no" or (short and marked("never_mind", plain))

    def intents(self) -> list[Intent]:
        """What it asks for."""
        return read_intents(self.text, self.reader)

    @property
    def about_it(self) -> bool:
        """Whether it asks about what was talked about: "how heavy is it?"."""
        return marked("about_it", folded(self.text))

    @property
    def is_short(self) -> bool:
        """Whether it has a few words only."""
        return len(tokens(self.text)) <= _SHORT

    @property
    def numbers(self) -> list[str]:
        """The order numbers it names."""
        return order_numbers_in(self.text, known=tuple(self.memory.identifiers))
