"""The note a colleague reads there: complete, in order, and never longer than a ticket takes."""

from datetime import timedelta

from support.world import NOON

from warmline.agent.desk.case import Case, Due
from warmline.agent.desk.case_file import CaseFile, CustomerCard, Fact, Line, OrderCard, Step
from warmline.agent.desk.outside.words import MOST, SUBJECT, story, subject, tags

FILE = CaseFile(
    reason="dispute",
    rule="charged_twice",
    layer="rules",
    wants="the second charge back",
    customer=CustomerCard(customer_id="C-1", name="Ann Lee", email="ann@example.com", tier="vip", verification="signed_in"),
    mood=["calm", "upset"],
    orders=[
        OrderCard(number="W-10001", placed="20 November", status="shipped", total="$40.00", items=["1 × urn"], parcels=["UPS 1Z"])
    ],
    facts=[Fact(tool="get_order", arguments='{"order_number":"W-10001"}', status="failed", result="the shop was down", at=NOON)],
    done=[Step(tool="start_return", arguments='{"order_number":"W-10001"}', status="done", result='{"return_number":"R-20031"}')],
    refused=[Step(tool="cancel_unshipped_order", arguments="{}", status="refused", result="it is shipped")],
    promised=["Ana answers by 10:40 tomorrow"],
    open_questions=["Which card was charged?"],
    noticed=["urgency: today"],
    next_step="look at both charges",
    summary="Ann asked twice.",
    draft_reply="Dear Ann, …",
    contact="ann@example.com",
    transcript=[Line(author="customer", text="You charged me twice!"), Line(author="notice", text="A colleague answers.")],
)


def a_case(file: CaseFile = FILE) -> Case:
    return Case(
        id="K-7F3QXM",
        conversation_id="c1",
        customer_id="C-1",
        status="open",
        reason="dispute",
        queue="payments & fraud",
        priority="high",
        assignee=None,
        opened_at=NOON,
        updated_at=NOON,
        deadlines=[Due(kind="first_response", due_at=NOON + timedelta(hours=1), state="pending")],
        file=file,
    )


def test_the_note_has_all_a_colleague_needs_in_the_order_in_which_it_is_needed() -> None:
    told = story(a_case())
    parts = [
        "K-7F3QXM: dispute (rule charged_twice), queue payments & fraud, high",
        "Ann Lee · C-1 · vip",
        "signed in; reached at ann@example.com",
        "the second charge back",
        "Ann asked twice.",
        "calm → upset",
        "W-10001: shipped, placed 20 November, $40.00",
        "1 × urn",
        "UPS 1Z",
        "get_order W-10001: failed, the shop was down",
        "start_return W-10001: return number R-20031",
        "cancel_unshipped_order: refused, it is shipped",
        "Ana answers by 10:40 tomorrow",
        "first response due 2026-11-23 13:00 UTC",
        "urgency: today",
        "Which card was charged?",
        "look at both charges",
        "Dear Ann, …",
        "customer: You charged me twice!",
        "notice: A colleague answers.",
        "Answer in public",
    ]
    places = [told.find(one) for one in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_what_is_not_known_is_left_out() -> None:
    told = story(a_case(FILE.model_copy(update={"orders": [], "facts": [], "noticed": [], "summary": ""})))
    assert not {"ORDERS", "LOOKED UP", "NOTICED", "WHAT HAPPENED"} & set(told.splitlines())


def test_a_conversation_without_end_is_cut_at_its_oldest_lines_and_says_so() -> None:
    lines = [Line(author="customer", text=f"{number} {'x' * 500}") for number in range(500)]
    told = story(a_case(FILE.model_copy(update={"transcript": lines})))
    assert len(told) <= MOST
    assert "customer: 499 " in told
    assert "customer: 0 " not in told
    assert "older lines are in Warmline" in told


def test_a_single_line_that_is_too_long_still_leaves_the_rest() -> None:
    told = story(a_case(FILE.model_copy(update={"transcript": [Line(author="customer", text="x" * 70_000)]})))
    assert len(told) <= MOST
    assert "(1 older lines are in Warmline)" in told


def test_subject_and_tags_fit_what_a_ticket_takes() -> None:
    case = a_case(FILE.model_copy(update={"wants": "w" * 400}))
    assert len(subject(case)) <= SUBJECT
    assert subject(case).startswith("[K-7F3QXM] w")
    assert tags(case) == ["warmline", "warmline_dispute", "warmline_queue_payments_fraud", "warmline_mood_upset"]
