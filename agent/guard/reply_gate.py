"""The gate before a reply: what is said must be known to be so, must have happened, and must be the agent's to say."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from .evidence import Evidence

_LEAK_WORDS = 12
"""So many words in a row of the system prompt in a reply are a leak."""

_CLAIMS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(tools.split()))
    for pattern, tools in (
        (r"\b(?:i(?:'ve| have)|we(?:'ve| have)|i|we) (?:just |now |already )?(?:cancel(?:l)?ed)\b", "cancel_unshipped_order"),
        (r"\b(?:order|it) (?:has been|is now|was) (?:successfully )?cancel(?:l)?ed\b", "cancel_unshipped_order"),
        (
            r"\b(?:i(?:'ve| have)|we(?:'ve| have)|i|we) (?:just |now |already )?(?:started|created|opened|set up|registered) (?:a |the |your )?return\b",
            "start_return",
        ),
        (r"\b(?:return (?:has been|is now) (?:started|created|registered))\b", "start_return"),
        (r"\b(?:i(?:'ve| have)|we(?:'ve| have)|i|we) (?:just |now )?(?:started|created|set up|arranged) (?:an |the |your )?exchange\b", "start_exchange"),
        (
            r"\b(?:i(?:'ve| have)|we(?:'ve| have)|i|we) (?:just |now )?(?:changed|updated) (?:the|your)(?: delivery| shipping)? address\b",
            "change_shipping_address",
        ),
        (
            r"\byou(?:'re| are) (?:now )?(?:signed up|subscribed|on the (?:waiting )?list)\b|\bi(?:'ve| have) (?:signed you up|added you|put you)\b",
            "subscribe_back_in_stock enrol_in_care_series",
        ),
    )
)  # fmt: skip
"""A claim that something was done, and the tools of which one must have done it in this conversation."""

_PROMISES = re.compile(
    r"\b(?:i(?:'ve| have)|we(?:'ve| have)|i|we) (?:just |now |already )?(?:issued|processed|sent) (?:you )?(?:a |the |your )?(?:full )?refund\b"
    r"|\brefund (?:has been|was|is now) (?:issued|processed|paid)\b"
    r"|\b(?:i|we)(?:'ll| will| can) (?:give|offer) you (?:a |an )?(?:\d+ ?% )?(?:discount|voucher|coupon|store credit)\b"
    r"|\b(?:someone|a colleague|my manager|we) (?:will|'ll) (?:call|phone|ring) you\b"
    r"|\b(?:it|this) (?:is|was) (?:entirely |completely )?our (?:legal )?(?:fault|liability|responsibility)\b|\bwe (?:are|were) (?:liable|negligent)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a reply may not be sent: ``words`` is the part of it, ``why`` the instruction for the redraft."""

    kind: str
    words: str
    why: str


def check_reply(text: str, *, evidence: Evidence, done: Collection[str], system: str) -> list[Problem]:
    """Everything wrong with a reply; empty when it may be sent. ``done`` are the writes the ledger holds as done."""
    problems = [
        Problem(
            kind="ungrounded", words=value.words, why=f"{value.words!r} occurs in no tool result and was not said by the customer"
        )
        for value in evidence.missing(text)
    ]
    for pattern, tools in _CLAIMS:
        if (claim := pattern.search(text)) and not tools & set(done):
            why = f"{claim.group()!r} claims something that was not done; only {' or '.join(sorted(tools))} can do it"
            problems.append(Problem(kind="claim", words=claim.group(), why=why))
    if promise := _PROMISES.search(text):
        why = f"{promise.group()!r} promises what you cannot keep"
        problems.append(Problem(kind="promise", words=promise.group(), why=why))
    if leaked := _leak(text, system):
        problems.append(Problem(kind="leak", words=leaked, why="the reply repeats your instructions"))
    return problems


def _leak(text: str, system: str) -> str | None:
    said = re.findall(r"\w+", text.casefold())
    prompt = " ".join(["", *re.findall(r"\w+", system.casefold()), ""])
    for start in range(len(said) - _LEAK_WORDS + 1):
        run = " ".join(said[start : start + _LEAK_WORDS])
        if f" {run} " in prompt:
            return run
    return None
