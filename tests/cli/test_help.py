"""What the command line says of itself, what it costs, and how commands end."""

import logging
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from support.shell import Shell

from warmline.cli import assembly, main

COMMANDS = [
    [],
    ["chat"],
    ["doctor"],
    ["route"],
    ["queue"],
    ["queue", "list"],
    ["queue", "show"],
    *(
        ["queue", name]
        for name in ("claim", "release", "reassign", "reply", "note", "wait", "resolve", "hand-back", "reopen", "merge", "stats")
    ),
    ["policy"],
    ["policy", "check"],
    ["policy", "show"],
    ["policy", "explain"],
    ["policy", "diff"],
    ["outbox"],
    ["outbox", "list"],
    ["outbox", "show"],
    ["outbox", "replay"],
    ["outbox", "drop"],
    ["outbox", "deliver"],
    ["helpdesk"],
    ["helpdesk", "sync"],
    ["db"],
    ["db", "current"],
    ["db", "upgrade"],
    ["db", "downgrade"],
    ["db", "export"],
    ["db", "erase"],
    ["db", "forget"],
    ["insights"],
    ["insights", "landscape"],
    ["worker"],
    ["eval"],
    *(["eval", name] for name in ("run", "list", "lint", "mutate", "import", "schema", "report", "gate", "compare", "bless")),
    ["demo"],
    ["demo", "customers"],
    ["demo", "orders"],
    ["demo", "reset"],
]
HEAVY = (
    "openai",
    "sqlmodel",
    "sqlalchemy",
    "numpy",
    "cel_expr_python",
    "yaml",
    "reportlab",
    "rich",
    "pydantic",
    "dbos",
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words) or "warmline")
def test_every_command_has_help_with_an_example(shell: Shell, command: list[str]) -> None:
    ran = shell(*command, "--help")
    assert ran.code == 0
    assert f"Usage: warmline {' '.join(command)}".rstrip() in ran.out
    assert "Example" in ran.out
    assert ran.err == ""


def test_the_exit_codes_are_in_the_help_and_in_the_manual(shell: Shell) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    for code in ("0", "1", "2", "3", "130", "141"):
        assert f"\n    {code} " in shell("--help").out
        assert f"| {code} |" in manual


def test_every_command_is_in_the_manual() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    for command in COMMANDS:
        assert " ".join(["warmline", *command]) in manual, command


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from warmline.cli import main; main(['--help']);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_bare_command_is_answered_with_its_help(shell: Shell) -> None:
    for command in ([], ["queue"], ["demo"]):
        ran = shell(*command)
        assert ran.code == 2
        assert ran.err.startswith("Usage: warmline")


def test_the_version_is_the_installed_one(shell: Shell) -> None:
    assert shell("--version").out == f"warmline {version('warmline')}\n"


def test_a_checkout_that_is_not_installed_says_so(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr("importlib.metadata.version", unknown)
    assert shell("--version").out == "warmline (not installed)\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chta"], "No such command 'chta'"),
        (["chat", "--loud"], "No such option: --loud"),
        (["queue", "show"], "Missing argument 'ID'"),
        (["chat", "chat-1"], "goes with --resume"),
        (["route", "--input", "/no/such/file"], "is no file"),
        (["queue", "reply", "K-1"], "--edit"),
        (["queue", "reply", "K-1", "text", "--edit"], "--edit"),
        (["queue", "claim"], "--next"),
        (["queue", "claim", "K-1", "--next"], "--next"),
        (["queue", "claim", "K-1", "--queue", "care"], "goes with --next"),
        (["queue", "reassign", "K-1"], "--to"),
        (["queue", "merge", "K-1"], "--into"),
        (["queue", "list", "--status", "lost"], "is no status; expected one of open, "),
        (["queue", "list", "--limit", "0"], "--limit"),
        (["queue", "list", "--watch"], "for a person at a terminal"),
        (["queue", "list", "--watch", "--json"], "for a person at a terminal"),
    ],
)
def test_what_is_not_understood_is_one_line_and_exit_code_2(shell: Shell, words: list[str], said: str) -> None:
    ran = shell(*words)
    assert ran.code == 2
    assert said in ran.err
    assert "--help" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert ran.out == ""


