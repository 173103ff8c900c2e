"""The names a condition of the policy may use, with their values; docs/policy.md lists them all.

What is unknown is a value too: -1 for a number, "unknown" for a word. Every name has the same type for all signals.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast, get_args

from warmline.tools.model import Tier

from .decision import AUTOMATED_REASONS, HUMAN_REASONS, TEXT_HUMAN_REASONS
from .language import LANGUAGES

if TYPE_CHECKING:
    from .signals import Signals

UNKNOWN = "unknown"
TOPICS = "signals.topics"
"""The name whose words are those of the policy's own topics."""

PROBABILITIES = "signals.probability."
"""How the names of single reasons' probabilities begin."""

Names = dict[str, Any]

WORDS: dict[str, frozenset[str]] = {
    "customer.tier": frozenset((*get_args(Tier), UNKNOWN)),
    "customer.consent": frozenset(("yes", "no", UNKNOWN)),
    "signals.intent": frozenset(AUTOMATED_REASONS),
    "signals.top_reason": frozenset(TEXT_HUMAN_REASONS),
    "signals.rule_reason": frozenset((*TEXT_HUMAN_REASONS, "")),
    "signals.rule_reasons": frozenset(TEXT_HUMAN_REASONS),
    "signals.language": frozenset((*LANGUAGES, UNKNOWN)),
    "facts.topic": frozenset((*AUTOMATED_REASONS, *HUMAN_REASONS, UNKNOWN)),
    "facts.verification": frozenset(("signed_in", "order_and_email", "none")),
}
"""Names whose value is one of these words."""

_INFINITE = float("inf")
_BOUNDS = {
    "facts.contacts": (0.0, _INFINITE),
    "facts.repeats": (0.0, _INFINITE),
    "facts.failed_attempts": (0.0, _INFINITE),
    "customer.orders": (-1.0, _INFINITE),
    "customer.lifetime_value": (-1.0, _INFINITE),
    "order.total": (-1.0, _INFINITE),
}


def is_probability(path: str) -> bool:
    """Whether a name's value is a probability, 0 to 1."""
    return path.startswith(PROBABILITIES) or (path.startswith("signals.") and path.endswith("_probability"))


def bounds_of(path: str) -> tuple[float, float]:
    """The least and the greatest value of a number."""
    return (0.0, 1.0) if is_probability(path) else _BOUNDS.get(path, (-_INFINITE, _INFINITE))


def changed_names(before: Names, after: Names) -> frozenset[str]:
    """The names that have another value after than before, in full."""
    return frozenset(
        f"{group}.{name}" for group, names in after.items() for name, value in names.items() if value != before[group][name]
    )


def names_of(signals: "Signals", *, probabilities: bool = True) -> Names:
    """The names a condition may use, with their values for these signals; the types are the same for all signals.

    Without ``probabilities`` those of ``signals.probability`` are left out.
    """
    facts, customer = signals.facts, signals.facts.customer
    return {
        "signals": _read(signals, probabilities=probabilities),
        "customer": {
            "known": customer.certain and customer.tier is not None and customer.lifetime_value is not None,
            "tier": customer.tier or UNKNOWN,
            "lifetime_value": -1.0 if customer.lifetime_value is None else float(customer.lifetime_value),
            "consent": UNKNOWN if customer.consent is None else "yes" if customer.consent else "no",
            "orders": -1 if customer.orders is None else customer.orders,
        },
        "order": {"total": -1.0 if facts.order_total is None else float(facts.order_total)},
        "facts": {
            "verification": facts.verification,
            "topic": facts.topic or UNKNOWN,
            "asked": facts.asked,
            "contacts": facts.contacts,
            "repeats": facts.repeats,
            "failed_attempts": facts.failed_attempts,
        },
    }


def _read(signals: "Signals", *, probabilities: bool) -> Names:
    hits = [hit.reason for hit in signals.rules]
    reasons = (*TEXT_HUMAN_REASONS, *AUTOMATED_REASONS) if probabilities else ()
    probability = {reason: float(signals.reasons.get(reason, 0.0)) for reason in reasons}
    return {
        "human_probability": float(signals.human_probability),
        "critical_probability": float(signals.critical_probability),
        "intent": signals.intent,
        "intent_probability": float(signals.intent_probability),
        "top_reason": signals.top_reason,
        "probability": probability,
        "rule_reason": hits[0] if hits else "",
        "rule_reasons": hits,
        "topics": [hit.name for hit in signals.topics],
        "concern": signals.concern,
        "loop": signals.loop,
        "urgency": signals.urgency,
        "occasion": signals.occasion,
        "injection": signals.injection,
        "too_long": signals.too_long,
        "answer": signals.answer,
        "failed": signals.failure is not None,
        "language": signals.language or UNKNOWN,
    }


def blank_names() -> Names:
    """The names with the values of a message nothing is known of; for their types."""
    from .signals import Signals

    return names_of(Signals())


def paths(names: Names, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every name that has a value, in full (``customer.tier``), with it."""
    for name, value in names.items():
        if isinstance(value, dict):
            yield from paths(cast("Names", value), f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def did_you_mean(word: str, among: Iterable[str]) -> str:
    """`` did you mean 'x'?``, or what there is."""
    options = sorted(among)
    close = get_close_matches(word, options, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"there is {', '.join(options) or 'nothing'}"
