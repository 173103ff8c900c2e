"""``warmline doctor``: every part is tried; what is wrong is named with what to do, and no secret is shown."""

import json
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from support.shell import Shell

from warmline.agent.store import database
from warmline.cli import assembly, checkup
from warmline.testing import FixedGuard

ANSWER = {
    "id": "1",
    "model": "tiny-1",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}],
}


@pytest.fixture(autouse=True)
def fixed_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_policy: Path | None) -> FixedGuard:
        return FixedGuard()

    monkeypatch.setattr(checkup, "load_guard", load)


def findings(shell: Shell, *arguments: str, code: int = 0) -> dict[str, tuple[str, str, str]]:
    ran = shell("doctor", "--json", *arguments)
    assert ran.code == code, ran
    return {one["name"]: (one["status"], one["found"], one["do"]) for one in json.loads(ran.out)}


def test_a_fresh_home_is_well_but_for_a_language_model(shell: Shell) -> None:
    found = findings(shell)
    assert {name: status for name, (status, _, _) in found.items()} == {
        "warmline": "ok",
        "home": "ok",
        "shop": "ok",
        "database": "ok",
        "policy": "ok",
        "guard": "ok",
        "model": "warning",
    }
    assert "OPENAI_API_KEY" in found["model"][2]


def test_a_person_reads_a_line_for_each_part(shell: Shell) -> None:
    ran = shell("doctor")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == ["ok"] * 6 + ["warning", "Set"]


def test_what_is_configured_is_said_without_secrets(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://ann:hush@llm.example.com/v1")
    monkeypatch.setenv("WARMLINE_MODEL", "tiny")
    ran = shell("doctor", "--json")
    assert "tiny at https://llm.example.com/v1, OPENAI_API_KEY is set" in ran.out
    assert "sk-secret" not in ran.out + ran.err
    assert "hush" not in ran.out + ran.err


def test_every_broken_setting_is_a_problem_and_the_rest_is_examined(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "nonsense")
    monkeypatch.setenv("WARMLINE_POLICY", "/no/such.yaml")
    found = findings(shell, code=1)
    assert found["OPENAI_BASE_URL"][0] == found["WARMLINE_POLICY"][0] == "problem"
    assert found["database"][0] == "ok"


def test_a_home_that_cannot_be_written_is_a_problem(shell: Shell) -> None:
    found = findings(shell, "--home", "/proc/warmline", code=1)
    assert found["home"][0] == "problem"
    assert "--home" in found["home"][1]


def test_a_disk_that_is_nearly_full_is_a_warning(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def nearly_full(_: Path) -> object:
        return SimpleNamespace(free=10**6)

    monkeypatch.setattr("shutil.disk_usage", nearly_full)
    status, found, remedy = findings(shell)["home"]
    assert (status, remedy.partition(":")[0]) == ("warning", "Make room on this disk")
    assert "1 MB free" in found


def test_a_read_only_database_is_a_problem(shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("queue", "list")
    monkeypatch.setenv("WARMLINE_DATABASE_URL", f"sqlite:///file:{home}/warmline.db?mode=ro&uri=true")
    status, found, _ = findings(shell, code=1)["database"]
    assert status == "problem"
    assert "read-only" in found


def test_a_locked_database_is_a_problem(shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("queue", "list")
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(home / "warmline.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    status, found, _ = findings(shell, code=1)["database"]
    other.close()
    assert status == "problem"
    assert "locked" in found


def test_the_examination_leaves_nothing_in_the_database(shell: Shell, home: Path) -> None:
    findings(shell)
    with sqlite3.connect(home / "warmline.db") as store:
        assert store.execute("SELECT count(*) FROM warmline_outbox").fetchone() == (0,)
    store.close()


def test_a_guard_that_cannot_read_is_a_problem(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_policy: Path | None) -> FixedGuard:
        return FixedGuard(failing=True)

    monkeypatch.setattr(checkup, "load_guard", load)
    status, found, remedy = findings(shell, code=1)["guard"]
    assert (status, found) == ("problem", "told to fail")
    assert "person" in remedy


def test_one_part_that_breaks_down_does_not_hide_the_others(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_policy: Path | None) -> FixedGuard:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(checkup, "load_guard", break_down)
    found = findings(shell, code=1)
    assert found["policy"][:2] == ("problem", "ZeroDivisionError: oh")
    assert found["model"][0] == "warning"


class Server(BaseHTTPRequestHandler):
    """Answers every request the same."""

    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Say nothing."""


@pytest.mark.parametrize(("status", "code", "said"), [(200, 0, "tiny answered"), (401, 1, "OPENAI_API_KEY")])
def test_live_asks_the_server_for_an_answer(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, status: int, code: int, said: str
) -> None:
    monkeypatch.setattr(Server, "status", status)
    server = HTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("WARMLINE_MODEL", "tiny")
    found = findings(shell, "--live", code=code)["answer"]
    server.shutdown()
    server.server_close()
    assert said in found[1]
    assert "sk-secret" not in str(found)


def test_live_has_nobody_to_ask_without_a_language_model(shell: Shell) -> None:
    assert findings(shell, "--live")["answer"] == ("ok", "the embedded model needs no server", "")


def test_a_policy_that_is_no_file_is_refused_where_it_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="is no file"):
        assembly.load_guard(tmp_path / "none.yaml")
