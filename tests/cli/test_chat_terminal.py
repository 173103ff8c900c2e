"""``warmline chat`` on a terminal, with a keyboard that types what the test says."""

import asyncio
import json
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import Any

import pytest
from sqlalchemy import insert
from support.grey import CONFIRM, GreyGuard
from support.seat import Seat
from support.shell import Shell

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.signals import Signals
from warmline.agent.models.base import Message, ModelAnswer, ModelRequest
from warmline.agent.store import store as store_module
from warmline.agent.store.database import transaction
from warmline.agent.store.rows import MESSAGE
from warmline.agent.store.store import Store
from warmline.cli import chat_terminal
from warmline.cli.session import News, Session
from warmline.errors import StoreError
from warmline.settings import Settings
from warmline.testing import FixedGuard, calls, says
from warmline.tools.clock import SystemClock

CANCEL = calls("cancel_unshipped_order", order_number="W-10460")


@pytest.fixture
def seat(settings: Settings) -> Seat:
    return Seat(settings)


def test_the_opening_says_who_you_are_who_answers_and_how_to_leave(seat: Seat) -> None:
    text = seat.chat()
    assert "Harbour & Pine" in text
    assert "You are Maya Brooks (C-1001, maya.brooks@example.com), signed in." in text
    assert "Scripted." in text
    assert "Ctrl-D or /quit" in text
    assert f"warmline chat --resume {seat.session.conversation_id if seat.session else ''}" in text


def test_the_guard_is_ready_before_the_first_message(seat: Seat) -> None:
    heard: list[str] = []

    class Listening(FixedGuard):
        def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
            heard.extend(texts)
            return super().read_many(texts, facts)

    def wait() -> str | None:
        deadline = time.monotonic() + 20
        while not heard:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return None

    seat.chat(wait, guard=Listening())
    assert heard == ["Hello"]


def test_a_guest_is_told_how_to_sign_in(seat: Seat) -> None:
    assert "You are a guest. Sign in with: warmline chat --as CUSTOMER" in seat.chat(who=None)


def test_tools_are_lines_with_their_time_and_the_reply_stands_below(seat: Seat) -> None:
    text = seat.chat(
        "where is W-10460?", script=[calls("get_order", order_number="W-10460"), says("Order W-10460 is being prepared.")]
    )
    lines = [line.strip() for line in text.splitlines()]
    tool = next(line for line in lines if line.startswith("· get_order W-10460"))
    assert tool.endswith(" ms")
    assert lines.index("Order W-10460 is being prepared.") > lines.index(tool)


def test_a_tool_that_failed_or_was_refused_says_so(seat: Seat) -> None:
    text = seat.chat(
        "where is W-99999?",
        script=[calls("get_order", order_number="W-99999"), calls("get_order", order_number="W-88888"), says("Which one?")],
    )
    assert "· get_order W-99999" in text
    assert "not possible" in text
    assert "· get_order  not allowed" in text


def test_a_question_that_needs_a_yes_is_marked_and_said_once(seat: Seat) -> None:
    text = seat.chat("cancel W-10460", script=[CANCEL])
    assert "waits for your yes" in text
    assert "Please confirm" in text
    assert "Nothing is changed before your yes." in text
    assert seat.prose.count("Shall I cancel it?") == 1


def test_a_hand_off_names_the_case_and_what_happens_next_once(seat: Seat) -> None:
    text = seat.chat("It broke my heart.", guard=FixedGuard("emotional"))
    assert "Handed to a person: case K-" in text
    assert seat.prose.count("You will not need to explain it again.") == 1
    assert "the answer appears here" in text
    assert "warmline queue show K-" in text


def test_a_hand_off_that_came_up_while_answering_is_boxed_too(seat: Seat) -> None:
    text = seat.chat("hm", script=[calls("escalate", reason="complex_product", summary="fit")])
    assert "Handed to a person: case K-" in text
    assert seat.prose.count("A colleague answers here") == 1


