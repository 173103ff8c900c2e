"""HTML that is safe because of how it is made: a string becomes text, and only what ``tag`` made becomes markup."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from warmline.agent.guard.text import clean

VOID = frozenset({"meta", "input"})


class Markup(str):
    """A piece of HTML that is finished."""

    __slots__ = ()


Child = str | Iterable["Child"] | None


def tag(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """An element. ``class_`` is ``class``, ``data_state`` is ``data-state``; ``True`` is an attribute without a value, ``None`` and ``False`` none."""
    held = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{held}>")
    return Markup(f"<{name}{held}>{text(children)}</{name}>")


def text(child: Child) -> Markup:
    """Strings escaped and without control characters, markup as it is, of several one after the other."""
    if child is None:
        return Markup("")
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return Markup(escape(clean(child) if not child.isprintable() else child))
    return Markup("".join(map(text, child)))


def head(title: str, *, style: str, script: str = "") -> Markup:
    """The head of a page that stands alone: the browser draws and runs what we wrote and nothing else, should an escape ever be missing."""
    runs = f"script-src '{_digest(script)}'; " if script else ""
    policy = f"default-src 'none'; style-src '{_digest(style)}'; {runs}base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(style)),
    )


def _digest(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def _attribute(name: str, value: str | int | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    key = name.rstrip("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{escape(str(value))}"'
