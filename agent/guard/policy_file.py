"""Reading a policy from YAML: every mistake is named with file, line, column and what was meant, all of them at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args

from .acknowledgements import read_acknowledgement
from .conditions import Condition, compile_condition, mistakes_in
from .decision import AUTOMATED_REASONS, HUMAN_REASONS, Layer, Priority, Route
from .findings import Findings, PolicyError
from .names import did_you_mean
from .policy import FROM_SIGNALS, Desk, OwnDesk, Policy, PolicyRule, digest_of
from .policy_checks import Placed, check_whole
from .policy_terms import SECTIONS, TermsReader, read_length
from .topics import Topic, what_is_wrong
from .yaml_node import Node, parse_yaml

_TOP = ("version", "name", "thresholds", "topics", "queues", "rules", *SECTIONS)
_OWN = ("queue", "priority", "service_level", "acknowledgement")
_RULE = ("id", "when", "route", "reason", "layer", "always", *_OWN)
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A policy file as it was read: the policy, unless there are mistakes."""

    policy: Policy | None
    findings: Findings


def read_policy(file: str, source: str) -> Policy:
    """The policy written in ``source``; ``PolicyError`` with every mistake if it cannot be used."""
    examined = examine_policy(file, source)
    if examined.policy is None:
        raise PolicyError(tuple(examined.findings.mistakes))
    return examined.policy


def examine_policy(file: str, source: str) -> Examined:
    """The policy written in ``source``, with all that is wrong or odd about it."""
    findings = Findings()
    with findings.noted():
        reader = _Reader(findings, parse_yaml(file, source))
        policy = reader.policy(file)
        return Examined(policy=None if findings.mistakes else policy, findings=findings.in_order())
    return Examined(policy=None, findings=findings)