def test_messages_are_noted_while_a_person_has_the_case(seat: Seat) -> None:
    assert "(added to case K-" in seat.chat("It broke my heart.", "hello?", guard=FixedGuard("emotional"))


def test_a_persons_reply_and_the_end_of_the_case_appear_while_the_prompt_waits(
    seat: Seat, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_terminal, "POLL_SECONDS", 0.02)

    def at_the_desk() -> str | None:
        case_id = seat.session.case_id if seat.session else None
        assert case_id
        shell("queue", "claim", case_id, "--by", "ana")
        shell("queue", "reply", case_id, "Dear Maya, it leaves today.", "--by", "ana")
        assert seat.wait_for("Dear Maya, it leaves today.")() is None
        shell("queue", "resolve", case_id, "--by", "ana")
        return seat.wait_for("the assistant is back", then="thanks")()

    guard = FixedGuard("emotional")

    def calmer() -> str | None:
        guard.reason = "smalltalk"
        return at_the_desk()

    text = seat.chat("It broke my heart.", calmer, guard=guard, script=[says("You are welcome.")])
    assert text.count("Dear Maya, it leaves today.") == 1
    assert "A colleague" in text
    assert text.index("the assistant is back") < text.index("You are welcome.")


def test_a_persons_reply_that_comes_just_as_the_customer_writes_is_shown_first(
    seat: Seat, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_terminal, "POLL_SECONDS", 1000)

    def at_the_desk() -> str | None:
        case_id = seat.session.case_id if seat.session else None
        assert case_id
        shell("queue", "claim", case_id, "--by", "ana")
        shell("queue", "reply", case_id, "It leaves today.", "--by", "ana")
        return "hello?"

    text = seat.chat("It broke my heart.", at_the_desk, guard=FixedGuard("emotional"))
    assert text.count("It leaves today.") == 1
    assert text.index("It leaves today.") < text.index("(added to case")


def test_a_database_that_is_busy_for_a_moment_does_not_end_the_waiting(
    seat: Seat, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_terminal, "POLL_SECONDS", 0.02)
    heard = Session.news
    busy = [True]

    async def once_busy(self: Session) -> News:
        if busy:
            busy.clear()
            raise StoreError("locked")
        return await heard(self)

    def at_the_desk() -> str | None:
        case_id = seat.session.case_id if seat.session else None
        assert case_id
        monkeypatch.setattr(Session, "news", once_busy)
        shell("queue", "claim", case_id, "--by", "ana")
        shell("queue", "reply", case_id, "It leaves today.", "--by", "ana")
        return seat.wait_for("It leaves today.")()

    assert "It leaves today." in seat.chat("It broke my heart.", at_the_desk, guard=FixedGuard("emotional"))
    assert not busy


def test_empty_lines_and_commands_are_no_messages(seat: Seat) -> None:
    text = seat.chat("", "   ", "/why", "/help", "hi", "/why", "/quit", "never read", script=[says("Hello.")])
    assert "Nothing was decided yet." in text
    assert "Where is my order?" in text
    assert "automate: order_status (rule automate, layer policy, probability of needing a person 0.00)" in seat.prose
    assert "never read" not in text


def test_why_tells_what_the_language_model_said_of_a_doubtful_message(seat: Seat) -> None:
    seat.chat("hm", "/why", "/quit", script=[CONFIRM, says("Hello.")], guard=GreyGuard())
    assert "triage by scripted: confirmed, “A plain question about a parcel.”" in seat.prose


def test_a_slash_that_is_no_command_is_a_message(seat: Seat) -> None:
    assert "Hello." in seat.chat("/r/shoes is where I saw it", script=[says("Hello.")])


def test_what_a_model_or_customer_writes_is_not_read_as_markup(seat: Seat) -> None:
    assert "[bold red]x[/bold red] and :smile:" in seat.chat("hi", script=[says("[bold red]x[/bold red] and :smile:")])


