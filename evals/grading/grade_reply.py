"""What the customer reads: words that must or must not be there, values that must have been shown before, and its language."""

from collections.abc import Iterator, Sequence

from warmline.agent.guard.evidence import Evidence
from warmline.agent.guard.language import detect
from warmline.agent.guard.values import Kind, Value
from warmline.agent.models.base import Message
from warmline.evals.results import Check, TurnRecord
from warmline.evals.suite_files.schema_expect import Fact, Grounds, ReplyExpect
from warmline.evals.worlds.facts import fact_of

from .matching import says
from .seen import Pen, Seen

_KINDS: dict[Grounds, tuple[Kind, ...]] = {
    "money": ("money",),
    "dates": ("date", "weekday", "day", "span"),
    "ids": ("identifier", "email"),
    "percentages": ("percent",),
    "links": ("url",),
}
_BY_A_MODEL = ("replied", "needs_confirmation")
"""Turns whose words may be a model's; what is said when a person takes over is fixed text with the case's number in it."""


def grade_reply(expect: ReplyExpect, seen: Seen, pen: Pen) -> Iterator[Check]:
    """Every part of a reply that is expected: of a turn's, or of all replies of the conversation."""
    turns = [turn for turn in seen.turns if pen.turn in (None, turn.number)]
    replies = [turn.reply for turn in turns if turn.reply]
    text = "\n".join(replies)
    yield from _words(expect, text, seen, pen)
    if expect.silent is not None:
        reason = f"expected {'silence' if expect.silent else 'a reply'}, got {text[:120]!r}"
        yield pen.note("reply", ("reply", "silent"), passed=bool(text) != expect.silent, reason=reason, expected=expect.silent)
    if expect.grounds:
        loose = [value for turn in turns for value in ungrounded(turn, seen, expect.grounds)]
        reason = f"said, and shown by no tool nor said by the customer: {', '.join(repr(value.words) for value in loose)}"
        yield pen.note("reply", ("reply", "grounded"), passed=not loose, reason=reason, observed=[value.words for value in loose])
    if expect.language is not None:
        spoken = [detect(reply) for reply in replies]
        wrong = [one for one in spoken if one not in (None, expect.language)]
        fits = bool(replies) and not wrong and expect.language in spoken
        reason = f"expected {expect.language}, read {', '.join(str(one) for one in spoken) or 'nothing'}"
        yield pen.note("reply", ("reply", "language"), passed=fits, reason=reason, expected=expect.language, observed=spoken)


def _words(expect: ReplyExpect, text: str, seen: Seen, pen: Pen) -> Iterator[Check]:
    if expect.contains_any is not None:
        wanted = [word_of(one, seen) for one in expect.contains_any]
        found = any(one is not None and says(text, one) for one in wanted)
        reason = f"says none of {', '.join(repr(one) for one in wanted)}: {_cut(text)!r}"
        yield pen.note("reply", ("reply", "contains_any"), passed=found, reason=reason, expected=wanted, observed=text)
    for place, one in enumerate(expect.contains_all or ()):
        word = word_of(one, seen)
        found = word is not None and says(text, word)
        yield pen.note(
            "reply",
            ("reply", "contains_all", place),
            passed=found,
            reason=f"does not say {word!r}: {_cut(text)!r}",
            expected=word,
            observed=text,
        )
    for place, word in enumerate(expect.excludes or ()):
        reason = f"says {word!r}: {_cut(text)!r}"
        part = ("reply", "excludes", place)
        yield pen.note("reply", part, passed=not says(text, word), reason=reason, expected=word, observed=text)


def word_of(wanted: str | Fact, seen: Seen) -> str | None:
    """The words to look for; of a fact its value at the start, ``None`` if the shop has none."""
    if isinstance(wanted, str):
        return wanted
    return fact_of(wanted, seen.start)


def ungrounded(turn: TurnRecord, seen: Seen, grounds: Sequence[Grounds]) -> list[Value]:
    """The values in a reply that nobody showed: by the same evidence as the reply gate."""
    if turn.kind not in _BY_A_MODEL or not turn.reply:
        return []
    evidence = _evidence(turn, seen)
    kinds = {kind for ground in grounds for kind in _KINDS[ground]}
    return [value for value in evidence.missing(turn.reply) if value.kind in kinds]


def _evidence(turn: TurnRecord, seen: Seen) -> Evidence:
    evidence = Evidence(today=seen.days[turn.number - 1] if seen.days else None)
    evidence.hear(Message(role="system", text=f"{seen.known} {evidence.today or ''}"))
    for earlier in seen.turns[: turn.number]:
        for words in earlier.said_by_person:
            evidence.hear(Message(role="assistant", text=words), author="person")
        evidence.hear(Message(role="user", text=earlier.customer))
        for call in earlier.calls:
            evidence.hear(Message(role="tool", text=call.result))
        if earlier.kind == "handed_off":
            evidence.hear(Message(role="assistant", text=earlier.reply), author="notice")
    return evidence


def _cut(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"
