"""The queue as a list and as a board: what is late is seen without colour, and it fits any terminal."""

import io
import json
import os
import select
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console
from support.shell import Shell

from warmline.agent.desk.case import Due
from warmline.agent.desk.case_file import CaseFile, CustomerCard
from warmline.agent.desk.desk import Case, Stats
from warmline.cli.case_due import deadline_in_words, due_in_words
from warmline.cli.case_list import COLUMNS, case_row, show_cases
from warmline.cli.queue_board import STALE, Board

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_case(**changes: Any) -> Case:
    file = CaseFile(
        reason="dispute",
        rule="words",
        layer="rules",
        wants="My refund\x1b[2J is missing",
        customer=CustomerCard(name="Ann Lee"),
        mood=["calm"],
        next_step="",
        draft_reply="",
    )
    known = {
        "id": "K-1",
        "conversation_id": "c",
        "customer_id": "C-1",
        "status": "open",
        "reason": "dispute",
        "queue": "payments",
    }
    times = {"opened_at": NOON - timedelta(minutes=12), "updated_at": NOON}
    return Case.model_validate({**known, **times, "priority": "urgent", "assignee": None, "file": file, **changes})


def stats(**changes: Any) -> Stats:
    nothing: dict[str, Any] = {"by_queue": {}, "by_status": {}, "by_person": {}, "closed": {}, "since": NOON}
    known = {"open": 2, "unclaimed": 1, "overdue": 1, "oldest_unclaimed": NOON - timedelta(hours=3), "breached": 0}
    return Stats.model_validate({**nothing, **known, "satisfaction": None, "answers": 0, **changes})


def listed(*cases: Case, width: int, me: str = "") -> list[str]:
    screen = io.StringIO()
    show_cases(cases, console=Console(file=screen, width=width, highlight=False), now=NOON, me=me)
    return screen.getvalue().splitlines()


@pytest.mark.parametrize(
    ("due_at", "words"),
    [
        (NOON + timedelta(minutes=25), "in 25 min"),
        (NOON + timedelta(seconds=5), "in under a minute"),
        (NOON - timedelta(hours=2), "! 2 h late"),
        (NOON - timedelta(seconds=5), "! just late"),
        (None, ""),
    ],
)
def test_what_is_late_is_marked_without_colour(due_at: datetime | None, words: str) -> None:
    assert due_in_words(a_case(due_at=due_at), NOON) == words


def test_what_waits_for_the_customer_is_paused_and_what_is_closed_is_not_due() -> None:
    paused = [Due(kind="resolution", due_at=NOON, state="paused")]
    assert due_in_words(a_case(status="waiting_for_customer", assignee="ana", deadlines=paused), NOON) == "paused"
    assert due_in_words(a_case(status="resolved", assignee="ana", due_at=NOON), NOON) == ""


@pytest.mark.parametrize(
    ("state", "due_at", "words"),
    [
        ("pending", NOON + timedelta(hours=1), "first answer by 13:00 (in 1 h)"),
        ("pending", NOON + timedelta(days=1), "first answer by Tue 24 Nov 12:00 (in 24 h)"),
        ("met", NOON, "first answer by 12:00: met"),
        ("paused", NOON, "first answer: paused until the customer answers"),
        ("breached", NOON - timedelta(hours=1), "first answer by 11:00: ! missed"),
    ],
)
def test_each_deadline_says_how_it_stands(state: str, due_at: datetime, words: str) -> None:
    one = Due.model_validate({"kind": "first_response", "due_at": due_at, "state": state})
    assert deadline_in_words(one, NOON, due_at=None, zone=UTC) == words


def test_a_deadline_that_is_over_and_still_to_be_met_says_since_when() -> None:
    one = Due(kind="next_response", due_at=NOON - timedelta(hours=1), state="breached")
    assert deadline_in_words(one, NOON, due_at=one.due_at, zone=UTC) == "next answer by 11:00 (! 1 h late)"


def test_a_wide_terminal_has_a_line_a_case_and_a_narrow_one_two() -> None:
    case = a_case(due_at=NOON - timedelta(hours=2), assignee="ana", status="claimed")
    heading, row = listed(case, width=160)
    assert heading.split() == list(COLUMNS)
    assert row.split() == "urgent K-1 dispute Ann Lee 12 min ! 2 h late ana My refund[2J is missing".split()
    narrow = listed(case, width=80)
    assert [line.strip() for line in narrow[2:]] == ["My refund[2J is missing"]
    assert max(map(len, narrow)) <= 80


