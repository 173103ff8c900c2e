"""The gate before a reply: what is said must be known to be so, must have happened, and must be the agent's to say."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .claims import Claim, claims_in
from .evidence import Evidence
from .promises import promises_in

_LEAK_WORDS = 9
"""So many words in a row of the system prompt in a reply are a leak."""

_TELLABLE = "What you do"
"""The line of the system prompt that a customer may well be told: what can be done here."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a reply may not be sent: ``words`` is the part of it, ``why`` the instruction for the redraft."""

    kind: str
    words: str
    why: str


def check_reply(
    text: str,
    *,
    evidence: Evidence,
    done: Collection[str],
    system: str,
    tools: Collection[str] = (),
    deeds: Sequence[Claim] = (),
) -> list[Problem]:
    """Everything wrong with a reply; empty when it may be sent.

    ``done`` are the writes the ledger holds as done, ``tools`` the names of all there are: no customer reads those. ``deeds``
    are claims of what a host's own tools do.
    """
    problems = [
        Problem(
            kind="ungrounded", words=value.words, why=f"{value.words!r} occurs in no tool result and was not said by the customer"
        )
        for value in evidence.missing(text)
    ]
    for words, claim in claims_in(text, done=done, statuses=evidence.values.get("status", ()), deeds=deeds):
        problems.append(Problem(kind="claim", words=words, why=_not_done(words, claim)))
    for words in promises_in(text, evidence=evidence, done=done):
        why = f"{words!r} promises what no tool result says: look the rule up, quote it with its condition, or leave it out"
        problems.append(Problem(kind="promise", words=words, why=why))
    if leaked := _leak(text, system):
        problems.append(Problem(kind="leak", words=leaked, why="the reply repeats your instructions"))
    if named := next((name for name in tools if "_" in name and name in text), None):
        problems.append(Problem(kind="leak", words=named, why=f"{named!r} is a tool: call it, and never name it to the customer"))
    return problems


def _not_done(words: str, claim: Claim) -> str:
    remedy = claim.remedy or f"only {' or '.join(sorted(claim.tools))} can do it"
    return f"{words!r} claims something that was not done; {remedy}"


def _leak(text: str, system: str) -> str | None:
    words, (known, secret) = re.findall(r"\w+", text.casefold()), _secret(system)
    if len(words) < _LEAK_WORDS or not _in_a_row(map(known.__contains__, words)):
        return None
    return next((run for run in _runs(words) if run in secret), None)


def _in_a_row(ones: Iterable[bool]) -> bool:
    """Whether so many words in a row occur in the prompt at all: most replies are done with here."""
    so_far = 0
    for one in ones:
        so_far = so_far + 1 if one else 0
        if so_far == _LEAK_WORDS:
            return True
    return False


@lru_cache(maxsize=4)
def _secret(system: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of the prompt, and the runs of them that a reply may not hold."""
    lines = [line for line in system.splitlines() if not line.startswith(_TELLABLE)]
    words = re.findall(r"\w+", "\n".join(lines).casefold())
    return frozenset(words), frozenset(_runs(words))


def _runs(words: Sequence[str]) -> Iterator[str]:
    return (" ".join(words[start : start + _LEAK_WORDS]) for start in range(len(words) - _LEAK_WORDS + 1))
