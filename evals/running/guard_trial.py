"""One trial of a suite that plays the guard: a message is read and decided about. No shop, no store, no model, so thousands take seconds."""

import time

from warmline.agent.guard.decision import Decision, Route
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.evals.grading.grade_route import grade_route, routing_of
from warmline.evals.grading.seen import Pen, Seen
from warmline.evals.results import To, TrialResult, TurnRecord
from warmline.evals.suite_files.loading import LoadedCase

SERVED: dict[Route, To] = {"automate": "bot", "offer": "offer", "gather": "gather", "human": "human"}


async def guard_trial(loaded: LoadedCase, number: int, guard: Guard, command: str) -> TrialResult:
    """What the guard makes of the case's message, from the words alone, against the route the case expects."""
    began = time.perf_counter()
    text = loaded.case.messages[0].user
    turn = _record(text, guard.decide(await guard.read(text, Facts())))
    seen, pen = Seen(turns=[turn]), Pen(source=loaded.source, path=("expect",))
    route = loaded.case.expect.route if loaded.case.expect else None
    checks = list(grade_route(route, seen, pen)) if route else []
    failed = [check for check in checks if not check.passed]
    return TrialResult(
        case_id=loaded.id,
        suite=loaded.suite,
        trial=number,
        state="FAIL" if failed else "PASS",
        why=f"{failed[0].id}: {failed[0].reason}" if failed else "",
        checks=tuple(checks),
        routing=routing_of(seen, route),
        turns=(turn,),
        ms=round((time.perf_counter() - began) * 1000, 1),
        command=command,
        place=loaded.place,
    )


def _record(text: str, decision: Decision) -> TurnRecord:
    return TurnRecord(
        number=1,
        customer=text,
        reply="",
        kind="none",
        to=SERVED[decision.route],
        reason=decision.reason,
        rule=decision.rule,
        layer=decision.layer,
        queue=decision.queue,
        score=round(decision.score, 4),
    )
