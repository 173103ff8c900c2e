"""Suites that are judged as a whole: their rows are counted, and only their gates decide."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.eval_runs import Tried, a_case, a_run, routed
from support.eval_suites import TODAY, a_suite

from warmline.evals.errors import SuiteError
from warmline.evals.gating.gate import rule
from warmline.evals.gating.gates import gates_of
from warmline.evals.gating.runs import Run
from warmline.evals.reports.annotations import annotations
from warmline.evals.reports.github import summary
from warmline.evals.reports.html import page
from warmline.evals.reports.junit import junit
from warmline.evals.reports.report import as_json, report
from warmline.evals.results import GateInfo, Place, SuiteInfo, To
from warmline.evals.running.trial import Troupe, run_trial
from warmline.evals.suite_files.loading import load_suite
from warmline.evals.trust.linting import probe, probe_gates, weak_gates

HEAD = "suite: tried\nschema: 1\nplays: guard\ngates: {GATES}"
MISSED = "missed_handoff_rate: {at_most: 0.4, why: w}"
NEEDLESS = "needless_handoff_rate: {at_most: 0.4, why: w}"
ROWS = """
- {id: p, why: w, rows: {files: [m.jsonl], where: {kind: [person]}}, say: "{text}", expect: {route: {to: human, reason: human_request}}}
- {id: a, why: w, rows: {files: [m.jsonl], where: {kind: [agent]}}, say: "{text}", expect: {route: {to: bot}}}
"""
PEOPLE = (
    "I want to speak to a person",
    "Let me talk to a human please",
    "Give me a real person",
    "Is there a colleague I can talk to?",
)
AGENT = ("Where is my order W-10432?", "Do you have this shirt in M?", "Thank you", "Hello there")


def messages(folder: Path, *, people: Sequence[str] = PEOPLE, agent: Sequence[str] = AGENT) -> None:
    rows = [("person", text) for text in people] + [("agent", text) for text in agent]
    lines = [
        f'{{"text": "{text}", "kind": "{kind}"}}' if n else f'{{"text": "{text}", "kind": "{kind}", "more": 1}}'
        for n, (kind, text) in enumerate(rows)
    ]
    (folder / "m.jsonl").write_text("\n".join(lines), "utf-8")


def head(*gates: str) -> str:
    return HEAD.replace("GATES", ", ".join(gates))


def told(found: pytest.ExceptionInfo[SuiteError]) -> list[str]:
    return [f"{one.file}:{one.line}: {one.problem}" for one in found.value.mistakes]


async def test_the_guard_reads_rows_of_a_file_with_other_names_and_nothing_else_happens(tmp_path: Path, troupe: Troupe) -> None:
    messages(tmp_path)
    suite = a_suite(tmp_path, ROWS, head=head(MISSED, NEEDLESS))
    folder = tmp_path.name
    assert [one.id for one in suite.cases][:2] == [f"p[{folder}/m:1]", f"p[{folder}/m:2]"]
    results = [await run_trial(loaded, 1, troupe) for loaded in suite.cases]
    assert [one.state for one in results] == ["PASS"] * 8
    assert [(one.turns[0].to, one.turns[0].calls, one.turns[0].kind) for one in results[:1]] == [("human", (), "none")]


@pytest.mark.parametrize(
    ("cases", "gates", "problem"),
    [
        ("- {id: a, say: Hi., expect: {reply: {silent: true}}}", NEEDLESS, "expect a 'route'"),
        (
            "- {id: a, say: Hi., expect: {route: {to: bot}, ends: replied}}",
            NEEDLESS,
            "of which only a 'route' can be expected, not 'ends'",
        ),
        (
            "- {id: a, say: Hi., expect: {route: {to: human, queue: care}}}",
            MISSED,
            "the guard says to, reason, rule and no 'queue'",
        ),
        ("- {id: a, say: Hi., world: {as: C-1001}, expect: {route: {to: bot}}}", NEEDLESS, "so 'signed_in' changes nothing"),
        ("- {id: a, conversation: [Hi.], expect: {route: {to: bot}}}", NEEDLESS, "'say' it, without 'conversation'"),
        ("- {id: a, tier: watch, say: Hi., expect: {route: {to: bot}}}", NEEDLESS, "'tier: watch' does nothing"),
        ("- {id: a, severity: critical, say: Hi., expect: {route: {to: bot}}}", NEEDLESS, "'critical' does nothing"),
        ("- {id: a, say: Hi., expect: {route: {to: bot}}}", MISSED, "no case expects a person"),
        (
            "- {id: a, say: Hi., expect: {route: {to: bot}}}",
            "recall: {safety: {at_least: 0.9, why: w}}",
            "expects the reason 'safety'",
        ),
        ("- {id: a, say: Hi., expect: {route: {to: bot}}}", "needless_handoff_rate: {at_most: 0.1}", "'why' is missing here"),
        (
            "- {id: a, say: Hi., expect: {route: {to: bot}}}",
            "recall: {smalltalk: {at_least: 1, why: w}}",
            "no person is ever called for",
        ),
        ("- {id: a, say: Hi., expect: {route: {to: bot}}}", f"tagged: {{x: {{{NEEDLESS}}}}}", "no case with the tag 'x'"),
    ],
)
def test_what_can_never_be_counted_is_a_mistake_with_its_line(tmp_path: Path, cases: str, gates: str, problem: str) -> None:
    with pytest.raises(SuiteError) as found:
        a_suite(tmp_path, cases, head=head(gates))
    assert [problem in one and "tried.eval.yaml:" in one for one in told(found)].count(True) == 1


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("{files: [m.jsonl], where: {kind: [person, nobody]}}", "no row has the kind 'nobody'"),
        ("{files: [n*.jsonl]}", "no file is called 'n*.jsonl' here"),
        ("{where: {kind: [person]}}", "'files' is missing here"),
        ("{files: [m.jsonl], whre: {}}", "unknown key 'whre'"),
    ],
)
def test_rows_that_are_not_there_are_a_mistake(tmp_path: Path, rows: str, problem: str) -> None:
    messages(tmp_path)
    with pytest.raises(SuiteError, match=r"tried\.eval\.yaml, line 6") as found:
        a_suite(tmp_path, f'- {{id: a, rows: {rows}, say: "{{text}}", expect: {{route: {{to: bot}}}}}}', head=head(NEEDLESS))
    assert problem in told(found)[0]


def test_a_name_that_a_row_lacks_is_told_with_the_row(tmp_path: Path) -> None:
    messages(tmp_path)
    with pytest.raises(SuiteError, match=r"m\.jsonl, line 2: no 'more' here"):
        a_suite(
            tmp_path, '- {id: a, rows: {files: [m.jsonl]}, say: "{text} {more}", expect: {route: {to: bot}}}', head=head(NEEDLESS)
        )


def test_the_tier_counted_is_not_for_suites_without_gates(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="is for suites with 'gates'"):
        a_suite(tmp_path, "- {id: a, tier: counted, say: Hi., expect: {route: {to: bot}}}")


def test_another_row_is_another_digest(tmp_path: Path) -> None:
    messages(tmp_path)
    before = a_suite(tmp_path, ROWS, head=head(MISSED, NEEDLESS)).digest
    messages(tmp_path, agent=(*AGENT, "Bye"))
    assert a_suite(tmp_path, ROWS, head=head(MISSED, NEEDLESS)).digest != before


def gate(**bar: Any) -> GateInfo:
    usual: dict[str, Any] = {"id": "missed_handoff_rate", "measure": "missed_handoff_rate", "why": "as measured"}
    return GateInfo(**{**usual, **bar}, place=Place(file="suites/refunds.eval.yaml", line=4))


def counted(
    rows: Sequence[tuple[To, To]], *gates: GateInfo, cases: int | None = None, letters: str = "", more: Sequence[Tried] = ()
) -> Run:
    """A run of rows (who was expected, who it was) of a suite with these gates."""
    tried = [
        a_case(
            f"r[{number}]",
            letters or ("+" if expected == actual else "x"),
            tier="counted",
            trials=1,
            every={"routing": routed(expected, actual, *(("safety",) if expected == "human" else ()))},
        )
        for number, (expected, actual) in enumerate(rows)
    ]
    suite = SuiteInfo(
        name="refunds", file="suites/refunds.eval.yaml", digest="1", cases=len(rows) if cases is None else cases, gates=gates
    )
    return a_run(*tried, *more, suites=(suite,))


Served = list[tuple[To, To]]
REACHED: Served = [("human", "human")]
MISSED_ONE: Served = [("human", "bot")]
WELL = REACHED * 58 + MISSED_ONE * 2


def test_a_row_that_fails_is_counted_and_fails_nothing() -> None:
    run = counted(WELL, gate(at_most=0.1))
    ruling = rule(run)
    assert (ruling.word, ruling.exit_code, ruling.reason) == ("PASS", 0, "1 gate over 60 counted cases holds")
    assert report(run).failures == ()
    assert "r[59]" not in page(report(run)) + summary(report(run)) + junit(run)


def test_a_broken_gate_fails_the_run_and_every_report_says_so() -> None:
    run = counted(REACHED * 50 + MISSED_ONE * 10, gate(at_most=0.1))
    ruling = rule(run)
    said = "1 of 1 gate broken: refunds: missed hand-offs 10 of 60 (16.7 %, 9.3 to 28.0 %); at most 10.0 %"
    assert (ruling.word, ruling.exit_code, ruling.reason) == ("FAIL", 1, said)
    made = report(run)
    assert '<failure message="refunds: missed hand-offs 10 of 60' in junit(run)
    assert next(annotations(made)).startswith(
        "::error file=suites/refunds.eval.yaml,line=4,col=1,title=gate missed_handoff_rate of refunds%3A broken"
    )
    assert "as measured" in page(made)
    assert "| broken |" in summary(made)
    [found] = as_json(made)["gates"]
    assert (found["standing"], found["count"], found["of"]) == ("broken", 10, 60)


def test_a_recall_and_a_tag_are_gates_too() -> None:
    run = counted(WELL, gate(id="recall.safety", measure="recall", reason="safety", at_least=0.93), gate(tag="none", at_most=0.1))
    recall, tagged = gates_of(run)
    assert (recall.standing, recall.counted.count, recall.about) == ("holds", 58, "safety reached a person")
    assert (tagged.standing, tagged.why) == ("unmeasured", "no case was counted")


def test_a_gate_that_so_few_could_not_break_is_not_measured() -> None:
    """Of ten, none missed is anything up to 28 %: it shows nothing of a bar of 10 %."""
    run = counted(REACHED * 10, gate(at_most=0.1))
    assert (rule(run).word, rule(run).exit_code) == ("UNMEASURABLE", 2)
    assert "a perfect score would leave 0.0 to 27.8 %" in rule(run).reason


def test_some_rows_say_nothing_of_the_whole() -> None:
    run = counted(WELL, gate(at_most=0.01), cases=500)
    assert (rule(run).word, rule(run).exit_code) == ("UNMEASURABLE", 2)
    assert "60 of its 500 cases were chosen" in rule(run).reason


def test_rows_that_could_not_be_read_are_no_better_rate() -> None:
    run = counted(WELL, gate(at_most=0.1), letters="!")
    assert gates_of(run)[0].standing == "unmeasured"
    assert rule(run).exit_code == 2


def test_a_case_that_fails_beside_gates_that_hold_still_fails() -> None:
    run = counted(WELL, gate(at_most=0.1), more=[a_case("own", "xxx")])
    assert rule(run).reason.startswith("1 case fails: own")


async def test_no_agent_without_understanding_keeps_all_gates(tmp_path: Path, troupe: Troupe) -> None:
    messages(tmp_path)
    suite = a_suite(tmp_path, ROWS, head=head(MISSED, NEEDLESS))
    kept = {one.agent: one.gates for one in await probe_gates([suite], troupe)}
    assert kept["escalates"] == {"missed_handoff_rate"}
    assert kept["silent"] == kept["parrot"] == kept["obeys"] == {"needless_handoff_rate"}
    assert await probe([suite], troupe) == []


async def test_gates_that_an_agent_without_understanding_keeps_are_an_error(tmp_path: Path, troupe: Troupe) -> None:
    messages(tmp_path)
    one_sided = a_suite(tmp_path, ROWS, head=head(MISSED))
    remarks = [one.text for one in weak_gates(await probe_gates([one_sided], troupe))]
    assert remarks == ["the agent 'escalates', which understands nothing, keeps every gate of 'tried'"]
    idle = a_suite(tmp_path, ROWS, head=head(MISSED, "pass_rate: {at_least: 0.01, why: w}"))
    assert "every agent that understands nothing keeps the gate 'pass_rate'" in [
        one.text.partition(":")[0] for one in weak_gates(await probe_gates([idle], troupe))
    ]


def test_the_routing_suite_plays_both_published_test_sets_wholly() -> None:
    root = Path(__file__).parents[2]
    suite = load_suite(root / "evals/suites/routing.eval.yaml", today=TODAY)
    corpus = [
        line
        for part in ("test", "blind")
        for file in (root / "fixtures/corpus" / part).glob("*.jsonl")
        for line in file.read_text("utf-8").splitlines()
    ]
    assert len(suite.cases) == len(corpus) == 1339
    assert {one.reason for one in suite.gates if one.reason} == {
        reason
        for loaded in suite.cases
        if loaded.case.expect and (route := loaded.case.expect.route) and route.to == "human"
        for reason in route.reasons
    }
