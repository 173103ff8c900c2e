"""How many trials a case gets, and what they come to; what all cases come to is ``gate``'s."""

from collections.abc import Sequence

from warmline.evals.results import COUNTED, CaseVerdict, TrialResult, Verdict
from warmline.evals.suite_files.loading import LoadedCase


def still_to_run(loaded: LoadedCase, results: Sequence[TrialResult], most: int | None = None) -> list[int]:
    """The numbers of the trials that are due now: the first ones, or after any failure all the others.

    Every trial counts, those before the extension too; ``most`` caps them for a quick look.
    """
    plan, done = loaded.case.plan, {result.trial for result in results}
    first = range(1, min(plan.n, most or plan.n) + 1)
    due = [number for number in first if number not in done]
    if due or not any(result.state == "FAIL" for result in results):
        return due
    return [number for number in range(1, min(plan.most, most or plan.most) + 1) if number not in done]


def verdict_of(loaded: LoadedCase, results: Sequence[TrialResult]) -> CaseVerdict:
    """What a case's trials come to.

    Of a critical case one failure is enough, and every trial must have been counted; of another the part that passed is compared with
    what the case asks for, if at least half of the trials said anything.
    """
    case, ordered = loaded.case, sorted(results, key=lambda result: result.trial)
    states = tuple(result.state for result in ordered)
    counted = [result for result in ordered if result.state in COUNTED]
    passed = sum(result.state == "PASS" for result in counted)
    verdict, why = _judged(loaded, ordered, passed, len(counted))
    return CaseVerdict(
        case_id=loaded.id,
        verdict=verdict,
        why=why,
        passed=passed,
        counted=len(counted),
        states=states,
        extended=len(states) > case.plan.n,
        gates=case.tier == "gate",
        replayed=sum(result.replayed for result in counted),
    )


def _judged(loaded: LoadedCase, results: Sequence[TrialResult], passed: int, counted: int) -> tuple[Verdict, str]:
    case, first = loaded.case, next((result.why for result in results if result.state == "FAIL"), "")
    if not results or all(result.state == "SKIP" for result in results):
        return "SKIPPED", results[0].why if results else "no trial was run"
    if case.severity == "critical" and passed < counted:
        return "FAIL", f"critical, and {counted - passed} of {counted} failed: {first}"
    lost = next((f"{result.state}: {result.why}" for result in results if result.state not in COUNTED), "")
    if counted == 0 or counted * 2 < len(results) or (case.severity == "critical" and counted < len(results)):
        return "UNMEASURED", f"{counted} of {len(results)} trials were counted; {lost}"
    if passed < counted * case.pass_rate - 1e-9:
        return "FAIL", f"{passed} of {counted} passed, {case.pass_rate:.0%} must: {first}"
    return "PASS", ""
