"""Contacts: what a customer wrote about something, until an hour of silence, and who served them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Any, Literal, NamedTuple, cast

from warmline.agent.guard.decision import AUTOMATED_REASONS
from warmline.agent.state import VISIT

from .reading import Answered, CaseSeen, Rated

LASTING = timedelta(hours=72)
"""For how long a customer must not come back about the same thing, for a contact to be contained."""

COURTESY = "smalltalk"
NO_TOPIC = "none named"
"""The topic of a contact that names nothing the agent serves, such as a mere wish for a person."""

UPSET = frozenset({"angry", "emotional", "dispute", "human_request", "legal_threat"})
"""Reasons for a person that, after an answer of the agent's, say that the answer did not do."""

Server = Literal["agent", "person"]
ServedBy = Literal["agent", "person", "offered"]
"""Whom a contact ended with; ``offered``: with the question whether a person is wanted, which nobody answered."""


class Score(NamedTuple):
    """How a customer rated whom, for what the shop had taken it to be about."""

    server: Server
    reason: str
    score: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """One contact. ``topic`` is what it was about first, ``topics`` all of it, ``orders`` the orders that were looked up.

    ``text`` is the message that named the topic. ``reason`` and ``rule`` are of the decision that handed it over, or for one that the agent
    served of the first that was no courtesy; of an offer that nobody answered they are the offer's. ``agent_first``: the agent had answered
    before a person had it, if one ever did. ``turned`` is the reason for a person that came after an answer. ``tokens`` is ``None`` where a
    server did not say; ``refused_drafts`` where that was not yet recorded.
    """

    conversation_id: str
    customer: str
    began: datetime
    ended: datetime
    messages: int
    topic: str
    topics: frozenset[str]
    orders: frozenset[str]
    server: ServedBy
    route: str
    reason: str
    rule: str
    layer: str
    case_id: str | None = None
    agent_first: bool = False
    turned: str | None = None
    tools: int = 0
    tools_failed: int = 0
    refused_drafts: int | None = 0
    blocked: bool = False
    answers: int = 0
    tokens: tuple[int, int, int] | None = (0, 0, 0)
    came_back: bool = False
    served_after: bool = False
    scores: tuple[Score, ...] = ()
    case: CaseSeen | None = None
    text: str = ""

    @property
    def asks(self) -> bool:
        """Whether something was asked: a greeting alone is no contact to be counted."""
        return self.server != "agent" or self.topic != COURTESY

    @property
    def missed(self) -> tuple[str, ...]:
        """By what people found that a person should have had it sooner."""
        found = {
            "judged": self.case is not None and self.case.verdict == "missed",
            "upset after an answer": self.turned is not None,
            "rated 1 or 2": any(one.server == "agent" and one.score <= 2 for one in self.scores),
        }
        return tuple(name for name, so in found.items() if so)

    @property
    def needless(self) -> tuple[str, ...]:
        """By what people found that the agent could have done it."""
        judged = self.case is not None and self.case.verdict == "needless"
        given_back = self.case is not None and self.case.status == "handed_back" and self.served_after
        given_back = given_back and self.case is not None and self.case.verdict is None
        return tuple(name for name, so in {"judged": judged, "handed back and then served": given_back}.items() if so)


@dataclass(kw_only=True)
class _Talk:
    """The messages of one contact while they are gathered, the ``case`` it led to, and whether an answer of the agent's stands right before them."""

    turns: list[Answered] = field(default_factory=list[Answered])
    case: str | None = None
    answered: bool = False

    def goes_on(self, turn: Answered) -> bool:
        """Whether a message belongs to this contact: written soon after the last one, and not to another case."""
        case = _case_of(turn)
        soon = turn.opened_at - self.turns[-1].closed_at < VISIT
        return soon and (case is None or self.case is None)


