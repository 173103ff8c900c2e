"""Runs made by hand, for what reports say of them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from warmline.evals.gating.runs import Run, run_of
from warmline.evals.results import (
    Call,
    CaseInfo,
    CaseVerdict,
    Check,
    Entry,
    Mode,
    Place,
    Routing,
    RunEnd,
    RunHeader,
    Spent,
    State,
    SuiteInfo,
    To,
    TrialResult,
    TurnRecord,
    Verdict,
)

STARTED = datetime(2026, 3, 14, 10, tzinfo=UTC)
LETTERS: dict[str, State] = {
    "+": "PASS",
    "x": "FAIL",
    "!": "INFRA",
    "~": "SIM_FAULT",
    "?": "JUDGE_ERROR",
    "$": "BUDGET",
    "-": "SKIP",
}


def a_turn(number: int = 1, **others: Any) -> TurnRecord:
    """One turn in which the agent answered."""
    usual: dict[str, Any] = {
        "customer": "Where is my order?",
        "reply": "It arrives on Tuesday.",
        "kind": "replied",
        "to": "bot",
        "reason": "order_status",
        "rule": "served",
    }
    return TurnRecord(number=number, **{**usual, **others})


def a_call(name: str = "get_order", **others: Any) -> Call:
    """A look-up that was done."""
    usual: dict[str, Any] = {
        "arguments": {"order_number": "HP-1042"},
        "effect": "read",
        "status": "done",
        "result": "{}",
        "ms": 3.0,
    }
    return Call(name=name, **{**usual, **others})


def a_check(check_id: str = "route.to", *, passed: bool = False, line: int = 12, **others: Any) -> Check:
    """A broken check, with its line."""
    usual: dict[str, Any] = {"kind": "route", "reason": "expected human, was bot", "expected": "human", "observed": "bot"}
    place = Place(file="suites/refunds.eval.yaml", line=line, column=9)
    return Check(id=check_id, passed=passed, place=place, **{**usual, **others})


def routed(expected: To | None, actual: To, *reasons: str, named: str = "") -> Routing:
    """Who should have served, and who did."""
    return Routing(expected_to=expected, expected_reasons=reasons, actual_to=actual, actual_reason=named)


def a_case(case_id: str, letters: str = "+++", **others: Any) -> "Tried":
    """A case whose trials ended as the letters say: ``+`` pass, ``x`` fail, ``!`` infrastructure, ``~`` simulator, ``?`` judge."""
    return Tried(case_id, letters, others)


class Tried:
    """A case, its trials and its verdict; ``trial`` in ``others`` holds what every failed trial says."""

    def __init__(self, case_id: str, letters: str, others: dict[str, Any]) -> None:
        self.failed: dict[str, Any] = others.pop("failed", {"why": "expected human, was bot", "checks": (a_check(),)})
        self.passed: dict[str, Any] = others.pop("passed", {})
        self.every: dict[str, Any] = others.pop("every", {})
        self.given: Verdict | None = others.pop("verdict", None)
        usual: dict[str, Any] = {"suite": "refunds", "place": Place(file="suites/refunds.eval.yaml", line=10)}
        self.info = CaseInfo(case_id=case_id, base_id=case_id.partition("[")[0], **{**usual, **others})
        self.states: tuple[State, ...] = tuple(LETTERS[letter] for letter in letters)

    def trials(self) -> Iterable[TrialResult]:
        """One line each."""
        for number, state in enumerate(self.states, 1):
            usual: dict[str, Any] = {
                "turns": (a_turn(),),
                "command": f"warmline eval run suites/refunds.eval.yaml --case '{self.info.case_id}' --trial {number} --replay",
                "place": self.info.place,
                "spent": Spent(input=900, output=100, calls=2, cost_usd=0.002),
                "ms": 12.0,
            }
            more = self.failed if state == "FAIL" else self.passed if state == "PASS" else {"why": f"{state} happened"}
            fields: dict[str, Any] = {**usual, **self.every, **more}
            yield TrialResult(case_id=self.info.case_id, suite=self.info.suite, trial=number, state=state, **fields)

    def verdict(self) -> CaseVerdict:
        """By the rules: all of a critical case, else the case's own rate."""
        counted = [state for state in self.states if state in ("PASS", "FAIL")]
        passed = counted.count("PASS")
        needed = 1.0 if self.info.severity == "critical" else self.info.min_pass_rate
        told: Verdict = "PASS" if counted and passed / len(counted) >= needed else "FAIL" if counted else "UNMEASURED"
        told = "SKIPPED" if set(self.states) == {"SKIP"} else told
        return CaseVerdict(
            case_id=self.info.case_id,
            verdict=self.given or told,
            passed=passed,
            counted=len(counted),
            states=self.states,
            extended=len(self.states) > self.info.trials,
            gates=self.info.tier == "gate",
        )


def entries(
    *cases: Tried,
    mode: Mode = "live",
    deterministic: bool = False,
    ended: bool = True,
    exit_code: int = 0,
    complaints: Sequence[str] = (),
    **header: Any,
) -> list[Entry]:
    """The lines of a log of these cases."""
    names = dict.fromkeys(case.info.suite for case in cases)
    usual: dict[str, Any] = {
        "run_id": "r-1",
        "started_at": STARTED,
        "warmline": "0.1.0",
        "model": "gpt-5-mini",
        "policy": "default@1 4f1c2d",
        "commit": "33d0d76",
        "suites": tuple(SuiteInfo(name=name, file=f"suites/{name}.eval.yaml", digest=f"{name}-1") for name in names),
    }
    fields: dict[str, Any] = {**usual, **header}
    made = RunHeader(mode=mode, deterministic=deterministic, cases=tuple(case.info for case in cases), **fields)
    lines: list[Entry] = [made, *(trial for case in cases for trial in case.trials())]
    if ended:
        lines += [case.verdict() for case in cases]
        lines += [RunEnd(finished_at=STARTED, exit_code=exit_code, seconds=200.0, complaints=tuple(complaints))]
    return lines


def a_run(*cases: Tried, **others: Any) -> Run:
    """The run of a log of these cases."""
    return run_of(entries(*cases, **others), source="results.jsonl")


def as_log(*cases: Tried, **others: Any) -> str:
    """The same as JSON Lines."""
    return "".join(f"{entry.model_dump_json()}\n" for entry in entries(*cases, **others))
