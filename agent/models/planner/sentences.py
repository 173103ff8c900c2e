"""The sentences of a text that answer a question, by the words they share."""

import re
from collections.abc import Sequence
from math import log

from .words import FILLERS, alike, folded, singular, tokens

_TABLE_RULE = re.compile(r"^\|[\s:|-]+\|$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9*\"])")
_SYNONYMS = (
    "ship shipping shipped deliver delivery delivered post postage",
    "return returns returned returning back",
    "refund refunded money paid",
    "cost costs fee price pay charge free much expensive",
    "long days day weeks time when fast quick quickly soon take takes",
    "canada canadian uk kingdom england scotland ireland europe european eu germany france spain italy netherlands international abroad",
    "usa states american domestic",
    "expire expires expiry valid",
    "open hours hour",
    "phone telephone call",
    "wrap wrapping wrapped",
    "damaged broken defective faulty fault",
    "worn used washed opened unworn tags tag condition packaging box worn try tried",
    "exchange exchanges exchanged swap",
    "warranty guarantee guaranteed covered cover",
    "klarna afterpay paypal visa mastercard amex american express apple google discover card cards",
    "invoice invoices receipt vat tax",
    "delete deletion data copy",
    "electronics electronic electrical device devices gadget headphones lamp kettle plug battery",
    "programme program scheme club",
    "duties taxes customs duty tax",
    "sale clearance discounted",
    "card digits payment",
    "saved save stored store kept keep hold",
)
_GROUPS = tuple(frozenset(singular(word) for word in words.split()) for words in _SYNONYMS)
_SPAN = r"\b(?:\d+|one|two|three) (?:\w+ )?(?:days?|hours?|years?|months?|weeks?)\b"
_ASPECTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(answer, re.IGNORECASE))
    for asked, answer in (
        (r"\bhow (?:long|many days|fast|soon|quick\w*)\b|\bwhen\b|\bdeadline\b|\bwindow\b|\bperiod\b|\btimes?\b", _SPAN),
        (r"\bhow much\b|\bcosts?\b|\bfree\b|\bpays?\b|\bfees?\b|\bprices?\b|\bcharge\w*\b|\brates?\b", r"[$€£]\s?\d|\bfree\b"),
        (r"\bhours\b|\bopen(?:ing)?\b|\bclosed?\b|\bwhat time\b|\bstart\b", r"\d ?(?:am|pm)\b"),
        (r"\bcustoms\b|\bdut(?:y|ies)\b|\bimport\b|\btax(?:es)?\b", r"\bdut(?:y|ies)\b|\btax(?:es)?\b"),
        (r"\b(?:sell|sold)\b", r"\bsold\b"),
        (r"\bcards?\b.{0,20}\b(?:saved?|stored?|kept|keep)\b|\b(?:save|store|keep)\b.{0,20}\bcards?\b", r"\bpayment details\b|\bdigits\b"),
        (r"\bcancel", r"\bleft the warehouse\b|\bcancelled order\b"),
        (r"\bphone\b|\bcall\b|\btelephone\b", r"\btelephone\b|\bphone\b"),
        (r"\be-?mail\b|\bcontact\b", r"\S@\S"),
    )
)  # fmt: skip
_BONUS = 2.0
_OPENING = 0.5
"""What a text begins with is what matters most."""
_NEAR = 0.6
_LEANING = re.compile(r"(?:It|They|This|That|These|Those|Then|After that|Until then)\b")
_OUTCOME = re.compile(r"\bwhat happens\b|\bwhat (?:do|will|would) you do\b")
_RELATED = 0.7
_IDLE = FILLERS - frozenset(
    "return returns returned returning refund refunded exchange exchanged delivery deliver shipping ship shipped cost costs price label box"
    " swap swapped email safe phone order orders cancel cancelled address back day days week weeks number sign".split()
)


def units_of(text: str) -> list[str]:
    """A Markdown text as sentences: list items and table rows are units of their own, marks are taken off."""
    return [unit for _, unit in _placed(text)]


def _placed(text: str) -> list[tuple[int, str]]:
    """The units of a text, each with the number of its paragraph, list item or row."""
    units: list[tuple[int, str]] = []
    headings: list[str] = []
    for number, block in enumerate(_blocks(text)):
        if block.startswith("|"):
            cells = [cell.strip() for cell in block.strip("|").split("|")]
            if not headings:
                headings = cells
            elif not _TABLE_RULE.match(block):
                units.append((number, _row(headings, cells)))
            continue
        headings = []
        units += [(number, sentence) for sentence in _SENTENCE.split(block.removeprefix("- "))]
    return [(number, _whole(clean)) for number, unit in units if (clean := re.sub(r"\*\*|__|`", "", unit).strip())]