def contacts_of(turns: Iterable[Answered]) -> list[Contact]:
    """The contacts in these messages, oldest first; who answers only how it was has no contact."""
    threads: dict[str, list[Answered]] = {}
    for turn in turns:
        if turn.decision and turn.decision.get("rule") != "rated":
            threads.setdefault(turn.conversation_id, []).append(turn)
    found = [contact for thread in threads.values() for contact in _contacts(thread)]
    return _with_returns(sorted(found, key=lambda one: (one.began, one.conversation_id)))


def by_class(contacts: Iterable[Contact]) -> dict[str, list[Contact]]:
    """The contacts about what the agent serves, by the guard's class; courtesies are none."""
    groups: dict[str, list[Contact]] = {}
    for one in contacts:
        if one.asks and one.topic in AUTOMATED_REASONS and one.topic != COURTESY:
            groups.setdefault(one.topic, []).append(one)
    return groups


def with_ratings(contacts: Sequence[Contact], ratings: Iterable[Rated]) -> list[Contact]:
    """The contacts with what was answered about them: of a case to its contact, else to the last one that began before it was asked."""
    done, by_case = list(contacts), {one.case_id: place for place, one in enumerate(contacts) if one.case_id}
    threads: dict[str, list[int]] = {}
    for place, one in enumerate(done):
        threads.setdefault(one.conversation_id, []).append(place)
    for rating in ratings:
        before = [place for place in threads.get(rating.conversation_id, ()) if done[place].began <= rating.asked_at]
        place = by_case.get(rating.case_id) if rating.case_id else before[-1] if before else None
        if place is not None:
            score = Score("person" if rating.case_id else "agent", rating.reason, rating.score)
            done[place] = replace(done[place], scores=(*done[place].scores, score))
    return done


def with_cases(contacts: Iterable[Contact], cases: dict[str, CaseSeen]) -> list[Contact]:
    """The contacts with the cases they led to."""
    return [replace(one, case=cases.get(one.case_id or "")) for one in contacts]


def _contacts(thread: list[Answered]) -> Iterator[Contact]:
    thread.sort(key=lambda turn: (turn.opened_at, turn.turn_id))
    talks: list[_Talk] = []
    by_case: dict[str, _Talk] = {}
    talk: _Talk | None = None
    for turn in thread:
        case, last = _case_of(turn), talk
        if case in by_case:
            talk = by_case[case]
        elif last is None or not last.goes_on(turn):
            soon = last is not None and turn.opened_at - last.turns[-1].closed_at < VISIT
            talk = _Talk(answered=soon and last is not None and _by_agent(last.turns[-1]))
            talks.append(talk)
        else:
            talk = last
        talk.turns.append(turn)
        if case is not None:
            by_case[case], talk.case = talk, case
    yield from (_contact(one.turns, answered=one.answered) for one in talks)


def _case_of(turn: Answered) -> str | None:
    """The case that a message led to, or was written to."""
    return str(turn.outcome.get("case_id")) if turn.outcome.get("kind") in ("handed_off", "with_human") else None


def _by_agent(turn: Answered) -> bool:
    """Whether the agent answered it, which the question whether a person is wanted is not."""
    return turn.outcome.get("kind") in ("replied", "needs_confirmation") and turn.decision.get("route") != "offer"


