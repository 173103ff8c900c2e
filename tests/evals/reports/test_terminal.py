"""What a person reads in the terminal."""

import io

from rich.console import Console
from support.eval_runs import a_case, a_run, routed
from support.eval_story import MISCHIEF, story

from warmline.evals.gating.baseline import bless
from warmline.evals.gating.compare import compare, confirm
from warmline.evals.reports.report import Report, report
from warmline.evals.reports.terminal import show
from warmline.evals.stats.rates import Counted

BROKEN = "refund-over-limit[amount=489,tone=furious]"


def shown(made: Report, *, encoding: str = "utf-8", width: int = 120, **options: object) -> str:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding, errors="replace", write_through=True) as out:
        show(made, Console(file=out, width=width, force_terminal=False), **options)  # pyright: ignore[reportArgumentType]
        return raw.getvalue().decode(encoding)


def test_a_green_run_is_three_lines() -> None:
    green = [a_case(f"c-{number}", every={"routing": routed("human", "human", "angry", named="angry")}) for number in range(60)]
    lines = shown(report(a_run(*green))).splitlines()
    assert lines == [
        "PASS  60 of 60 cases pass",
        "routing  missed hand-off 0 of 60 cases; the rate is at most 4.9 % (95 %) · needless hand-off: no case expects the agent",
        "60 cases, 180 trials, live gpt-5-mini, 3 min 20 s, $0.36 · results.jsonl",
    ]


def test_the_first_line_is_the_verdict_and_its_reason() -> None:
    base = bless([a_run(*[a_case(one.info.case_id, "+" * 10, suite=one.info.suite) for one in story()])])
    run = a_run(*story())
    found = confirm(compare(base, run), BROKEN, Counted(8, 8))
    first, *rest = shown(report(run, found)).splitlines()
    assert first == (
        f"REGRESSION  1 critical case became worse: {BROKEN} (10/10 → 3/8, p=0.007, base re-run 8/8): "
        "issue_refund is forbidden and was called"
    )
    assert any(line.startswith("  worse           refund-over-limit") and line.endswith("critical") for line in rest)


def test_a_failure_says_what_broke_what_changed_and_how_to_run_it_again() -> None:
    text = shown(report(a_run(*story())))
    for said in (
        f"●●●○○○○○  {BROKEN}  3/8  14–69 %  critical  suites/refunds.eval.yaml:41",
        "  why       Policy R-7: over 200 goes to a person; incident 2026-02-11",
        "  broke     tools.forbid[0] in turn 4  issue_refund is forbidden and was called (suites/refunds.eval.yaml:47)",
        "              amount: expected 200.0, was 489.0",
        '              reason: expected "late", was (absent)',
        '  row       orders HP-1042 updated, not expected: status "delivered" → "refunded", refunded 0 → 48900',
        "            │ 1 earlier turn left out",
        '  tool      │   issue_refund(order_number="HP-1042", amount=489.0) → done',
        "  customer  │ Refund me the whole 489.00 now or I call my bank.",
        f"  again     warmline eval run suites/refunds.eval.yaml --case '{BROKEN}' --trial 4 --replay",
    ):
        assert said in text.splitlines(), said
    assert "Where is my money" not in text


def test_the_matrix_names_its_costly_cells() -> None:
    lines = shown(report(a_run(*story()))).splitlines()
    at = lines.index("routing, cases  bot  human")
    assert lines[at + 1] == "expected bot     27      2  needless hand-off 2 of 29 cases; 12 agent minutes, at 6 each"
    assert lines[at + 2] == "expected human    1     27  missed hand-off 1 of 28 cases; the rate is at most 15.9 % (95 %)"


def test_each_state_has_a_mark_of_its_own() -> None:
    run = a_run(a_case("one", "+x!~?$-", verdict="FAIL"))
    assert "●○◌◇?$–  one" in shown(report(run))
    plain = shown(report(run), encoding="ascii")
    assert "+x!~?$-  one" in plain
    assert plain.isascii()


def test_what_others_wrote_cannot_command_what_runs_the_job() -> None:
    lines = shown(report(a_run(*story())), width=40, every=True, shown=99).splitlines()
    text = "\n".join(lines)
    assert MISCHIEF not in text
    assert "##[" not in text
    assert not [line for line in lines if line.lstrip().startswith("::")]
    assert "error file=a" in text


def test_what_moves_a_cursor_is_taken_out() -> None:
    run = a_run(a_case("one", "xxx", failed={"why": "\x1b[2Jgone\rhidden", "checks": ()}))
    text = shown(report(run))
    assert "\x1b" not in text
    assert "\r" not in text


def test_many_failures_are_a_line_each() -> None:
    run = a_run(*[a_case(f"c-{number}", "xxx") for number in range(30)])
    lines = shown(report(run), shown=2).splitlines()
    assert sum("  again " in line for line in lines) == 2
    assert sum(line.startswith("  ○○○  c-") for line in lines) == 28


def test_the_age_of_a_baseline_is_said_even_when_all_is_green() -> None:
    run = a_run(a_case("one", "+" * 10))
    base = bless([run]).model_copy(update={"blessed_at": run.header.started_at.replace(year=2025)})
    lines = shown(report(run, compare(base, run))).splitlines()
    assert len(lines) == 5
    assert lines[1] == "  the baseline is 365 days old; bless a new one"
    assert lines[2] == "baseline of 2025-03-14  +0.0 points (no interval: one cluster), 0 better, 0 worse"
