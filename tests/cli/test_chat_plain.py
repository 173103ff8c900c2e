"""``warmline chat`` without a terminal: one message a line in, one reply out."""

import asyncio
import io
import json
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.shell import Ran, Script, Shell

from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.cli import chat_plain
from warmline.errors import ModelRefused
from warmline.testing import FixedGuard, ScriptedModel, calls, says

CANCEL = calls("cancel_unshipped_order", order_number="W-10460")


def turns(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def conversation(ran: Ran) -> str:
    """The id in the line for the operator."""
    return ran.err.split("conversation ", 1)[1].split(",", 1)[0]


def test_each_line_gets_its_reply_and_stdout_holds_nothing_else(shell: Shell, scripted: Script) -> None:
    scripted(says("Hello there."), says("It is on its way.\n\nAnything else?"))
    ran = shell("chat", stdin="hi\nwhere is it\n")
    assert ran.code == 0
    assert ran.out == "Hello there.\n\nIt is on its way.\n\nAnything else?\n\n"
    assert "guest" in ran.err


def test_the_operator_is_told_who_is_signed_in_and_which_model_serves(shell: Shell) -> None:
    ran = shell("chat", "--as", "maya.brooks@example.com")
    assert ran.out == ""
    assert "signed in as Maya Brooks (C-1001)" in ran.err
    assert "embedded model: no language model; set OPENAI_API_KEY or OPENAI_BASE_URL for one" in ran.err


def test_a_language_model_is_named_with_its_server(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("WARMLINE_MODEL", "tiny")
    ran = shell("chat")
    assert "tiny at https://api.openai.com/v1" in ran.err
    assert "sk-secret" not in ran.err


def test_an_output_of_another_encoding_gets_what_it_can_hold(
    shell: Shell, scripted: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    scripted(says("Für Sie ✓"), says("Für Sie ✓"))
    shell("chat", stdin="hi\n")
    assert written.getvalue() == b"F?r Sie ?\n\n"
    shell("chat", "--json", stdin="hi\n")
    assert json.loads(written.getvalue().splitlines()[-1])["text"] == "Für Sie ✓"


def test_a_turn_as_json_says_what_was_decided_and_done(shell: Shell, scripted: Script) -> None:
    scripted(calls("get_order", order_number="W-10460"), says("Order W-10460 is being prepared."))
    (turn,) = turns(shell("chat", "--json", "--as", "C-1001", stdin="where is W-10460?\n"))
    assert turn["kind"] == "replied"
    assert turn["text"] == "Order W-10460 is being prepared."
    assert turn["decision"] == {
        "route": "automate",
        "reason": "order_status",
        "rule": "automate",
        "score": 0.0,
        "layer": "policy",
    }
    assert [(run["name"], run["status"]) for run in turn["tool_calls"]] == [("get_order", "done")]
    assert turn["usage"]["calls"] == 2
    assert set(turn["timings"]) == {"total", "guard", "model", "tools", "store"}
    assert turn["conversation_id"].startswith("chat-")
    assert turn["message_id"]
    assert "case_id" not in turn


def test_a_question_comes_as_it_is_and_the_yes_is_the_next_line(shell: Shell, scripted: Script) -> None:
    scripted(CANCEL, says("Order W-10460 is cancelled."))
    question, _, answer = shell("chat", "--as", "C-1001", stdin="cancel W-10460\nyes\n").out.partition("\n\n")
    assert question.endswith("?")
    assert answer == "Order W-10460 is cancelled.\n\n"


def test_a_question_as_json_names_what_a_yes_will_do(shell: Shell, scripted: Script) -> None:
    scripted(CANCEL)
    (turn,) = turns(shell("chat", "--json", "--as", "C-1001", stdin="cancel W-10460\n"))
    assert (turn["kind"], turn["tool"]) == ("needs_confirmation", "cancel_unshipped_order")
    assert turn["arguments"]["order_number"] == "W-10460"


def test_a_hand_off_and_what_follows_it(shell: Shell, scripted: Script) -> None:
    scripted(guard=FixedGuard("emotional"))
    first, second = turns(shell("chat", "--json", "--as", "C-1001", stdin="It broke my heart.\nhello?\n"))
    assert (first["kind"], first["queue"]) == ("handed_off", "care")
    assert first["case_id"] in first["text"]
    assert (second["kind"], second["text"], second["case_id"]) == ("with_human", "", first["case_id"])
    assert "queue" not in second


def test_while_a_person_has_the_case_the_reply_says_where_the_message_went(shell: Shell, scripted: Script) -> None:
    scripted(guard=FixedGuard("emotional"))
    ran = shell("chat", stdin="It broke my heart.\nhello?\n")
    case_id = json.loads(shell("queue", "list", "--json").out)[0]["id"]
    assert ran.out.endswith(f"\n\n(added to case {case_id})\n\n")


@pytest.mark.parametrize("as_json", [True, False])
def test_what_a_person_answered_comes_with_the_next_turn_once(shell: Shell, scripted: Script, as_json: bool) -> None:
    scripted(guard=FixedGuard("emotional"))
    ran = shell("chat", "--as", "C-1001", stdin="It broke my heart.\n")
    case_id = json.loads(shell("queue", "list", "--json").out)[0]["id"]
    shell("queue", "claim", case_id, "--by", "ana")
    shell("queue", "reply", case_id, "A new one leaves today.", "--by", "ana")
    resumed = shell("chat", "--resume", conversation(ran), *(["--json"] if as_json else []), stdin="thanks\nso much\n")
    if as_json:
        first, second = turns(resumed)
        assert first["said_by_person"] == ["A new one leaves today."]
        assert "said_by_person" not in second
    else:
        added = f"(added to case {case_id})\n\n"
        assert resumed.out == f"A colleague: A new one leaves today.\n\n{added}{added}"


def test_resuming_goes_on_as_the_customer_whose_conversation_it_is(shell: Shell, scripted: Script) -> None:
    scripted(says("Hello Maya."), says("Hello again."))
    started = shell("chat", "--as", "C-1001", stdin="hi\n")
    resumed = shell("chat", "--resume", stdin="me again\n")
    assert conversation(resumed) == conversation(started)
    assert "Maya Brooks" in resumed.err


def test_resuming_as_somebody_takes_their_newest_conversation(shell: Shell, scripted: Script) -> None:
    scripted(says("Hi."), says("Hi."))
    mine = shell("chat", "--as", "C-1001", stdin="hi\n")
    scripted(says("Hi."))
    shell("chat", "--as", "C-1002", stdin="hi\n")
    assert conversation(shell("chat", "--resume", "--as", "C-1001")) == conversation(mine)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--resume", "chat-none"], "no conversation 'chat-none'"),
        (["--resume"], "no conversation to resume"),
        (["--resume", "--as", "C-1001"], "no conversation to resume of C-1001"),
        (["--as", "C-9999"], "warmline demo customers"),
    ],
)
def test_what_is_not_there_cannot_be_resumed_or_played(shell: Shell, scripted: Script, words: list[str], said: str) -> None:
    scripted()
    ran = shell("chat", *words)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_somebody_elses_conversation_is_not_resumed(shell: Shell, scripted: Script) -> None:
    scripted(says("Hi."))
    mine = conversation(shell("chat", "--as", "C-1001", stdin="hi\n"))
    ran = shell("chat", "--resume", mine, "--as", "C-1002")
    assert ran.code == 2
    assert "is not C-1002's" in ran.err


def test_an_interrupted_message_is_finished_first_with_its_own_id(shell: Shell, scripted: Script, home: Path) -> None:
    scripted(model=Interrupting())
    ran = shell("chat", "--as", "C-1001", "--json", stdin="where is W-10460?\nnever read\n")
    assert ran.code == 130
    assert ran.out == ""
    assert f"warmline chat --resume {conversation(ran)}" in ran.err
    with sqlite3.connect(home / "warmline.db") as store:
        (message_id, outcome) = store.execute("SELECT message_id, outcome FROM warmline_turn").fetchone()
    store.close()
    assert outcome is None
    scripted(says("It is being prepared."), says("You are welcome."))
    first, second = turns(shell("chat", "--resume", "--json", stdin="thanks\n"))
    assert (first["message_id"], first["text"]) == (message_id, "It is being prepared.")
    assert second["text"] == "You are welcome."


class Interrupting(ScriptedModel):
    """A model during whose answer the person at the keyboard presses Ctrl-C."""

    def __init__(self) -> None:
        super().__init__([])

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """Never comes."""
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        await asyncio.Event().wait()
        return says("never said")


ODD = {
    "an empty line": b"\n",
    "100 kB": b"x" * 100_000 + b"\n",
    "control characters": b"\x00\x07\x1b[31mred\x08\n",
    "no UTF-8": b"caf\xe9 \xff\xfe\n",
    "a lone surrogate": "\udcff".encode("utf-8", "surrogatepass") + b"\n",
    "emoji only": "🎉🎉".encode() + b"\n",
    "markup": b"<script>alert(1)</script> [bold red]x[/]\n",
    "SQL": b"'; DROP TABLE warmline_turn; --\n",
    "no line end": b"hello",
    "a Windows line end": b"hello\r\n",
}


@pytest.mark.parametrize("line", ODD.values(), ids=ODD.keys())
def test_odd_input_gets_one_reply_and_the_next_line_is_served(shell: Shell, scripted: Script, line: bytes) -> None:
    scripted(says("Fine."), says("Fine."))
    more = b"hello\n" if line.endswith(b"\n") else b""
    ran = shell("chat", "--json", stdin=line + more)
    assert [turn["kind"] for turn in turns(ran)] == ["replied"] * (2 if more else 1)
    assert "Traceback" not in ran.err


def test_a_line_too_long_to_hold_is_cut(shell: Shell, scripted: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_plain, "LONGEST_LINE", 10)
    seen: list[str] = []

    def look(request: ModelRequest) -> ModelAnswer:
        seen.append(request.messages[-1].text or "")
        return says("Fine.")

    scripted(look, look)
    ran = shell("chat", stdin="0123456789012345678901234567890\nnext\n")
    assert ran.out == "Fine.\n\nFine.\n\n"
    assert seen == ["0123456789", "next"]


def test_a_model_that_fails_ends_at_a_person_and_the_reason_in_one_line_on_stderr(shell: Shell, scripted: Script) -> None:
    scripted(ModelRefused("No such model."))
    ran = shell("chat", "--json", stdin="hi\n")
    assert turns(ran)[0]["decision"]["reason"] == "system_failure"
    assert "ModelRefused: No such model." in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("shop", "title"),
    [("named_shop:Named", "Kai Shop"), ("named_shop:Nameless", "named_shop:Nameless"), ("demo", "Harbour & Pine")],
)
def test_the_chat_is_called_after_the_shop_that_was_chosen(
    shell: Shell, scripted: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop: str, title: str
) -> None:
    code = "from warmline.testing import MemoryShop\n\nclass Nameless(MemoryShop):\n    pass\n\nclass Named(MemoryShop):\n    name = 'Kai Shop'\n"
    (tmp_path / "named_shop.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]
    monkeypatch.setenv("WARMLINE_SHOP", shop)
    scripted(says("Hello there."))
    assert shell("chat", stdin="hi\n").err.startswith(f"{title}: conversation ")
