"""What people do with cases at the command line: who may, what is said of it, and what is refused in one line."""

import json
from typing import Any

import pytest
from support.shell import Script, Shell

from warmline.testing import FixedGuard


def case(shell: Shell, case_id: str) -> dict[str, Any]:
    return json.loads(shell("queue", "show", case_id, "--json").out)


def kinds(shell: Shell, case_id: str) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["who"], one["note"]) for one in case(shell, case_id)["events"]]


def moved(shell: Shell, *words: str, by: str = "ana") -> str:
    ran = shell("queue", *words, "--by", by)
    assert ran.code == 0, ran.err
    return ran.out


def two_cases(shell: Shell, scripted: Script) -> tuple[str, str]:
    """Two conversations of Maya's, each with a case."""
    scripted(guard=FixedGuard("dispute"))
    said = [shell("chat", "--json", "--as", "C-1001", stdin=f"You charged me twice, {n}\n").out for n in ("one", "two")]
    first, second = (json.loads(one)["case_id"] for one in said)
    return first, second


def test_next_takes_what_comes_first_and_says_when_nothing_is_left(shell: Shell, case_id: str) -> None:
    assert moved(shell, "claim", "--next", "--queue", "care").startswith(f"{case_id} is yours, ana until ")
    assert moved(shell, "claim", "--next") == "No case waits for you, ana.\n"
    assert moved(shell, "claim", "--next", "--json") == "null\n"


def test_a_queue_that_the_policy_does_not_have_is_said_where_nothing_is_found(shell: Shell, case_id: str) -> None:
    for words in (["list"], ["claim", "--next"]):
        ran = shell("queue", *words, "--queue", "paymets")
        assert ran.code == 2
        assert "the policy has no queue 'paymets'; did you mean 'payments'?" in ran.err


def test_a_case_is_put_back_given_and_set_aside(shell: Shell, case_id: str) -> None:
    moved(shell, "claim", case_id)
    assert moved(shell, "release", case_id, "--note", "boots") == f"{case_id} waits in care again.\n"
    assert moved(shell, "reassign", case_id, "--to", "bob", "--note", "knows vases") == f"{case_id} is bob's now.\n"
    assert "yours again when they write" in moved(shell, "wait", case_id, "--note", "photo", by="bob")
    shown = shell("queue", "show", case_id).out
    for part in ("with bob, waits for the customer", "ana put it back: boots", "ana gave it on: to bob: knows vases"):
        assert part in " ".join(shown.split()), part
    (row,) = json.loads(moved(shell, "list", "--mine", "--json", by="bob"))
    assert row["status"] == "waiting_for_customer"


def test_a_note_stays_among_colleagues(shell: Shell, case_id: str) -> None:
    assert "the customer does not see it" in moved(shell, "note", case_id, "carrier pays")
    shell("queue", "note", case_id, "-", "--by", "bob", stdin="claim 4711\n")
    assert kinds(shell, case_id)[1:] == [("noted", "ana", "carrier pays"), ("noted", "bob", "claim 4711")]
    thread = json.loads(shell("queue", "show", case_id, "--json", "--transcript").out)["thread"]
    assert [one["author"] for one in thread] == ["customer", "notice"]


def test_handed_back_with_an_instruction_and_opened_again(shell: Shell, case_id: str) -> None:
    moved(shell, "claim", case_id)
    assert "and knows your instruction" in moved(shell, "hand-back", case_id, "--instruction", "offer a return")
    assert kinds(shell, case_id)[-1] == ("handed_back", "ana", "offer a return")
    assert f"warmline queue claim {case_id} --by bob" in moved(shell, "reopen", case_id, "--note", "it came back", by="bob")
    assert case(shell, case_id)["status"] == "reopened"


