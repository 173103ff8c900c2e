"""How the embedded model puts things: sentences from prompts/embedded.md, and values as customers read them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from warmline.prompts import render
from warmline.tools.wording import listed

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_LINES = 5
_YEAR = re.compile(r"(\d{1,2} [A-Z][a-z]+) (\d{4})\b")


def say(section: str, /, **values: object) -> str:
    """A section of prompts/embedded.md with its placeholders filled, in one paragraph unless it has blank lines."""
    return render("embedded", section, **values)


def money(value: object) -> str:
    """``{"amount": "59.00", "currency": "USD"}`` as ``$59.00``; empty when it is no money."""
    if not isinstance(value, Mapping):
        return ""
    fields = cast("Mapping[str, Any]", value)
    amount, currency = str(fields.get("amount", "")), str(fields.get("currency", "USD"))
    sign, figure = ("-", amount[1:]) if amount.startswith("-") else ("", amount)
    whole, _, cents = figure.partition(".")
    if not whole.isdigit():
        return ""
    written = f"{int(whole):,}.{cents:0<2}"
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{written}" if symbol else f"{sign}{written} {currency}"


def is_zero(value: object) -> bool:
    """Whether an amount is nothing."""
    return not re.search(r"[1-9]", str(cast("Mapping[str, Any]", value).get("amount", "")) if isinstance(value, Mapping) else "")


def is_negative(value: object) -> bool:
    """Whether an amount is below zero."""
    return isinstance(value, Mapping) and str(cast("Mapping[str, Any]", value).get("amount", "")).startswith("-")


def positive(value: object) -> str:
    """An amount without its sign."""
    return money(value).removeprefix("-")


def day(iso: str, today: date) -> str:
    """An ISO date or time as ``Friday, 28 November``, with the year when it is another one."""
    try:
        moment = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return shortened(f"{moment:%A}, {moment.day} {moment:%B %Y}", today)


def shortened(text: str, today: date) -> str:
    """A text whose dates in words lose the year when it is this one."""
    return _YEAR.sub(lambda match: match[1] if match[2] == str(today.year) else match[0], text)


def lines(parts: Sequence[str]) -> str:
    """At most five lines, each with a dash."""
    return "\n".join(f"- {part}" for part in parts[:_LINES])


def paragraphs(*parts: str) -> str:
    """The parts that are there, a blank line between them."""
    return "\n\n".join(part.strip() for part in parts if part.strip())


def sentences(*parts: str) -> str:
    """The parts that are there, after one another."""
    return " ".join(part.strip() for part in parts if part.strip())


def lowered(text: str) -> str:
    """A sentence as it goes on after a comma or colon: its first letter small."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def raised(text: str) -> str:
    """A sentence's first letter great."""
    return text[:1].upper() + text[1:]


__all__ = [
    "day",
    "is_negative",
    "is_zero",
    "lines",
    "listed",
    "lowered",
    "money",
    "paragraphs",
    "positive",
    "raised",
    "say",
    "sentences",
    "shortened",
]