def test_resuming_shows_the_end_of_the_conversation(seat: Seat) -> None:
    script = [says(f"reply {number}") for number in range(7)]
    seat.chat(*(f"message {number}" for number in range(7)), script=script, guard=FixedGuard("smalltalk"))
    text = seat.chat(resume=True)
    assert "… 6 earlier messages" in text
    assert "reply 6" in text
    assert "message 6" in text
    assert "reply 1\n" not in text


def test_an_interrupted_turn_is_finished_when_the_chat_is_resumed(seat: Seat) -> None:
    def stuck(_: ModelRequest) -> ModelAnswer:
        raise asyncio.CancelledError

    with pytest.raises(CancelledError):
        seat.chat("where is W-10460?", script=[stuck])
    text = seat.chat(resume=True, script=[says("It is being prepared.")])
    assert text.index("where is W-10460?") < text.index("It is being prepared.")


def test_a_message_that_could_not_be_stored_is_said_and_the_chat_goes_on(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = store_module.Store.open_turn
    full = [True]

    async def once_full(*words: Any, **options: Any) -> object:
        if full:
            full.clear()
            raise StoreError("the disk is full")
        return await opened(*words, **options)

    monkeypatch.setattr(store_module.Store, "open_turn", once_full)
    text = seat.chat("hello", "hello again", script=[says("Hello.")])
    assert "Your message could not be taken: the disk is full. Please write it again." in text
    assert "Hello." in text


def test_a_conversation_of_another_kind_of_case_is_found_again(seat: Seat, shell: Shell) -> None:
    seat.chat("It broke my heart.", guard=FixedGuard("emotional"))
    case_id = json.loads(shell("queue", "list", "--json").out)[0]["id"]
    text = seat.chat("hello?", resume=True, guard=FixedGuard("emotional"))
    assert f"(added to case {case_id})" in text
    assert text.count(f"Your case {case_id} is with a colleague.") == 1


def test_a_case_that_a_person_opens_again_is_said_while_the_prompt_waits(
    seat: Seat, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_terminal, "POLL_SECONDS", 0.02)

    def at_the_desk() -> str | None:
        case_id = seat.session.case_id if seat.session else None
        assert case_id
        for move in (["claim"], ["note", "pays it himself"], ["hand-back", "--instruction", "be quick"]):
            assert shell("queue", move[0], case_id, *move[1:], "--by", "ana").code == 0
        seat.wait_for("the assistant is back")()
        assert shell("queue", "reopen", case_id, "--note", "the bank called", "--by", "ana").code == 0
        return seat.wait_for(f"Your case {case_id} is with a colleague.", then="good")()

    text = seat.chat("It broke my heart.", at_the_desk, guard=FixedGuard("emotional"))
    assert "(added to case K-" in text
    assert not [words for words in ("pays it himself", "be quick", "the bank called") if words in text]


def test_what_the_shop_asks_unasked_appears_once_and_its_acknowledgement_is_not_said_again(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_terminal, "POLL_SECONDS", 0.02)

    def asked() -> str | None:
        assert seat.session is not None
        asyncio.run(_ask(seat, "How did we do, from 1 to 5?"))
        return seat.wait_for("How did we do, from 1 to 5?", then="5")()

    text = seat.chat("It broke my heart.", asked, guard=FixedGuard("emotional"))
    assert text.count("How did we do") == 1
    assert seat.prose.count("You will not need to explain it again.") == 1


async def _ask(seat: Seat, text: str) -> None:
    """Put a notice into the conversation, as a chore of the desk does."""
    assert seat.session is not None
    store = await Store.open(seat.settings.database_url, clock=SystemClock())
    wire = Message(role="assistant", text=text).encoded.decode()
    line = {"conversation_id": seat.session.conversation_id, "author": "notice", "wire": wire, "at": store.clock.now()}
    async with transaction(store.engine) as connection:
        await connection.execute(insert(MESSAGE).values(line))
    await store.close()
