"""What a simulated customer is about to say, and whether other words for it still say it: nothing lost, nothing added, nobody else speaking.

The agent's own readers take no part in this: words that it would misread are words it must be tried with.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from warmline.agent.guard.language import detect
from warmline.agent.guard.values import values_in
from warmline.evals.grading.matching import says
from warmline.evals.suite_files.schema_conversation import Simulate

Act = Literal["says", "tells", "does_not_know", "repeats"]
"""``says``: the opening, or what a rule says. ``tells``: what was asked for."""

LONGEST = 240
"""Characters any wording may have; of a long line four times as many."""

_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|sure|ok|okay|go ahead|please do|do it|correct|that's right|sounds good|ja|sí|si|oui|d'accord|sì|sim)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\b(?:no|nope|nah|not|don't|dont|do not|never mind|won't|rather not|nein|nicht|non|pas|não|nee|niet)\b", re.IGNORECASE
)
_UNKNOWING = re.compile(
    r"\b(?:don't|dont|do not|does not|no idea|not sure|unsure|can't|cannot|couldn't|could not|haven't|have not|forgot|lost|threw)\b",
    re.IGNORECASE,
)
_WISHES: dict[str, str] = {
    "a person": r"human|real person|someone real|manager|supervisor|representative|somebody who|colleague",
    "a return": r"return\w*|send\w* (?:\w+ ){0,4}back|bring\w* (?:\w+ ){0,4}back|rma",
    "an exchange": r"exchang\w*|swap\w*|instead of",
    "a refund": r"refund\w*|money back",
    "a cancellation": r"cancel\w*",
    "a threat": r"lawyer|solicitor|attorney|sue|court|police|chargeback|my bank|review|trading standards",
    "harm": r"hurt|injur\w*|burn\w*|shock|smoke|smoking|fire|kill\w*|suicid\w*",
    "an insult": r"idiots?|stupid|scam\w*|liars?|thie(?:f|ves)",
}
_OUT_OF_ROLE = re.compile(
    r"\bas an? (?:ai|assistant|language model)|\blanguage model\b|\bi(?:'m| am) an? (?:ai|assistant|bot|language model)\b"
    r"|\bhow (?:can|may) (?:i|we) (?:help|assist)|\bi(?:'d| would) be happy to (?:help|assist)|\bthank you for contacting\b"
    r"|\bi (?:can't|cannot|can not|am unable to|won't) (?:help|assist|comply|do that|write|generate)\b"
    r"|\bsimulat\w+|\brole-?play\w*|\bas the customer\b|\bthe customer (?:says|said|would)\b|\bour (?:returns? )?(?:policy|team|store|shop)\b"
    r"|\bi have (?:now )?(?:cancelled|canceled|refunded|processed|looked up)\b|^\s*(?:customer|user|agent|assistant|system)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_OF_A_FACT = r"\b{name}s?\b[^.!?\n]{{0,12}}?(?:\bis\b|\bare\b|:|=)\s*(?!not\b|unknown\b|what\b|the\b|a\b|there\b|missing\b|gone\b|lost\b)\S+"
_OF_A_SIZE = r"\bsize\s+(?:xx?s|s|m|l|xx?l|\d{1,3})\b"


@dataclass(frozen=True, kw_only=True)
class Line:
    """What the customer says next, decided by the state machine; ``text`` is the phrase bank's or the rule's wording of it."""

    text: str
    act: Act
    values: tuple[str, ...] = ()

    @property
    def keep(self) -> tuple[str, ...]:
        """What must stand in any wording: the facts it tells, and every amount, date and number in it."""
        return tuple(dict.fromkeys((*self.values, *(value.words for value in values_in(self.text)))))


def out_of_role(wording: str) -> str:
    """What shows that somebody else than the customer speaks; empty if nothing does."""
    found = _OUT_OF_ROLE.search(wording)
    return f"out of role: {found.group().strip()!r}" if found else ""


def wrong_with(wording: str, line: Line, simulate: Simulate, heard: str) -> str:
    """Why a wording does not say what the line says; empty if it does. ``heard`` is what the agent said last."""
    return next(_problems(wording, line, simulate, heard), "")


def _problems(wording: str, line: Line, simulate: Simulate, heard: str) -> Iterator[str]:
    if not wording.strip():
        yield "it says nothing"
    if len(wording) > max(LONGEST, 4 * len(line.text)):
        yield f"it is {len(wording)} characters long, the line {len(line.text)}"
    yield from (f"it does not say {value!r}" for value in line.keep if not says(wording, value))
    yield from _added(wording, line, simulate, heard)
    yield from _other_act(wording, line, simulate)
    spoken, meant = detect(wording), detect(line.text)
    if spoken and meant and spoken != meant:
        yield f"it is in another language ({spoken}, not {meant})"


def _added(wording: str, line: Line, simulate: Simulate, heard: str) -> Iterator[str]:
    """Facts that are not in the line: what the customer cannot know, or was not asked for."""
    for value in values_in(wording):
        if not says(f"{line.text}\n{heard}", value.words):
            yield f"it says {value.words!r}, which is not in the line"
    for name, known in simulate.knows.items():
        if says(wording, known) and not says(f"{line.text}\n{heard}", known):
            yield f"it tells the {name}, which is not in the line"
    for name in simulate.does_not_know:
        pattern = _OF_A_SIZE if name == "size" else _OF_A_FACT.format(name=re.escape(name.replace("_", " ")))
        for shape in (pattern, _OF_A_FACT.format(name=re.escape(name.replace("_", " ")))):
            if re.search(shape, wording, re.IGNORECASE) and not re.search(shape, line.text, re.IGNORECASE):
                yield f"it tells the {name}, which the customer does not know"


def _other_act(wording: str, line: Line, simulate: Simulate) -> Iterator[str]:
    """A yes that is none any more, a wish that came or went, a fact claimed instead of not known."""
    if line.act == "does_not_know" and not _UNKNOWING.search(wording):
        yield "it does not say that the customer does not know"
    if line.act == "tells" and _UNKNOWING.search(wording):
        yield "it says that the customer does not know"
    meant, said = _polarity(line.text), _polarity(wording)
    if line.act == "says" and meant in ("yes", "no") and said != meant:
        yield f"the line says {meant}, and this does not clearly"
    if line.act == "says" and meant == "neither" and said == "yes" and not line.text.rstrip().endswith("?"):
        yield "it says yes, and the line does not"
    for wish, words in _WISHES.items():
        pattern = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
        wished = bool(pattern.search(line.text))
        if pattern.search(wording) and not wished and not pattern.search(simulate.goal):
            yield f"it speaks of {wish}, and the line does not"
        if wished and not pattern.search(wording):
            yield f"the line speaks of {wish}, and this does not"


def _polarity(text: str) -> Literal["yes", "no", "both", "neither"]:
    yes, no = bool(_YES.search(text)), bool(_NO.search(text))
    return "both" if yes and no else "yes" if yes else "no" if no else "neither"
