"""What a message names: order numbers, e-mail addresses, sizes and colours, quantities, a price, a reason for a return."""

import re
from collections.abc import Iterator, Sequence

from .lexicon import first_named
from .words import folded, tokens

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LETTERED = re.compile(r"(?<![\w@.-])#?\s?([A-Z]{1,4}-?\d{3,8}(?:-[A-Z0-9]{1,6})?)(?![\w@-])", re.IGNORECASE)
_SPACED = re.compile(r"(?<![\w-])#?(W\s\d{4,8})(?![\w-])", re.IGNORECASE)
_HASHED = re.compile(r"#\s?(\d{3,9})(?![\w-])")
_SAID = re.compile(
    r"\b(?:orders?|ordr|oder|number|nummer|no\.?|nr\.?|num|ref(?:erence)?)(?:\s(?:number|no\.?|nr\.?|id))?\s?[:#]?\s?(?:is|was|it's)?\s?(\d{3,9}(?:-\d{1,4})?)(?![\w-])",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w$€£.,@+/-])(\d{5,8})(?![\w@%/-]|[.,]\d)")
_ALONE = re.compile(r"\D{0,12}(\d{3,9})\D{0,12}")
_STREET = re.compile(r"\b\d{1,5}\w?\s+(?:[A-Z][\w'.]+\s?){1,4}|\b[A-Z]{2}\s\d{5}\b")
_NOT_A_NUMBER = re.compile(r"(?:size|eu|uk|us|iso|usb|type|pack|model|sku|gen|ps|rtx|covid)-?\d+", re.IGNORECASE)

_SIZE_NAMES = {
    "xxs": "XXS",
    "xs": "XS",
    "xsmall": "XS",
    "x-small": "XS",
    "small": "S",
    "medium": "M",
    "med": "M",
    "large": "L",
    "xl": "XL",
    "xlarge": "XL",
    "x-large": "XL",
    "xxl": "XXL",
    "2xl": "XXL",
    "xx-large": "XXL",
    "xxxl": "3XL",
    "3xl": "3XL",
}
_TOO = re.compile(
    r"\b(?:too|bit|little|quite|so|very|really|runs?|is|are|was) (?:small|large|big)\b"
    r"|\b(?:small|large|big|medium) (?=chips?|cracks?|dents?|scratch\w*|holes?|marks?|stains?|tears?|problem|question|thing|issue|gift|favou?r)",
    re.IGNORECASE,
)
_SIZE_LETTER = re.compile(r"\b(?:size|sizes|in|in an?|an?|the|to|for|or|,)\s+(?:an?\s+)?(s|m|l)\b(?!['-])")
_SIZE_LOOSE = re.compile(r"\b(big|little) (?:size|one|version)\b")
_UPPER_SIZE = re.compile(r"(?<![\w'’&-])(XXS|XS|S|M|L|XL|XXL|2XL|3XL|XXXL)(?![\w'’&-])")
_SIZE_FIGURE = re.compile(
    r"\bsizes?\s+(?:is\s+|a\s+|an\s+)?(?:eu\s|uk\s|us\s)?(\d{1,3}(?:\.5|½)?)\b|\b(?:in|an?)\s(?:an?\s|eu\s|uk\s|us\s)?(\d{1,2}(?:\.5)?)(?=$|[\s?!.,]*$|\s(?:or|and|please|pls|left|yet)\b)"
)
_AROUND = "a an the size in eu uk us yes no please make it ok okay and what about how or maybe then so"
_AFTER = "please pls then thanks would be do fits fit instead"
_ONLY_FIGURE = re.compile(
    rf"\W*(?:(?:{_AROUND.replace(' ', '|')})\W+)*(\d{{1,2}}(?:\.5)?)s?(?:\W+(?:{_AFTER.replace(' ', '|')}))*\W*"
)

COLOURS = frozenset(
    """
    black white grey gray navy blue red green yellow orange purple pink brown beige cream ivory charcoal teal turquoise olive khaki tan
    burgundy maroon lilac lavender mint coral gold golden silver bronze copper rose mustard rust sage indigo sand stone slate cobalt
    petrol emerald violet magenta cyan lime peach camel cognac oatmeal natural taupe plum wine denim ecru clear transparent
    terracotta forest moss sky cherry chocolate graphite ochre fern heather oat walnut oak ash
    """.split()
)
_UNITS = {
    "one": 1,
    "a": 1,
    "an": 1,
    "two": 2,
    "both": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
}
_COUNT = r"(?:(?P<word>one|two|three|four|five|six|seven|eight|ten)|(?P<figure>\d{1,2}))"
_QUANTITY = re.compile(
    rf"\b{_COUNT}(?:\s?x|\sof\s(?:them|the|these|those|my|it)|\s(?:pairs?|pieces|units|pcs))\b|\bjust\s(?P<just>one|two|three|\d)\b"
)
_ONLY_QUANTITY = re.compile(rf"\W*(?:just|only|all|yes|please|the)?\W*{_COUNT}\W*(?:please|of them|pls|thanks|only)?\W*")
_AT_MOST = (
    "under|below|less than|up to|max(?:imum)?(?: of)?|not? more than|(?:not|nothing|none) (?:above|over)"
    "|at most|cheaper than|within|budget (?:of|is)|around|about"
)
_MEASURES = "cm|mm|kg|g|ml|inch|days?|weeks?|hours?|years?"
_PRICE = re.compile(rf"(?:{_AT_MOST})\s[$€£]?\s?(\d{{1,4}}(?:\.\d{{1,2}})?)(?!\s?(?:{_MEASURES})\b)")


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def emails_in(text: str) -> list[str]:
    """E-mail addresses, in order."""
    return [found.rstrip(".") for found in EMAIL.findall(text)]