@dataclass
class _Reader:
    """Reads one file from the top, noting mistakes as it goes."""

    findings: Findings
    root: Node
    thresholds: dict[str, float] = field(default_factory=dict[str, float])
    desks: dict[str, Desk] = field(default_factory=dict[str, Desk])
    topics: tuple[Topic, ...] = ()

    def policy(self, file: str) -> Policy:
        """The policy, as far as it could be read."""
        top = self._parts(self.root, _TOP, needed=("version", "rules"), what="policy")
        tried = self.findings.tried
        name, version = tried(Node.text, top.get("name")), tried(Node.whole, top.get("version"))
        self.thresholds = self._thresholds(top["thresholds"]) if "thresholds" in top else {}
        self.topics = self._topics(top["topics"]) if "topics" in top else ()
        self.desks = self._queues(top["queues"]) if "queues" in top else {}
        placed = [Placed(node, self._rule(node)) for node in tried(Node.list, top.get("rules")) or []]
        policy = Policy(
            name=name or file.rsplit(".", 1)[0],
            version=version or 1,
            digest=digest_of(_deciding(self.root.plain())),
            rules=tuple(one.rule for one in placed if one.rule is not None),
            thresholds=self.thresholds,
            desks=self.desks,
            topics=self.topics,
        )
        policy = replace(policy, terms=TermsReader(self.findings, policy.queues).terms(top))
        if "rules" in top:
            check_whole(policy, top, placed, self.findings)
        return policy

    def _parts(self, node: Node, known: Sequence[str], *, needed: Sequence[str] = (), what: str) -> dict[str, Node]:
        """The entries of a mapping; unknown and missing keys are noted."""
        entries = node.entries()
        for name, (key, _) in entries.items():
            if name not in known:
                self.findings.mistakes.append(key.error(f"unknown key {name!r}: {did_you_mean(name, known)}"))
        for name in needed:
            if name not in entries:
                self.findings.mistakes.append(node.error(f"the {what} has no {name!r}"))
        return {name: value for name, (_, value) in entries.items() if name in known}

    def _thresholds(self, node: Node) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, (key, value) in (self.findings.tried(Node.entries, node) or {}).items():
            with self.findings.noted():
                if not _NAME.fullmatch(name):
                    raise key.error(f"{name!r} is no name for a threshold: use letters, digits and _")
                found[name] = 0.0  # known to the conditions even if its number is wrong
                found[name] = value.number()
        return found

    def _topics(self, node: Node) -> tuple[Topic, ...]:
        entries = self.findings.tried(Node.entries, node) or {}
        return tuple(self._topic(name, key, value) for name, (key, value) in entries.items())

    def _topic(self, name: str, key: Node, node: Node) -> Topic:
        with self.findings.noted():
            if not _NAME.fullmatch(name):
                raise key.error(f"{name!r} is no name for a topic: use letters, digits and _")
            words = node.list()
            if not words:
                raise node.error(f"the topic {name!r} has no words; list those of which one is enough")
            self.findings.mistakes += [one.error(wrong) for one in words if (wrong := what_is_wrong(one.text()))]
            return Topic(name, tuple(one.text() for one in words))
        return Topic(name, ())  # known to the conditions even if its words are wrong

    def _queues(self, node: Node) -> dict[str, Desk]:
        with self.findings.noted():
            entries = self._parts(node, HUMAN_REASONS, what="list of queues")
            return {reason: self._desk(value) for reason, value in entries.items()}
        return {}

    def _desk(self, node: Node) -> Desk:
        with self.findings.noted():
            parts = self._parts(node, _OWN, what="queue")
            if "queue" not in parts:
                self.findings.mistakes.append(node.error("no queue: name the one these cases go to"))
            return self._own(parts).over(Desk(""))
        return Desk("")

    def _own(self, parts: Mapping[str, Node]) -> OwnDesk:
        tried = self.findings.tried
        return OwnDesk(
            queue=tried(Node.text, parts.get("queue")),
            priority=tried(_priority, parts.get("priority")),
            service_level=tried(read_length, parts.get("service_level")),
            acknowledgement=tried(lambda node: read_acknowledgement(node, self.findings), parts.get("acknowledgement")),
        )

    def _rule(self, node: Node) -> PolicyRule | None:
        before = len(self.findings.mistakes)
        with self.findings.noted():
            parts = self._parts(node, _RULE, needed=("id", "when", "route", "reason"), what="rule")
            rule = self._rule_of(parts)
            return rule if rule is not None and len(self.findings.mistakes) == before else None
        return None

    def _rule_of(self, parts: Mapping[str, Node]) -> PolicyRule | None:
        """The rule, if it has all it needs; every part is read, so that each mistake is noted."""
        tried = self.findings.tried
        name = tried(Node.text, parts.get("id"))
        when = self._condition(parts["when"]) if "when" in parts else None
        route = tried(_route, parts.get("route"))
        reason = tried(lambda node: _reason(node, route), parts.get("reason"))
        layer = tried(_layer, parts.get("layer")) or "policy"
        always = tried(Node.flag, parts.get("always")) or False
        own = self._own(parts)
        if name is None or when is None or route is None or reason is None:
            return None
        return PolicyRule(id=name, when=when, route=route, reason=reason, layer=layer, always=always, own=own)

    @property
    def _named(self) -> frozenset[str]:
        return frozenset(topic.name for topic in self.topics)

    def _condition(self, node: Node) -> Condition | None:
        with self.findings.noted():
            source = str(node.value).lower() if isinstance(node.value, bool) else node.text()
            mistakes = mistakes_in(source, self.thresholds, self._named)
            self.findings.mistakes += [node.error(str(one), offset=one.offset) for one in mistakes]
            return None if mistakes else compile_condition(source, self.thresholds, self._named)
        return None


def _deciding(content: Any) -> Any:
    """What decides: who works at the desk, and when, is no part of it."""
    return {name: value for name, value in content.items() if name not in SECTIONS} if isinstance(content, dict) else content


def _priority(node: Node) -> Priority:
    return cast("Priority", node.text(among=get_args(Priority)))


def _layer(node: Node) -> Layer:
    return cast("Layer", node.text(among=get_args(Layer)))


def _route(node: Node) -> Route:
    return cast("Route", node.text(among=get_args(Route)))


def _reason(node: Node, route: Route | None) -> str:
    reasons = AUTOMATED_REASONS if route == "automate" else HUMAN_REASONS if route else (*AUTOMATED_REASONS, *HUMAN_REASONS)
    return node.text(among=(*reasons, FROM_SIGNALS))