def test_words_that_nobody_answered_are_said_when_a_case_is_closed(shell: Shell, case_id: str) -> None:
    moved(shell, "claim", case_id)
    ran = shell("queue", "resolve", case_id, "--by", "ana")
    assert "Their last words were not answered: “My order W-10460 was for the funeral.”" in ran.err
    assert f"warmline queue reopen {case_id} --by ana" in ran.err
    moved(shell, "reopen", case_id)
    moved(shell, "claim", case_id)
    moved(shell, "reply", case_id, "Dear Maya")
    assert shell("queue", "resolve", case_id, "--by", "ana").err == ""


def test_two_cases_of_a_customer_are_shown_as_related_and_merged(shell: Shell, scripted: Script) -> None:
    one, other = two_cases(shell, scripted)
    shown = shell("queue", "show", one, "--by", "ana").out
    assert f"warmline queue merge {other} --into {one} --by ana" in shown
    assert [row["id"] for row in case(shell, one)["related"]] == [other]
    assert moved(shell, "merge", other, "--into", one).startswith(f"{other} is part of {one} now.")
    assert f"merged into {one}" in shell("queue", "show", other).out
    assert case(shell, one)["related"] == []
    ran = shell("queue", "merge", one, "--into", other)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "would be a circle" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["claim", "CASE"], "claimed by ana"),
        (["reply", "CASE", "Hello"], "claimed by ana"),
        (["reply", "CASE", "--edit"], "claimed by ana"),
        (["reply", "CASE", "--as-is"], "claimed by ana"),
        (["release", "CASE"], "claimed by ana"),
        (["wait", "CASE"], "claimed by ana"),
        (["resolve", "CASE"], "claimed by ana"),
        (["hand-back", "CASE"], "claimed by ana"),
        (["reopen", "CASE"], "What can be done now"),
        (["merge", "CASE", "--into", "CASE"], "cannot be merged into itself"),
        (["note", "CASE", " "], "the note is empty"),
        (["reassign", "CASE", "--to", " "], "no name was given"),
        (["note", "K-NONE", "x"], "there is no case 'K-NONE'"),
        (["list", "--after", "K-NONE"], "there is no case 'K-NONE'"),
    ],
)
def test_what_is_not_possible_is_one_line_that_says_who_holds_it(shell: Shell, case_id: str, words: list[str], said: str) -> None:
    moved(shell, "claim", case_id)
    before = case(shell, case_id)
    ran = shell("queue", *(word.replace("CASE", case_id) for word in words), "--by", "bob")
    assert ran.code == 1
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert ran.out == ""
    assert case(shell, case_id) == before


@pytest.mark.parametrize("words", [["claim"], ["reply", "Hello"], ["release"], ["wait"], ["resolve"], ["hand-back"]])
def test_a_closed_case_says_who_closed_it_and_how_to_open_it(shell: Shell, case_id: str, words: list[str]) -> None:
    moved(shell, "claim", case_id)
    moved(shell, "resolve", case_id)
    ran = shell("queue", words[0], case_id, *words[1:], "--by", "ana")
    assert ran.code == 1
    assert (
        f"case {case_id} is resolved by ana; nothing was changed. It can be reopened: warmline queue reopen {case_id}" in ran.err
    )


def test_the_name_of_the_desk_is_a_setting_that_by_wins_over(shell: Shell, case_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_NAME", "Olga Berg")
    assert "is yours, Olga Berg until" in shell("queue", "claim", case_id).out
    shell("queue", "resolve", case_id)
    assert shell("queue", "reopen", case_id, "--by", "Ana B").out.endswith(f"warmline queue claim {case_id} --by 'Ana B'\n")


def test_figures_of_the_desk_are_said_with_how_many_they_are_made_of(shell: Shell, case_id: str) -> None:
    text = shell("queue", "stats", "--days", "30").out
    assert "open          1, 1 of them waiting for somebody, the oldest for " in text
    assert "by queue      care 1" in text
    assert "closed        0 in 30 days" in text
    assert "(0 answers)" in text
    figures = json.loads(shell("queue", "stats", "--json").out)
    assert (figures["open"], figures["by_status"], figures["satisfaction"], figures["answers"]) == (1, {"open": 1}, None, 0)
