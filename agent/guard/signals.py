"""What the guard reads from one message and the facts around it: typed values, each with its source and the words behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .answers import is_answer, only_number, says_little
from .cues import Cue
from .decision import AUTOMATED_REASONS, TEXT_HUMAN_REASONS
from .facts import Facts
from .language import detect
from .rules import RuleHit
from .scores import SCORES, Scores
from .topics import TopicHit

TOO_LONG = 8_000
"""Characters beyond which a message is not judged by machine."""

LOOP = 2
"""Earlier askings of this very question that make a loop."""

CLEARLY_HUMAN = 0.85
"""Above this the classifier outweighs the reading of a message as a mere answer, unless it is very short."""

LITTLE = 12
"""Characters up to which a mere answer says too little for the classifier to outweigh that reading."""

DAMPED = 0.25
"""What is left of the human probability of a message that only answers the agent's question."""

NEVER_SETTLED = frozenset({"self_harm", "safety", "security", "legal_threat"})
"""Reasons that rules raise again even after a person handed the conversation back."""

UNSURE = "unsure"

CREDIBLE = 0.25
"""Least probability at which a message that no rule knows is a danger, a break-in or a threat; below it, it is for whoever reads first."""

CRITICAL = (*sorted(NEVER_SETTLED), "human_request")
"""Reasons that must not be missed: a lower probability is enough."""

_SOURCES = {
    "classifier": (
        "human_probability",
        "critical_probability",
        "top_reason",
        "intent",
        "intent_probability",
        "concern",
        *SCORES,
    ),
    "message": ("answer", "language", "too_long", "failure"),
    "conversation": ("loop",),
}
_CONVERSATION = ("topic", "asked", "contacts", "repeats", "failed_attempts", "verification")
CONCERNS = ("order_status", "return_start", "exchange_start")
_CONCERNED = 0.5
_DIGITS = 5
"""Of a probability: one message alone and the same one in a batch differ in the seventh."""


class Signal(BaseModel):
    """One signal as it is explained: ``source`` is ``rule:<id>``, ``cue:<id>``, ``topic:<name>``, ``classifier``, ``message``, ``host`` or
    ``conversation``; ``words`` are those of the message that caused it, as far as any did."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: Any
    source: str
    words: str = ""


class Signals(Scores):
    """What was read. Probabilities from 0 to 1; ``human_probability`` leaves out reasons a person has settled;
    ``critical_probability`` is the part of it that must not be missed.

    ``intent`` is the likeliest reason the agent serves, ``top_reason`` the likeliest reason for a person. ``answer`` says that the
    message only answers what the agent asked. ``topics`` are the policy's own. ``failure`` names what broke while reading; such signals decide for a person.
    """

    model_config = ConfigDict(frozen=True)

    facts: Facts = Facts()
    intent: str = "smalltalk"
    intent_probability: float = Field(default=0.0, ge=0, le=1)
    human_probability: float = Field(default=0.0, ge=0, le=1)
    critical_probability: float = Field(default=0.0, ge=0, le=1)
    top_reason: str = "unsure"
    concern: bool = False
    answer: bool = False
    language: str | None = None
    topics: tuple[TopicHit, ...] = ()
    too_long: bool = False
    failure: str | None = None

    @property
    def loop(self) -> bool:
        """Whether this very question was asked at least twice before."""
        return self.facts.repeats >= LOOP

    def with_facts(self, facts: Facts) -> "Signals":
        """The same words under newer facts."""
        return self.model_copy(update={"facts": facts})

    def explain(self, words: Mapping[str, str] | None = None) -> list[Signal]:
        """Every signal with its source, gravest first; ``words`` are those behind the classifier's scores (``Guard.words_behind``)."""
        behind = words or {}
        hits = [Signal(name=hit.reason, value=True, source=f"rule:{hit.id}", words=hit.words) for hit in self.rules]
        cues = [Signal(name=cue.kind, value=True, source=f"cue:{cue.id}", words=cue.words) for cue in self.cues]
        own = [Signal(name=hit.name, value=True, source=f"topic:{hit.name}", words=hit.words) for hit in self.topics]
        sources = [
            Signal(name=name, value=getattr(self, name), source=source, words=behind.get(name, ""))
            for source, names in _SOURCES.items()
            for name in names
        ]
        talk = [Signal(name=name, value=getattr(self.facts, name), source="conversation") for name in _CONVERSATION]
        host = {**self.facts.customer.model_dump(mode="json"), "order_total": self.facts.order_total}
        known = (Signal(name=name, value=value, source="host") for name, value in host.items())
        return [*hits, *cues, *own, *sources, *talk, *known]


def failed_signals(facts: Facts, what: str) -> Signals:
    """What is known when reading itself failed."""
    return Signals(facts=facts, human_probability=1.0, failure=what)


def gather(
    text: str, facts: Facts, *, reasons: Mapping[str, float], hits: Sequence[RuleHit], cues: Sequence[Cue] = ()
) -> Signals:
    """The signals of a cleaned text whose reasons and rules were read.

    A text without a letter or figure is small talk, and an order number that answers nothing asks where the order is.
    """
    read = _read_of(text, facts) or {reason: round(value, _DIGITS) for reason, value in reasons.items()}

    def probability(reason: str) -> float:
        return read.get(reason, 0.0)

    read_rules = hits
    hits = [hit for hit in hits if hit.reason in NEVER_SETTLED or hit.reason not in facts.settled]
    open_reasons = [reason for reason in TEXT_HUMAN_REASONS if reason not in facts.settled]
    human = min(1.0, sum(map(probability, open_reasons)))
    critical = min(human, sum(probability(reason) for reason in CRITICAL if reason in open_reasons))
    open_to = {"asked": facts.asked, "topic": facts.topic, "named": facts.named}
    believed = human <= CLEARLY_HUMAN or len(text) <= LITTLE or says_little(text, **open_to)
    answer = facts.topic is not None and is_answer(text, **open_to) and not hits and believed
    top = max(open_reasons, key=probability, default=UNSURE)
    if top in NEVER_SETTLED and probability(top) < CREDIBLE and UNSURE in open_reasons:
        top = UNSURE
    intent = facts.topic if answer and facts.topic in AUTOMATED_REASONS else max(AUTOMATED_REASONS, key=probability)
    return Signals(
        facts=facts,
        reasons=read,
        intent=intent,
        intent_probability=1.0 - human * DAMPED if answer else probability(intent),
        human_probability=human * DAMPED if answer else human,
        critical_probability=critical * DAMPED if answer else critical,
        top_reason=top,
        rules=tuple(hits),
        cues=tuple(cues),
        concern=sum(map(probability, CONCERNS)) >= _CONCERNED or intent in CONCERNS,
        answer=answer,
        language=detect(text) or next((hit.language for hit in read_rules if hit.language), None),
        too_long=len(text) > TOO_LONG,
    )


def _read_of(text: str, facts: Facts) -> dict[str, float]:
    """What is read of a text in which there is nothing for a classifier to read; empty for any other."""
    if not any(map(str.isalnum, text)):
        return {"smalltalk": 1.0}
    return {"order_status": 1.0} if only_number(text) and not facts.asked else {}
