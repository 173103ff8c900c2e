"""One turn while it is being worked on, and the ways its work can end."""

import time
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from warmline.tools.access import Access
from warmline.tools.clock import Clock
from warmline.tools.model import Customer, Order
from warmline.tools.shop import Shop
from warmline.tools.tool import AnyTool, Effect, ToolContext

from .background import Background
from .capacity import Places
from .crm import Crm
from .events import Event, ToolFinished
from .guard.claims import Claim
from .guard.consent import read_consent
from .guard.decision import Decision
from .guard.evidence import Evidence
from .guard.facts import Facts
from .guard.guard import Guard
from .guard.limits import Limits
from .guard.signals import Signals
from .guard.triage import SECONDS
from .models.base import CallRequest, Message, Model, Prompt, Usage
from .outcome import RunStatus, Timings, ToolRun
from .state import ConversationState
from .store.store import Opened, Store
from .store.tallies import Tallies

if TYPE_CHECKING:
    from warmline.agent.store.prepared import Connection

Emit = Callable[[Event], None]
Within = Callable[["Connection"], Awaitable[None]]
"""What runs inside the transaction that closes the turn."""


SHOP_SECONDS = 20.0
"""How long a turn waits for one answer of the shop; then a person takes over."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A customer's message as the host hands it in, cleaned; ``streamed`` when the host listens to events.

    ``customer`` is ``None`` for a guest, and for a signed-in customer the shop could not be asked about; ``trouble`` says so then.
    """

    conversation_id: str
    message_id: str
    text: str
    customer: Customer | None
    customer_id: str | None = None
    streamed: bool = False
    trouble: str | None = None


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What an agent is made of."""

    model: Model
    shop: Shop
    store: Store
    guard: Guard
    clock: Clock
    tools: Mapping[str, AnyTool]
    prompt: Prompt
    limits: Limits
    tallies: Tallies
    crm: Crm
    deeds: tuple[Claim, ...] = ()
    triage_seconds: float = SECONDS
    shop_seconds: float = SHOP_SECONDS
    background: Background = field(default_factory=Background)
    places: Places = field(default_factory=Places)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The work ends in a reply that passed the gate."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """The work ends in a question: yes to exactly these arguments?"""

    text: str
    tool: str
    arguments: str


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """The work ends at a person."""

    decision: Decision


@dataclass(frozen=True, kw_only=True)
class Offering:
    """The work ends in a question: is a person wanted?"""

    decision: Decision


Ending = Answer | Question | HandOver | Offering


def ending_of(decision: Decision) -> Ending | None:
    """How a turn ends by this decision alone; ``None`` when the agent serves it."""
    if decision.route == "offer":
        return Offering(decision=decision)
    return HandOver(decision=decision) if decision.for_person else None


@dataclass(kw_only=True)
class Work:
    """Everything a turn gathers between its opening and its closing.

    ``sent`` is what the model sees of this turn beyond the stored thread; ``kept`` is what is stored of it, with authors. ``left_out``
    counts the newest messages of the stored thread that the model does not see: an offer of a person, and the no to it. ``accounted``
    are the ledger's keys of the writes that stand in ``runs``, and as what: ``started`` while that is not known. ``refused_drafts`` counts drafts that
    the reply gate refused. ``within`` is what else runs in the closing transaction.
    ``judged`` is the guard's decision on the signals, which what is known of the conversation may have changed to ``decision``.
    """

    parts: Parts
    incoming: Incoming
    opened: Opened
    emit: Emit
    access: Access
    evidence: Evidence = field(default_factory=Evidence)
    facts: Facts = field(default_factory=Facts)
    signals: Signals | None = None
    decision: Decision | None = None
    judged: Decision | None = None
    sent: list[Message] = field(default_factory=list[Message])
    kept: list[tuple[str, Message]] = field(default_factory=list[tuple[str, Message]])
    runs: list[ToolRun] = field(default_factory=list[ToolRun])
    written: set[str] = field(default_factory=set[str])
    accounted: dict[str, str] = field(default_factory=dict[str, str])
    usage: Usage = field(default_factory=Usage)
    spent: dict[str, float] = field(default_factory=dict[str, float])
    began: float = field(default_factory=time.perf_counter)
    left_out: int = 0
    refused_drafts: int = 0
    within: list[Within] = field(default_factory=list[Within])

    @property
    def state(self) -> ConversationState:
        """The conversation's memory, changed in place and stored when the turn closes."""
        return self.opened.state

    @property
    def text(self) -> str:
        """What the customer said and nobody has answered, this message last."""
        return self.opened.said

    @property
    def thread(self) -> Sequence[Message]:
        """What the model sees of the stored thread."""
        return self.opened.messages[: len(self.opened.messages) - self.left_out]

    @property
    def orders(self) -> list[Order]:
        """The orders looked up in this turn."""
        return list(self.access.seen.values())

    def context(self, key: str = "") -> ToolContext:
        """What a tool is given; ``key`` for a write."""
        return ToolContext(shop=self.parts.shop, access=self.access, clock=self.parts.clock, key=key, language=self.language)

    @property
    def language(self) -> str | None:
        """The customer's language: that of the newest message that told one; a mere "no" is a word of several, and so may a mere answer be."""
        signals, known = self.signals, self.state.language
        if signals is None or signals.language is None:
            return known
        return signals.language if known is None or not (signals.answer or read_consent(self.text) != "other") else known

    def keep(self, author: str, message: Message) -> None:
        """Add a message that the model sees and the store keeps."""
        self.sent.append(message)
        self.kept.append((author, message))
        self.evidence.hear(message)

    def reply_to(self, call: CallRequest, text: str, *, status: RunStatus, effect: Effect = "read", ms: float = 0.0) -> None:
        """Give the model the answer to its call, and note what was done: no call stands in the thread without one."""
        self.keep("tool", Message(role="tool", text=text, call_id=call.call_id))
        run = ToolRun(
            name=call.name, arguments=call.arguments, effect=effect, status=status, result=text, ms=ms, call_id=call.call_id
        )
        self.runs.append(run)
        self.emit(ToolFinished(name=call.name, status=status, ms=ms))

    def nudge(self, *messages: Message) -> None:
        """Add messages that the model sees once and nobody keeps."""
        self.sent.extend(messages)

    @contextmanager
    def timed(self, part: str) -> Generator[None]:
        """Count the time of a block towards a part of the turn."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent[part] = self.spent.get(part, 0.0) + (time.perf_counter() - start) * 1000

    def timings(self) -> Timings:
        """Where the time went so far."""
        return Timings(total=(time.perf_counter() - self.began) * 1000, **self.spent)
