"""What must not get in: card numbers and secrets in a customer's message, masked before anything is stored or sent anywhere."""

import re

from .secrets import SECRETS, account

_CANDIDATE = re.compile(r"(?<![\w-])[2-6](?:[ \u00a0\u202f–-]{0,2}\d){12,18}(?![\w-])")
"""13 to 19 digits, grouped or not; every card network's numbers start with 2 to 6 (ISO/IEC 7812-1, annex B)."""

_ACCOUNT = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}(?![A-Z0-9])", re.IGNORECASE)


def mask(text: str) -> str:
    """The text with each payment card number and IBAN cut to its last four, and each secret that is said as such removed.

    Only what is certain: a card number passes the Luhn check, an IBAN its own, a key has a provider's prefix, and passwords, codes
    and social security numbers are introduced as such. Masking twice changes nothing more.
    """
    text = _ACCOUNT.sub(lambda match: _account(match.group()), text)
    text = _CANDIDATE.sub(lambda match: _card(match.group()), text)
    for secret in SECRETS:
        text = secret.pattern.sub(secret.cover, text)
    return text


def luhn(digits: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _card(found: str) -> str:
    digits = re.sub(r"\D", "", found)
    return f"[card ending {digits[-4:]}]" if luhn(digits) else found


def _account(found: str) -> str:
    number = account(found)
    if number is None:
        return found
    places = [place for place, char in enumerate(found, 1) if char.isalnum()]
    return f"[IBAN ending {number[-4:]}]{found[places[len(number) - 1] :]}"
