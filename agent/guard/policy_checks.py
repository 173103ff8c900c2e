"""What is wrong with a policy as a whole: ids, queues, rules that are never reached, thresholds nobody uses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .conditions import comparisons
from .decision import TEXT_HUMAN_REASONS
from .findings import Findings, Misplaced
from .names import is_probability
from .policy import FROM_SIGNALS, UNSURE, OwnDesk, Policy, PolicyRule
from .reach import Needs, alternatives, always
from .yaml_node import Node

GREY = "grey"
"""The threshold that triage uses, not a condition (agent/guard/triage.py)."""

_GIVEN_BY_FAILURES = frozenset({UNSURE, "system_failure"})
"""Reasons that a case may have without any rule."""


@dataclass(frozen=True)
class Placed:
    """A rule and where it stands; ``None`` if it could not be read."""

    node: Node
    rule: PolicyRule | None


def check_whole(policy: Policy, top: Mapping[str, Node], placed: Sequence[Placed], findings: Findings) -> None:
    """Note everything that only the whole file shows."""
    _check_ids(placed, findings)
    _check_desks(policy, placed, findings)
    _check_thresholds(policy, top, placed, findings)
    _check_topics(policy, top, placed, findings)
    certain = _check_reach(placed, {})
    findings.mistakes += certain.values()
    findings.warnings += [odd for name, odd in _check_reach(placed, policy.thresholds).items() if name not in certain]
    _check_end(top["rules"], placed, findings)
    _check_queues(policy, top, placed, findings)


def _check_ids(placed: Sequence[Placed], findings: Findings) -> None:
    seen: dict[str, int] = {}
    for one in placed:
        place = _values(one.node).get("id", one.node)
        name = place.plain()
        if isinstance(name, str) and name in seen:
            findings.mistakes.append(place.error(f"the id {name!r} was used in line {seen[name]}"))
        elif isinstance(name, str):
            seen[name] = one.node.line


def _check_desks(policy: Policy, placed: Sequence[Placed], findings: Findings) -> None:
    for one in placed:
        rule = one.rule
        if rule is None:
            continue
        parts = _values(one.node)
        if rule.route == "automate":
            if rule.own != OwnDesk():
                findings.warnings.append(
                    one.node.error(f"rule {rule.id!r} is for the agent: its queue is never used; take it out")
                )
        elif rule.own.queue is None:
            needed = TEXT_HUMAN_REASONS if rule.reason == FROM_SIGNALS else (rule.reason,)
            if missing := ", ".join(reason for reason in needed if reason not in policy.desks):
                problem = f"rule {rule.id!r} has no queue: give it one, or one for {missing} under 'queues'"
                findings.mistakes.append(parts["reason"].error(problem))


def _check_thresholds(policy: Policy, top: Mapping[str, Node], placed: Sequence[Placed], findings: Findings) -> None:
    """A threshold for a probability must be one; one that no condition names may be misspelt."""
    if "thresholds" not in top or not isinstance(top["thresholds"].value, dict):
        return
    sources = [str(_values(one.node)["when"].plain()) for one in placed if "when" in _values(one.node)]
    wrong = {one.threshold: one.path for source in sources for one in comparisons(source) if is_probability(one.path)}
    wrong |= {GREY: "signals.human_probability"}
    for name, (key, value) in top["thresholds"].entries().items():
        given = policy.thresholds.get(name, 0.0)
        if name in wrong and not 0 <= given <= 1:
            meant = f": did you mean {given / 100:g}?" if 1 < given <= 100 else ""
            problem = f"{name!r} is compared with the probability {wrong[name]}, 0 to 1; {given:g} is none{meant}"
            findings.mistakes.append(value.error(problem))
        if name == GREY and given >= policy.thresholds.get("human", 1.0):
            findings.warnings.append(value.error("no message is triaged: 'grey' is not below 'human'"))
        if name != GREY and not any(re.search(rf"\bthresholds\.{re.escape(name)}\b", source) for source in sources):
            findings.warnings.append(key.error(f"no condition uses the threshold {name!r}"))


def _check_topics(policy: Policy, top: Mapping[str, Node], placed: Sequence[Placed], findings: Findings) -> None:
    sources = [one.rule.when.source for one in placed if one.rule is not None]
    for topic in policy.topics if len(sources) == len(placed) else ():
        if not any(re.search(rf"([\"']){re.escape(topic.name)}\1", source) for source in sources):
            key, _ = top["topics"].entries()[topic.name]
            findings.warnings.append(key.error(f"no condition uses the topic {topic.name!r}"))


def _check_reach(placed: Sequence[Placed], thresholds: Mapping[str, float]) -> dict[str, Misplaced]:
    """Rules that never decide, by what is the matter with them; without thresholds, whatever their numbers are."""
    found: dict[str, Misplaced] = {}
    above: list[tuple[PolicyRule, list[Needs]]] = []
    for one in placed:
        if one.rule is None:
            continue
        needs = alternatives(one.rule.when.source, thresholds)
        place = _values(one.node)["when"]
        if not needs:
            found[one.rule.id] = place.error(f"rule {one.rule.id!r} is never reached: its condition cannot hold")
        elif names := _in_the_way(one.rule, needs, above):
            found[one.rule.id] = one.node.error(f"rule {one.rule.id!r} is never reached: {names}")
        else:
            above.append((one.rule, needs))
    return found


def _in_the_way(rule: PolicyRule, needs: Sequence[Needs], above: Sequence[tuple[PolicyRule, list[Needs]]]) -> str:
    """Which rules above decide whenever this one could, in words."""
    before = [(other, theirs) for other, theirs in above if _outreaches(other, rule)]
    for other, theirs in before:
        if always(theirs):
            return f"{other.id!r} above it always holds"
    taken = [[other for other, theirs in before if any(one.implies(their) for their in theirs)] for one in needs]
    if not all(taken):
        return ""
    names = " or ".join(sorted({repr(others[0].id) for others in taken}))
    return f"whenever it holds, {names} above it holds too"


def _outreaches(above: PolicyRule, rule: PolicyRule) -> bool:
    """Whether the rule above, holding, leaves nothing to this one: it is not passed over where this one would not be."""
    if above.route == "offer" and rule.route != "offer":  # asked once in a conversation, then passed over
        return False
    if above.always or above.route == "automate":
        return True
    same = above.reason == rule.reason and (above.reason != FROM_SIGNALS or (above.layer == "rules") == (rule.layer == "rules"))
    return same and not rule.always and rule.route != "automate"


def _check_end(place: Node, placed: Sequence[Placed], findings: Findings) -> None:
    rules = [one.rule for one in placed if one.rule is not None]
    ends = any(always(alternatives(rule.when.source, {})) for rule in rules if rule.always or rule.route == "automate")
    if len(rules) == len(placed) and not ends:
        last = placed[-1].node if placed else place
        findings.mistakes.append(last.error('the last rule must hold always: end with `when: "true"` and `route: automate`'))


def _check_queues(policy: Policy, top: Mapping[str, Node], placed: Sequence[Placed], findings: Findings) -> None:
    """A queue for a reason that no rule gives."""
    rules = [one.rule for one in placed if one.rule is not None]
    if len(rules) < len(placed):
        return
    given = {rule.reason for rule in rules if rule.route != "automate" and rule.own.queue is None}
    reached = given | _GIVEN_BY_FAILURES | (set(TEXT_HUMAN_REASONS) if FROM_SIGNALS in given else set[str]())
    for reason, desk in policy.desks.items():
        if reason not in reached:
            key, _ = top["queues"].entries()[reason]
            problem = f"no rule leads to the queue {desk.queue!r}: none has the reason {reason!r} (or from_signals)"
            findings.warnings.append(key.error(problem))


def _values(node: Node) -> dict[str, Node]:
    entries = node.entries() if isinstance(node.value, dict) else {}
    return {name: value for name, (_, value) in entries.items()}