def _contact(turns: Sequence[Answered], *, answered: bool) -> Contact:
    """``answered``: the agent had answered right before the first of these messages, about a case that is another contact."""
    handed = next((place for place, turn in enumerate(turns) if _case_of(turn)), None)
    offered = handed is None and turns[-1].decision.get("route") == "offer"
    named = [(topic, turn) for turn in turns if (topic := topic_of(turn)) != COURTESY]
    topics = [topic for topic, _ in named]
    first = next((turn for turn in turns if turn.decision.get("reason") != COURTESY), turns[0])
    deciding = (turns[handed] if handed is not None else turns[-1] if offered else first).decision
    by_agent = [place for place, turn in enumerate(turns) if _by_agent(turn)]
    before = answered or any(handed is None or place < handed for place in by_agent)
    turned = handed is not None and before and deciding.get("reason") in UPSET
    calls = [cast("dict[str, Any]", call) for turn in turns for call in turn.outcome.get("tool_calls") or ()]
    refused = [turn.outcome.get("refused_drafts") for turn in turns]
    server: ServedBy = "person" if handed is not None else "offered" if offered else "agent"
    return Contact(
        conversation_id=turns[0].conversation_id,
        customer=turns[0].customer,
        began=turns[0].opened_at,
        ended=turns[-1].closed_at,
        messages=len(turns),
        topic=topics[0] if topics else COURTESY if server == "agent" else NO_TOPIC,
        topics=frozenset(topics) - {NO_TOPIC},
        orders=frozenset(number for call in calls if (number := _order_of(call))),
        server=server,
        route=str(deciding.get("route", "")),
        reason=str(deciding.get("reason", "")),
        rule=str(deciding.get("rule", "")),
        layer=str(deciding.get("layer", "")),
        case_id=None if handed is None else _case_of(turns[handed]),
        agent_first=server == "agent" or before,
        turned=str(deciding.get("reason")) if turned else None,
        tools=len(calls),
        tools_failed=sum(call.get("status") in ("failed", "unknown") for call in calls),
        refused_drafts=None if any(one is None for one in refused) else sum(int(one or 0) for one in refused),
        blocked=any(turn.decision.get("layer") == "reply_gate" for turn in turns),
        answers=len(by_agent),
        tokens=_tokens(turns),
        served_after=handed is not None and any(place > handed for place in by_agent),
        text=named[0][1].text if named else "",
    )


def topic_of(turn: Answered) -> str:
    """What a message is about, among what the agent serves: its reason if the agent served it, else the likeliest of them."""
    decision = turn.decision
    if decision.get("reason") in AUTOMATED_REASONS:
        return str(decision["reason"])
    intent = str((decision.get("signals") or {}).get("intent") or COURTESY)
    return NO_TOPIC if intent == COURTESY else intent


def _tokens(turns: Sequence[Answered]) -> tuple[int, int, int] | None:
    """Input, output and cached tokens; ``None`` if a call was made and nothing is said of its tokens."""
    usages = [turn.outcome.get("usage") or {} for turn in turns]
    if any(usage.get("calls") and not usage.get("input") for usage in usages):
        return None
    into, out, cached = (sum(int(usage.get(name) or 0) for usage in usages) for name in ("input", "output", "cached"))
    return into, out, cached


def _order_of(call: dict[str, Any]) -> str | None:
    try:
        arguments: object = json.loads(call.get("arguments") or "{}")
    except ValueError:
        return None
    number = cast("dict[str, Any]", arguments).get("order_number") if isinstance(arguments, dict) else None
    return str(number) if number else None


def _with_returns(contacts: Sequence[Contact]) -> list[Contact]:
    """Which contacts were followed by one about the same thing, or by one that shows they did not do."""
    theirs: dict[str, list[Contact]] = {}
    for one in contacts:
        theirs.setdefault(one.customer, []).append(one)
    seen: dict[str, int] = {}
    found: list[Contact] = []
    for one in contacts:
        place = seen[one.customer] = seen.get(one.customer, 0) + 1
        found.append(replace(one, came_back=_came_back(one, islice(theirs[one.customer], place, None))))
    return found


def _came_back(contact: Contact, later: Iterable[Contact]) -> bool:
    """Whether one of the customer's later contacts, in order, is soon enough and about the same thing: a common topic, a mere wish for a
    person, or something for a person that says an answer did not do; and no other order where both name one."""
    soon = takewhile(lambda one: one.began - contact.ended < LASTING, later)
    return any(_same(contact, one) and _same_order(one, contact) for one in soon if one.began >= contact.ended)


def _same(contact: Contact, later: Contact) -> bool:
    upset = later.server == "person" and (later.topic == NO_TOPIC or later.reason in UPSET)
    return upset or bool(later.topics & contact.topics)


def _same_order(one: Contact, other: Contact) -> bool:
    return not one.orders or not other.orders or bool(one.orders & other.orders)
