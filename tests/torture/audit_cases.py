"""The auditor's look at hand-offs: each has one case with its events, and no event is without its cause or cause without its event."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from warmline.agent.desk.moves import TOLD

from .left import Left, Row, Violation
from .talks import Talk

BY_DESK = {**TOLD, "customer_wrote": "customer_wrote", "gathered": "case_gathered", "drafted": "case_drafted"}
"""What an event of a case is called in the outbox."""


def audit_cases(left: Left, talk: Talk) -> Iterator[Violation]:
    """One conversation's cases against its turns and its events for the host."""
    conversation = talk.conversation_id
    turns, cases = left.turns.get(conversation, []), left.cases.get(conversation, [])
    named = {turn.outcome["case_id"]: turn.message_id for turn in turns if turn.kind == "handed_off"}
    existing = {str(case["id"]) for case in cases}
    for case_id in sorted(existing ^ set(named)):
        what = (
            f"case {case_id} exists without a hand-off" if case_id in existing else f"handed off to case {case_id}, which is none"
        )
        yield Violation(conversation=conversation, message=named.get(case_id, "*"), what=what)
    if len(existing) > 1:  # nobody resolves cases here
        yield Violation(conversation=conversation, message="*", what=f"{len(existing)} cases in one conversation")
    for case_id in sorted(existing):
        events = left.case_events.get(case_id, [])
        for what in (
            *_events(events, _of(_about_cases(left.outbox.get(conversation, [])), case_id)),
            *_unheard(left, talk, case_id),
        ):
            yield Violation(conversation=conversation, message=named.get(case_id, "*"), what=f"case {case_id}: {what}")
    for event in _about_cases(left.outbox.get(conversation, [])):
        if json.loads(event["body"]).get("case_id") not in existing:
            yield Violation(conversation=conversation, message="*", what=f"event {event['kind']} {event['body']} has no cause")


def _events(events: Sequence[Row], outbox: Sequence[Row]) -> Iterator[str]:
    """Each event of a case has its event for the host, and the other way round."""
    causes = Counter(BY_DESK.get(event["kind"], event["kind"]) for event in events)
    if causes["case_opened"] != 1:
        yield f"opened {causes['case_opened']} times"
    told = Counter(str(event["kind"]) for event in outbox)
    if causes != told:
        yield f"causes {dict(causes)}, events {dict(told)}"


def _unheard(left: Left, talk: Talk, case_id: str) -> Iterator[str]:
    """Every message that went to a person stands in the case once."""
    notes = [event["note"] for event in left.case_events.get(case_id, []) if event["kind"] == "customer_wrote"]
    heard = "\n".join(notes)
    for turn in left.turns[talk.conversation_id]:
        if turn.kind == "with_human" and (turn.outcome["case_id"] != case_id or heard.count(turn.row["text"]) < 1):
            yield f"message {turn.message_id} did not reach it"
    with_human = sum(turn.kind == "with_human" for turn in left.turns[talk.conversation_id])
    if len(notes) > with_human:
        yield f"{len(notes)} messages reached it, and {with_human} were sent to it"


def _about_cases(outbox: Sequence[Row]) -> list[Row]:
    """All but those whose cause is that a turn was closed: ``audit_announced`` has them."""
    return [event for event in outbox if event["kind"] != "turn_closed"]


def _of(outbox: Sequence[Row], case_id: str) -> list[Row]:
    return [event for event in outbox if json.loads(event["body"]).get("case_id") == case_id]
