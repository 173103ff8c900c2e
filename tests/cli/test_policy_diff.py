"""``warmline policy diff``: which messages two policies decide differently."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.shell import Ran, Shell

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.policy import Policy, default_file
from warmline.agent.guard.signals import Signals
from warmline.cli import assembly
from warmline.cli.routing import BATCH
from warmline.testing import FixedGuard


class Counting(FixedGuard):
    """Reads the number in a message as the probability that a person is needed, and counts what it reads."""

    heard = 0

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        self.heard += len(texts)
        plain = super().read_many(texts, facts)
        return [
            signals.model_copy(update={"human_probability": float(text or 0), "top_reason": "angry"})
            for text, signals in zip(texts, plain, strict=True)
        ]


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()

    def load(_policy: Path | None) -> Counting:
        return made

    monkeypatch.setattr(assembly, "ready_guard", load)
    return made


@pytest.fixture
def old(tmp_path: Path) -> str:
    return written(tmp_path / "old.yaml", ("human: 0.45 ", "human: 0.5 "))


@pytest.fixture
def new(tmp_path: Path) -> str:
    return written(tmp_path / "new.yaml", ("human: 0.45 ", "human: 0.4 "))


def written(file: Path, *changes: tuple[str, str]) -> str:
    text = default_file().read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text)
    return str(file)


def lines(*texts: str) -> str:
    return "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts, 1))


def diff(shell: Shell, *words: str, stdin: str) -> Ran:
    return shell("policy", "diff", *words, "--input", "-", stdin=stdin)


def test_messages_are_read_once_and_decided_twice(shell: Shell, guard: Counting, old: str, new: str) -> None:
    ran = diff(shell, old, new, stdin=lines("0.1", "0.45", "0.6", ""))
    assert (ran.code, ran.err) == (0, "")
    rows = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert rows == [
        f"{Policy.load(Path(old)).stamp} → {Policy.load(Path(new)).stamp}",
        "4 messages, 1 change (25.0%), 1 of them to another route",
        "",
        "from to messages share",
        "automate order_status human angry 1 25.0%",
        "",
        "id from to text",
        "2 automate order_status human angry 0.45",
    ]
    assert guard.heard == 4 + 1  # and one to load the model


def test_no_change_is_said_and_no_failure(shell: Shell, guard: Counting, old: str) -> None:
    ran = diff(shell, old, old, "--fail-on-change", stdin=lines("0.1", "0.45"))
    assert ran.code == 0
    assert ran.out.splitlines()[1:] == ["2 messages, none changes route or reason"]
    assert diff(shell, old, old, "--json", stdin="").code == 0


def test_a_change_fails_if_asked_to(shell: Shell, guard: Counting, old: str, new: str) -> None:
    assert diff(shell, old, new, "--fail-on-change", stdin=lines("0.45")).code == 1
    assert diff(shell, old, new, "--fail-on-change", stdin=lines("0.35")).code == 0


def test_another_queue_or_priority_is_counted_apart(shell: Shell, guard: Counting, old: str, tmp_path: Path) -> None:
    moved = written(tmp_path / "moved.yaml", ("angry: {queue: care", "angry: {queue: anger"))
    ran = diff(shell, old, moved, "--fail-on-change", stdin=lines("0.9", "0.1"))
    assert ran.code == 1
    assert ran.out.splitlines()[1:] == [
        "2 messages, none changes route or reason",
        "1 more keep route and reason and change queue, priority, service level or acknowledgement",
    ]


def test_thousands_of_lines_show_the_first_twenty_unless_all_are_asked_for(
    shell: Shell, guard: Counting, old: str, new: str
) -> None:
    many = lines(*["0.45"] * (BATCH * 9), "0.9")
    ran = diff(shell, old, new, stdin=many)
    assert ran.out.splitlines()[-1] == f"and {BATCH * 9 - 20:,} more changed messages; --all shows them"
    assert "2,305 messages, 2,304 change (100.0%)" in ran.out
    assert "(<0.1%)" in diff(shell, old, new, stdin=many.replace("0.45", "0.1") + lines("0.45")).out
    assert len(ran.out.splitlines()) == 7 + 20 + 1
    assert len(diff(shell, old, new, "--all", stdin=many).out.splitlines()) == 7 + BATCH * 9


def test_json_has_moves_counts_and_the_rules(shell: Shell, guard: Counting, old: str, new: str) -> None:
    found: dict[str, Any] = json.loads(diff(shell, old, new, "--json", stdin=lines("0.45", "0.1", "0.41", "0.7")).out)
    assert (found["messages"], found["changed"], found["share"], found["rerouted"], found["broken"]) == (4, 2, 0.5, 2, 0)
    target = {"route": "human", "reason": "angry"}
    assert found["moves"] == [{"from": {"route": "automate", "reason": "order_status"}, "to": target, "messages": 2}]
    assert [one["id"] for one in found["changes"]] == [1, 3]
    assert found["changes"][0]["to"] == {**target, "rule": "human"}
    assert (found["old"], found["handled_differently"]) == (Policy.load(Path(old)).stamp, 0)


def test_a_long_message_is_one_short_line(shell: Shell, guard: Counting, old: str, new: str) -> None:
    ran = diff(shell, old, new, stdin=lines("0.45" + " \n" * 3 + " " * 4 + "0" * 0))
    assert ran.out.splitlines()[-1].split() == ["1", "automate", "order_status", "human", "angry", "0.45"]
    ran = diff(shell, old, new, stdin=lines("0.45" + "0" * 300))
    assert ran.out.splitlines()[-1].endswith("0…")


def test_broken_lines_are_named_and_make_the_exit_code_1(shell: Shell, guard: Counting, old: str, new: str) -> None:
    ran = diff(shell, old, new, stdin="x\n" + lines("0.45"))
    assert ran.code == 1
    assert "line 1: expected one JSON object" in ran.err
    assert "1 messages, 1 change (100.0%)" in ran.out


def test_the_input_may_be_a_file(shell: Shell, guard: Counting, old: str, new: str, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(lines("0.45"))
    assert "1 change" in shell("policy", "diff", old, new, "--input", str(file)).out


@pytest.mark.parametrize("change", [("version: 1", "version: none"), ("signals.loop", "signals.lop")])
def test_a_policy_that_cannot_be_used_is_refused_before_anything_is_read(
    shell: Shell, guard: Counting, old: str, tmp_path: Path, change: tuple[str, str]
) -> None:
    ran = diff(shell, old, written(tmp_path / "bad.yaml", change), stdin=lines("0.45"))
    assert (ran.code, ran.out, guard.heard) == (3, "", 0)
    assert ran.err.startswith("warmline: bad.yaml, line ")
    assert diff(shell, old, str(tmp_path / "none.yaml"), stdin="").code == 3


@pytest.mark.usefixtures("guard")
def test_each_policys_own_topics_are_looked_for(shell: Shell, old: str, tmp_path: Path) -> None:
    rule = "  - {id: sizing, when: \"'sizing' in signals.topics\", route: human, reason: complex_product}\n  - id: automate\n"
    new = written(tmp_path / "topics.yaml", ("rules:\n", "topics: {sizing: ['0']}\nrules:\n"), ("  - id: automate\n", rule))
    found = json.loads(diff(shell, old, new, "--json", stdin=lines("0.1", "0.2")).out)
    assert [move["to"] for move in found["moves"]] == [{"route": "human", "reason": "complex_product"}]
    assert found["changed"] == 2
    assert json.loads(diff(shell, new, old, "--json", stdin=lines("0.1")).out)["changed"] == 1
