"""A case as a person reads it, on one screen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from warmline.agent.desk.case import Due
from warmline.agent.desk.case_file import CaseFile, CustomerCard, Fact, OrderCard, Step
from warmline.agent.desk.desk import Case, CaseEvent
from warmline.agent.guard.decision import Triage
from warmline.agent.state import Offer
from warmline.agent.store.reading import Said
from warmline.cli.case_view import View, case_on_screen
from warmline.cli.screen import ago, console

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_case(**changes: Any) -> Case:
    file = CaseFile(
        reason="dispute",
        rule="words",
        layer="rules",
        wants="My refund\x1b[2J is missing",
        customer=CustomerCard(name="Ann Lee", tier="gold", email="ann@example.com", verification="order_and_email"),
        mood=["calm", "upset"],
        orders=[
            OrderCard(
                number="W-1",
                placed="Monday",
                status="delivered",
                total="$9.00",
                items=["1 × Mug"],
                parcels=["CP 1"],
                gift="For you",
            )
        ],
        done=[
            Step(tool="get_order", arguments='{"order_number": "W-1"}', status="done", result="{}"),
            Step(
                tool="start_return",
                arguments='{"order_number": "W-1", "items": []}',
                status="done",
                result='{"return_number": "R-7", "order_number": "W-1", "sent": true,'
                ' "refund": {"amount": "9.00", "currency": "USD"}, "send_by": "2026-12-07T10:30:00Z"}',
            ),
        ],
        refused=[
            Step(tool="cancel_unshipped_order", arguments="not json", status="refused", result="It has left."),
            Step(tool="start_exchange", arguments='{"order_number": "W-1", "quantity": 2}', status="asked", result=""),
        ],
        promised=["An answer today."],
        open_questions=["Who pays?", "Since when?"],
        next_step="Check the payment.",
        draft_reply="Hello Ann",
    )
    event = CaseEvent(kind="opened", who="agent", note="", at=NOON)
    case = Case(
        id="K-1",
        conversation_id="c",
        customer_id=None,
        status="open",
        reason="dispute",
        queue="payments",
        priority="urgent",
        assignee=None,
        opened_at=NOON,
        updated_at=NOON,
        file=file,
        events=[event],
    )
    return case.model_copy(update=changes)


def shown(case: Case, capsys: pytest.CaptureFixture[str]) -> str:
    thread = [Said(id=1, author="customer", text="My refund is missing", at=NOON)]
    view = View(case=case, thread=thread, now=NOON + timedelta(minutes=12), zone=UTC, transcript=True, history=True)
    console().print(case_on_screen(view, width=100))
    return capsys.readouterr().out


def test_the_briefing_tells_what_was_done_and_what_was_not(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(a_case(), capsys)
    for part in (
        "urgent priority · dispute · waiting 12 min",
        "proved an order by number and e-mail",
        "calm → upset",
        "a gift: “For you”",
        "• get_order W-1 ",
        "• start_return W-1: return number R-7, refund 9.00 USD, send by 2026-12-07",
        "• cancel_unshipped_order: refused, It has left.",
        "• start_exchange W-1: the customer was asked and has not said yes",
        "• Who pays?",
        "An answer today.",
        "12:00  customer  My refund is missing",
    ):
        assert part in text, part
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("triage", "line"),
    [
        (Triage(outcome="raised", reason="dispute", why="Money\x1b[2J is missing.", model="gpt"), "gpt: raised, “Money"),
        (Triage(outcome="failed", failure="unknown_reason"), "the model: failed, unknown reason"),
    ],
)
def test_what_the_language_model_said_and_what_was_noticed_stand_in_it(
    capsys: pytest.CaptureFixture[str], triage: Triage, line: str
) -> None:
    file = a_case().file.model_copy(
        update={"triage": triage, "noticed": ["injection: “skip the confirmation”", "urgency: “asap”"]}
    )
    text = shown(a_case(file=file), capsys)
    assert line in text
    assert "• injection: “skip the confirmation”" in text
    assert "\x1b" not in text
    assert "triage" not in shown(a_case(), capsys)


def test_what_was_looked_up_and_what_was_offered_stand_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    fact = Fact(tool="check_stock", arguments='{"sku": "M-1"}', status="found", result='{"note": "Sold\\u001b[2J out."}', at=NOON)
    offers = [Offer(reason="angry", rule="late", at=NOON, answer="declined"), Offer(reason="dispute", rule="d", at=NOON)]
    text = shown(a_case(file=a_case().file.model_copy(update={"facts": [fact], "offers": offers})), capsys)
    assert "check_stock M-1: Sold" in text
    assert "• a person, as angry (rule late): declined" in text
    assert "• a person, as dispute (rule d): not answered yet" in text
    assert "\x1b" not in text
    assert "offered" not in shown(a_case(), capsys)


def test_a_summary_and_a_draft_say_who_wrote_them(capsys: pytest.CaptureFixture[str]) -> None:
    by_model = {"summary": "Ann waits for\x1b[2J her refund.", "summary_by": "model"}
    text = " ".join(shown(a_case(file=a_case().file.model_copy(update=by_model)), capsys).split())
    assert "what happened Ann waits for[2J her refund. (by a language model)" in text
    assert "Hello Ann (by template)" in text
    assert "what happened" not in shown(a_case(), capsys)


def test_what_came_since_notes_and_deadlines_stand_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    said = [("customer", "Where is it?"), ("notice", "A colleague answers."), *(("customer", f"word {n}") for n in range(4))]
    said += [("person", "Found it."), ("person", "Found it.")]
    thread = [Said(id=n, author=author, text=text, at=NOON) for n, (author, text) in enumerate(said)]
    events = [CaseEvent(kind=kind, who="ana", note="pays himself", at=NOON) for kind in ("noted", "handed_back", "reply_sent")]
    due = Due(kind="first_response", due_at=NOON - timedelta(hours=2), state="breached")
    case = a_case(events=events, deadlines=[due], due_at=due.due_at, overdue=True)
    view = View(case=case, thread=thread, related=[a_case(id="K-2")], now=NOON, zone=UTC, as_me=" --by ana")
    console().print(case_on_screen(view, width=100))
    text = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for part in (
        "urgent priority · ! 2 h late · dispute",
        "… 1 earlier, see --transcript 12:00 customer “word 1” 12:00 customer “word 2”",
        "12:00 colleague “Found it.” ──",
        "first answer by 10:00 (! 2 h late)",
        "• 12:00 ana: pays himself • 12:00 ana handed it back: pays himself related",
        "make it part of this one: warmline queue merge K-2 --into K-1 --by ana",
    ):
        assert part in text, (part, text)
    assert "history" not in text


def test_moods_that_stay_are_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    moods = a_case().file.model_copy(update={"mood": ["calm", "calm", "upset", "upset"]})
    assert "calm → upset │" in " ".join(shown(a_case(file=moods), capsys).split())


def test_a_case_fits_a_narrow_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console().print(case_on_screen(View(case=a_case(), now=NOON), width=60))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 60


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "under a minute"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_how_long_ago_is_one_figure(passed: timedelta, words: str) -> None:
    assert ago(NOON, NOON + passed) == words