def test_a_setting_that_cannot_be_used_is_exit_code_3(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "localhost")
    ran = shell("chat")
    assert ran.code == 3
    assert ran.err.startswith("warmline: OPENAI_BASE_URL: expected a URL")
    assert len(ran.err.splitlines()) == 1


def test_a_home_that_cannot_be_made_is_exit_code_3(shell: Shell) -> None:
    ran = shell("queue", "list", "--home", "/proc/warmline")
    assert ran.code == 3
    assert "/proc/warmline" in ran.err
    assert "--home" in ran.err


def test_a_home_that_may_not_be_written_is_exit_code_3(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> bool:
        return False

    monkeypatch.setattr(os, "access", denied)
    ran = shell("queue", "list")
    assert ran.code == 3
    assert "is not yours to write" in ran.err


@pytest.mark.parametrize("name", ["with space", "ünï", "100%", "a#b", "a&b=c"])
def test_a_home_may_have_any_name(shell: Shell, tmp_path: Path, name: str) -> None:
    assert shell("queue", "list", "--home", str(tmp_path / name)).out == "No case is waiting.\n"
    assert (tmp_path / name / "warmline.db").exists()
    assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_debug_shows_the_traceback_wherever_it_stands(shell: Shell) -> None:
    for words in (["--debug", "queue", "show", "K-0"], ["queue", "show", "K-0", "--debug"]):
        ran = shell(*words)
        assert ran.code == 1
        assert "Traceback" in ran.err
        assert ran.err.splitlines()[-1].startswith("warmline: there is no case 'K-0'")


def test_behind_two_dashes_debug_is_a_word(shell: Shell) -> None:
    ran = shell("queue", "show", "--", "--debug")
    assert "there is no case '--debug'" in ran.err
    assert "Traceback" not in ran.err


def test_a_mistake_of_ours_is_one_line_that_says_so(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(assembly, "open_desk", break_down)
    ran = shell("queue", "list")
    assert ran.code == 1
    assert ran.err == (
        "warmline: unexpected ZeroDivisionError: division by zero;"
        " this is a mistake of ours: run again with --debug and report it\n"
    )


def test_ctrl_c_ends_any_command_with_130(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(assembly, "open_desk", interrupt)
    ran = shell("queue", "list")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


def test_a_reader_that_stops_reading_is_no_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert main(["demo", "customers"]) == 141
        out.write("what is left goes nowhere")


def test_the_library_logs_one_line_to_the_terminal_and_nothing_stays_set(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def warn(*_: object) -> None:
        logging.getLogger("warmline.agent").error("turn %s failed", "m1", exc_info=ValueError("too\nlate"))
        raise KeyboardInterrupt

    monkeypatch.setattr(assembly, "open_desk", warn)
    assert shell("queue", "list").err == "warmline: turn m1 failed (ValueError: too late)\n"
    assert shell("queue", "list", "--debug").err == "warmline: turn m1 failed\nValueError: too\nlate\n"
    assert logging.getLogger("warmline").propagate
    assert logging.getLogger("warmline").handlers == []


def test_without_arguments_the_processs_own_are_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["warmline", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("warmline ")


@pytest.mark.parametrize(("given", "kept"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "4"}, "4")])
def test_a_process_of_ours_reads_a_message_on_one_core_unless_told_otherwise(given: dict[str, str], kept: str) -> None:
    code = "import os, sys; sys.argv = ['warmline', '--version']; from warmline.cli import main; main(); print(os.environ['OPENBLAS_NUM_THREADS'])"
    plain = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    ran = subprocess.run([sys.executable, "-c", code], env=plain | given, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == kept


def test_a_host_that_calls_main_keeps_its_own_threads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out
    assert "OPENBLAS_NUM_THREADS" not in os.environ
