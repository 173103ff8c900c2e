"""What others wrote, as far as it may be read out to a customer: a supplier's text sends nobody anywhere and asks for nothing."""

import re

from .promises import asks_for_secrets
from .values import has_contacts

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def readable(text: str) -> str:
    """A text without the sentences that hold a link, an address or a number to call, or ask for a card, a password or a code."""
    parts = _SENTENCE.split(text)
    kept = [part for part in parts if not (has_contacts(part) or asks_for_secrets(part))]
    return text if len(kept) == len(parts) else " ".join(kept)
