"""Reading a policy from YAML: every mistake is named with file, line, column and what was meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast, get_args

from warmline.errors import SettingsError

from .conditions import Condition, ConditionError, compile_condition, did_you_mean
from .decision import AUTOMATED_REASONS, HUMAN_REASONS, TEXT_HUMAN_REASONS, Layer, Priority, Route
from .policy import FROM_SIGNALS, Desk, Policy, PolicyRule, digest_of

if TYPE_CHECKING:
    import yaml

_TOP = frozenset({"version", "name", "thresholds", "queues", "rules"})
_RULE = frozenset({"id", "when", "route", "reason", "layer", "queue", "priority", "always"})
_DESK = frozenset({"queue", "priority"})


@dataclass(frozen=True)
class Node:
    """A value in the file and where it stands."""

    file: str
    value: Any
    line: int
    column: int

    def error(self, problem: str, *, offset: int = 0) -> SettingsError:
        """What to raise about this place; the caller raises it."""
        return SettingsError(f"{self.file}, line {self.line}, column {self.column + offset}: {problem}")

    def items(self, known: frozenset[str] | None = None) -> dict[str, "Node"]:
        """The entries of a mapping; with ``known``, other keys are refused."""
        if not isinstance(self.value, dict):
            raise self.error(f"expected a mapping, got {self.plain()!r}")
        entries = cast("dict[str, tuple[Node, Node]]", self.value)
        for name, (key, _) in entries.items():
            if known is not None and name not in known:
                raise key.error(f"unknown key {name!r}: {did_you_mean(name, list(known))}")
        return {name: value for name, (_, value) in entries.items()}

    def list(self) -> list["Node"]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            raise self.error(f"expected a list, got {self.plain()!r}")
        return cast("list[Node]", self.value)

    def text(self, *, among: tuple[str, ...] | None = None) -> str:
        """A word, of a closed set if there is one."""
        if not isinstance(self.value, str):
            raise self.error(f"expected a word, got {self.plain()!r}")
        if among is not None and self.value not in among:
            raise self.error(f"unknown value {self.value!r}: {did_you_mean(self.value, list(among))}")
        return self.value

    def number(self) -> float:
        """A number, no truth value."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.error(f"expected a number, got {self.plain()!r}")
        return float(self.value)

    def flag(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            raise self.error(f"expected true or false, got {self.plain()!r}")
        return self.value

    def plain(self) -> Any:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {name: value.plain() for name, (_, value) in cast("dict[str, tuple[Node, Node]]", self.value).items()}
        if isinstance(self.value, list):
            return [node.plain() for node in cast("list[Node]", self.value)]
        return self.value


def read_policy(file: str, source: str) -> Policy:
    """The policy written in ``source``; ``SettingsError`` if it cannot be used."""
    root = _parse(file, source)
    top = root.items(_TOP)
    for name in ("version", "rules"):
        if name not in top:
            raise root.error(f"the policy has no {name!r}")
    thresholds = {name: node.number() for name, node in top["thresholds"].items().items()} if "thresholds" in top else {}
    desks = {name: _desk(node) for name, node in _queues(top).items()}
    rules = [_rule(node, thresholds, desks) for node in top["rules"].list()]
    _check_order(top["rules"].list(), rules)
    return Policy(
        name=top["name"].text() if "name" in top else file.rsplit(".", 1)[0],
        version=int(top["version"].number()),
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


def _check_order(nodes: list[Node], rules: list[PolicyRule]) -> None:
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
        raise (nodes[-1] if nodes else Node("policy", None, 1, 1)).error("the last rule must hold always: end with `when: \"true\"`")


def _parse(file: str, source: str) -> Node:
    import yaml

    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SettingsError(f"{file}{place}: {error.problem}") from error
    if root is None:
        raise SettingsError(f"{file}, line 1, column 1: the policy is empty")
    return _node(file, root)


def _node(file: str, node: "yaml.Node") -> Node:
    import yaml

    value: Any
    if isinstance(node, yaml.MappingNode):
        pairs = [(_node(file, key), _node(file, entry)) for key, entry in node.value]
        value = {}
        for key, entry in pairs:
            if str(key.value) in value:
                raise key.error(f"the key {key.value!r} stands here twice")
            value[str(key.value)] = (key, entry)
    elif isinstance(node, yaml.SequenceNode):
        value = [_node(file, entry) for entry in node.value]
    else:
        value = yaml.SafeLoader("").construct_object(node)
    return Node(file, value, node.start_mark.line + 1, node.start_mark.column + 1)
