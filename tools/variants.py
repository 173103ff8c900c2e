"""Which variants a customer's words mean: ``navy medium``, ``gray``, ``size 8``, ``M``, with typing errors."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .model import Product, Variant
from .spelling import letters_apart, likeness

ALIKE = 80.0
"""How alike two words must be (``likeness``, 0 to 100) to count as one: ``charcole`` and ``charcoal`` are 88."""
SHORT = 3
"""Words up to this length, and figures, must be the same: ``red`` is not ``bed``, 8 is not 9."""

_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_SIZES = {
    "xxsmall": "xxs 2xs",
    "xsmall": "xs",
    "small": "s sm",
    "medium": "m med",
    "large": "l lg",
    "xlarge": "xl",
    "xxlarge": "xxl 2xl",
    "xxxlarge": "xxxl 3xl",
}
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[’']"), ""),
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), ""),
    (re.compile(r"(?<=\d),(?=\d)"), "."),
    (re.compile(r"\b2[ -]?(?=xl\b|xs\b)"), "x"),
    (re.compile(r"\b3[ -]?(?=xl\b)"), "xx"),
    (re.compile(r"\b(?:extra[ -]?extra|xx)[ -]?(?=(?:large|small)\b)"), "xx"),
    (re.compile(r"\b(?:extra|x)[ -]?(?=(?:large|small)\b)"), "x"),
    (re.compile(r"\bnavy blue\b|\bdark blue\b"), "navy"),
)
_SAME: dict[str, str] = {short: size for size, shorts in _SIZES.items() for short in shorts.split()} | {
    "gray": "grey",
    "color": "colour",
    "aluminum": "aluminium",
}
_HUES = {
    "blue": "navy indigo cobalt azure teal denim sky sea chambray ink",
    "grey": "charcoal slate graphite granite ash stone fog mist steel",
    "white": "ivory cream ecru chalk natural",
    "beige": "sand oatmeal ecru stone tan camel",
    "red": "burgundy crimson scarlet rust cherry",
    "orange": "rust terracotta apricot clay",
    "green": "olive sage forest moss khaki fern pine mint celadon",
    "brown": "tan cognac chestnut walnut camel oak",
    "pink": "rose blush coral",
    "yellow": "mustard ochre gold amber",
    "purple": "plum lavender lilac violet",
    "black": "onyx jet ink",
    "gold": "brass",
}
_IDLE = frozenset("a an and any cm for in is it its old of one ones or please size the version with year years".split())


@dataclass(frozen=True, slots=True)
class Choice:
    """The variants that fit, and the words that are no option of the product (or a combination that is not made)."""

    variants: tuple[Variant, ...]
    unknown: tuple[str, ...] = ()


def words(text: str) -> list[str]:
    """A text as plain words and figures: no case, no accents, one spelling for sizes and for words such as ``gray``."""
    plain = unicodedata.normalize("NFKD", text.replace("½", ".5")).casefold()
    for pattern, instead in _PHRASES:
        plain = pattern.sub(instead, plain)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    found: list[str] = _WORD.findall(bare)
    return [_SAME.get(word, word) for word in found]


def alike(first: str, second: str) -> bool:
    """Whether two words are the same but for a typing error (``nvay`` too, but not ``pink`` for ``pine``)."""
    if first == second:
        return True
    if first in _SIZES and second in _SIZES:
        return False
    if min(len(first), len(second)) <= SHORT or first[0].isdigit() or second[0].isdigit():
        return False
    swapped = sorted(first) == sorted(second) and letters_apart(first, second, most=1) == 1
    return swapped or likeness(first, second) >= ALIKE


def choose(product: Product, asked: Iterable[str]) -> Choice:
    """The variants of a product that these option words mean; all of them when no word says which."""
    options = offered(product)
    names = {word for name in options for word in words(name)}
    given = [word for text in asked for word in words(text) if word not in names]
    chosen = {name: values for name, all_values in options.items() if (values := _meant(all_values, given))}
    fitting = tuple(v for v in product.variants if all(v.options.get(name) in values for name, values in chosen.items()))
    if not fitting:
        return Choice(variants=(), unknown=(" ".join(value for values in chosen.values() for value in sorted(values)),))
    known = [word for values in chosen.values() for value in values for word in _with_hue(value)]
    known += words(" ".join((product.name, product.kind, *product.keywords)))
    left = [word for word in given if word not in _IDLE and not any(alike(word, other) for other in known)]
    return Choice(variants=fitting, unknown=tuple(dict.fromkeys(left)))


def offered(product: Product) -> dict[str, list[str]]:
    """The options of a product and their values, in the order of its variants."""
    found: dict[str, dict[str, None]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items()}


def options_in_words(product: Product) -> tuple[str, ...]:
    """One line for each option: ``size: S, M, L``."""
    return tuple(f"{name}: {', '.join(values)}" for name, values in offered(product).items())


def _meant(values: Sequence[str], given: Sequence[str]) -> set[str]:
    """The values of one option that are meant: named in full, else in part, else by a hue (``blue`` for ``navy``)."""
    hits = {value: {word for word in words(value) if any(alike(word, other) for other in given)} for value in values}
    full = {value: found for value, found in hits.items() if found and found == set(words(value))}
    if full:
        return {value for value, found in full.items() if not any(found < other for other in full.values())}
    part = {value: len(found) for value, found in hits.items() if found and _telling(value, found)}
    if part:
        return {value for value, count in part.items() if count == max(part.values())}
    return {value for value in values if any(word in _HUES and word in _with_hue(value) for word in given)}


def _telling(value: str, found: set[str]) -> bool:
    """Whether the words found tell this value from others: of ``64 GB`` that is the figure, not the unit."""
    figures = {word for word in words(value) if word[0].isdigit()}
    return not figures or bool(figures & found)


def _with_hue(value: str) -> Iterator[str]:
    """The words of a value and the plain colours it belongs to: ``navy`` is a ``blue``."""
    for word in words(value):
        yield word
        yield from (hue for hue, shades in _HUES.items() if word in shades.split())
