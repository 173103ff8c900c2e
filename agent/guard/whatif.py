"""What would change a decision: how far each number is from its threshold, and what other facts would do, each decided again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf, nextafter
from typing import Any

from .conditions import Comparison, comparisons
from .decision import Decision
from .facts import Facts
from .names import blank_names, names_of, paths
from .policy import Policy
from .signals import LOOP, Signals

CENT = Decimal("0.01")
_MORE = {">=": True, ">": True, "<": False, "<=": False}


@dataclass(frozen=True, kw_only=True)
class Margin:
    """A number beside its threshold. ``turning`` is the threshold's value at which the comparison turns; ``decision`` is what is
    decided then, ``None`` if that is the same as now."""

    rule: str
    path: str
    sign: str
    value: float
    threshold: str
    bound: float
    met: bool
    turning: float
    decision: Decision | None


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """Other facts around the same words: ``decision`` is what is decided then, ``None`` if that is the same as now."""

    change: str
    decision: Decision | None


def margins(policy: Policy, signals: Signals) -> list[Margin]:
    """Every number of the rules' conditions that is compared with a threshold, in order; unknown ones (-1) are left out."""
    values = dict(paths(names_of(signals)))
    unknown = {path for path, value in paths(blank_names()) if value == -1 and values[path] == -1}
    now = policy.decide(signals)
    found: dict[tuple[str, str], Margin] = {}
    for rule in policy.rules:
        for one in comparisons(rule.when.source):
            if one.threshold in policy.thresholds and one.sign in _MORE and one.path not in unknown:
                found.setdefault((one.path, one.bound), _margin(policy, signals, now, rule.id, one, float(values[one.path])))
    return list(found.values())


def what_ifs(policy: Policy, signals: Signals) -> list[WhatIf]:
    """The facts of customer, order and conversation changed one at a time, each decided again."""
    now = policy.decide(signals)
    return [
        WhatIf(change=change, decision=_if_other(now, policy.decide(signals.with_facts(facts))))
        for change, facts in _changes(policy, signals)
    ]


def _margin(policy: Policy, signals: Signals, now: Decision, rule: str, one: Comparison, value: float) -> Margin:
    name = one.threshold or ""
    bound = policy.thresholds[name]
    met = value >= bound if one.sign == ">=" else value > bound if one.sign == ">" else value < bound
    met = value <= bound if one.sign == "<=" else met
    turning = _turning(one.sign, value, met=met)
    then = replace(policy, thresholds={**policy.thresholds, name: turning}).decide(signals)
    return Margin(
        rule=rule,
        path=one.path,
        sign=one.sign,
        value=value,
        threshold=name,
        bound=bound,
        met=met,
        turning=turning,
        decision=_if_other(now, then),
    )


def _turning(sign: str, value: float, *, met: bool) -> float:
    """The nearest threshold at which ``value sign threshold`` is what it is not now."""
    if (sign in (">=", "<=")) != met:
        return value
    return nextafter(value, inf if (sign in (">=", "<")) else -inf)


def _if_other(now: Decision, then: Decision) -> Decision | None:
    same = (now.route, now.reason, now.queue) == (then.route, then.reason, then.queue)
    return None if same else then


def _changes(policy: Policy, signals: Signals) -> Iterator[tuple[str, Facts]]:
    """What else could be so, in words, with the facts then."""
    facts = signals.facts
    tier = "standard" if facts.customer.tier == "vip" else "vip"
    yield f"tier {tier}", _customer(facts, tier=tier)
    for value in _others(policy, "customer.lifetime_value", facts.customer.lifetime_value, CENT):
        yield f"lifetime value {value}", _customer(facts, lifetime_value=value)
    for total in _others(policy, "order.total", facts.order_total, CENT):
        yield f"order total {total}", facts.model_copy(update={"order_total": total})
    for contacts in _others(policy, "facts.contacts", Decimal(facts.contacts), Decimal(1)):
        what = f"{contacts} earlier contacts about the same thing"
        yield what, facts.model_copy(update={"contacts": int(contacts), "topic": signals.intent})
    repeats = 0 if signals.loop else LOOP
    yield f"the same question asked {repeats} times before", facts.model_copy(update={"repeats": repeats})


def _customer(facts: Facts, **changes: Any) -> Facts:
    return facts.model_copy(update={"customer": facts.customer.model_copy(update=changes)})


def _others(policy: Policy, path: str, value: Decimal | None, step: Decimal) -> list[Decimal]:
    """The values just on the other side of what the rules compare this with, smallest first; an unknown one is below."""
    found: set[Decimal] = set()
    for rule in policy.rules:
        for one in comparisons(rule.when.source):
            bound = one.value(policy.thresholds) if one.path == path else None
            if bound is not None and bound >= 0:
                exact = Decimal(f"{bound:.12g}")
                least = exact if one.sign in (">=", "<") else exact + step  # the smallest value beyond the bound
                found.add(least if value is None or value < least else max(least - step, Decimal(0)))
    return sorted(found)
