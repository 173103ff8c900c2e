"""A change to a policy as a change to its text: remarks, order and everything else of the shop's own stay; the version goes up by one."""

import difflib
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warmline.agent.guard.decision import HUMAN_REASONS
from warmline.agent.guard.policy import Policy, PolicyRule
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.guard.topics import Topic
from warmline.errors import UsageError

from .placing import HANDS_OVER, kept_for_people, place_for_offer, place_for_people

if TYPE_CHECKING:
    import yaml

MAY_BE_OFFERED = frozenset({"unsure", "high_value"})
"""The reasons whose cases a patch may ever let go: danger, threats, anger, disputes, advice and wishes for a person stay with people, whatever figures say."""

REMARK = 120
"""Characters of a line of the remark above a rule."""

UNTOLD_STAYS = "whom the shop says nothing of stays with people: what is not known may matter"


@dataclass(frozen=True, kw_only=True)
class ToPeople:
    """A new rule before the first that automates such messages: they go to a person. ``topic`` is one it needs and the policy has not."""

    id: str
    when: str
    reason: str
    why: str
    topic: Topic | None = None


@dataclass(frozen=True, kw_only=True)
class ToOffer:
    """A rule that hands over asks first whether a person is wanted, below all rules that hand over."""

    rule: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """Another value for one of the policy's thresholds."""

    name: str
    value: float
    why: str


Edit = ToPeople | ToOffer | Threshold


@dataclass(frozen=True, kw_only=True)
class Patched:
    """The policy after a patch, as text and read; ``diff`` is the unified diff of the texts."""

    text: str
    policy: Policy
    diff: str


def patched(file: str, source: str, edits: Sequence[Edit]) -> Patched:
    """The policy with these edits; ``UsageError`` for one that may not or cannot be made, ``PolicyError`` if the result could not be used."""
    before = read_policy(file, source)
    text = source
    for edit in edits:
        policy = read_policy(file, text)
        match edit:
            case ToPeople():
                text = _with_rule(text, policy, edit)
            case ToOffer():
                text = _offering(text, policy, edit)
            case Threshold():
                text = _with_threshold(text, policy, edit)
    text = _with_version(text, before.version + 1)
    after = read_policy(file, text)
    lines = (source.splitlines(keepends=True), text.splitlines(keepends=True))
    diff = "".join(
        difflib.unified_diff(*lines, fromfile=f"{file} (version {before.version})", tofile=f"{file} (version {after.version})")
    )
    return Patched(text=text, policy=after, diff=diff)


def may_be_offered(rule: PolicyRule) -> bool:
    """Whether figures may make a rule that hands over an offer."""
    return rule.reason in MAY_BE_OFFERED and not rule.always and rule.layer != "rules"


def _with_rule(text: str, policy: Policy, edit: ToPeople) -> str:
    if edit.reason not in HUMAN_REASONS:
        raise UsageError(f"{edit.reason!r} is no reason for a person")
    place, indent = _above_rule(text, place_for_people(policy, edit.when))
    rule = _rule(edit.id, edit.when, edit.reason, edit.why, indent)
    text = _at(text, place, rule)
    return text if edit.topic is None else _with_topic(text, edit.topic)


def _rule(name: str, when: str, reason: str, why: str, indent: str) -> str:
    remark = _remark(why, f"{indent}  ")
    return f"{indent}- id: {name}\n{remark}{indent}  when: {when}\n{indent}  route: human\n{indent}  reason: {reason}\n"


def _with_topic(text: str, topic: Topic) -> str:
    """The topic under ``topics``, which is put above the rules where it is not there yet."""
    import yaml

    name = topic.name if yaml.safe_load(topic.name) == topic.name else json.dumps(topic.name)
    line = f"{name}: {json.dumps(list(topic.words), ensure_ascii=False)}\n"
    found = _section(text, "topics")
    if found is None:
        rules = _section(text, "rules")
        return text if rules is None else _at(text, _above_remarks(text, rules[0].start_mark.line), f"topics:\n  {line}\n")
    if not isinstance(found[1], yaml.MappingNode) or found[1].flow_style:
        raise UsageError("the policy's topics stand on one line; write one topic a line")
    first = found[1].start_mark
    return _at(text, first.index - first.column, f"{' ' * first.column}{line}")


