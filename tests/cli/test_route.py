"""``warmline route``: decide without answering, line by line, in order, whatever the lines hold."""

import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.shell import Ran, Shell

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.signals import Signals
from warmline.cli import assembly, main
from warmline.cli.routing import BATCH, decide_lines
from warmline.testing import FixedGuard


class Listening(FixedGuard):
    """Keeps what it was asked to read, and in what batches."""

    def __init__(self, reason: str = "order_status", *, concern: bool = False) -> None:
        super().__init__(reason, concern=concern)
        self.texts: list[str] = []
        self.batches: list[int] = []

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        self.texts += texts
        self.batches.append(len(texts))
        return super().read_many(texts, facts)


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Listening:
    made = Listening(concern=True)

    def load(_policy: Path | None) -> Listening:
        return made

    monkeypatch.setattr(assembly, "ready_guard", load)
    return made


def decided(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def lines(*messages: dict[str, Any]) -> str:
    return "".join(json.dumps(message) + "\n" for message in messages)


def test_each_message_is_decided_in_order_with_its_id(shell: Shell, guard: Listening) -> None:
    ran = shell(
        "route", "--input", "-", stdin=lines({"id": 2, "text": "a"}, {"id": "b-1", "text": "b"}, {"id": 1.5, "text": "c"})
    )
    assert ran.code == 0
    assert [line["id"] for line in decided(ran)] == [2, "b-1", 1.5]
    first = decided(ran)[0]
    assert {name: first[name] for name in ("route", "reason", "rule", "score", "layer")} == {
        "route": "automate",
        "reason": "order_status",
        "rule": "automate",
        "score": 0.0,
        "layer": "policy",
    }
    assert first["ms"] >= 0
    assert ran.err == ""


@pytest.mark.parametrize(
    "context",
    [
        {"customer": {"tier": "vip"}},
        {"customer": {"lifetime_value": 2000}},
        {"customer": {"lifetime_value": "2000.00", "orders": 3, "since": "2019-04-01"}},
        {"order_total": 500},
        {"order_total": "612.50", "customer": None},
    ],
)
def test_the_context_counts(shell: Shell, guard: Listening, context: dict[str, Any]) -> None:
    (line,) = decided(shell("route", "--input", "-", stdin=lines({"id": 1, "text": "Where is it?", "context": context})))
    assert (line["route"], line["reason"]) == ("human", "high_value")


@pytest.mark.parametrize(
    "context",
    [
        None,
        {},
        {"colour": "red", "customer": {"shoe_size": 43, "tier": "gold"}, "order_total": None},
        {"customer": {"tier": None}},
    ],
)
def test_what_is_missing_or_unknown_in_the_context_is_no_matter(shell: Shell, guard: Listening, context: object) -> None:
    ran = shell("route", "--input", "-", stdin=lines({"id": 1, "text": "Where is it?", "context": context, "more": 1}))
    assert [line["route"] for line in decided(ran)] == ["automate"]


BROKEN = {
    "nothing": ("expected one JSON object", None),
    "[1]": ("expected one JSON object, got [1]", None),
    '{"id": 1, "text": NaN}': ("NaN is no number", None),
    "[" * 100_000: ("nested too deeply", None),
    '{"id": 1}': ('expected a "text" that is a string, got null', 1),
    '{"id": "x", "text": 7}': ('expected a "text" that is a string, got 7', "x"),
    '{"text": "hi"}': ('expected an "id" that is a string or a number, got null', None),
    '{"id": true, "text": "hi"}': ('expected an "id" that is a string or a number, got true', None),
    '{"id": 1, "text": "hi", "context": "vip"}': ('expected "context" to be an object, got "vip"', 1),
    '{"id": 1, "text": "hi", "context": {"customer": [2]}}': ('expected "context.customer" to be an object, got [2]', 1),
    '{"id": 1, "text": "hi", "context": {"customer": {"tier": "platinum"}}}': ('"context.customer.tier"', 1),
    '{"id": 1, "text": "hi", "context": {"customer": {"lifetime_value": -1}}}': ('"context.customer.lifetime_value"', 1),
    '{"id": 1, "text": "hi", "context": {"order_total": "a lot"}}': ('"context.order_total"', 1),
}


@pytest.mark.parametrize(("line", "expected"), BROKEN.items(), ids=[line[:40] for line in BROKEN])
def test_a_broken_line_is_named_and_the_others_are_decided(
    shell: Shell, guard: Listening, line: str, expected: tuple[str, object]
) -> None:
    said, found = expected
    ran = shell("route", "--input", "-", stdin=lines({"id": 10, "text": "a"}) + line + "\n" + lines({"id": 11, "text": "b"}))
    first, broken, last = decided(ran)
    assert ran.code == 1
    assert (first["id"], first["route"], last["id"], last["route"]) == (10, "automate", 11, "automate")
    assert broken["id"] == found
    assert broken["error"].startswith("line 2: expected ")
    assert said in broken["error"]
    assert broken["error"] in ran.err
    assert "2 messages decided, 1 lines could not be read" in ran.err


def test_of_many_broken_lines_the_first_are_named_and_the_rest_counted(shell: Shell, guard: Listening) -> None:
    ran = shell("route", "--input", "-", stdin="x\n" * 12)
    assert len(decided(ran)) == 12
    assert len(ran.err.splitlines()) == 7
    assert "and 7 more broken lines" in ran.err


def test_empty_lines_are_counted_but_not_decided(shell: Shell, guard: Listening) -> None:
    ran = shell("route", "--input", "-", stdin="\n  \n" + lines({"id": 1, "text": "a"}) + "\nx\n")
    assert [line["id"] for line in decided(ran)] == [1, None]
    assert decided(ran)[1]["error"].startswith("line 5:")


def test_nothing_in_is_nothing_out(shell: Shell, guard: Listening) -> None:
    assert shell("route", "--input", "-") == Ran(0, "", "")


def test_an_empty_text_is_a_message_without_a_word(shell: Shell, guard: Listening) -> None:
    ran = shell("route", "--input", "-", stdin=lines({"id": 1, "text": ""}, {"id": 2, "text": " \x00\u200b\n"}))
    assert [(line["rule"], line["route"]) for line in decided(ran)] == [("nothing_said", "automate")] * 2


def test_a_text_is_read_as_the_agent_would_read_it(shell: Shell, guard: Listening) -> None:
    text = "my card\x07 4111 1111 1111 1111 \ud800"
    shell("route", "--input", "-", stdin=lines({"id": 1, "text": text}))
    assert guard.texts[-1] == "my card [card ending 1111]"


def test_a_byte_order_mark_and_bytes_that_are_no_text_do_not_matter(shell: Shell, guard: Listening) -> None:
    ran = shell("route", "--input", "-", stdin=b'\xef\xbb\xbf{"id": "\xe9", "text": "caf\xe9"}\n')
    assert ran.code == 0
    assert guard.texts[-1] == "caf"


def test_files_are_read_and_written(shell: Shell, guard: Listening, tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines({"id": 1, "text": "a"}))
    ran = shell("route", "--input", str(source), "--output", str(output))
    assert (ran.code, ran.out) == (0, "")
    assert json.loads(output.read_text())["id"] == 1


def test_the_input_is_not_overwritten(shell: Shell, guard: Listening, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(lines({"id": 1, "text": "a"}))
    ran = shell("route", "--input", str(source), "--output", str(source))
    assert ran.code == 2
    assert "name another file" in ran.err
    assert source.read_text() == lines({"id": 1, "text": "a"})


def test_an_output_that_cannot_be_written_is_one_line(shell: Shell, guard: Listening) -> None:
    ran = shell("route", "--input", "-", "--output", "/no/such/folder/out.jsonl")
    assert ran.code == 1
    assert ran.err == "warmline: could not use '/no/such/folder/out.jsonl': No such file or directory\n"


def test_a_million_lines_need_no_more_memory_than_a_batch() -> None:
    guard = Listening()
    read, written = 0, io.StringIO()
    ahead: list[int] = []

    def endless() -> Iterator[bytes]:
        nonlocal read
        for number in range(BATCH * 4):
            read += 1
            yield b'{"id": %d, "text": "a"}\n' % number

    def advance(_bytes: int, messages: int) -> None:
        ahead.append(read - messages)

    tally = decide_lines(endless(), written, guard=guard, advance=advance)
    assert tally.decided == BATCH * 4
    assert max(ahead) <= 1
    assert set(guard.batches) == {1, BATCH}
    assert [json.loads(line)["id"] for line in written.getvalue().splitlines()] == list(range(BATCH * 4))


def test_a_policy_of_ones_own_decides(shell: Shell, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "version: 1\nname: mine\nqueues: {unsure: {queue: care, priority: normal}}\n"
        "rules:\n  - {id: all, when: 'true', route: human, reason: unsure, layer: policy, always: true}\n"
    )
    ran = shell("route", "--input", "-", "--policy", str(policy), stdin=lines({"id": 1, "text": "Where is my order?"}))
    assert [(line["route"], line["rule"]) for line in decided(ran)] == [("human", "all")]


@pytest.mark.parametrize(("content", "said"), [("rules: 7", "line 1"), (None, "is no file")])
def test_a_policy_that_cannot_be_used_is_exit_code_3(shell: Shell, tmp_path: Path, content: str | None, said: str) -> None:
    policy = tmp_path / "policy.yaml"
    if content is not None:
        policy.write_text(content)
    ran = shell("route", "--input", "-", "--policy", str(policy), stdin=lines({"id": 1, "text": "hi"}))
    assert ran.code == 3
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


class Terminal(io.StringIO):
    """Stands for stderr when a person watches."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("from_file", [True, False])
def test_a_person_who_watches_sees_how_far_it_is(
    guard: Listening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_file: bool
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(lines(*({"id": number, "text": "a"} for number in range(1200))))
    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source.read_bytes())))
    code = main(["route", "--input", str(source) if from_file else "-", "--output", str(tmp_path / "out.jsonl")])
    assert code == 0
    assert "1,200 messages" in screen.getvalue()
    assert ("100%" in screen.getvalue()) == from_file
