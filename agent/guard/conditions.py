"""Conditions of the policy: CEL over typed names, checked before they are ever needed.

Common Expression Language, https://github.com/google/cel-spec. The names and their types are ``names()``; what is unknown is a value
too: -1 for a number, "unknown" for a word. A condition is checked part by part, so that ``a && b`` with a mistake in ``b`` is refused
although ``a`` is false.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol, cast, get_args

from warmline.tools.model import Tier

from .decision import AUTOMATED_REASONS, HUMAN_REASONS, TEXT_HUMAN_REASONS
from .language import LANGUAGES

if TYPE_CHECKING:
    from .signals import Signals

UNKNOWN = "unknown"
Names = dict[str, Any]
Values = Any
"""A ``cel.Context``: names converted once, so that a condition takes a microsecond instead of a hundred."""

_PATH = re.compile(r"(?<![\w.])(signals|customer|order|facts|thresholds)((?:\.[A-Za-z_]\w*)*)")
_WORD = re.compile(r"(?<![\w.])([A-Za-z_]\w*)(?!\w|\s*\()")
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*\(")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_LITERALS = frozenset({"true", "false", "null", "in"})
_CALLS = frozenset({"size", "double", "int", "string", "has"})
_SETS: dict[str, frozenset[str]] = {
    "customer.tier": frozenset((*get_args(Tier), UNKNOWN)),
    "signals.intent": frozenset(AUTOMATED_REASONS),
    "signals.top_reason": frozenset(TEXT_HUMAN_REASONS),
    "signals.rule_reason": frozenset((*TEXT_HUMAN_REASONS, "")),
    "signals.rule_reasons": frozenset(TEXT_HUMAN_REASONS),
    "signals.language": frozenset((*LANGUAGES, UNKNOWN)),
    "facts.topic": frozenset((*AUTOMATED_REASONS, *HUMAN_REASONS, UNKNOWN)),
}
_COLUMN = re.compile(r"<input>:1:(\d+): (?:Syntax error: )?(.*)")


class _Program(Protocol):
    def execute(self, context: Any = None) -> Any: ...


class ConditionError(Exception):
    """A condition that cannot be used; ``offset`` counts characters from its start."""

    def __init__(self, offset: int, problem: str) -> None:
        super().__init__(problem)
        self.offset = offset


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition in CEL, compiled."""

    source: str
    program: _Program

    def holds(self, values: Values) -> bool:
        """Whether it is true; raises what CEL raises when it cannot be evaluated."""
        value: Any = self.program.execute(values)
        if not isinstance(value, bool):
            raise TypeError(f"{self.source!r} is {value!r}, not true or false")
        return value

    @property
    def unconditional(self) -> bool:
        """Whether it always holds."""
        return self.source.strip() == "true"


def compile_condition(source: str, thresholds: Mapping[str, float]) -> Condition:
    """A checked condition; ``ConditionError`` for what is unparsable, unknown or of the wrong type."""
    import cel

    try:
        program: _Program = cel.compile(source)
    except ValueError as error:
        raise _syntax(str(error)) from error
    blank = _TEXT.sub(lambda match: '"' + " " * (len(match.group()) - 2) + '"', source)
    known = {**names_of(_nothing()), "thresholds": dict(thresholds)}
    _check_words(blank, known)
    _check_values(source)
    for offset, part in _parts(blank):
        _check_type(offset, source[offset : offset + len(part)], known)
    return Condition(source, program)


def values_for(signals: "Signals", thresholds: Mapping[str, float]) -> Values:
    """What the conditions are evaluated with."""
    import cel

    return cel.Context({**names_of(signals), "thresholds": dict(thresholds)})


def names_of(signals: "Signals") -> Names:
    """The names a condition may use, with their values for these signals; the types are the same for all signals."""
    facts, customer = signals.facts, signals.facts.customer
    hits = [hit.reason for hit in signals.rules]
    return {
        "signals": {
            "human_probability": float(signals.human_probability),
            "critical_probability": float(signals.critical_probability),
            "intent": signals.intent,
            "intent_probability": float(signals.intent_probability),
            "top_reason": signals.top_reason,
            "probability": {
                reason: float(signals.reasons.get(reason, 0.0)) for reason in (*TEXT_HUMAN_REASONS, *AUTOMATED_REASONS)
            },
            "rule_reason": hits[0] if hits else "",
            "rule_reasons": hits,
            "concern": signals.concern,
            "loop": signals.loop,
            "too_long": signals.too_long,
            "answer": signals.answer,
            "failed": signals.failure is not None,
            "language": signals.language or UNKNOWN,
        },
        "customer": {
            "known": customer.tier is not None,
            "tier": customer.tier or UNKNOWN,
            "lifetime_value": -1.0 if customer.lifetime_value is None else float(customer.lifetime_value),
            "orders": -1 if customer.orders is None else customer.orders,
        },
        "order": {"total": -1.0 if facts.order_total is None else float(facts.order_total)},
        "facts": {
            "verification": facts.verification,
            "topic": facts.topic or UNKNOWN,
            "asked": facts.asked,
            "contacts": facts.contacts,
            "repeats": facts.repeats,
        },
    }


