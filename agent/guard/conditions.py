"""Conditions of the policy: CEL over typed names, checked before they are ever needed.

Common Expression Language, https://github.com/google/cel-spec. The names and their types are in names.py. A condition is checked
part by part, so that ``a && b`` with a mistake in ``b`` is refused although ``a`` is false, and all its mistakes are found at once.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from .expressions import ExpressionError, Program, Values
from .names import TOPICS, WORDS, Names, blank_names, did_you_mean, is_probability
from .operands import blanked, operands

_PATH = re.compile(r"(?<![\w.])(signals|customer|order|facts|thresholds)((?:\.[A-Za-z_]\w*)*)")
_WORD = re.compile(r"(?<![\w.])([A-Za-z_]\w*)(?!\w|\s*\()")
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*\(")
_LITERALS = frozenset({"true", "false", "null", "in"})
_CALLS = frozenset({"size", "double", "int", "string", "has"})
_LEADING_DOT = re.compile(r"(?<![\w)\]}\s\"])\s*\.(?=\s*[A-Za-z_])")
_PLACE = re.compile(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*)")
_VALUE = r"\"[^\"]*\"|'[^']*'|-?[\d.]+|true|false"
_NUMBER = r"-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|thresholds\.\w+"
_COMPARED = re.compile(
    rf"(?<![\w.])(?P<path>[a-z]\w*(?:\.\w+)+)\s*(?P<sign>>=|<=|>|<|==)\s*(?P<bound>{_NUMBER})(?![\w.])"
    rf"|(?<![\w.])(?P<bound2>{_NUMBER})\s*(?P<sign2>>=|<=|>|<|==)\s*(?P<path2>[a-z]\w*(?:\.\w+)+)"
)
_BY_VALUE = ("by zero", "overflow", "Index error")
"""What CEL says of an error that other values of the same types would not make."""

_SUMS = tuple("+-*/%")
_MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "==": "=="}


class ConditionError(Exception):
    """A mistake in a condition; ``offset`` counts characters from its start."""

    def __init__(self, offset: int, problem: str) -> None:
        super().__init__(problem)
        self.offset = offset


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition in CEL, compiled."""

    source: str
    program: Program

    @cached_property
    def names(self) -> frozenset[str]:
        """The names it uses, in full."""
        return frozenset(match.group() for match in _PATH.finditer(blanked(self.source)))

    def holds(self, values: Values) -> bool:
        """Whether it is true; ``ExpressionError`` when it cannot be evaluated."""
        value = self.program.evaluate(values)
        if not isinstance(value, bool):
            raise TypeError(f"{self.source!r} is {value!r}, not true or false")
        return value


TOGETHER = 24
"""Conditions that are asked as one: each is a level of nesting, and CEL reads 32."""


class Together:
    """The first of some conditions, asked as one expression: a call of CEL's runtime costs more than most of them do."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        first = conditions[:TOGETHER]
        asked = (f"(\n{one.source}\n) ? {place} : " for place, one in enumerate(first))
        try:
            self._program = Program(f"{''.join(asked)}{len(first)}")
        except ExpressionError:  # conditions that nest deeply themselves
            self._program = None

    def before_any_holds(self, values: Values) -> int:
        """How many of the first conditions are false. Where one cannot be evaluated nothing is said, which is 0."""
        if self._program is None:
            return 0
        try:
            return int(self._program.evaluate(values))
        except Exception:  # noqa: BLE001 - whatever it is, each is asked by itself
            return 0


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A number compared in a condition: ``path sign bound``, where the bound is a figure or ``thresholds.<name>``."""

    path: str
    sign: str
    bound: str
    offset: int

    @property
    def threshold(self) -> str | None:
        """The name of the threshold it is compared with."""
        return self.bound.removeprefix("thresholds.") if self.bound.startswith("thresholds.") else None

    def value(self, thresholds: Mapping[str, float]) -> float | None:
        """The bound as a number; ``None`` for a threshold there is not."""
        return thresholds.get(self.threshold) if self.threshold else float(self.bound)


def compile_condition(source: str, thresholds: Mapping[str, float], topics: Collection[str] = ()) -> Condition:
    """A checked condition; ``ConditionError`` for the first thing that is unparsable, unknown or of the wrong type."""
    for mistake in mistakes_in(source, thresholds, topics):
        raise mistake
    return Condition(source, Program(source))


def mistakes_in(source: str, thresholds: Mapping[str, float], topics: Collection[str] = ()) -> list[ConditionError]:
    """Every mistake in a condition, in the order it stands there; types are judged once all names are right."""
    source = source.rstrip()
    try:
        Program(source)
    except ExpressionError as error:
        return [_syntax(source, str(error))]
    blank = blanked(source)
    known = {**blank_names(), "thresholds": dict(thresholds)}
    found = [*_leading_dots(blank), *_unknown(blank, known), *_wrong_words(source, topics), *_no_probabilities(source)]
    if not found:
        parts = ((offset, source[offset : offset + len(part)]) for offset, part in operands(blank))
        found = [mistake for offset, part in parts if (mistake := _wrong_type(offset, part, known))]
    return sorted(found, key=lambda mistake: mistake.offset)


