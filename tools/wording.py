"""Small words in results and questions: counts, lists, what is in stock."""

from collections.abc import Sequence

FEW = 5
"""Up to this many units, stock is worded as a number left."""


def days(count: int) -> str:
    """``1 day``, ``3 days``."""
    return "1 day" if count == 1 else f"{count} days"


def units(quantity: int, name: str) -> str:
    """``2 × Harbour Crewneck (navy, M)``."""
    return f"{quantity} × {name}"


def listed(parts: Sequence[str], *, last: str = "and") -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def in_stock(available: int) -> str:
    """Units as a customer reads them: ``in stock``, ``only 2 left``, ``sold out``."""
    if available <= 0:
        return "sold out"
    return f"only {available} left" if available <= FEW else "in stock"


def in_plain_words(key: str) -> str:
    """A closed set's value as words: ``partly_shipped`` is ``partly shipped``."""
    return key.replace("_", " ")
