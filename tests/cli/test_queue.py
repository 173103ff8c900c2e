"""``warmline queue``: a person sees the cases, takes one, answers and resolves it."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from support.shell import Script, Shell

from warmline.testing import FixedGuard, calls, says


def events(shell: Shell, case_id: str) -> list[tuple[str, str, str]]:
    case = json.loads(shell("queue", "show", case_id, "--json").out)
    return [(event["who"], event["kind"], event["note"]) for event in case["events"]]


def test_an_empty_queue_says_so(shell: Shell) -> None:
    assert shell("queue", "list").out == "No case is waiting.\n"
    assert shell("queue", "list", "--queue", "vip").out == "No case is waiting in vip.\n"
    assert shell("queue", "list", "--mine", "--by", "ana").out == "No case is held by ana.\n"
    assert shell("queue", "list", "--overdue").out == "No case is late.\n"
    assert shell("queue", "list", "--status", "handed-back").out == "No case is handed back.\n"
    assert json.loads(shell("queue", "list", "--json").out) == []


def test_the_list_names_who_waits_for_what(shell: Shell, case_id: str) -> None:
    heading, row = shell("queue", "list").out.splitlines()
    assert heading.split() == ["priority", "case", "reason", "customer", "waiting", "due", "who", "wants"]
    assert case_id in row
    assert "Maya Brooks" in row
    assert "emotional" in row
    assert "My order W-10460 was for the funeral." in row


def test_the_list_as_json(shell: Shell, case_id: str) -> None:
    (row,) = json.loads(shell("queue", "list", "--json").out)
    assert (row["id"], row["status"], row["customer_id"], row["assignee"]) == (case_id, "open", "C-1001", None)
    assert datetime.fromisoformat(row["waiting_since"]).tzinfo is not None


def test_only_one_queue_is_listed_when_it_is_named(shell: Shell, case_id: str) -> None:
    assert "No case is waiting" in shell("queue", "list", "--queue", "vip").out
    assert case_id in shell("queue", "list", "--queue", "care").out


def test_a_case_is_shown_as_a_briefing(shell: Shell, case_id: str) -> None:
    text = shell("queue", "show", case_id, "--transcript", "--history").out
    for part in (
        case_id,
        "“My order W-10460 was for the funeral.”",
        "Maya Brooks · C-1001 · standard",
        "signed in · reached at maya.brooks@example.com",
        "W-10460 · processing",
        "Orchard Mugs",
        "get_order W-10460",
        "next step",
        "draft reply",
        "Maya, ",
        "conversation",
        "agent: opened",
        f"warmline queue claim {case_id}",
    ):
        assert part in text, part


def test_the_case_as_json_is_the_whole_file(shell: Shell, case_id: str) -> None:
    case = json.loads(shell("queue", "show", case_id.lower(), "--json").out)
    assert case["file"]["orders"][0]["number"] == "W-10460"
    assert case["file"]["transcript"][0] == {"author": "customer", "text": "My order W-10460 was for the funeral."}


def test_from_claim_to_resolution(shell: Shell, case_id: str) -> None:
    claimed = shell("queue", "claim", case_id, "--by", "ana")
    assert claimed.out.startswith(f"{case_id} is yours, ana until ")
    assert claimed.out.endswith(f"\nAnswer it: warmline queue reply {case_id} --edit --by ana\n")
    assert "with ana" in shell("queue", "show", case_id).out
    assert " ana " in shell("queue", "list").out
    assert "Sent" in shell("queue", "reply", case_id, "Dear Maya, it leaves today.", "--by", "ana").out
    shown = shell("queue", "show", case_id).out
    assert "colleague" in shown
    assert "Dear Maya, it leaves today." in shown
    assert "is resolved" in shell("queue", "resolve", case_id, "--note", "sent", "--by", "ana").out
    assert events(shell, case_id)[1:] == [
        ("ana", "claimed", ""),
        ("ana", "reply_sent", "Dear Maya, it leaves today."),
        ("ana", "resolved", "sent"),
    ]
    assert "No case is waiting" in shell("queue", "list").out
    assert "resolved by ana" in shell("queue", "list", "--all").out
    assert "nothing is left to do" in shell("queue", "show", case_id).out


def test_moves_as_json_are_the_case_after_them(shell: Shell, case_id: str) -> None:
    assert json.loads(shell("queue", "claim", case_id, "--by", "ana", "--json").out)["assignee"] == "ana"
    assert json.loads(shell("queue", "reply", case_id, "Hello", "--by", "ana", "--json").out)["status"] == "claimed"
    assert json.loads(shell("queue", "resolve", case_id, "--by", "ana", "--json").out)["status"] == "resolved"


def test_without_by_the_login_name_counts(shell: Shell, case_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "olga")
    assert "is yours, olga until" in shell("queue", "claim", case_id).out


def test_a_machine_without_a_login_name_asks_for_one(shell: Shell, case_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid 1234")

    monkeypatch.setattr("getpass.getuser", unknown)
    ran = shell("queue", "claim", case_id)
    assert ran.code == 2
    assert "--by NAME" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "K-NONE"], "there is no case 'K-NONE'"),
        (["claim", "K-NONE"], "there is no case 'K-NONE'"),
        (["reply", "CASE", "Hello"], "claim it first: warmline queue claim CASE"),
        (["reply", "CASE", "--edit"], "claim it first: warmline queue claim CASE"),
        (["resolve", "CASE"], "claim it first"),
    ],
)
def test_a_move_that_is_not_allowed_is_one_line_and_exit_code_1(shell: Shell, case_id: str, words: list[str], said: str) -> None:
    ran = shell("queue", *(word.replace("CASE", case_id) for word in words))
    assert ran.code == 1
    assert said.replace("CASE", case_id) in ran.err
    assert len(ran.err.splitlines()) == 1


def test_somebody_elses_case_stays_theirs(shell: Shell, case_id: str) -> None:
    shell("queue", "claim", case_id, "--by", "ana")
    ran = shell("queue", "claim", case_id, "--by", "bob")
    assert ran.code == 1
    assert "ana" in ran.err


def test_a_reply_is_read_from_the_standard_input_and_cleaned(shell: Shell, case_id: str) -> None:
    shell("queue", "claim", case_id, "--by", "ana")
    shell("queue", "reply", case_id, "-", "--by", "ana", stdin="Dear Maya,\n\x1b[2Jit leaves today.\n")
    assert events(shell, case_id)[-1][2] == "Dear Maya,\n[2Jit leaves today."


def test_a_reply_is_written_in_the_editor_from_the_draft(
    shell: Shell, case_id: str, editor: Callable[[str], None], tmp_path: Path
) -> None:
    editor(
        f"text = path.read_text(); Path({str(tmp_path)!r}, 'seen').write_text(text); path.write_text(text.replace('\\n\\n#', 'Ana\\n\\n#', 1))"
    )
    shell("queue", "claim", case_id, "--by", "ana")
    assert shell("queue", "reply", case_id, "--edit", "--by", "ana").code == 0
    seen = (tmp_path / "seen").read_text()
    assert f"# Case {case_id}, Maya Brooks: My order W-10460 was for the funeral." in seen
    sent = events(shell, case_id)[-1][2]
    assert sent.endswith("Ana")
    assert "#" not in sent
    assert "Maya" in sent


@pytest.mark.parametrize("code", ["pass", "path.write_text('')", "sys.exit(1)"])
def test_a_draft_that_was_not_changed_or_given_up_is_not_sent(
    shell: Shell, case_id: str, editor: Callable[[str], None], code: str
) -> None:
    editor(code)
    shell("queue", "claim", case_id, "--by", "ana")
    ran = shell("queue", "reply", case_id, "--edit", "--by", "ana")
    assert ran.code == 1
    assert "nothing was sent" in ran.err
    assert events(shell, case_id)[-1][1] == "claimed"


@pytest.mark.parametrize("name", ["no-such-editor-anywhere", "'unclosed"])
def test_an_editor_that_cannot_be_run_is_a_setting(
    shell: Shell, case_id: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("EDITOR", name)
    shell("queue", "claim", case_id, "--by", "ana")
    ran = shell("queue", "reply", case_id, "--edit", "--by", "ana")
    assert ran.code == 3
    assert "EDITOR" in ran.err


def test_a_guests_case_says_what_is_not_known(shell: Shell, scripted: Script) -> None:
    scripted(guard=FixedGuard("human_request"))
    case_id = json.loads(shell("chat", "--json", stdin="A person please.\n").out)["case_id"]
    text = shell("queue", "show", case_id).out
    assert "a guest" in text
    assert "identity not proved · no way to reach them is known" in text
    assert "a guest" in shell("queue", "list").out


def test_what_was_asked_and_not_answered_is_in_the_case(shell: Shell, scripted: Script) -> None:
    scripted(calls("cancel_unshipped_order", order_number="W-10460"), says("OK."))
    shell("chat", "--as", "C-1001", stdin="cancel W-10460\n")
    scripted(guard=FixedGuard("human_request"))
    case_id = json.loads(shell("chat", "--json", "--resume", stdin="A person please.\n").out)["case_id"]
    assert "has not said yes" in shell("queue", "show", case_id).out