def _whole(unit: str) -> str:
    """A list item that ends in a semicolon or comma, or an unfinished line, as a sentence."""
    return f"{unit.rstrip(';,')}." if unit.endswith((";", ",")) else unit


def _blocks(text: str) -> list[str]:
    """Paragraphs, list items and table rows, each on one line."""
    blocks: list[str] = []
    for line in text.splitlines():
        plain = line.strip()
        starts = plain.startswith(("- ", "|", "* ", "#")) or not plain or not blocks or not blocks[-1]
        if starts or blocks[-1].startswith("|"):
            blocks.append(plain.lstrip("#* ") if plain.startswith(("#", "* ")) else plain)
        else:
            blocks[-1] = f"{blocks[-1]} {plain}"
    return [block for block in blocks if block]


def _row(headings: Sequence[str], cells: Sequence[str]) -> str:
    """A table row as a sentence: ``Standard, United States: $5.95; time after dispatch: 3 to 5 working days.``"""
    first, *rest = cells
    named = [
        f"{heading}: {cell}" if heading and heading != "price" else cell
        for heading, cell in zip(headings[1:], rest, strict=False)
        if cell
    ]
    return f"{first}: {', '.join(named)}."


def best_sentences(text: str, question: str, *, topic: str = "", most: int = 3) -> str:
    """The units of a text that fit a question best, in their order; empty when none does.

    Words of the ``topic`` are no help in choosing: every sentence is about it.
    """
    placed = _placed(text)
    units = [unit for _, unit in placed]
    named = {singular(word) for word in tokens(topic)}
    known = named | {word for group in _GROUPS if group & named for word in group}
    words = [word for said in dict.fromkeys(tokens(question)) if said not in _IDLE and (word := singular(said)) not in known]
    scores = _scores(units, words)
    for aspect in _aspects(folded(question)):
        scores = [score + _BONUS * bool(aspect.search(unit)) for score, unit in zip(scores, units, strict=True)]
    if max(scores, default=0.0) <= 0:
        return ""
    scores = [score + (_OPENING if not place and score else 0.0) for place, score in enumerate(scores)]
    kept = _kept(units, scores, most)
    if _OUTCOME.search(folded(question)):
        kept = _to_the_end(kept, [number for number, _ in placed])[: most + 2]
    return " ".join(units[place] for place in kept)


def _to_the_end(kept: Sequence[int], numbers: Sequence[int]) -> list[int]:
    """These places with what follows each in its list item: what happens then."""
    after = {place + 1 for place in kept if place + 1 < len(numbers) and numbers[place + 1] == numbers[place]}
    return sorted({*kept, *after})


def _kept(units: Sequence[str], scores: Sequence[float], most: int) -> list[int]:
    """The best places, in order; a sentence that leans on the one before brings it along."""
    best = max(scores)
    ranked = sorted(range(len(units)), key=lambda place: -scores[place])[:most]
    kept = {place for place in ranked if scores[place] >= _NEAR * best}
    leaning = {place - 1 for place in kept if place and _LEANING.match(units[place])}
    asking = {place + 1 for place in kept if units[place].endswith("?") and place + 1 < len(units)}
    return sorted(kept | leaning | asking)[: most + 1]


def _aspects(plain: str) -> list[re.Pattern[str]]:
    """What an answer should hold: a span for "how long", an amount for "how much", hours for "when are you open"."""
    return [answer for asked, answer in _ASPECTS if asked.search(plain)]


def _scores(units: Sequence[str], words: Sequence[str]) -> list[float]:
    labels = [[singular(word) for word in tokens(unit)] for unit in units]
    scores = [0.0] * len(units)
    for word in words:
        fits = [_fit(word, label) for label in labels]
        hits = sum(1 for fit in fits if fit)
        for place, fit in enumerate(fits):
            scores[place] += fit * (1 + log(len(units) / hits)) if hits else 0.0
    return scores


def _fit(word: str, label: Sequence[str]) -> float:
    if any(alike(word, other) for other in label):
        return 1.0
    groups = [group for group in _GROUPS if word in group]
    return _RELATED if any(other in group for group in groups for other in label) else 0.0