def _offering(text: str, policy: Policy, edit: ToOffer) -> str:
    rule = next((one for one in policy.rules if one.id == edit.rule), None)
    if rule is None or rule.route not in HANDS_OVER:
        raise UsageError(f"the policy has no rule {edit.rule!r} that hands over")
    if not may_be_offered(rule):
        raise UsageError(f"rule {edit.rule!r} stays with people: its reason is {rule.reason!r}, and no figure changes that")
    target, kept = place_for_offer(policy, rule), kept_for_people(policy, rule)
    if target is not None:
        text = _moved(text, policy.rules.index(rule), target)
    start, end = _mark(text, ("rules", edit.rule, "route"))
    text = _with_remark(f"{text[:start]}offer{text[end:]}", start, edit.why)
    if kept is None:
        return text
    place, indent = _above_rule(text, policy.rules.index(rule))
    names, when = {one.id for one in policy.rules}, f">-\n{_folded(kept, f'{indent}    ')}"
    name = next(one for one in (f"{rule.id}_untold{number}" for number in ("", *range(2, 99))) if one not in names)
    return _at(text, place, _rule(name, when, rule.reason, UNTOLD_STAYS, indent))


def _moved(text: str, place: int, target: int) -> str:
    """The text with one rule and its remarks above another one that stands below it."""
    (start, _), (end, _), (below, _) = (_above_rule(text, one) for one in (place, place + 1, target))
    return f"{text[:start]}{text[end:below]}{text[start:end]}{text[below:]}"


def _with_remark(text: str, place: int, why: str) -> str:
    """The text with a remark above the line of this place; as it is where a rule stands on one line."""
    line = text.rindex("\n", 0, place) + 1
    indent = text[line : line + len(text[line:]) - len(text[line:].lstrip(" "))]
    return text if text[line:].lstrip(" ").startswith(("-", "{")) else _at(text, line, _remark(why, indent))


def _remark(why: str, indent: str) -> str:
    return "".join(f"{indent}# {line}\n" for line in textwrap.wrap(why, REMARK))


def _folded(when: str, indent: str) -> str:
    """A condition on lines that YAML joins with one space each."""
    return "\n".join(f"{indent}{line}" for line in textwrap.wrap(when, REMARK, break_long_words=False, break_on_hyphens=False))


def _with_threshold(text: str, policy: Policy, edit: Threshold) -> str:
    if edit.name not in policy.thresholds:
        raise UsageError(f"the policy has no threshold {edit.name!r}; it has {', '.join(policy.thresholds)}")
    start, end = _mark(text, ("thresholds", edit.name))
    return _with_remark(f"{text[:start]}{edit.value:g}{text[end:]}", start, edit.why)


def _with_version(text: str, version: int) -> str:
    start, end = _mark(text, ("version",))
    return f"{text[:start]}{version}{text[end:]}"


def _above_rule(text: str, place: int) -> tuple[int, str]:
    """Where a rule begins, above its remarks, and how far the list is indented."""
    line = _entries(text, "rules")[place].start_mark.line
    found = re.match(r"(\s*)- ", text.splitlines()[line])
    if found is None:
        raise UsageError("the policy's rules stand on one line; write one rule a line, each beginning with '- '")
    return _above_remarks(text, line), found[1]


def _above_remarks(text: str, line: int) -> int:
    lines = text.splitlines(keepends=True)
    while line and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return sum(map(len, lines[:line]))


def _mark(text: str, path: tuple[str, ...]) -> tuple[int, int]:
    """From where to where a value stands in the text."""
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for step in path:
        if isinstance(node, yaml.SequenceNode):
            node = next(item for item in node.value if _value(item, "id") == step)
        elif isinstance(node, yaml.MappingNode):
            node = next(value for key, value in node.value if key.value == step)
    if node is None or not isinstance(node, yaml.ScalarNode):
        raise UsageError(f"the policy's {'.'.join(path)} is no plain value")
    return node.start_mark.index, node.end_mark.index


def _entries(text: str, name: str) -> "list[yaml.Node]":
    import yaml

    held = _section(text, name)
    return list(held[1].value) if held and isinstance(held[1], yaml.SequenceNode) else []


def _section(text: str, name: str) -> "tuple[yaml.Node, yaml.Node] | None":
    """A section's key and its value."""
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return next((pair for pair in root.value if pair[0].value == name), None) if isinstance(root, yaml.MappingNode) else None


def _value(item: "yaml.Node", name: str) -> str:
    import yaml

    entries = item.value if isinstance(item, yaml.MappingNode) else []
    return next((str(value.value) for key, value in entries if key.value == name), "")


def _at(text: str, place: int, words: str) -> str:
    return f"{text[:place]}{words}{text[place:]}"
