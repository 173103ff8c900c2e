"""Reading a policy from YAML: every mistake is named with file, line, column and what was meant."""

from collections.abc import Mapping
from typing import cast, get_args

from .conditions import Condition, ConditionError, compile_condition
from .decision import AUTOMATED_REASONS, HUMAN_REASONS, TEXT_HUMAN_REASONS, Layer, Priority, Route
from .policy import FROM_SIGNALS, Desk, Policy, PolicyRule, digest_of
from .yaml_node import Node, parse_yaml

_TOP = frozenset({"version", "name", "thresholds", "queues", "rules"})
_RULE = frozenset({"id", "when", "route", "reason", "layer", "queue", "priority", "always"})
_DESK = frozenset({"queue", "priority"})


def read_policy(file: str, source: str) -> Policy:
    """The policy written in ``source``; ``SettingsError`` if it cannot be used."""
    root = parse_yaml(file, source)
    top = root.items(_TOP)
    for name in ("version", "rules"):
        if name not in top:
            raise root.error(f"the policy has no {name!r}")
    version = int(top["version"].number())
    thresholds = {name: node.number() for name, node in top["thresholds"].items().items()} if "thresholds" in top else {}
    desks = {name: _desk(node) for name, node in _queues(top).items()}
    rules = [_rule(node, thresholds, desks) for node in top["rules"].list()]
    _check_order(top["rules"], rules)
    return Policy(
        name=top["name"].text() if "name" in top else file.rsplit(".", 1)[0],
        version=version,
        digest=digest_of(root.plain()),
        rules=tuple(rules),
        thresholds=thresholds,
        desks=desks,
    )


def _queues(top: Mapping[str, Node]) -> dict[str, Node]:
    return top["queues"].items(frozenset(HUMAN_REASONS)) if "queues" in top else {}


def _desk(node: Node) -> Desk:
    parts = node.items(_DESK)
    if "queue" not in parts:
        raise node.error("no queue: name the one these cases go to")
    return Desk(parts["queue"].text(), _priority(parts))


def _priority(parts: Mapping[str, Node]) -> Priority:
    return cast("Priority", parts["priority"].text(among=get_args(Priority))) if "priority" in parts else "normal"


def _rule(node: Node, thresholds: Mapping[str, float], desks: Mapping[str, Desk]) -> PolicyRule:
    parts = node.items(_RULE)
    for name in ("id", "when", "route", "reason"):
        if name not in parts:
            raise node.error(f"the rule has no {name!r}")
    route = cast("Route", parts["route"].text(among=get_args(Route)))
    rule = PolicyRule(
        id=parts["id"].text(),
        when=_condition(parts["when"], thresholds),
        route=route,
        reason=parts["reason"].text(among=(*(HUMAN_REASONS if route == "human" else AUTOMATED_REASONS), FROM_SIGNALS)),
        layer=cast("Layer", parts["layer"].text(among=get_args(Layer))) if "layer" in parts else "policy",
        always=parts["always"].flag() if "always" in parts else False,
        desk=Desk(parts["queue"].text(), _priority(parts)) if "queue" in parts else None,
    )
    if rule.route == "human" and rule.desk is None:
        _check_queue(parts["reason"], rule, desks)
    return rule


def _check_queue(place: Node, rule: PolicyRule, desks: Mapping[str, Desk]) -> None:
    needed = TEXT_HUMAN_REASONS if rule.reason == FROM_SIGNALS else (rule.reason,)
    if missing := [reason for reason in needed if reason not in desks]:
        raise place.error(f"rule {rule.id!r} has no queue: give it one, or one for {', '.join(missing)} under 'queues'")


def _condition(node: Node, thresholds: Mapping[str, float]) -> Condition:
    source = "true" if node.value is True else node.text()
    try:
        return compile_condition(source, thresholds)
    except ConditionError as error:
        raise node.error(str(error), offset=error.offset) from error


def _check_order(place: Node, rules: list[PolicyRule]) -> None:
    nodes = place.list()
    seen: dict[str, Node] = {}
    last: PolicyRule | None = None
    for node, rule in zip(nodes, rules, strict=True):
        if rule.id in seen:
            raise node.items()["id"].error(f"the id {rule.id!r} was used in line {seen[rule.id].line}")
        if last is not None:
            raise node.error(f"rule {rule.id!r} is never reached: {last.id!r} above it always holds")
        seen[rule.id] = node
        last = rule if rule.when.unconditional and rule.always | (rule.route == "automate") else None
    if last is None or not nodes:
        raise (nodes[-1] if nodes else place).error('the last rule must hold always: end with `when: "true"`')
