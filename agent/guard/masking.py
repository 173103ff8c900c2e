"""Card numbers in a customer's message: masked before anything is stored or sent anywhere."""

import re

_CANDIDATE = re.compile(r"(?<![\w-])[2-6](?:[ \u00a0\u202f–-]{0,2}\d){12,18}(?![\w-])")
"""13 to 19 digits, grouped or not; every card network's numbers start with 2 to 6 (ISO/IEC 7812-1, annex B)."""


def mask(text: str) -> str:
    """The text with each payment card number (13 to 19 digits that pass the Luhn check) cut to its last four."""
    return _CANDIDATE.sub(lambda match: _masked(match.group()), text)


def luhn(digits: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _masked(found: str) -> str:
    digits = re.sub(r"\D", "", found)
    return f"[card ending {digits[-4:]}]" if luhn(digits) else found
