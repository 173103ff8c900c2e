"""What was looked up for a case, one line for each look-up, as a person reads it."""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

from .case_file import Fact
from .steps import cut, in_short

Fields = dict[str, Any]

LONGEST = 240
"""Characters of one line."""


def fact_in_words(fact: Fact) -> str:
    """The tool, its arguments, and what it found or why it did not."""
    call = f"{fact.tool} {in_short(fact.arguments)}".rstrip()
    if fact.status == "failed":
        return cut(f"{call}: failed, {fact.result}", LONGEST)
    try:
        told = "; ".join(_TOLD.get(fact.tool, _plain)(_parsed(fact.result)))
    except (ValueError, KeyError):  # a result of another version of the tools is shown as it is
        told = ""
    return cut(f"{call}: {told or fact.result}", LONGEST)


def _parsed(result: str) -> Fields:
    found: object = json.loads(result)
    return cast("Fields", found) if isinstance(found, dict) else {}


def _order(found: Fields) -> Iterator[str]:
    yield f"{found['status']}, promised for {found['promised']}"
    yield str(found["expected_note"]).rstrip(".")
    for parcel in found.get("parcels", []):
        newest = next(iter(parcel.get("events", [])), None)
        scan = f", last scan {newest['on']} {newest['what']}, {newest['place']}" if newest else ""
        yield f"{parcel['carrier']} {parcel['tracking_number']} {parcel['status']}{scan}"


def _orders(found: Fields) -> Iterator[str]:
    yield from (f"{order['number']} {order['status']}, placed {order['placed']}" for order in found.get("orders", []))
    yield from [found["note"]] if "note" in found else []


def _returnable(found: Fields) -> Iterator[str]:
    for item in found["items"]:
        until = f" until {item['until']}" if "until" in item else ""
        words = f"may go back{until}" if item["eligible"] else str(item.get("why_not", "may not go back"))
        yield f"{item['name']}: {words.rstrip('.')}"


def _stock(found: Fields) -> Iterator[str]:
    for variant in found.get("variants", []):
        yield f"{found.get('name', '')} {variant.get('options', '')} {variant['stock']}".strip()
    yield from [found["note"]] if "note" in found else []


def _plain(found: Fields) -> Iterator[str]:
    """The fields that are texts, for a tool that has no words of its own here."""
    yield from (f"{name.replace('_', ' ')} {value}" for name, value in found.items() if isinstance(value, str))


_TOLD: dict[str, Callable[[Fields], Iterator[str]]] = {
    "get_order": _order,
    "find_orders": _orders,
    "check_return": _returnable,
    "check_stock": _stock,
}
