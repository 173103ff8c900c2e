"""Which part of a thread a model is sent: the newest whole turns within a token budget, and the verified facts of the rest."""

from collections.abc import Iterable, Sequence

from warmline.prompts import render

from .models.base import Message

BUDGET_TOKENS = 12_000
FACTS_TOKENS = 2_000
BYTES_PER_TOKEN = 4
"""English text is about four bytes a token in OpenAI's tokenizers; other languages take more bytes, and as many tokens."""


def tokens_of(message: Message) -> int:
    """About how many tokens a message is."""
    return len(message.encoded) // BYTES_PER_TOKEN + 4


def cut(messages: Sequence[Message], *, budget: int = BUDGET_TOKENS) -> list[Message]:
    """The newest whole turns that fit, at least the last; what tools found in the turns left out stays as one note.

    A turn starts at a customer's message, so that a tool's result never stands without its call.
    """
    turns = _turns(messages)
    kept: list[list[Message]] = []
    left = budget
    while turns and (not kept or sum(map(tokens_of, turns[-1])) <= left):
        turn = turns.pop()
        left -= sum(map(tokens_of, turn))
        kept.insert(0, turn)
    dropped = [message for turn in turns for message in turn]
    return [*_note(dropped), *(message for turn in kept for message in turn)]


def _turns(messages: Iterable[Message]) -> list[list[Message]]:
    turns: list[list[Message]] = []
    for message in messages:
        if message.role == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def _note(dropped: Sequence[Message]) -> list[Message]:
    facts: list[str] = []
    left = FACTS_TOKENS
    for message in reversed(dropped):
        text = message.text or ""
        if message.role == "tool" and text.startswith("{") and tokens_of(message) <= left and text not in facts:
            left -= tokens_of(message)
            facts.insert(0, text)
    if not facts:
        return []
    return [Message(role="system", text=render("agent", "earlier_facts", facts="\n".join(facts)))]