def comparisons(source: str) -> list[Comparison]:
    """The names a condition compares with a number, in order, the name always on the left; none that stand in a sum."""
    blank = blanked(source)
    return [
        Comparison(
            path=match["path"] or match["path2"],
            sign=match["sign"] or _MIRRORED[match["sign2"]],
            bound=match["bound"] or match["bound2"],
            offset=match.start(),
        )
        for match in _COMPARED.finditer(blank)
        if not (blank[: match.start()].rstrip()[-1:] in _SUMS or blank[match.end() :].lstrip()[:1] in _SUMS)
    ]


def _syntax(source: str, message: str) -> ConditionError:
    """What CEL says of its line and column, as an offset."""
    found = _PLACE.search(message)
    if found is None:
        return ConditionError(0, f"no valid CEL: {' '.join(message.split())}")
    lines = source.splitlines(keepends=True)[: int(found[1]) - 1]
    problem = found[3].split(" expecting ")[0].replace("'<EOF>'", "the end")
    return ConditionError(sum(map(len, lines)) + int(found[2]) - 1, f"no valid CEL: {problem}")


def _leading_dots(blank: str) -> Iterator[ConditionError]:
    """``.facts.contacts`` is the same name to CEL, and none to those who look for names here."""
    for match in _LEADING_DOT.finditer(blank):
        yield ConditionError(match.end() - 1, "a name begins with a dot: write it without")


def _unknown(blank: str, known: Names) -> Iterator[ConditionError]:
    for match in _PATH.finditer(blank):
        if problem := _unknown_path(match.group(), known):
            yield ConditionError(match.start(), problem)
    for match in _WORD.finditer(blank):
        if match[1] not in known and match[1] not in _LITERALS:
            yield ConditionError(match.start(), f"unknown name {match[1]!r}: {did_you_mean(match[1], known)}")
    for match in _CALL.finditer(blank):
        if match[1] not in _CALLS:
            yield ConditionError(match.start(), f"unknown function {match[1]!r}: {did_you_mean(match[1], _CALLS)}")


def _unknown_path(path: str, known: Names) -> str:
    place: Any = known
    for name in path.split("."):
        options = _keys(place)
        if name not in options:
            return f"unknown name {path!r}: {did_you_mean(name, options)}"
        place = place[name]
    if options := _keys(place):
        return f"{path!r} is a group of names, not a value: {did_you_mean('', options)}"
    return ""


def _keys(place: Any) -> list[str]:
    return list(cast("Names", place)) if isinstance(place, dict) else []


def _wrong_words(source: str, topics: Collection[str]) -> Iterator[ConditionError]:
    """Words compared with a closed set must be in it: ``customer.tier == "vpi"`` can never hold."""
    for path, options in {**WORDS, TOPICS: frozenset(topics)}.items():
        name = re.escape(path)
        after = rf"{name}\s*(?:==|!=)\s*({_VALUE})|{name}\s+in\s+\[([^\]]*)\]"
        for found in re.finditer(after, source):
            values = [found[1]] if found[1] else [part.strip() for part in found[2].split(",")]
            yield from _no_words(path, values, options, found.start())
        for found in re.finditer(rf"({_VALUE})\s*(?:==|!=|in)\s*{name}\b", source):
            yield from _no_words(path, [found[1]], options, found.start())


def _no_words(path: str, values: list[str], options: frozenset[str], offset: int) -> Iterator[ConditionError]:
    for value in values:
        if value[:1] not in "\"'" or not value:
            yield ConditionError(offset, f"{path} is a word, {value or 'nothing'} is not")
        elif value[1:-1] not in options:
            yield ConditionError(offset, f"{path} is never {value}: {did_you_mean(value[1:-1], options)}")


def _no_probabilities(source: str) -> Iterator[ConditionError]:
    for one in comparisons(source):
        bound = one.value({})
        if is_probability(one.path) and bound is not None and not 0 <= bound <= 1:
            yield ConditionError(one.offset, f"{one.path} is a probability, 0 to 1; {one.bound} is none{_meant(bound)}")


def _meant(bound: float) -> str:
    return f": did you mean {bound / 100:g}?" if 1 < bound <= 100 else ""


def _wrong_type(offset: int, part: str, known: Names) -> ConditionError | None:
    try:
        value = Program(part).evaluate(Values(known))
    except ExpressionError as error:
        if any(words in str(error) for words in _BY_VALUE):
            return None  # of the values of a message nothing is known of, and no mistake; where it fails for a real one, a person takes over
        reason = str(error).partition(": ")[2] or str(error)
        return ConditionError(offset, f"{part!r} has the wrong type: {reason}")
    if not isinstance(value, bool):
        return ConditionError(offset, f"{part!r} is no condition: it is {value!r}, not true or false")
    return None
