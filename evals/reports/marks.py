"""One sign per trial, so that a flake, a dead server and a bad judge look different without colour."""

from collections.abc import Sequence

from warmline.evals.results import State

MARKS: dict[State, str] = {
    "PASS": "●",
    "FAIL": "○",
    "INFRA": "◌",
    "SIM_FAULT": "◇",
    "JUDGE_ERROR": "?",
    "BUDGET": "$",
    "SKIP": "–",
}
ASCII: dict[State, str] = {
    "PASS": "+",
    "FAIL": "x",
    "INFRA": "!",
    "SIM_FAULT": "~",
    "JUDGE_ERROR": "?",
    "BUDGET": "$",
    "SKIP": "-",
}
MEANINGS: dict[State, str] = {
    "PASS": "pass",
    "FAIL": "fail",
    "INFRA": "infrastructure",
    "SIM_FAULT": "simulator fault",
    "JUDGE_ERROR": "judge error",
    "BUDGET": "spend ceiling",
    "SKIP": "skipped",
}


def marks(states: Sequence[State], *, ascii_only: bool = False) -> str:
    """The signs of a case's trials in order: ``●●●○●●●●``."""
    signs = ASCII if ascii_only else MARKS
    return "".join(signs[state] for state in states)


def legend(states: Sequence[State], *, ascii_only: bool = False) -> str:
    """What the signs among these mean: ``● pass  ○ fail``."""
    signs = ASCII if ascii_only else MARKS
    return "  ".join(f"{signs[state]} {MEANINGS[state]}" for state in MEANINGS if state in states)
