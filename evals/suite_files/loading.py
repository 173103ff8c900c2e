"""Suites from files: found, read, expanded and checked; every mistake is named with file, line and column, all of them at once."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from warmline.agent.guard.findings import Findings, Misplaced
from warmline.agent.guard.yaml_node import Node, parse_yaml
from warmline.errors import UsageError
from warmline.evals.errors import SuiteError
from warmline.evals.results import GateInfo, Place

from .counting import gates_of, uncountable, undecidable
from .defaulting import laid_over
from .expanding import Values, combinations, filled, id_of, unknown_names
from .placing import Source, mistakes_of
from .possible import impossible
from .rows import rows_of
from .schema import Case, Plays, SuiteHead

T = TypeVar("T", bound=BaseModel)

ENDING = ".eval.yaml"


@dataclass(frozen=True, kw_only=True)
class LoadedCase:
    """A case with where it came from; ``base_id`` is the id before the values of a matrix, ``plays`` what is tried by it."""

    case: Case
    suite: str
    base_id: str
    folder: Path
    source: Source
    plays: Plays = "agent"

    @property
    def id(self) -> str:
        """The expanded id: unique in a run together with the suite."""
        return self.case.id

    @property
    def place(self) -> Place:
        """Where the case stands."""
        return self.source.place(())

    @cached_property
    def shop_is_slow(self) -> bool:
        """Whether the shop is slow from the beginning or from some step on."""
        steps = [getattr(step, "faults", None) for step in self.case.conversation or ()]
        return any("slow" in (one.shop or {}).values() for one in (self.case.world.faults, *steps) if one is not None)

    @cached_property
    def refers_to_facts(self) -> bool:
        """Whether it expects a reply to say a value of the shop."""
        return '"fact"' in self.case.model_dump_json(include={"expect", "conversation"})


@dataclass(frozen=True, kw_only=True)
class LoadedSuite:
    """A suite, every matrix expanded and every default filled in; ``digest`` is the SHA-256 of what was read.

    With ``gates`` its cases are counted, and none of them decides alone.
    """

    name: str
    file: str
    digest: str
    cases: tuple[LoadedCase, ...]
    gates: tuple[GateInfo, ...] = ()


def find_suites(paths: Sequence[Path]) -> list[Path]:
    """The files named, and in folders every ``*.eval.yaml``, in order; ``UsageError`` for a path that is none or holds none."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob(f"*{ENDING}")) if path.is_dir() else [path]
        if not inside:
            raise UsageError(f"{str(path)!r} holds no suite: expected files that end in {ENDING}")
        if not path.exists():
            raise UsageError(f"{str(path)!r} is not there: expected a suite ({ENDING}) or a folder of suites")
        found += [file for file in inside if file not in found]
    return found


def load_suites(paths: Sequence[Path], *, today: date) -> list[LoadedSuite]:
    """The suites in files and folders; ``SuiteError`` with every mistake in all of them."""
    suites: list[LoadedSuite] = []
    mistakes: list[Misplaced] = []
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    for file in find_suites(paths):
        try:
            suite = load_suite(file, today=today)
        except SuiteError as error:
            mistakes += error.mistakes
            continue
        if suite.name in names:
            twice = f"a suite {suite.name!r} is in {names[suite.name]} already; results could not be told apart"
            mistakes.append(Misplaced(twice, file=suite.file, line=1, column=1))
        names[suite.name] = suite.file
        mistakes += _taken(suite, ids)
        suites.append(suite)
    if mistakes:
        raise SuiteError(tuple(mistakes))
    return suites


def _taken(suite: LoadedSuite, ids: dict[str, str]) -> Iterator[Misplaced]:
    """Every id that another suite has already: in a log a case is known by its id alone."""
    for case in suite.cases:
        if case.id in ids:
            place = case.place
            problem = f"the id {case.id!r} is in {ids[case.id]} already; ids are unique in a run"
            yield Misplaced(problem, file=place.file, line=place.line, column=place.column)
        ids[case.id] = suite.file


def load_suite(file: Path, *, today: date) -> LoadedSuite:
    """One suite; ``SuiteError`` with every mistake in it. ``today`` is what a quarantine's end is compared with."""
    try:
        source = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise SuiteError((Misplaced(problem, file=str(file), line=1, column=1),)) from error
    reader = _Reader(file, source, today)
    suite = reader.suite()
    if suite is None or reader.findings.mistakes:
        raise SuiteError(tuple(reader.findings.in_order().mistakes))
    return suite


