"""Telephone numbers as a text needs them: with the country code, and nothing between the figures (E.164)."""

import re

from warmline.errors import ToolError

NO_NUMBER = (
    "{phone!r} is not a telephone number with its country code, such as +4915112345678. Ask the customer to write it again."
)
_BETWEEN = re.compile(r"[\s().\-/]")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


def bare(phone: str) -> str:
    """A number without what people put between its figures."""
    return _BETWEEN.sub("", phone)


def full_number(phone: str) -> str:
    """The number in E.164; ``ToolError`` if it has no country code or is none."""
    plain = reachable(phone)
    if plain is None:
        raise ToolError(NO_NUMBER.format(phone=phone))
    return plain


def reachable(phone: str | None) -> str | None:
    """The number in E.164; ``None`` where it cannot be written so, and no text can ever have gone there."""
    plain = bare(phone or "")
    return plain if _E164.fullmatch(plain) else None


def same_number(one: str | None, other: str) -> bool:
    """Whether both are one number, however they are written."""
    return one is not None and bare(one) == bare(other)
