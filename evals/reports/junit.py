"""JUnit XML, for what shows test results: a case is a testcase; what failed, what could not be measured and what is let pass differ."""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from warmline.evals.gating.gates import GateResult, gates_of
from warmline.evals.gating.runs import CaseRun, Run

from .failures import Failure, failures
from .marks import marks
from .words import argument, call, counted, one_line, reply_of, row, span, value

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets)."""


def junit(run: Run) -> str:
    """The document. FAIL of a case that gates is ``<failure>``; infrastructure, judge and simulator are ``<error>``; what is quarantined,
    watched or skipped is ``<skipped>``. Trials, counts, tokens and cost are properties. Of counted cases their gates are the testcases."""
    root = Element("testsuites", name="warmline eval", time=_seconds(run.end.seconds * 1000 if run.end else 0))
    told, gates = {failure.case_id: failure for failure in failures(run)}, gates_of(run)
    for suite in run.header.suites:
        cases = [case for case in run.cases if case.info.suite == suite.name]
        node = SubElement(
            root, "testsuite", name=_text(suite.name), file=_text(suite.file), timestamp=run.header.started_at.isoformat()
        )
        _properties(node, mode=run.header.mode, model=run.header.model, policy=run.header.policy, commit=run.header.commit)
        for case in cases:
            _testcase(node, case, told.get(case.case_id))
        for gate in (one for one in gates if one.suite == suite.name):
            _gate(node, gate)
        _count(node)
    _count(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _testcase(suite: Element, case: CaseRun, failure: Failure | None) -> None:
    info = case.info
    spent = sum(trial.ms for trial in case.trials)
    place = {"file": _text(info.place.file), "line": str(info.place.line)}
    node = SubElement(suite, "testcase", name=_text(case.case_id), classname=_text(info.suite), time=_seconds(spent), **place)
    costs = [trial.spent.cost_usd for trial in case.trials if trial.spent.cost_usd is not None]
    _properties(
        node,
        trials=marks(case.states, ascii_only=True),
        passed=counted(case.measured),
        severity=info.severity,
        tier=info.tier,
        tokens=str(sum(trial.spent.input + trial.spent.output for trial in case.trials)),
        cost_usd=f"{sum(costs):.6f}" if costs else "",
    )
    kind, message = _ending(case, failure)
    if kind:
        ending = SubElement(node, kind, message=_text(one_line(message)))
        ending.text = _text(_story(failure)) if failure else None


def _gate(suite: Element, result: GateResult) -> None:
    gate = result.gate
    place = {"file": _text(gate.place.file), "line": str(gate.place.line)}
    node = SubElement(suite, "testcase", name=_text(f"gate {gate.id}"), classname=_text(result.suite), time="0.000", **place)
    _properties(node, counted=counted(result.counted), interval=span(result.interval, places=1), bar=result.bar)
    if result.standing != "holds":
        kind = "failure" if result.standing == "broken" else "error"
        SubElement(node, kind, message=_text(one_line(result.in_words))).text = _text(f"the bar: {gate.why}")


def _ending(case: CaseRun, failure: Failure | None) -> tuple[str, str]:
    verdict = case.verdict
    if verdict is None:
        return "error", "the run was broken off before this case had a verdict"
    if verdict.verdict == "PASS":
        return "", ""
    why = verdict.why or (failure.why if failure else "")
    if verdict.verdict == "SKIPPED":
        return "skipped", why or "nothing of it was run"
    if not verdict.gates:
        return "skipped", f"{case.info.quarantine or 'only watched'}: {why}"
    return ("failure" if verdict.verdict == "FAIL" else "error"), why


def _story(failure: Failure) -> str:
    lines = [f"why: {failure.rule}"] if failure.rule else []
    for check in failure.checks:
        where = f" ({check.place.file}:{check.place.line})" if check.place else ""
        lines += [f"broke {check.id}{where}: {check.reason or f'expected {value(check.expected)}, was {value(check.observed)}'}"]
        lines += [f"  {argument(diff)}" for diff in check.arguments]
    lines += [f"row {row(change)}" for change in failure.rows]
    for turn in failure.turns:
        lines += [f"| customer: {one_line(turn.customer)}", *(f"|   {call(made)}" for made in turn.calls)]
        lines += [f"| agent: {one_line(reply_of(turn))}"]
    return "\n".join([*lines, f"again: {failure.command}"])


def _properties(node: Element, **values: str) -> None:
    held = SubElement(node, "properties")
    for name, found in values.items():
        if found:
            SubElement(held, "property", name=name, value=_text(found))


def _count(node: Element) -> None:
    """How many of each ending lie below."""
    node.set("tests", str(sum(1 for _ in node.iter("testcase"))))
    for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        node.set(name, str(sum(1 for _ in node.iter(kind))))


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.3f}"


def _text(found: str) -> str:
    return _NOT_XML.sub("\ufffd", found)
