"""Whole conversations as `make chat < script` runs them: lines in, replies out, with the embedded model and the demo shop."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from support.shell import Shell

MAIN = "import sys; from warmline.cli import main; sys.exit(main())"


def chat(shell: Shell, *lines: str, customer: str | None = None) -> list[dict[str, Any]]:
    """One turn a line, as JSON."""
    signed_in = ["--as", customer] if customer else []
    ran = shell("chat", "--json", *signed_in, stdin="".join(f"{line}\n" for line in lines))
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def kinds(turns: list[dict[str, Any]]) -> list[str]:
    return [turn["kind"] for turn in turns]


def case_of(shell: Shell, turn: dict[str, Any]) -> dict[str, Any]:
    return json.loads(shell("queue", "show", turn["case_id"], "--json").out)


def test_a_signed_in_customer_asks_where_their_order_is(shell: Shell) -> None:
    (turn,) = chat(shell, "Where is my order W-10432?", customer="C-1001")
    assert turn["kind"] == "replied"
    assert "W-10432" in turn["text"]
    assert "Coastal Post" in turn["text"] or "transit" in turn["text"]


def test_a_guest_proves_an_order_by_number_and_e_mail(shell: Shell) -> None:
    asked, told, refused = chat(
        shell, "hi, where's my order?", "It is 10432, maya.brooks@example.com", "and order W-10410 with the same e-mail?"
    )
    assert asked["kind"] == "replied"
    assert "e-mail" in asked["text"] or "email" in asked["text"]
    assert "W-10432" in told["text"]
    assert "Daniel" not in refused["text"]
    assert "184" not in refused["text"]


def test_a_sold_out_size_leads_to_an_alternative_and_a_sign_up(shell: Shell) -> None:
    stock, offer, done = chat(
        shell,
        "Do you have the Harbour Crewneck in red, size M?",
        "Please tell me when it is back",
        "yes please",
        customer="C-1001",
    )
    assert stock["kind"] == "replied"
    assert "out of Harbour Crewneck (red, M)" in stock["text"]
    assert "Harbour Crewneck (navy, M)" in stock["text"]
    assert kinds([offer, done]) == ["needs_confirmation", "replied"]
    assert "maya.brooks@example.com" in offer["text"]
    assert [run["name"] for run in done["tool_calls"]] == ["subscribe_back_in_stock"]


def test_a_return_with_a_yes_puts_a_label_on_disk(shell: Shell) -> None:
    turns = chat(
        shell, "I'd like to return the Fjord Rain Boots from order W-10391, they are too small", "yes", customer="C-1001"
    )
    assert kinds(turns) == ["needs_confirmation", "replied"]
    (label,) = (shell.home / "labels").glob("*.pdf")
    assert label.read_bytes().startswith(b"%PDF-")
    assert label.stat().st_size > 2_000


def test_a_return_without_a_yes_changes_nothing(shell: Shell) -> None:
    turns = chat(shell, "I want to send back the rain boots from W-10391, too small", "no, leave it", customer="C-1001")
    assert kinds(turns) == ["needs_confirmation", "replied"]
    assert not list(shell.home.glob("labels/*.pdf"))


def test_an_exchange_for_another_size(shell: Shell) -> None:
    turns = chat(shell, "Can I swap the rain boots from W-10391 for a size 40? 39 is too small", "yes please", customer="C-1001")
    assert kinds(turns) == ["needs_confirmation", "replied"]
    assert [run["name"] for run in turns[1]["tool_calls"]] == ["start_exchange"]


def test_a_cancellation_before_dispatch(shell: Shell) -> None:
    turns = chat(shell, "Please cancel order W-10460", "yes", "where is W-10460 now?", customer="C-1001")
    assert kinds(turns) == ["needs_confirmation", "replied", "replied"]
    assert "cancelled" in turns[2]["text"]


def test_a_broken_anniversary_gift_reaches_a_person_with_its_story(shell: Shell) -> None:
    text = "The vase from W-10377 came cracked. It was for our anniversary dinner last night, my wife cried when she opened it."
    (turn,) = chat(shell, text, customer="C-1003")
    assert (turn["kind"], turn["decision"]["reason"]) == ("handed_off", "emotional")
    case = case_of(shell, turn)
    file = case["file"]
    assert file["customer"]["name"] == "Priya Raman"
    assert [order["number"] for order in file["orders"]] == ["W-10377"]
    assert file["orders"][0]["gift"]
    assert file["contact"] == "priya.raman@example.com"
    assert file["next_step"]
    assert file["draft_reply"]


def test_a_vips_late_parcel_reaches_a_person(shell: Shell) -> None:
    turns = chat(shell, "Hi, my parcel W-10410 should have been here last week. Where is it?", "hello?", customer="C-1002")
    assert kinds(turns) == ["handed_off", "with_human"]
    assert turns[0]["decision"]["reason"] == "high_value"
    case = case_of(shell, turns[0])
    assert case["file"]["customer"]["tier"] == "vip"
    assert [order["number"] for order in case["file"]["orders"]] == ["W-10410"]


def test_a_persons_answer_reaches_the_customer_in_the_same_chat(shell: Shell) -> None:
    (turn,) = chat(shell, "My order W-10410 is late again", customer="C-1002")
    for move in (["claim"], ["reply", "It is on the van, I called the depot."], ["resolve"]):
        assert shell("queue", move[0], turn["case_id"], *move[1:], "--by", "ana").code == 0
    resumed = shell("chat", "--as", "C-1002", "--resume", turn["conversation_id"], stdin="thank you!\n")
    assert "It is on the van, I called the depot." in resumed.out


def test_the_same_in_a_process_of_its_own(shell: Shell) -> None:
    environment = {**os.environ, "WARMLINE_HOME": str(shell.home)}
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "chat", "--as", "C-1001"], input="Where is my order W-10432?\n", capture_output=True, text=True,
        timeout=120, env=environment, check=True,
    )  # fmt: skip
    assert "W-10432" in done.stdout
    assert "embedded model: no language model" in done.stderr


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "\x00\x07\x1b[31m", "🎉🎉", "'; DROP TABLE orders; --", "<script>alert(1)</script>"]
)
def test_odd_input_gets_a_turn_and_no_traceback(shell: Shell, text: str) -> None:
    turns = chat(shell, text, "what are your shipping costs?")
    assert len(turns) >= 1
    assert all(turn["text"] or turn["kind"] == "with_human" for turn in turns)
