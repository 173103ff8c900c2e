"""The auditor: reads what a run left behind and names every promise of docs/guarantees.md that was not kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from .audit_announced import audit_announced
from .audit_cases import audit_cases
from .audit_writes import audit_shop, audit_writes
from .ground import Ground
from .left import Left, Row, Violation
from .talks import Talk

Told = Mapping[tuple[str, str], Sequence[str]]
"""Every answer that was heard to a message, by conversation and message."""


def audit(ground: Ground, talks: Sequence[Talk], told: Told, again: Told) -> tuple[dict[str, int], list[Violation]]:
    """What there is, counted, and every violation. ``again`` are the answers to asking for every message once more."""
    left = Left(ground)
    found = [*_strangers(left, talks), *audit_shop(left, talks)]
    for talk in talks:
        found += [*_turns(left, talk, told, again), *audit_writes(left, talk)]
        found += [*audit_cases(left, talk), *audit_announced(left, talk)]
    return _counted(left), found


def _turns(left: Left, talk: Talk, told: Told, again: Told) -> Iterator[Violation]:
    """Each message has one outcome, and it is the same however often it is asked for."""
    conversation = talk.conversation_id
    turns = left.turns.get(conversation, [])
    expected = [talk.message_id(place) for place in range(len(talk.lines))]
    if Counter(turn.message_id for turn in turns) != Counter(expected):
        yield Violation(
            conversation=conversation, message="*", what=f"turns {[turn.message_id for turn in turns]}, expected {expected}"
        )
    for turn in turns:
        key = (conversation, turn.message_id)
        for what in (*_outcome(turn.row["outcome"], told.get(key, ()), again.get(key, ())), *_said(left, conversation, turn.row)):
            yield Violation(conversation=conversation, message=turn.message_id, what=what)
        if turn.row["id"] and turn.outcome and (wrong := _text(left, conversation, turn.row["id"], turn.outcome["text"])):
            yield Violation(conversation=conversation, message=turn.message_id, what=wrong)


def _outcome(stored: str | None, told: Sequence[str], again: Sequence[str]) -> Iterator[str]:
    if stored is None:
        yield "no outcome"
        return
    if not again:
        yield "nobody answered when it was asked for once more"
    for answer in {*told, *again} - {stored}:
        yield f"told {answer[:200]}, recorded {stored[:200]}"


def _said(left: Left, conversation: str, row: Row) -> Iterator[str]:
    mine = [said for said in left.said.get(conversation, []) if said["turn_id"] == row["id"] and said["author"] == "customer"]
    if len(mine) != 1:
        yield f"the customer's message stands {len(mine)} times in the thread"


def _text(left: Left, conversation: str, turn_id: int, text: str) -> str | None:
    """What is wrong with how often the reply stands in the thread."""
    answers = [said for said in left.said[conversation] if said["turn_id"] == turn_id and said["author"] in ("agent", "notice")]
    expected = 1 if text else 0
    return None if len(answers) == expected else f"its reply stands {len(answers)} times in the thread, expected {expected}"


def _strangers(left: Left, talks: Sequence[Talk]) -> Iterator[Violation]:
    """Conversations that nobody had, and holds on conversations that nobody gave back."""
    known = {talk.conversation_id for talk in talks}
    for conversation in sorted({*left.turns, *left.cases, *left.outbox} - known):
        yield Violation(conversation=conversation, message="*", what="nobody had this conversation")
    for row in left.leases:
        yield Violation(conversation=row["id"], message="*", what="a lease is still held")


def _counted(left: Left) -> dict[str, int]:
    kinds = Counter(turn.kind for turns in left.turns.values() for turn in turns)
    entries = Counter(row["status"] for found in left.ledger.values() for row in found)
    return {
        "conversations": len(left.turns),
        "turns": kinds.total(),
        **{f"turns: {kind}": number for kind, number in sorted(kinds.items())},
        **{f"ledger: {status}": number for status, number in sorted(entries.items())},
        "receipts at the shop": len(left.receipts),
        "cases": sum(map(len, left.cases.values())),
        "case events": sum(map(len, left.case_events.values())),
        "outbox events": sum(map(len, left.outbox.values())),
    }
