"""A chat without a terminal: one message a line in, one reply out; plain text, or one JSON object a turn."""

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, BinaryIO, assert_never

import typer

from warmline.agent.outcome import HandedOff, NeedsConfirmation, Replied, Turn, WithHuman

from .session import Session
from .stage import Stage

if TYPE_CHECKING:
    from warmline.agent.guard.decision import Decision
    from warmline.agent.store.reading import Said

_UNASKED = {"said_by_person": "person", "said_by_shop": "notice"}

LONGEST_LINE = 1_000_000
"""Bytes of a line that are read; what is longer is cut, so that a file without line breaks cannot fill the memory."""


def talk_in_lines(stage: Stage, session: Session, *, json: bool) -> None:
    """Serve every line of the standard input until it ends. What is for the operator goes to stderr."""
    out = _utf8(sys.stdout) if json else sys.stdout
    typer.echo(
        f"{session.service.shop_name}: conversation {session.conversation_id}, {_who(session)}; {session.service.model}", err=True
    )
    missed = stage.run(session.missed())
    for message_id, text in chain(stage.run(session.unfinished()), ((None, line) for line in read_lines(sys.stdin.buffer))):
        heard = [*missed, *stage.run(session.news()).said]
        turn = stage.run(session.say(text, message_id=message_id))
        out.write(_as_json(turn, heard) if json else _as_text(turn, heard, session.service.shop_name))
        out.flush()
        missed = []


def read_lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a byte stream as text, without their ends; bytes that are no UTF-8 become lone surrogates."""
    while line := stream.readline(LONGEST_LINE):
        text = line.decode("utf-8", errors="surrogateescape")
        while not line.endswith(b"\n") and (line := stream.readline(LONGEST_LINE)):
            pass  # the rest of a line that is too long
        yield text.rstrip("\r\n")


def turn_as_json(turn: Turn, *, heard: Sequence["Said"] = ()) -> dict[str, Any]:
    """A turn as one JSON object; ``heard`` is what a colleague or the shop wrote unasked since the last one."""
    line: dict[str, Any] = {
        "kind": turn.kind,
        "text": turn.text,
        "conversation_id": turn.conversation_id,
        "message_id": turn.message_id,
        "decision": _decision(turn.decision),
        "tool_calls": [{"name": run.name, "status": run.status, "ms": round(run.ms, 2)} for run in turn.tool_calls],
        "usage": {name: getattr(turn.usage, name) for name in ("input", "output", "cached", "calls")},
        "timings": {name: round(getattr(turn.timings, name), 2) for name in ("total", "guard", "model", "tools", "store")},
    }
    match turn:
        case HandedOff():
            line |= {"case_id": turn.case_id, "queue": turn.queue}
        case WithHuman():
            line |= {"case_id": turn.case_id}
        case NeedsConfirmation():
            line |= {"tool": turn.tool, "arguments": json.loads(turn.arguments)}
        case Replied():
            pass
        case _:
            assert_never(turn)
    unasked = {name: [one.text for one in heard if one.author == author] for name, author in _UNASKED.items()}
    return line | {name: texts for name, texts in unasked.items() if texts}


def _as_json(turn: Turn, heard: Sequence["Said"]) -> str:
    return json.dumps(turn_as_json(turn, heard=heard), ensure_ascii=False) + "\n"


def _as_text(turn: Turn, heard: Sequence["Said"], shop: str) -> str:
    """A turn as plain paragraphs and an empty line; what a colleague or the shop wrote since the last one stands first."""
    added = [f"(added to case {turn.case_id})"] if isinstance(turn, WithHuman) else []
    own = "\n\n".join([turn.text, *added] if turn.text else added)
    return "\n\n".join([*(f"{'A colleague' if one.author == 'person' else shop}: {one.text}" for one in heard), own]) + "\n\n"


def _decision(decision: "Decision") -> dict[str, Any]:
    score = round(decision.score, 4)
    return {"route": decision.route, "reason": decision.reason, "rule": decision.rule, "score": score, "layer": decision.layer}


def _who(session: Session) -> str:
    return f"signed in as {session.customer.name} ({session.customer.customer_id})" if session.customer else "guest"


def _utf8(stream: IO[str]) -> IO[str]:
    """JSON is UTF-8 whatever the locale says."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    return stream