def did_you_mean(word: str, among: Iterable[str]) -> str:
    """`` did you mean 'x'?``, or what there is."""
    options = sorted(among)
    close = get_close_matches(word, options, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"there is {', '.join(options) or 'nothing'}"


def _nothing() -> "Signals":
    from .signals import Signals

    return Signals()


def _syntax(message: str) -> ConditionError:
    found = _COLUMN.search(message)
    if found is None:
        return ConditionError(0, message.splitlines()[0])
    return ConditionError(int(found[1]) - 1, found[2].split(" expecting ")[0])


def _check_words(blank: str, known: Names) -> None:
    for match in _PATH.finditer(blank):
        _check_path(match.start(), match.group(), known)
    for match in _WORD.finditer(blank):
        if match[1] not in known and match[1] not in _LITERALS:
            raise ConditionError(match.start(), f"unknown name {match[1]!r}: {did_you_mean(match[1], known)}")
    for match in _CALL.finditer(blank):
        if match[1] not in _CALLS:
            raise ConditionError(match.start(), f"unknown function {match[1]!r}: {did_you_mean(match[1], _CALLS)}")


def _check_path(offset: int, path: str, known: Names) -> None:
    place: Any = known
    for name in path.split("."):
        options = _keys(place)
        if name not in options:
            raise ConditionError(offset, f"unknown name {path!r}: {did_you_mean(name, options)}")
        place = place[name]
    if options := _keys(place):
        raise ConditionError(offset, f"{path!r} is a group of names, not a value: {did_you_mean('', options)}")


def _keys(place: Any) -> list[str]:
    return list(cast("Names", place)) if isinstance(place, dict) else []


def _check_values(source: str) -> None:
    """Words compared with a closed set must be in it: ``customer.tier == "vpi"`` can never hold."""
    for path, options in _SETS.items():
        name = re.escape(path)
        for found in re.finditer(
            rf"{name}\s*(?:==|!=)\s*(\"[^\"]*\"|'[^']*'|-?[\d.]+|true|false)|{name}\s+in\s+\[([^\]]*)\]", source
        ):
            values = [found[1]] if found[1] else [part.strip() for part in found[2].split(",")]
            _check_each(path, values, options, found.start())
        for found in re.finditer(rf"(\"[^\"]*\"|'[^']*'|-?[\d.]+)\s*(?:==|!=|in)\s*{name}\b", source):
            _check_each(path, [found[1]], options, found.start())


def _check_each(path: str, values: list[str], options: frozenset[str], offset: int) -> None:
    for value in values:
        if value[:1] not in "\"'" or not value:
            raise ConditionError(offset, f"{path} is a word, {value or 'nothing'} is not")
        if value[1:-1] not in options:
            raise ConditionError(offset, f"{path} is never {value}: {did_you_mean(value[1:-1], options)}")


def _check_type(offset: int, part: str, known: Names) -> None:
    import cel

    try:
        value = cel.compile(part).execute(known)
    except (TypeError, RuntimeError, ValueError, KeyError) as error:
        reason = str(error).split(". ")[0]
        raise ConditionError(offset, f"{part!r} has the wrong type: {reason}") from error
    if not isinstance(value, bool):
        raise ConditionError(offset, f"{part!r} is no condition: it is {value!r}, not true or false")


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The operands of ``&&``, ``||`` and ``!`` in a condition whose texts are blanked, with their offsets, innermost."""
    start = len(text) - len(text.lstrip(" !\n"))
    body = text[start:].rstrip()
    for sign in ("||", "&&"):
        cuts = _outside(body, sign)
        if cuts:
            edges = [-len(sign), *cuts, len(body)]
            for left, right in pairwise(edges):
                begin = left + len(sign)
                yield from ((start + begin + at, part) for at, part in _parts(body[begin:right]))
            return
    if body.startswith("(") and _closing(body) == len(body) - 1:
        yield from ((start + 1 + at, part) for at, part in _parts(body[1:-1]))
    else:
        yield start, body


def _outside(text: str, sign: str) -> list[int]:
    depth, found = 0, list[int]()
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 and text.startswith(sign, at):
            found.append(at)
    return found


def _closing(text: str) -> int:
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return at
    return -1
