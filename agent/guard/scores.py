"""What single words and the classifier say of a message, each signal under a name of its own."""

from pydantic import BaseModel, ConfigDict, Field

from .cues import Cue, CueKind
from .rules import RuleHit

SCORES = {
    "emotional_weight": "emotional",
    "anger": "angry",
    "dispute": "dispute",
    "legal": "legal_threat",
    "complex_product": "complex_product",
    "asks_for_person": "human_request",
    "safety": "safety",
    "security": "security",
    "self_harm": "self_harm",
}
"""The classifier's probabilities that have a name of their own, with the reason each is of."""

INJECTION_RULES = frozenset({"machine.instructions"})
"""Rules that are about instructions to the machine."""


class Scores(BaseModel):
    """The probability of each reason, the rules that matched, and the cues that were found."""

    model_config = ConfigDict(frozen=True)

    reasons: dict[str, float] = Field(default_factory=dict)
    rules: tuple[RuleHit, ...] = ()
    cues: tuple[Cue, ...] = ()

    @property
    def emotional_weight(self) -> float:
        """The probability that the message's weight is on a life: grief, illness, fear, a ruined occasion."""
        return self._probability("emotional_weight")

    @property
    def anger(self) -> float:
        """The probability that the customer is angry."""
        return self._probability("anger")

    @property
    def dispute(self) -> float:
        """The probability that money or fault is contested."""
        return self._probability("dispute")

    @property
    def legal(self) -> float:
        """The probability of a legal threat."""
        return self._probability("legal")

    @property
    def complex_product(self) -> float:
        """The probability of a product question that takes judgement."""
        return self._probability("complex_product")

    @property
    def asks_for_person(self) -> float:
        """The probability that a person is asked for."""
        return self._probability("asks_for_person")

    @property
    def safety(self) -> float:
        """The probability of injury or danger."""
        return self._probability("safety")

    @property
    def security(self) -> float:
        """The probability of a break-in, a fraud or a leak."""
        return self._probability("security")

    @property
    def self_harm(self) -> float:
        """The probability that somebody does not want to live."""
        return self._probability("self_harm")

    @property
    def urgency(self) -> bool:
        """Whether words of hurry or a near date stand in it."""
        return self._has("urgency")

    @property
    def occasion(self) -> bool:
        """Whether a day that matters is named: a wedding, a birthday, a funeral."""
        return self._has("occasion")

    @property
    def injection(self) -> bool:
        """Whether it speaks to the machine rather than to the shop: instructions, tools' names, a claimed yes."""
        return self._has("injection") or any(hit.id in INJECTION_RULES for hit in self.rules)

    def _probability(self, name: str) -> float:
        return self.reasons.get(SCORES[name], 0.0)

    def _has(self, kind: CueKind) -> bool:
        return any(cue.kind == kind for cue in self.cues)
