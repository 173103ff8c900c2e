"""A host's inbox: a file to which every process appends a line for each event it delivers, in the order in which it does."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warmline.agent.outbox.event import OutboxEvent

from .ground import Ground

Received = Sequence[tuple[str, str]]
"""What a sink took, in the order in which it did: an event's key and its conversation. The same event may come more than once."""


class Inbox:
    """A sink, and the reader of what any process's sink took. A line is one ``write`` to the end of the file: it is there or it is not."""

    def __init__(self, ground: Ground) -> None:
        self._path = Path(ground.folder) / "inbox"
        self._read = 0

    async def deliver(self, event: OutboxEvent) -> None:
        """Take one event."""
        line = json.dumps(event.payload()).encode() + b"\n"
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            if os.write(file, line) != len(line):
                raise OSError("half a line was written")
        finally:
            os.close(file)

    def news(self) -> Sequence[dict[str, Any]]:
        """What came since this was asked last."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._read)
            whole = file.read().rpartition(b"\n")[0]
        self._read += len(whole) + bool(whole)
        return [json.loads(line) for line in whole.splitlines()]

    def received(self) -> Received:
        """All of it, as the auditor wants it, if nothing of it was read before."""
        return [(line["key"], line["conversation_id"]) for line in self.news()]
