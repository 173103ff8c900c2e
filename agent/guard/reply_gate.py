"""The gate before a reply: what is said must be known to be so, must have happened, and must be the agent's to say."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from .claims import Claim, claims_in
from .evidence import Evidence

_LEAK_WORDS = 9
"""So many words in a row of the system prompt in a reply are a leak."""

_TELLABLE = "What you do"
"""The line of the system prompt that a customer may well be told: what can be done here."""

_PROMISES = re.compile(
    r"\b(?:i(?:'ve| have)|we(?:'ve| have)|i|we) (?:just |now |already )?(?:issued|processed|sent) (?:you )?(?:a |the |your )?(?:full )?refund\b"
    r"|\b(?:i|we)(?:'ll| will| can) (?:give|offer) you (?:a |an )?(?:\d+ ?% )?(?:discount|voucher|coupon|store credit)\b"
    r"|\bwe(?: will|'ll) (?:call|phone|ring) you\b"
    r"|\b(?:it|this) (?:is|was) (?:entirely |completely )?our (?:legal )?(?:fault|liability|responsibility)\b|\bwe (?:are|were) (?:liable|negligent)\b"
    r"|\b(?:ich rufe|wir rufen) (?:sie|dich) (?:zurück|an)\b|\b(?:ich|wir) (?:gebe|geben|gewähre|gewähren) (?:ihnen|dir) (?:\S+ ){0,3}(?:rabatt|gutschein)\b"
    r"|\b(?:nous|on) vous r?appeller(?:ons|a)\b|\b(?:je|nous) vous (?:offre|offrons|accorde|accordons) (?:\S+ ){0,3}(?:remise|réduction|bon d'achat)\b"
    r"|\b(?:le|te|lo|la) llamar(?:emos|é)\b|\b(?:le|te) (?:ofrezco|ofrecemos|doy|damos) (?:\S+ ){0,3}(?:descuento|cupón)\b"
    r"|\b(?:la|ti) (?:ri)?chiamer(?:emo|ò)\b|\b(?:le|ti) (?:offro|offriamo|do|diamo) (?:\S+ ){0,3}(?:sconto|buono)\b"
    r"|\b(?:ligaremos|vamos ligar)\b|\b(?:ofereço|oferecemos|dou|damos)(?:-(?:lhe|te))? (?:\S+ ){0,3}(?:desconto|cupão|cupom)\b"
    r"|\b(?:wij|we) bellen (?:je|u)\b|\b(?:ik|wij|we) (?:geef|geven|bied|bieden) (?:je|u) (?:\S+ ){0,3}(?:korting|tegoedbon)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a reply may not be sent: ``words`` is the part of it, ``why`` the instruction for the redraft."""

    kind: str
    words: str
    why: str


def check_reply(
    text: str, *, evidence: Evidence, done: Collection[str], system: str, tools: Collection[str] = ()
) -> list[Problem]:
    """Everything wrong with a reply; empty when it may be sent.

    ``done`` are the writes the ledger holds as done, ``tools`` the names of all there are: no customer reads those.
    """
    problems = [
        Problem(
            kind="ungrounded", words=value.words, why=f"{value.words!r} occurs in no tool result and was not said by the customer"
        )
        for value in evidence.missing(text)
    ]
    for words, claim in claims_in(text, done=done, statuses=evidence.values.get("status", ())):
        problems.append(Problem(kind="claim", words=words, why=_not_done(words, claim)))
    if promise := _PROMISES.search(text):
        why = f"{promise.group()!r} promises what you cannot keep"
        problems.append(Problem(kind="promise", words=promise.group(), why=why))
    if leaked := _leak(text, system):
        problems.append(Problem(kind="leak", words=leaked, why="the reply repeats your instructions"))
    if named := next((name for name in tools if "_" in name and name in text), None):
        problems.append(Problem(kind="leak", words=named, why=f"{named!r} is a tool: call it, and never name it to the customer"))
    return problems


def _not_done(words: str, claim: Claim) -> str:
    remedy = claim.remedy or f"only {' or '.join(sorted(claim.tools))} can do it"
    return f"{words!r} claims something that was not done; {remedy}"


def _leak(text: str, system: str) -> str | None:
    said = re.findall(r"\w+", text.casefold())
    secret = "\n".join(line for line in system.splitlines() if not line.startswith(_TELLABLE))
    prompt = " ".join(["", *re.findall(r"\w+", secret.casefold()), ""])
    for start in range(len(said) - _LEAK_WORDS + 1):
        run = " ".join(said[start : start + _LEAK_WORDS])
        if f" {run} " in prompt:
            return run
    return None
