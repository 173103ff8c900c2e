"""Small words in results and questions: counts, lists, what is in stock."""

from collections.abc import Sequence

from .goods import Variant

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


IN_STOCK, TO_ORDER = "in stock", "not there now, can be ordered and comes later"


def stock_in_words(variant: Variant) -> str:
    """Stock as a customer reads it: ``in stock``, ``only 2 left``, ``sold out``; no number of what nobody counts."""
    if not variant.in_stock:
        return TO_ORDER if variant.supply == "back_order" else "sold out"
    return f"only {variant.units} left" if variant.units is not None and variant.units <= FEW else IN_STOCK


def in_plain_words(key: str) -> str:
    """A closed set's value as words: ``partly_shipped`` is ``partly shipped``."""
    return key.replace("_", " ")
