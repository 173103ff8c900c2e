"""The words by which customers say things: the patterns of ``lexicon.txt``, by section and name."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

_SHORT = {
    "<order>": r"(?:orders?|parcels?|packages?|delivery|deliveries|shipments?|stuff|things?|items?|purchases?|box(?:es)?|goods)",
    "<mine>": r"(?:my|the|our|this|that|these|those|an?|some|one|his|her)",
}
_SECTION = re.compile(r"^## (\w+)$", re.MULTILINE)


@cache
def lexicon(section: str) -> Mapping[str, re.Pattern[str]]:
    """The patterns of a section by name, in the order of the file; compiled on first use."""
    found: dict[str, list[str]] = {}
    for name, pattern in _lines(_sections()[section]):
        found.setdefault(name, []).append(pattern)
    return {name: re.compile("|".join(patterns)) for name, patterns in found.items()}


def named(section: str, plain: str) -> list[str]:
    """The names whose patterns a folded text holds."""
    return [name for name, pattern in lexicon(section).items() if pattern.search(plain)]


def first_named(section: str, plain: str) -> str:
    """The first of them; empty if there is none."""
    return next((name for name, pattern in lexicon(section).items() if pattern.search(plain)), "")


def marked(name: str, plain: str) -> bool:
    """Whether a folded text holds a single sign, such as ``never_mind``."""
    return lexicon("marks")[name].search(plain) is not None


@cache
def _sections() -> Mapping[str, str]:
    text = resources.files(__package__ or "").joinpath("lexicon.txt").read_text("utf-8").replace("\n|", "|")
    for short, words in _SHORT.items():
        text = text.replace(short, words)
    parts = _SECTION.split(text)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _lines(section: str) -> Iterator[tuple[str, str]]:
    for line in section.splitlines():
        if line and not line.startswith("# "):
            name, _, pattern = line.partition(" ")
            yield name, pattern
