"""HTML that is safe because of how it is made: a string becomes text, and only what ``tag`` made becomes markup."""

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


def _attribute(name: str, value: str | int | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    key = name.rstrip("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{escape(str(value))}"'