@dataclass
class _Reader:
    """Reads one file, noting mistakes as it goes."""

    file: Path
    source: str
    today: date
    findings: Findings = field(default_factory=Findings)
    ids: dict[str, Node] = field(default_factory=dict[str, Node])
    elsewhere: list[str] = field(default_factory=list[str])
    """Rows that other files hold: the suite is as they are."""

    def suite(self) -> LoadedSuite | None:
        with self.findings.noted():
            root = parse_yaml(str(self.file), self.source)
            entries = root.entries()
            head = self._head(root)
            if "cases" not in entries:
                raise root.error("the suite has no 'cases'")
            nodes = entries["cases"][1].list()
            if not nodes:
                raise entries["cases"][1].error("the suite is empty: it has no case")
            if head is not None:
                return self._suite(head, root, nodes)
        return None

    def _head(self, root: Node) -> SuiteHead | None:
        plain = {name: value for name, value in root.plain().items() if name != "cases"}
        return self._read(SuiteHead, plain, Source(root))

    def _suite(self, head: SuiteHead, root: Node, nodes: Sequence[Node]) -> LoadedSuite:
        under = _under(root)
        top = root.plain()
        cases = [case for node in nodes for case in self._cases(head, top, node, under)]
        digest = hashlib.sha256("".join([self.source, *self.elsewhere]).encode()).hexdigest()
        gates = gates_of(head, root)
        if not self.findings.mistakes:  # a case that could not be read is missing only for that
            self.findings.mistakes += uncountable(gates, [loaded.case for loaded in cases])
        return LoadedSuite(name=head.suite, file=str(self.file), digest=digest, cases=tuple(cases), gates=gates)

    def _cases(self, head: SuiteHead, top: dict[str, Any], node: Node, under: dict[str, Node]) -> Iterator[LoadedCase]:
        """The cases one written case stands for."""
        with self.findings.noted():
            plain = {name: value.plain() for name, (_, value) in node.entries().items()}
            rows = self._rows(node)
            self.findings.mistakes += unknown_names(node, set(rows[0])) if rows != [{}] else []
            base = str(plain.get("id", ""))
            usual = {"tier": "counted"} if head.gates else {}
            usual |= {"trials": {"n": 1}} if head.plays == "guard" else {}
            body = {name: value for name, value in plain.items() if name not in ("matrix", "rows")}
            if "expect" not in body and not any(isinstance(s, dict) and "expect" in s for s in _list(body.get("conversation"))):
                raise node.error(f"nothing is expected of {base!r}: give 'expect', of the case or of a turn")
            for number, values in enumerate(rows, 1):
                source = Source(node, under)
                written = laid_over(filled(body, values) | {"values": values} if values else body, top)
                written["id"] = id_of(base, values, number) if values else base
                written |= {name: value for name, value in usual.items() if written.get(name) is None}
                case = self._read(Case, written, source)
                if case is None:
                    continue
                case = case.model_copy(update={"tags": (*head.tags, *case.tags), "cluster": case.cluster or base})
                self.findings.mistakes += [*impossible(case, source, self.today), *undecidable(head, case, source)]
                self._once(case.id, node)
                yield LoadedCase(
                    case=case, suite=head.suite, base_id=base, folder=self.file.parent, source=source, plays=head.plays
                )

    def _rows(self, node: Node) -> list[Values]:
        """The values of each case to make; one empty mapping when it is written for itself."""
        parts = {name: value for name, (_, value) in node.entries().items()}
        if "matrix" in parts and "rows" in parts:
            raise parts["rows"].error("a case has 'matrix' or 'rows', not both")
        if "matrix" in parts:
            named = {name: value.list() for name, (_, value) in parts["matrix"].entries().items()}
            if not named or not all(named.values()):
                raise parts["matrix"].error("the matrix is empty: list values under each name")
            return combinations({name: [one.plain() for one in values] for name, values in named.items()})
        if "rows" in parts:
            rows = rows_of(parts["rows"], node, self.file.parent)
            if not isinstance(parts["rows"].value, list):
                self.elsewhere.append(json.dumps(rows, sort_keys=True, default=str))
            return rows
        return [{}]

    def _once(self, case_id: str, node: Node) -> None:
        if case_id in self.ids:
            self.findings.mistakes.append(
                node.error(f"the id {case_id!r} stands here a second time (first: line {self.ids[case_id].line})")
            )
        self.ids[case_id] = node

    def _read(self, model: type[T], plain: dict[str, Any], source: Source) -> T | None:
        try:
            return model.model_validate(plain)
        except ValidationError as error:
            self.findings.mistakes += mistakes_of(error, source)
            return None


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _under(root: Node) -> dict[str, Node]:
    """Where what the suite says for every case stands, by the part of a case it goes into."""
    entries = root.entries()
    under = {"world": entries["world"][1]} if "world" in entries else {}
    if "defaults" in entries:
        under |= {name: value for name, (_, value) in entries["defaults"][1].entries().items()}
    return under
