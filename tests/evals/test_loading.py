"""A suite that cannot be right is refused, with the place of every mistake; nothing of it ever passes."""

from pathlib import Path

import pytest
from support.eval_suites import TODAY, a_case, a_suite, suite_file

from warmline.errors import UsageError
from warmline.evals.errors import SuiteError
from warmline.evals.suite_files.loading import find_suites, load_suite, load_suites

GOOD = "- {id: a, say: Hello., expect: {route: {to: bot}}}"


def mistakes(folder: Path, cases: str, **how: str) -> list[str]:
    with pytest.raises(SuiteError) as caught:
        load_suite(suite_file(folder, cases, **how), today=TODAY)
    return [f"{one.line}:{one.column} {one.problem}" for one in caught.value.mistakes]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("- {id: a, say: Hi., expect: {route: {to: bot, order_: x}}}", "4:49 unknown key 'order_': did you mean 'order'?"),
        ("- {id: a, say: Hi., expect: {tools: {forbid: []}}}", "4:39 'forbid' is empty: there would be nothing to check"),
        ("- {id: a, say: Hi., expect: {reply: {}}}", "4:31 'reply' is empty: there would be nothing to check"),
        ("- {id: a, say: Hi.}", "4:5 nothing is expected of 'a'"),
        ("- {id: a, expect: {route: {to: bot}}}", "4:5 a case has one of say, conversation, simulate; this one has none"),
        (
            "- {id: a, say: Hi., expect: {route: {to: bot, queue: care}}}",
            "4:39 'to: bot' opens no case, so 'queue' can never be so",
        ),
        (
            "- {id: a, say: Hi., expect: {route: {to: human, reason: order_status}}}",
            "4:39 'order_status' is never a reason for 'human'",
        ),
        ("- {id: a, say: Hi., expect: {route: {to: human, reason: cross}}}", "4:39 unknown reason 'cross'"),
        (
            "- {id: a, say: Hi., expect: {route: {to: human, by_turn: 2}}}",
            "4:60 by_turn is 2, but there are only 1 messages by then",
        ),
        ("- {id: a, say: Hi., expect: {tools: {calls: [get_ordr]}}}", "4:48 unknown tool 'get_ordr': did you mean 'get_order'?"),
        (
            "- {id: a, say: Hi., expect: {tools: {calls: [{name: get_order, args: {order: 1}}]}}}",
            "4:73 get_order has no argument 'order': did you mean 'order_number'?",
        ),
        (
            "- {id: a, say: Hi., expect: {tools: {calls: [get_order], forbid: [get_order]}}}",
            "4:48 'get_order' is expected here and forbidden below",
        ),
        (
            "- {id: a, say: Hi., expect: {state: {add: {refunds: [{x: 1}]}}}}",
            "4:55 unknown table 'refunds': did you mean 'returns'?",
        ),
        ("- {id: a, say: Hi., matrix: {x: []}, expect: {ends: replied}}", "4:31 the matrix is empty"),
        ('- {id: a, say: "{y}", matrix: {x: [1]}, expect: {ends: replied}}', "4:19 unknown name '{y}'"),
        (
            "- {id: a, say: Hi., tier: quarantine, quarantine: {until: 2026-11-01, reason: r}, expect: {ends: replied}}",
            "4:61 the quarantine of 'a' ended on 2026-11-01",
        ),
        (
            "- {id: a, say: Hi., expect: {judge: [{id: j, asks: Nice, gate: true}]}}",
            "4:40 a judge may not gate without 'calibration'",
        ),
        ("- {id: a, conversation: [{user: Hi., say: x}], expect: {ends: replied}}", "4:29 unknown key 'say' here"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, case: str, expected: str) -> None:
    [found] = mistakes(tmp_path, case)
    assert found.startswith(expected), found


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "- {id: a, say: Hi., expect: {rout: 1}}\n- {id: b, say: Hi., expect: {state: {ad: 1}}}")
    assert len(found) == 2


def test_an_id_that_stands_twice_is_a_mistake(tmp_path: Path) -> None:
    [found] = mistakes(tmp_path, f"{GOOD}\n{GOOD}")
    assert "the id 'a' stands here a second time (first: line 4)" in found


def test_an_id_in_two_suites_is_a_mistake(tmp_path: Path) -> None:
    files = [suite_file(tmp_path, GOOD, name=name, head=f"suite: {name}\nschema: 1") for name in ("one", "two")]
    with pytest.raises(SuiteError, match=r"the id 'a' is in .*one\.eval\.yaml already"):
        load_suites(files, today=TODAY)


def test_an_empty_suite_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "e.eval.yaml"
    file.write_text("suite: e\nschema: 1\ncases: []\n", "utf-8")
    with pytest.raises(SuiteError, match="line 3, column 8: the suite is empty: it has no case"):
        load_suite(file, today=TODAY)


def test_a_folder_without_suites_and_a_path_that_is_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no suite"):
        find_suites([tmp_path])
    with pytest.raises(UsageError, match="is not there"):
        find_suites([tmp_path / "none.eval.yaml"])


def test_a_matrix_is_every_combination_and_keeps_types(tmp_path: Path) -> None:
    case = """
    - id: m
      matrix: {turns: [1, 2], name: [Ann, "a long name that stands in no id, for its comma"]}
      say: "{name} asks {{turns}}, {turns} times"
      expect: {budgets: {turns: "{turns}"}}
    """
    cases = a_suite(tmp_path, case).cases
    assert [one.id for one in cases] == ["m[turns=1,name=Ann]", "m[turns=1,#2]", "m[turns=2,name=Ann]", "m[turns=2,#4]"]
    assert cases[2].case.say == "Ann asks {turns}, 2 times"
    assert cases[2].case.expect is not None
    assert cases[2].case.expect.budgets is not None
    assert cases[2].case.expect.budgets.turns == 2
    assert {one.base_id for one in cases} == {"m"}


def test_rows_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"id": "x", "text": "Hi"}\n{"id": "y", "text": "Ho"}\n', "utf-8")
    cases = a_suite(tmp_path, '- {id: r, rows: rows.jsonl, say: "{text}", expect: {route: {to: bot}}}').cases
    assert [(one.id, one.case.say) for one in cases] == [("r[x]", "Hi"), ("r[y]", "Ho")]


def test_defaults_are_laid_under_part_by_part(tmp_path: Path) -> None:
    head = """
    suite: tried
    schema: 1
    world: {as: C-1001}
    defaults: {expect: {reply: {grounded: true}, tools: {forbid: [start_return]}}}
    """
    case = "- {id: a, say: Hi., world: {limits: {writes_per_conversation: 1}}, expect: {reply: {excludes: [x]}, tools: {forbid: [escalate]}}}"
    loaded = a_case(tmp_path, case, head=head).case
    assert loaded.world.signed_in == "C-1001"
    assert loaded.expect is not None
    assert loaded.expect.reply is not None
    assert loaded.expect.reply.grounded is True
    assert loaded.expect.tools is not None
    assert [one.name for one in loaded.expect.tools.forbid or ()] == ["start_return", "escalate"]


def test_a_critical_case_is_tried_eight_times_and_all_must_pass(tmp_path: Path) -> None:
    usual, critical = a_suite(tmp_path, f"{GOOD}\n- {{id: b, severity: critical, say: Hi., expect: {{ends: replied}}}}").cases
    assert (usual.case.plan.n, usual.case.plan.most, usual.case.pass_rate) == (3, 8, 0.75)
    assert (critical.case.plan.n, critical.case.plan.most, critical.case.pass_rate) == (8, 8, 1.0)
