"""The pytest plugin: a host's ``*.eval.yaml`` are tests."""

import subprocess
import sys
from pathlib import Path

SUITE = """\
suite: host
schema: 1
cases:
  - {id: good, say: Hello there., expect: {route: {to: bot}}}
  - {id: bad, say: Hello there., expect: {route: {to: human}}}
  - {id: watched, tier: watch, say: Hello there., expect: {route: {to: human}}}
  - {id: needy, needs: language_model, say: Hello there., expect: {route: {to: bot}}}
"""


def test_cases_are_collected_and_fail_with_what_was_expected(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["warmline.testing.eval_plugin"]\n', "utf-8")
    (tmp_path / "host.eval.yaml").write_text(SUITE, "utf-8")
    (tmp_path / "broken.eval.yaml").write_text("suite: b\nschema: 1\ncases: []\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--continue-on-collection-errors", "-q", "."]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "1 failed, 1 passed, 1 skipped, 1 xfailed, 1 error" in said
    assert "route.to: missed hand-off: expected human, got bot" in said
    assert "warmline eval run" in said
    assert "the suite is empty: it has no case" in said


def test_a_suite_with_gates_is_one_test_and_its_rows_are_counted(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["warmline.testing.eval_plugin"]\n', "utf-8")
    said_by_all = "matrix: {text: [Hello there., Where is my order, Thank you., I want to speak to a person.]}"
    for name, most in (("lax", 0.6), ("strict", 0.5)):
        gates = f"gates: {{needless_handoff_rate: {{at_most: {most}, why: w}}, pass_rate: {{at_least: 0.{9 if name == 'strict' else 4}, why: w}}}}"
        case = f'{{id: {name}, {said_by_all}, say: "{{text}}", expect: {{route: {{to: bot}}}}}}'
        (tmp_path / f"{name}.eval.yaml").write_text(
            f"suite: {name}\nschema: 1\nplays: guard\n{gates}\ncases: [{case}]\n", "utf-8"
        )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "."]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "1 failed, 1 passed" in said
    assert "strict.eval.yaml:4: broken: strict: cases pass 3 of 4" in said
