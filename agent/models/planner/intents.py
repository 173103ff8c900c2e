"""What a message asks for: the classifier's reading sharpened by keywords, one intent per part of the message."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from warmline.tools.stop_words import read_stop

from .goals import PRODUCT_GOALS, GoalKind
from .lexicon import lexicon
from .slots import order_numbers_in
from .spelling import corrected
from .words import content_words, folded

Reader = Callable[[str], Mapping[str, float]]

STRONG = 1.0
"""The score of a keyword that says it all by itself."""
ENOUGH = 0.45
"""The least score of an intent."""
_BELIEF = 0.9
"""What the classifier's certainty counts beside a keyword."""
_LEAST_MASS = 0.2
_MOST = 3
"""Parts of one message that are served."""

_REASONS: Mapping[GoalKind, tuple[str, ...]] = {
    "status": ("order_status",),
    "history": ("order_status",),
    "cancel": ("order_change",),
    "address": ("order_change",),
    "stock": ("stock_check",),
    "product": ("product_basic",),
    "find": ("product_basic",),
    "compare": ("product_basic",),
    "return": ("return_start",),
    "exchange": ("exchange_start",),
    "policy": ("return_policy", "shop_policy"),
    "signup": ("back_in_stock_signup",),
    "care": ("product_care",),
    "letters": ("product_care",),
    "smalltalk": ("smalltalk",),
    "person": ("human_request",),
}
_BY_REASON: Mapping[str, GoalKind] = {
    "order_status": "status",
    "order_change": "change",
    "stock_check": "stock",
    "product_basic": "product",
    "return_start": "return",
    "exchange_start": "exchange",
    "return_policy": "policy",
    "shop_policy": "policy",
    "back_in_stock_signup": "signup",
    "product_care": "care",
    "smalltalk": "smalltalk",
}
_STRONGER: tuple[tuple[GoalKind, GoalKind], ...] = (
    ("exchange", "return"),
    ("signup", "stock"),
    ("cancel", "status"),
    ("address", "status"),
    ("letters", "care"),
    ("letters", "signup"),
    ("compare", "product"),
    ("find", "product"),
    ("history", "status"),
    ("person", "status"),
)
"""When both are read, in one part of a message or in two, the first is meant."""
_STRONGER_TOGETHER: tuple[tuple[GoalKind, GoalKind], ...] = (
    *_STRONGER,
    *((("policy", kind)) for kind in ("return", "exchange", "status", "stock", "product")),
    ("history", "find"),
    ("stock", "product"),
    ("address", "policy"),
)
"""When both are read in the same words."""
_BOUGHT = re.compile(
    r"^(?:\W*(?:ok|okay|so|um|uh|er|well|hi|hello|hey|right)\b)*\W*(?:i|we)(?:'ve| have)? (?:just )?(?:ordered|bought)\b(?!.*\?)"
)
_SENDS_BACK = re.compile(r"\breturn|\brefund|\bback\b")
_CLAUSE = re.compile(
    r"(?<=[.?!;])\s+|\n+|,?\s+(?:and|also|plus|but|btw|by the way|oh and)\s+(?:also\s+)?(?=(?:can|could|do|does|did|is|are|what|where|when|how|"
    r"will|would|i|i'd|i'm|please|which|any|has|have|tell|let|send|cancel|return|exchange|track|change|put)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What a part of a message asks for; ``sure`` when its words alone say so."""

    kind: GoalKind
    text: str
    score: float

    @property
    def sure(self) -> bool:
        """Whether a keyword alone says it all."""
        return self.score >= STRONG


def read_intents(text: str, reader: Reader) -> list[Intent]:
    """The intents of a message, in order; empty when nothing tells."""
    parts = _parts(text)
    kinds = _without_weaker([part.kind for part in parts])
    parts = [part for part in parts if part.kind in kinds or order_numbers_in(part.text) or _of_its_own(part, parts)]
    if len({part.kind for part in parts}) > 1 or (parts and _BOUGHT.search(folded(text))):
        return _merged(parts)[:_MOST]
    best = _best(text, keywords(text), _automated(reader(text)) if text.strip() else {})
    if best is None:
        return []
    return [replace(best, kind="status")] if _about_an_order(best) else [best]


def _about_an_order(intent: Intent) -> bool:
    """Whether what reads like a question about a product names an order and no product: "mail me when W-10432 arrives"."""
    about_goods = intent.kind in PRODUCT_GOALS
    return (
        about_goods
        and bool(order_numbers_in(intent.text))
        and len(content_words(intent.text)) <= len(order_numbers_in(intent.text))
    )


def _of_its_own(part: Intent, parts: Sequence[Intent]) -> bool:
    """Whether a return beside an exchange is about another thing: "return the boots and exchange the socks"."""
    if part.kind != "return" or not _SENDS_BACK.search(folded(part.text)):
        return False
    words = set(content_words(part.text))
    others = [set(content_words(other.text)) for other in parts if other.kind != "return"]
    return bool(words) and all(other and not other & words for other in others)


def _automated(reasons: Mapping[str, float]) -> Mapping[str, float]:
    """The reading among what the agent serves: the guard has sent everything else to people."""
    mass = sum(reasons.get(reason, 0.0) for reason in _BY_REASON)
    return {reason: p / mass for reason, p in reasons.items()} if mass > _LEAST_MASS else reasons


@lru_cache(maxsize=1024)
def keywords(text: str) -> Mapping[GoalKind, float]:
    """What the keywords alone say of a text: a score per kind, at most 1.5."""
    plain = folded(text)
    scores = _scores(plain)
    if max(scores.values(), default=0.0) < STRONG and (mended := corrected(plain)) != plain:
        scores = _scores(mended)
    return scores


def _scores(plain: str) -> dict[GoalKind, float]:
    scores: dict[GoalKind, float] = {}
    for name, pattern in lexicon("intents").items():
        if pattern.search(plain):
            kind, weight = _weighed(name)
            scores[kind] = min(1.5, scores.get(kind, 0.0) + weight)
    if (wish := read_stop(plain)) is not None:
        scores = {"stop": STRONG} if wish.alone else {**scores, "stop": STRONG}
    return {kind: score for kind, score in scores.items() if score > 0}


def _weighed(name: str) -> tuple[GoalKind, float]:
    """``status`` says it all, ``status~0.6`` is what a hit says by itself."""
    kind, _, weight = name.partition("~")
    return cast("GoalKind", kind), float(weight or STRONG)


def _parts(text: str) -> list[Intent]:
    """The parts of a message whose words alone say what they want."""
    parts: list[Intent] = []
    before = ""
    for clause in filter(None, _CLAUSE.split(text)):
        kind, score = _top(keywords(clause))
        if kind is not None and score >= STRONG and kind != "smalltalk" and not _tells_of_a_purchase(clause, kind):
            parts.append(Intent(kind=kind, text=f"{before} {clause}".strip(), score=score))
            before = ""
        elif not parts:
            before = f"{before} {clause}"
        else:
            parts[-1] = Intent(kind=parts[-1].kind, text=f"{parts[-1].text} {clause}", score=parts[-1].score)
    return parts


def _tells_of_a_purchase(clause: str, kind: GoalKind) -> bool:
    """Whether a clause only says what was bought: "I ordered that kettle, the one with the thing for cleaning it"."""
    return kind in PRODUCT_GOALS and _BOUGHT.search(folded(clause)) is not None


def _top(scores: Mapping[GoalKind, float]) -> tuple[GoalKind | None, float]:
    kinds = _without_weaker(_strong(scores), _STRONGER_TOGETHER) or set(scores)
    best = max(kinds, key=lambda kind: scores[kind], default=None)
    return (best, scores[best]) if best else (None, 0.0)


def _strong(scores: Mapping[GoalKind, float]) -> list[GoalKind]:
    """What the words alone say; a thank-you beside a wish is none."""
    kinds: list[GoalKind] = [kind for kind, score in scores.items() if score >= STRONG]
    return [kind for kind in kinds if kind != "smalltalk"] or kinds


def _without_weaker(kinds: Sequence[GoalKind], order: Sequence[tuple[GoalKind, GoalKind]] = _STRONGER) -> set[GoalKind]:
    found = set(kinds)
    return {kind for kind in found if not any(kind == weaker and stronger in found for stronger, weaker in order)}


def _merged(parts: Sequence[Intent]) -> list[Intent]:
    """Parts of one kind as one, in the order of their first; what stands before the first part belongs to it."""
    merged: dict[GoalKind, Intent] = {}
    for part in parts:
        before = merged.get(part.kind)
        merged[part.kind] = Intent(kind=part.kind, text=f"{before.text}\n{part.text}", score=part.score) if before else part
    return list(merged.values())


def _best(text: str, scores: Mapping[GoalKind, float], reasons: Mapping[str, float]) -> Intent | None:
    total = dict(scores)
    for kind in total:
        total[kind] += _BELIEF * sum(reasons.get(reason, 0.0) for reason in _REASONS.get(kind, ()))
    likeliest = max(_BY_REASON, key=lambda reason: reasons.get(reason, 0.0))
    by_reason = _BY_REASON[likeliest]
    if not any(likeliest in _REASONS.get(kind, ()) for kind in total):
        total[by_reason] = _BELIEF * reasons.get(likeliest, 0.0)
    kind, score = _top(total)
    if kind is None or score < ENOUGH:
        return None
    return Intent(
        kind=kind, text=text, score=min(scores.get(kind, 0.0), 1.5) if scores.get(kind, 0.0) >= STRONG else score * 0.99
    )
