"""What the agent did, as a person reads it."""

import json
import re
from typing import Any, cast

from .case_file import Step

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
SHOWN = 120
"""Characters of a result that are shown."""


def step_in_words(step: Step) -> str:
    """One line: the tool, its arguments, and what came of it. What a look-up found stands under the orders already."""
    from warmline.tools.toolbox import ALL_TOOLS

    call = f"{step.tool} {in_short(step.arguments)}".rstrip()
    reads = any(tool.name == step.tool and tool.effect == "read" for tool in ALL_TOOLS)
    match step.status:
        case "done":
            return call if reads else f"{call}: {_gist(step)}"
        case "asked":
            return f"{call}: the customer was asked and has not said yes"
        case _:
            return f"{call}: {step.status}, {cut(step.result)}"


def in_short(arguments: str, *, limit: int = 40) -> str:
    """The words among a call's arguments: ``W-10432``."""
    return cut(" ".join(value for value in _plain(arguments).values() if not value.isdecimal()), limit)


def _gist(step: Step) -> str:
    """The plain fields of a result that are not arguments again: ``return number R-20031, refund 59.00 USD``."""
    known = _plain(step.arguments).values()
    news = {name: value for name, value in _plain(step.result).items() if value not in known}
    return cut(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in news.items()) or step.result)


def _plain(text: str) -> dict[str, str]:
    try:
        value: object = json.loads(text)
    except ValueError:  # a result is cut at its length, and a model's arguments may be anything
        return {}
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    return {name: words for name, field in fields.items() if (words := _words(field))}


def _words(value: object) -> str:
    if isinstance(value, dict):
        money = cast("dict[str, object]", value)
        return f"{money['amount']} {money['currency']}" if money.keys() >= {"amount", "currency"} else ""
    if isinstance(value, str) and _MOMENT.match(value):
        return value[:10]
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def cut(text: str, limit: int = SHOWN) -> str:
    """A text as one line of at most ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