@pytest.mark.parametrize("width", [20, 40, 80, 129, 130, 200])
def test_no_line_is_longer_than_the_terminal(width: int) -> None:
    file = a_case().file.model_copy(update={"wants": "word " * 80, "customer": CustomerCard(name="Ann " * 20)})
    lines = listed(a_case(file=file, assignee="someone with a long name", status="claimed"), a_case(id="K-2"), width=width)
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({"status": "claimed", "assignee": "ana"}, "you"),
        ({"status": "claimed", "assignee": "bob", "claimed_until": NOON - timedelta(minutes=1)}, "bob (lapsed)"),
        ({"status": "waiting_for_customer", "assignee": "bob"}, "bob (waits)"),
        ({"status": "reopened"}, "reopened"),
        ({"status": "handed_back", "assignee": "bob"}, "handed back by bob"),
        ({"status": "merged", "merged_into": "K-2"}, "merged into K-2"),
    ],
)
def test_who_has_a_case(changes: dict[str, Any], who: str) -> None:
    assert f"  {who}" in listed(a_case(**changes), width=160, me="ana")[1]


def test_a_row_for_a_machine_keeps_its_shape() -> None:
    assert case_row(a_case(due_at=NOON, overdue=True)) == {
        "id": "K-1",
        "status": "open",
        "priority": "urgent",
        "queue": "payments",
        "reason": "dispute",
        "customer": "Ann Lee",
        "customer_id": "C-1",
        "assignee": None,
        "claimed_until": None,
        "waiting_since": "2026-11-23T11:48:00+00:00",
        "due_at": "2026-11-23T12:00:00+00:00",
        "overdue": True,
        "merged_into": None,
        "wants": "My refund\x1b[2J is missing",
    }


def test_pages_follow_each_other(shell: Shell, case_id: str) -> None:
    page = shell("queue", "list", "--limit", "1", "--json")
    assert [row["id"] for row in json.loads(page.out)] == [case_id]
    assert page.err == ""
    assert shell("queue", "list", "--after", case_id).out == f"No case is waiting after {case_id}.\n"


@pytest.mark.parametrize("height", [1, 2, 3, 5, 8, 40])
@pytest.mark.parametrize("width", [20, 80, 160])
def test_a_board_fits_any_terminal_and_keeps_the_most_pressing(width: int, height: int) -> None:
    board = Board(me="ana")
    board.show([a_case(id=f"K-{number}") for number in range(9)], stats(), NOON)
    lines = [line.plain for line in board.lines(width=width, height=height)]
    assert len(lines) <= height
    assert max(map(len, lines)) <= width
    if height == 8 and width == 80:
        assert lines[0] == "2 open · 1 wait for somebody, the oldest for 3 h · ! 1 late"
        assert [line.split()[1] for line in lines[2:6:2]] == ["K-0", "K-1"]
        assert lines[-1].startswith("… and more · ")


def test_a_board_says_when_the_database_does_not_answer_and_keeps_what_it_knew() -> None:
    board = Board()
    board.show([a_case()], stats(), NOON)
    board.failed("it is locked")
    text = "\n".join(line.plain for line in board.lines(width=120, height=9))
    assert f"! No answer from the database since {NOON.astimezone():%H:%M:%S}; trying again. it is locked" in text
    assert "K-1" in text
    board.show([a_case()], stats(), NOON)
    assert "No answer" not in "\n".join(line.plain for line in board.lines(width=120, height=9))
    board.now = NOON + STALE + timedelta(seconds=1)
    assert "No answer" in "\n".join(line.plain for line in board.lines(width=120, height=9))


def test_an_empty_board_says_so() -> None:
    board = Board()
    assert board.lines(width=80, height=9) == []
    board.show([], stats(open=0, unclaimed=0, overdue=0, oldest_unclaimed=None), NOON)
    assert "No case is waiting." in [line.plain for line in board.lines(width=80, height=9)]


WATCH = """
import sys
from warmline.cli import main, queue_watch
from warmline.errors import StoreError

look, looks = queue_watch._look, []

async def sometimes(*words):
    looks.append(1)
    if len(looks) == 2:
        raise StoreError("it is locked")
    await look(*words)

queue_watch._look, queue_watch.LOOK_SECONDS, queue_watch.DRAW_SECONDS = sometimes, 0.3, 0.05
sys.exit(main(["queue", "list", "--watch"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize("key", [b"q", None], ids=["q", "ctrl-c"])
def test_watching_survives_a_hiccup_and_ends_in_good_order(case_id: str, key: bytes | None) -> None:
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "12"}
    command = [sys.executable, "-c", WATCH]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment)
    os.close(theirs)
    try:
        seen = _read(ours, until=b"No answer from the database")
        seen += _read(ours, until=b"\x1b[H\x1b[1m1 open")
        if key:
            os.write(ours, key)
        else:
            process.send_signal(signal.SIGINT)
        seen += _read(ours, until=b"\x1b[?1049l")
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert case_id.encode() in seen
    assert b"\x1b[2J" not in seen, "clearing the screen flickers"
    assert b"Traceback" not in seen


def _read(terminal: int, *, until: bytes) -> bytes:
    """What comes until these bytes have come; the deadline is for a machine that hangs."""
    seen, deadline = b"", time.monotonic() + 40
    while until not in seen:
        assert time.monotonic() < deadline, f"{until!r} never came: {seen!r}"
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65536)
    return seen
