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
