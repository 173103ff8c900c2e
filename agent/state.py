"""What a conversation carries from one turn to the next, beside its messages."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from warmline.tools.access import MAX_ATTEMPTS, Access, Guesses
from warmline.tools.model import Customer

from .guard.decision import Decision

REMEMBERED_QUESTIONS = 12

_BETWEEN = re.compile(r"[\W_]+")

VISIT = timedelta(hours=1)
"""Silence about a thing after which writing about it again is another contact."""


class Pending(BaseModel):
    """A write the customer was asked about: a yes means exactly these arguments, and only once."""

    tool: str
    arguments: str = Field(description="canonical JSON")
    question: str
    asked_at: AwareDatetime
    asked_in: str = Field(default="", description="the message this question answered; names the confirmation")


OfferAnswer = Literal["waiting", "accepted", "declined", "lapsed"]


class Offer(BaseModel):
    """A person the customer was offered, by which rule and for what reason, and what came of it (``lapsed``: something else was said)."""

    reason: str
    rule: str
    at: AwareDatetime
    answer: OfferAnswer = "waiting"


class LastCase(BaseModel):
    """The case a person closed last in this conversation: what the customer answers reaches it until ``until``."""

    case_id: str
    how: Literal["resolved", "handed_back"]
    at: AwareDatetime
    until: AwareDatetime


class Rating(BaseModel):
    """The question how it was, waiting for its answer; ``about`` is what it is about."""

    about: str
    until: AwareDatetime


class Visits(BaseModel):
    """How many contacts there were about one thing, and when it was last spoken of."""

    times: int
    last: AwareDatetime


class ConversationState(BaseModel):
    """The memory of a conversation.

    ``asked`` is whether the last reply was a question, ``named`` the words of what it listed. ``order`` is the order last spoken of.
    ``visits`` are the answered contacts by what they were about (``visit_key``), ``tool_failures`` the calls of tools that came to nothing,
    failed identifications among them. ``offers`` are the offers of a person, oldest first, and ``offered`` is the decision behind the one
    that waits for an answer. ``settled`` are the reasons a person dealt with, ``last_case`` is where they did, and ``instruction`` what they
    asked the agent to do when they handed the conversation back.
    ``rating`` is the question how it was, until the customer's next message. ``warned`` are the dangers in which the customer has read what to
    do since a person took over.
    """

    proven: dict[str, str] = Field(default_factory=dict[str, str])
    failed_attempts: int = 0
    pending: Pending | None = None
    topic: str | None = None
    asked: bool = False
    named: list[str] = Field(default_factory=list[str])
    order: str | None = None
    visits: dict[str, Visits] = Field(default_factory=dict[str, Visits])
    tool_failures: int = 0
    questions: list[str] = Field(default_factory=list[str])
    settled: list[str] = Field(default_factory=list[str])
    last_case: LastCase | None = None
    instruction: str | None = None
    rating: Rating | None = None
    warned: list[str] = Field(default_factory=list[str])
    offers: list[Offer] = Field(default_factory=list[Offer])
    offered: Decision | None = None
    language: str | None = None
    writes: int = 0

    def access(self, customer: Customer | None, *, max_failed: int = MAX_ATTEMPTS, guesses: Guesses | None = None) -> Access:
        """What this conversation may see, for a turn; a guest's wrong guesses are limited here and across conversations."""
        proven = dict(self.proven)
        return Access(customer=customer, proven=proven, failed=self.failed_attempts, max_failed=max_failed, guesses=guesses)

    def remember(self, access: Access) -> None:
        """Keep what a turn proved and how often it failed to."""
        self.proven = dict(access.proven)
        self.failed_attempts = access.failed

    def resting(self, at: datetime) -> frozenset[str]:
        """The reasons that do not bring a person back now; what was settled long ago may come up again."""
        over = self.last_case is not None and at >= self.last_case.until
        return frozenset() if over else frozenset(self.settled)

    def visit(self, topic: str, *, at: datetime, mere_answer: bool) -> None:
        """Note that a topic, with the order last spoken of, was served; what only answers the agent's question begins no contact."""
        key = visit_key(topic, self.order)
        known = self.visits.get(key)
        another = not mere_answer and (known is None or at - known.last >= VISIT)
        if known is not None or another:
            self.visits[key] = Visits(times=(known.times if known else 0) + another, last=at)

    def earlier_visits(self, topic: str, order: str | None, *, at: datetime) -> int:
        """How many contacts about this there were before the one that goes on, or begins, now."""
        known = self.visits.get(visit_key(topic, order))
        return 0 if known is None else known.times - (at - known.last < VISIT)

    def repeats(self, text: str) -> int:
        """How often this very question was asked before in this conversation."""
        return self.questions.count(question_key(text))

    def ask_again(self, text: str) -> None:
        """Note a question of the customer's, for ``repeats``."""
        self.questions = [*self.questions, question_key(text)][-REMEMBERED_QUESTIONS:]

    def propose(self, tool: str, arguments: str, question: str, *, at: datetime, message_id: str) -> None:
        """Note what the customer is asked to say yes to."""
        self.pending = Pending(tool=tool, arguments=arguments, question=question, asked_at=at, asked_in=message_id)
        self.asked = True

    def offer_person(self, decision: Decision, *, at: datetime) -> None:
        """Note that the customer is asked whether a person is wanted. A write they were asked about is no longer what a yes means."""
        self.offered, self.pending = decision, None
        self.offers = [*self.offers, Offer(reason=decision.reason, rule=decision.rule, at=at)]

    def answer_offer(self, answer: OfferAnswer) -> None:
        """Note what came of the offer that waits for an answer, if one does."""
        if self.offered is not None:
            self.offered = None
            self.offers = [*self.offers[:-1], self.offers[-1].model_copy(update={"answer": answer})]


def visit_key(topic: str, order: str | None) -> str:
    """What a contact is about: its topic and, when one is known, its order."""
    return f"{topic}:{order or ''}"


def question_key(text: str) -> str:
    """A message without case, accents, punctuation and spacing, so that the same question is the same key."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKD", text.casefold()))
