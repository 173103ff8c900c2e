"""JSON as tickets come in it: records inside records, and one document of any size read a record at a time."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

_BLOCK = 1 << 16
_LONGEST = 8 << 20
_WRAPPED = ("helpdesk_ticket", "ticket")
_TALK = ("messages", "comments", "conversations")
_LISTS = ("tickets", "data", "results", "items", "cases", "conversations")
"""What the list of tickets is called in a document that holds more than that."""

_TOP = re.compile(r"\s*\[")
_OPENS = re.compile(rf'"(?:{"|".join(_LISTS)})"\s*:\s*\[')
_OPENS_ANY = re.compile(r"\[(?=\s*\{)")


def flattened(value: Mapping[str, Any]) -> dict[str, str]:
    """A record as columns: ``metric_set.reopens``; of a list of messages the first of the customer's and when the shop first answered."""
    for name in _WRAPPED:
        if len(value) == 1 and isinstance(value.get(name), dict):
            value = cast("Mapping[str, Any]", value[name])
    found = dict(_columns(value, ""))
    for name in _TALK:
        talk = value.get(name)
        if isinstance(talk, list):
            found |= _talk([cast("Mapping[str, Any]", one) for one in cast("list[Any]", talk) if isinstance(one, dict)])
    return found


def wraps_tickets(value: Mapping[str, Any]) -> bool:
    """Whether an object is no ticket but holds a list of them: it has no id, and a list of objects that is no talk."""
    if "id" in value:
        return False
    lists = [
        cast("list[Any]", inner)
        for name, inner in value.items()
        if isinstance(inner, list) and (name in _LISTS or name not in _TALK)
    ]
    return any(isinstance(one, dict) for inner in lists for one in inner[:1])


def documents(stream: IO[str]) -> Iterator[tuple[int, dict[str, Any], str]]:
    """The objects of the list of tickets in a document (``[…]`` or ``{"tickets": […]}``): line, object, and what is wrong if it is none."""
    decoder = json.JSONDecoder()
    held, line = _enter(stream)
    while True:
        held, line = _skip(held, line)
        if held[:1] == "]" or not held:
            more = "" if held else stream.read(_BLOCK)
            if not more:
                return
            held += more
            continue
        try:
            value, end = decoder.raw_decode(held)
        except ValueError as error:
            more = stream.read(_BLOCK)
            if more and len(held) < _LONGEST:
                held += more
                continue
            yield line, {}, f"no JSON from here on: {error}"
            return
        if end == len(held) and (more := stream.read(_BLOCK)):
            held += more  # a number may go on
            continue
        yield (line, cast("dict[str, Any]", value), "") if isinstance(value, dict) else (line, {}, "no JSON object")
        line, held = line + held.count("\n", 0, end), held[end:]


def _enter(stream: IO[str]) -> tuple[str, int]:
    """What stands behind the bracket that opens the list, and the line of that: a list of its own, or the one whose name says so."""
    held = ""
    while len(held) < _LONGEST and (more := stream.read(_BLOCK)):
        held += more
        if found := _TOP.match(held) or _OPENS.search(held) or _OPENS_ANY.search(held):
            return held[found.end() :], 1 + held.count("\n", 0, found.end())
    return "", 1


def _skip(held: str, line: int) -> tuple[str, int]:
    rest = held.lstrip(" \t\r\n,")
    return rest, line + held.count("\n", 0, len(held) - len(rest))


def _columns(value: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        name = f"{before}{key}"
        if isinstance(inner, dict):
            yield from _columns(cast("Mapping[str, Any]", inner), f"{name}.")
        elif isinstance(inner, list):
            yield name, f"{len(cast('list[Any]', inner))}"
        else:
            yield name, "" if inner is None else inner if isinstance(inner, str) else json.dumps(inner)


def _talk(messages: list[Mapping[str, Any]]) -> dict[str, str]:
    """``first customer text`` and ``first agent at``, where the messages say who wrote them."""
    found: dict[str, str] = {}
    for one in messages:
        agent = _by_agent(one)
        if agent is False and "first customer text" not in found:
            found["first customer text"] = str(one.get("body_text") or one.get("plain_body") or one.get("body") or "")
        if agent is True and one.get("public", True) and "first agent at" not in found:
            found["first agent at"] = str(one.get("created_datetime") or one.get("created_at") or "")
    return found


def _by_agent(message: Mapping[str, Any]) -> bool | None:
    if isinstance(message.get("from_agent"), bool):
        return bool(message["from_agent"])
    if isinstance(message.get("incoming"), bool):
        return not message["incoming"]
    return None