def order_numbers_in(text: str, *, asked: bool = False, known: Sequence[str] = (), bare: bool = True) -> list[str]:
    """What may be order numbers, as written, each once. ``asked``: the customer was asked for one, so any figure may be it.

    ``known`` are identifiers that are something else (SKUs, return numbers). Without ``bare``, figures alone do not count: where
    an address is being written they are house numbers and postcodes.
    """
    rest = EMAIL.sub(" ", text)
    found = [match for match in _numbers(rest, asked, bare) if not _NOT_A_NUMBER.fullmatch(match)]
    other = {identifier.casefold() for identifier in known}
    kept = [number for number in found if number.casefold() not in other]
    return [number for place, number in enumerate(kept) if not any(_same(number, earlier) for earlier in kept[:place])]


def without_order_numbers(text: str) -> str:
    """A text without its order numbers: the figures left are of something else."""
    return _SPACED.sub(" ", _LETTERED.sub(" ", text))


def _numbers(text: str, asked: bool, bare: bool) -> Iterator[str]:
    for pattern in (_LETTERED, _SPACED, _HASHED, _SAID):
        yield from (match.group(1).strip() for match in pattern.finditer(text))
    if bare and not _STREET.search(text):
        yield from (match.group(1) for match in _BARE.finditer(text))
    if asked and (alone := _ALONE.fullmatch(text.strip())):
        yield alone.group(1)


def _same(one: str, other: str) -> bool:
    digits, others = ("".join(filter(str.isdigit, number)) for number in (one, other))
    return digits == others


def sizes_in(text: str, *, alone: bool = False) -> list[str]:
    """Sizes as option words (``M``, ``42``), in order. ``alone``: the customer was asked for one, so a bare figure or letter is it."""
    text = _TOO.sub(" ", text)
    plain = folded(text)
    found = [match.group(1) for match in _UPPER_SIZE.finditer(text) if not _shouted(text)]
    found += [match.group(1).upper() for match in _SIZE_LETTER.finditer(plain)]
    found += [_SIZE_NAMES[word] for word in tokens(text) if word in _SIZE_NAMES]
    found += [{"big": "L", "little": "S"}[match.group(1)] for match in _SIZE_LOOSE.finditer(plain)]
    found += [match.group(1) or match.group(2) for match in _SIZE_FIGURE.finditer(plain)]
    if alone or len(plain) < len("yes please size 44"):
        found += [word.upper() for word in tokens(text) if word in ("s", "m", "l")][:1]
        found += [figure[1]] if (figure := _ONLY_FIGURE.fullmatch(plain)) else []
    return list(dict.fromkeys({"2XL": "XXL", "XXXL": "3XL"}.get(size, size) for size in found))


def _shouted(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) > len("XXL XL L") and sum(char.isupper() for char in letters) > len(letters) * 0.7


def colours_in(text: str) -> list[str]:
    """Colour words, in order."""
    return [word for word in dict.fromkeys(tokens(text)) if word in COLOURS]


def quantity_in(text: str, *, alone: bool = False) -> int | None:
    """How many are meant, if a number of them is said."""
    plain = folded(text)
    match = _ONLY_QUANTITY.fullmatch(plain) if alone else None
    match = match or _QUANTITY.search(plain)
    if match is None:
        return None
    said = next(part for part in match.groupdict().values() if part)
    return int(said) if said.isdigit() else _UNITS[said]


def price_in(text: str) -> str | None:
    """The most something may cost, as a figure."""
    match = _PRICE.search(folded(text))
    return match.group(1) if match else None


def price_words(text: str) -> str:
    """That price as it was written, with its sign: ``$30``."""
    match = _PRICE.search(folded(text))
    return match.group(0).split()[-1] if match else ""


def reason_in(text: str) -> str | None:
    """Why something goes back, as the tools name it."""
    return first_named("reasons", folded(text)) or None


def months_in(text: str) -> list[int]:
    """The months a message names, 1 to 12; ``may`` only beside ``in``, ``from`` or ``of``."""
    plain = folded(text)
    named: list[str] = re.findall(
        r"\b(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b|(?<=in )may\b|(?<=from )may\b|(?<=of )may\b", plain
    )
    full = "january february march april may june july august september october november december sept".split()
    return [_MONTHS.index(name[:3]) + 1 for name in named if name[:3] in _MONTHS and (name in full or name in _MONTHS)]
