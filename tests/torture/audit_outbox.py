"""The auditor's look at what a host received: every event, each conversation's in order; what was not taken is a dead letter."""

from collections.abc import Iterator, Sequence

from .inbox import Received
from .left import Left, Row, Violation


def audit_outbox(left: Left, received: Received) -> Iterator[Violation]:
    """Every event against the outbox, once nothing is due any more."""
    for conversation, events in left.outbox.items():
        mine = [key for key, whose in received if whose == conversation]
        for what in (*_undelivered(events, mine), *_disordered(events, mine)):
            yield Violation(conversation=conversation, message="*", what=what)
    written = {(event["key"], conversation) for conversation, events in left.outbox.items() for event in events}
    for key, conversation in sorted({*received} - written):
        yield Violation(conversation=conversation, message="*", what=f"event {key} was received, and nobody wrote it")


def _undelivered(events: Sequence[Row], mine: Sequence[str]) -> Iterator[str]:
    for event in events:
        named = f"event {event['kind']} {event['key']}"
        if event["delivered_at"] is None and event["dead_at"] is None:
            yield f"{named} is neither delivered nor a dead letter"
        if event["delivered_at"] is not None and event["key"] not in mine:
            yield f"{named} is delivered, and nobody received it"
        if event["delivered_at"] is not None and event["dead_at"] is not None:
            yield f"{named} is delivered and a dead letter"


def _disordered(events: Sequence[Row], mine: Sequence[str]) -> Iterator[str]:
    """By when each came first: what comes again later is known to the host by its key."""
    first = list(dict.fromkeys(key for key in mine if key))
    written = [event["key"] for event in events if event["key"] in first]
    known = [key for key in first if key in written]
    if known != written:
        yield f"events were received in the order {known}, written {written}"
