"""The lines ``warmline route`` reads: a message, who sent it and what is at stake; every broken line is named and kept apart."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from warmline.agent.guard.facts import Facts

MessageId = str | int | float | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One message to decide on."""

    id: MessageId
    text: str
    facts: "Facts"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A line that is no message: which one, and what was expected."""

    id: MessageId
    line: int
    error: str


class _Unfit(ValueError):
    """What was expected and what was there instead."""


def read_messages(lines: Iterable[bytes]) -> Iterator[Asked | Broken]:
    """Every line of a JSON Lines stream, in order; empty lines are skipped but counted."""
    for number, line in enumerate(lines, 1):
        text = line.decode("utf-8-sig" if number == 1 else "utf-8", errors="surrogateescape").strip()
        if text:
            yield _message(number, text)


def _message(number: int, text: str) -> Asked | Broken:
    found: MessageId = None
    try:
        value = _object(text)
        found = _id(value)
        return Asked(id=found, text=_text(value), facts=_facts(value.get("context")))
    except _Unfit as error:
        return Broken(id=found, line=number, error=f"line {number}: {error}")


def _object(text: str) -> dict[str, Any]:
    try:
        value: object = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise _Unfit("expected one JSON object, got one that is nested too deeply") from None
    except ValueError as error:  # JSONDecodeError, or a number with thousands of digits
        raise _Unfit(f"expected one JSON object, got text that is no JSON ({error})") from None
    if not isinstance(value, dict):
        raise _Unfit(f"expected one JSON object, got {_shown(value)}")
    return cast("dict[str, Any]", value)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _id(value: dict[str, Any]) -> MessageId:
    found: object = value.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise _Unfit(f'expected an "id" that is a string or a number, got {_shown(found)}')
    return found


def _text(value: dict[str, Any]) -> str:
    found: object = value.get("text")
    if not isinstance(found, str):
        raise _Unfit(f'expected a "text" that is a string, got {_shown(found)}')
    return found


def _facts(context: object) -> "Facts":
    from pydantic import ValidationError

    from warmline.agent.guard.facts import CustomerFacts, Facts

    fields = _mapping("context", context)
    customer = _mapping("context.customer", fields.get("customer"))
    try:
        return Facts(customer=CustomerFacts.model_validate(customer), order_total=_total(fields.get("order_total")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        name = where if where == "order_total" else f"customer.{where}"
        raise _Unfit(f'expected "context.{name}": {first["msg"].lower()}, got {_shown(first["input"])}') from None


def _mapping(name: str, value: object) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise _Unfit(f'expected "{name}" to be an object, got {_shown(value)}')
    return cast("dict[str, Any]", value or {})


def _total(value: object) -> Decimal | None:
    return cast("Decimal | None", value)  # pydantic judges it


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:59]}…"
