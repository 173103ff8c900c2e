"""Cues: words that say something worth knowing, and decide nothing: ``cues.yaml`` beside this file, with the examples that test them.

They are matched as rules are (rules.py): whole plain words in seven languages, ``unless`` for wordings that are none.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from warmline.errors import SettingsError

from .patterns import Shelf
from .rules import Rule, RuleText, compiled, searchable

CueKind = Literal["urgency", "occasion", "injection"]


class Cue(BaseModel):
    """A cue that was found: its id, what it says, and the words that say it."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: CueKind
    words: str


class CueText(BaseModel):
    """One cue as it stands in ``cues.yaml``; ``patterns`` by language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: CueKind
    patterns: dict[str, tuple[str, ...]]
    unless: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


def cues_in(text: str, *, searched: str | None = None) -> tuple[Cue, ...]:
    """Every shipped cue in a cleaned text, as they stand in the file; ``searched`` is its ``searchable`` where that is there already."""
    words = searchable(text) if searched is None else searched
    found: list[Cue] = []
    for kind, rule in _shipped().possible(words):
        if (hit := rule.match(words)) is not None:
            found.append(Cue(id=hit.id, kind=kind, words=hit.words))
    return tuple(found)


def cue_texts() -> list[CueText]:
    """The cues as written, with their examples."""
    import yaml

    return parse_cues(yaml.safe_load(resources.files(__package__ or "").joinpath("cues.yaml").read_text("utf-8")))


def parse_cues(content: object) -> list[CueText]:
    """Cues from parsed YAML (a list of mappings); ``SettingsError`` names the one that cannot be read."""
    if not isinstance(content, list):
        raise SettingsError("cues.yaml: expected a list of cues")
    found = [_parse_one(number, entry) for number, entry in enumerate(cast("Sequence[Any]", content), 1)]
    if len({cue.id for cue in found}) != len(found):
        raise SettingsError("cues.yaml: two cues have one id")
    return found


def rule_of(cue: CueText) -> Rule:
    """The cue as something that matches."""
    return compiled(RuleText(id=cue.id, reason=cue.kind, patterns=cue.patterns, unless=cue.unless))


@cache
def _shipped() -> Shelf[tuple[CueKind, Rule]]:
    rules = ((cue.kind, rule_of(cue)) for cue in cue_texts())
    return Shelf(((kind, rule), rule.pattern) for kind, rule in rules)


def _parse_one(number: int, entry: object) -> CueText:
    try:
        return CueText.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"cues.yaml, cue {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
