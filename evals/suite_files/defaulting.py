"""What a suite says for all its cases, laid under each of them, part by part."""

from typing import Any, cast

from .expanding import merged

_BY_PART = ("tools", "reply", "budgets")
"""Parts of ``expect`` whose entries are laid over the defaults one by one; the others replace them."""
_ENDS_OF_ITS_OWN = ("route", "tools", "state", "ends")
"""Defaults that do not hold for a case with ``outcomes``: each of those says its own."""


def laid_over(case: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """A case laid over what the suite says for all of them."""
    defaults = dict(cast("dict[str, Any]", top.get("defaults") or {}))
    expect, turn = dict(defaults.pop("expect", None) or {}), defaults.pop("turn", None)
    if budgets := defaults.pop("budgets", None):
        expect["budgets"] = budgets
    if case.get("severity") == "critical":
        defaults.pop("trials", None)  # a critical case's 8 are not weakened by the way
    laid = {**defaults, **case, "tags": [*defaults.get("tags", ()), *_list(case.get("tags"))]}
    if "simulate" in case and top.get("simulator"):
        laid.setdefault("simulator", top["simulator"])
    laid |= {name: merged(top[name], case.get(name, top[name])) for name in ("tools", "tables") if top.get(name)}
    laid["world"] = merged(top.get("world") or {}, case.get("world") or {})
    own = cast("dict[str, Any]", case.get("expect") or {})
    if isinstance(own, dict):
        usual = {name: value for name, value in expect.items() if not ("outcomes" in own and name in _ENDS_OF_ITS_OWN)}
        laid["expect"] = _expecting(usual, own) or None
    if turn:
        laid["conversation"] = [_turned(step, turn) for step in _list(case.get("conversation"))] or None
    return laid


def _expecting(usual: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    laid = {**usual, **{name: merged(usual.get(name), value) if name in _BY_PART else value for name, value in own.items()}}
    forbidden = [*_forbidden(usual), *_forbidden(own)]
    return {**laid, "tools": {**laid["tools"], "forbid": forbidden}} if _forbidden(usual) and _forbidden(own) else laid


def _forbidden(expect: dict[str, Any]) -> list[Any]:
    """What is forbidden, by a suite for all its cases or by a case: neither lifts the other's."""
    tools = expect.get("tools")
    return _list(cast("dict[str, Any]", tools).get("forbid")) if isinstance(tools, dict) else []


def _turned(step: Any, turn: dict[str, Any]) -> Any:
    """A message with the suite's expectations of every turn under its own."""
    plain = {"user": step} if isinstance(step, str) else cast("dict[str, Any]", step)
    if not isinstance(plain, dict) or "user" not in plain:
        return step
    return {**plain, "expect": _expecting(turn, cast("dict[str, Any]", plain.get("expect") or {}))}


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
