"""Keeping a model's thoughts from the customer.

Reasoning models behind servers without a reasoning parser write ``<think>...</think>`` before their answer, in the content itself;
some servers' templates swallow the opening tag.
"""

OPEN, CLOSE = "<think>", "</think>"


def spoken(text: str) -> str:
    """The text behind the thoughts; nothing if the thoughts were cut off."""
    if CLOSE in text:
        return text.rpartition(CLOSE)[2].lstrip()
    return "" if text.lstrip().startswith(OPEN) else text


class Spoken:
    """The same for a stream: takes pieces of text and gives those that may be shown."""

    def __init__(self) -> None:
        self._held = ""
        self._open = False

    def take(self, piece: str) -> str:
        """What may be shown now that this piece has come: nothing while it could be thoughts."""
        if self._open:
            return piece
        self._held += piece
        held = self._held.lstrip()
        if held.startswith(OPEN):
            _, closed, rest = held.partition(CLOSE)
            return self._release(rest.lstrip()) if closed and rest.strip() else ""
        return "" if OPEN.startswith(held) else self._release(self._held)

    def rest(self) -> str:
        """What is still held when the stream ends and turns out to be no thoughts."""
        return "" if self._open else self._release(spoken(self._held))

    def _release(self, text: str) -> str:
        self._open, self._held = True, ""
        return text
