"""Promises: words that stand for money, a gift, fault, law, certainty or safety, in the seven languages, and what must bear them out."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from .denials import denied
from .evidence import Evidence
from .gift_words import ASSURED, CLAIMED, GIVEN, LAWFUL, SECRETS
from .promise_words import CERTAIN, COMPENSATED, FAULT, PAID, PROMISED, REGULAR
from .sifted import Shelf, Sifted

Ground = Literal["deed", "rule", "words", "nothing"]
"""What bears a promise out: a write that moves money, or a rule of the shop that was looked up and a condition in the same sentence
(``deed``); such a rule alone (``rule``); the promise's own key words in a result (``words``); nothing at all."""


@dataclass(frozen=True)
class Promise:
    """Words that promise. ``key`` are the English words one of which a result must hold: results are what the shop wrote."""

    pattern: Sifted
    ground: Ground
    key: tuple[str, ...] = ()


def _of(words: tuple[str, ...], ground: Ground, *key: str) -> Promise:
    return Promise(Sifted(words), ground, key)


PROMISES = (
    _of(PROMISED, "nothing"),
    _of(CERTAIN, "nothing"),
    _of(COMPENSATED, "nothing"),
    _of(FAULT, "nothing"),
    _of(SECRETS, "nothing"),
    _of(PAID, "deed", "refund", "money"),
    _of(REGULAR, "rule", "refund", "money"),
    _of(LAWFUL, "rule", "law", "legal", "entitled", "right to"),
    _of(GIVEN, "nothing"),
    _of(CLAIMED, "rule", "free", "discount", "off", "voucher", "gift card"),
    _of(ASSURED, "words", "safe for", "suitable for"),
)
"""What may be said only with its ground."""

_SHELF = Shelf((promise, promise.pattern) for promise in PROMISES)
_ASKED = Sifted(SECRETS)
_MOVES_MONEY = frozenset({"start_return", "start_exchange", "cancel_unshipped_order"})
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_IF = re.compile(
    r"\b(?:if|once|when|after|as soon as|unless|before|until|would|could|may|might|upon|wenn|falls|sobald|nachdem"
    r"|bevor|nach|würde\w*|könnte\w*"
    r"|si|une fois|dès|lorsqu\w*|quand|après|pourr\w+|cuando|una vez|en cuanto|tras|después|podr\w+|quando|una volta"
    r"|dopo|appena|potr\w+|assim que|depois|após"
    r"|poder\w+|als|zodra|nadat|na (?:de|het|ontvangst|aankomst)|zou)\b|(?:^|[,;:]\s)(?:se|caso)\b",
    re.IGNORECASE,
)


def promises_in(text: str, *, evidence: Evidence, done: Collection[str]) -> Iterator[str]:
    """The words of each promise in a text that neither a deed nor a rule bears out; what is denied is not promised."""
    plain = text.replace("’", "'")
    possible = list(_SHELF.possible(plain))
    for sentence in _SENTENCE.split(plain) if possible else ():
        for promise, pattern in possible:
            for match in pattern.finditer(sentence):
                if not denied(sentence, match) and not _borne_out(promise, sentence, evidence=evidence, done=done):
                    yield match.group()


def asks_for_secrets(text: str) -> bool:
    """Whether a text asks its reader for a card, a password or a code."""
    sentences = _SENTENCE.split(text.replace("’", "'"))
    return any(not denied(sentence, match) for sentence in sentences for match in _ASKED.finditer(sentence))


def _borne_out(promise: Promise, sentence: str, *, evidence: Evidence, done: Collection[str]) -> bool:
    match promise.ground:
        case "deed":
            return bool(_MOVES_MONEY & set(done)) or (evidence.rules_mention(promise.key) and _IF.search(sentence) is not None)
        case "rule":
            return evidence.rules_mention(promise.key)
        case "words":
            return evidence.results_mention(promise.key)
        case "nothing":
            return False
        case _:
            assert_never(promise.ground)
