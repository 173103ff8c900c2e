"""``warmline policy check|show``: a policy of one's own, told what is wrong with it."""

import json
from pathlib import Path

import pytest
from support.shell import Shell

from warmline.agent.guard.policy import Policy, default_file

LAST = "  - {id: last, when: 'true', route: automate, reason: from_signals}\n"
BAD = "version: 1\nqueus: {}\nthresholds: {spare: 1}\nrules:\n  - {id: a, when: signals.lop, route: human, reason: unsure, queue: q}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


def test_the_shipped_policy_is_shown_and_what_is_shown_can_be_used(shell: Shell, file: Path) -> None:
    ran = shell("policy", "show")
    assert ran.out == default_file().read_text("utf-8")
    file.write_text(ran.out)
    assert shell("policy", "check", str(file)).out == f"ok: {Policy.load().stamp}, 10 rules, 8 queues, 0 warnings\n"


def test_another_policy_is_shown_if_it_can_be_used(shell: Shell, file: Path) -> None:
    file.write_text(f"version: 1\nrules:\n{LAST}")
    assert shell("policy", "show", str(file)).out == file.read_text()
    file.write_text(BAD)
    ran = shell("policy", "show", str(file))
    assert (ran.code, ran.out) == (3, "")
    assert "did you mean 'queues'" in ran.err
    assert "did you mean 'loop'" in ran.err


def test_every_mistake_is_a_line_and_the_exit_code_1(shell: Shell, file: Path) -> None:
    file.write_text(BAD)
    ran = shell("policy", "check", str(file))
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "mistake: mine.yaml, line 2, column 1: unknown key 'queus': did you mean 'queues'?",
        "mistake: mine.yaml, line 5, column 19: unknown name 'signals.lop': did you mean 'loop'?",
        "warning: mine.yaml, line 3, column 14: no condition uses the threshold 'spare'",
        "2 mistakes, 1 warning: it cannot be used",
    ]


def test_warnings_are_no_reason_to_refuse(shell: Shell, file: Path) -> None:
    file.write_text(f"version: 1\nname: mine\nthresholds: {{spare: 1}}\nrules:\n{LAST}")
    ran = shell("policy", "check", str(file))
    assert ran.code == 0
    warning, ok = ran.out.splitlines()
    assert warning.startswith("warning: mine.yaml, line 3, column 14:")
    assert ok.startswith("ok: mine@1:")
    assert ok.endswith(", 1 rule, 0 queues, 1 warning")


def test_check_as_json(shell: Shell, file: Path) -> None:
    file.write_text(BAD)
    ran = shell("policy", "check", str(file), "--json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert (found["ok"], found["policy"], found["rules"]) == (False, None, None)
    assert found["mistakes"][0] == {"line": 2, "column": 1, "problem": "unknown key 'queus': did you mean 'queues'?"}
    assert [one["line"] for one in found["warnings"]] == [3]
    file.write_text(f"version: 1\nrules:\n{LAST}")
    found = json.loads(shell("policy", "check", str(file), "--json").out)
    assert (found["ok"], found["rules"], found["queues"], found["mistakes"]) == (True, 1, 0, [])
    assert found["policy"] == Policy.load(file).stamp


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_file_that_is_not_there_is_not_understood(shell: Shell, file: Path, command: str) -> None:
    ran = shell("policy", command, str(file))
    assert (ran.code, ran.out) == (2, "")
    assert "is no file; name a policy in YAML" in ran.err


def test_bytes_that_are_no_text_are_one_line(shell: Shell, file: Path) -> None:
    file.write_bytes(b"version: \xff")
    ran = shell("policy", "check", str(file))
    assert ran.code == 3
    assert "mine.yaml: expected a policy in YAML" in ran.err
