"""Values are parsed, and a reply's must occur in what was shown or said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.agent.guard.evidence import Evidence, mentioned
from warmline.agent.guard.values import values_in, values_in_json
from warmline.agent.models.base import CallRequest, Message

RESULT = (
    '{"order_number":"W-10432","total":{"amount":"1250.00","currency":"USD"},"expected":"2026-11-28T10:00:00Z","quantity":3,'
    '"text":"Free from $75, 20 % off in May.","tracking_number":"1Z999AA10123456784","sku":"HP-CREW-NVY-M","percent":15}'
)


def evidence() -> Evidence:
    return Evidence.of(
        [
            Message(role="user", text="Where is order 10391? I paid 42.50 and live at 12 Quay St. Write to maya@example.com"),
            Message(role="tool", text=RESULT, call_id="1"),
            Message(
                role="tool", text='{"topic":"returns","text":"Within **30 days**. It takes 3 to 5 working days."}', call_id="3"
            ),
            Message(
                role="assistant", text="Your refund is $999.99.", calls=(CallRequest(call_id="2", name="x", arguments="{}"),)
            ),
        ]
    )


@pytest.mark.parametrize(
    "reply",
    [
        "Order W-10432 comes on Saturday, 28 November 2026.",
        "It costs $1,250.00 and arrives Nov 28.",
        "It costs 1250 USD.",
        "Orders from $75 ship free; 20% off and 15 percent.",
        "Tracking: 1Z999AA10123456784, item HP-CREW-NVY-M.",
        "Order #10432 and order 10391.",
        "I write to maya@example.com.",
        "It came on 2026-11-28, that is 11/28/2026.",
        "Within 30 days, 3-5 business days, a 220V plug, 500ml and a 2000mAh battery, since 2019, USB-C.",
        "No figures at all.",
    ],
)
def test_what_was_shown_or_said_may_be_repeated_in_other_spellings(reply: str) -> None:
    assert evidence().missing(reply) == []


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        ("It costs $125.00.", "$125.00"),
        ("It costs $12.50.", "$12.50"),
        ("Your refund is $999.99.", "$999.99"),
        ("Order W-10433 is on its way.", "W-10433"),
        ("Order 1043200 is on its way.", "1043200"),
        ("It comes on 29 November.", "29 November"),
        ("It comes on 28 November 2025.", "28 November 2025"),
        ("It comes on Sunday.", "Sunday"),
        ("Take 25% off.", "25%"),
        ("See https://example.org/x for more.", "https://example.org/x"),
        ("Mail us at help@example.com.", "help@example.com"),
        ("Item HP-CREW-RED-M is in stock.", "HP-CREW-RED-M"),
        ("Tracking 1Z999AA10123456785.", "1Z999AA10123456785"),
    ],
)
def test_what_nobody_showed_or_said_is_named(reply: str, word: str) -> None:
    assert word in {value.words for value in evidence().missing(reply)}


def test_a_model_is_no_evidence_for_itself() -> None:
    only_model = Evidence.of([Message(role="assistant", text="Your order W-55555 costs $5.00.")])
    assert len(only_model.missing("Your order W-55555 costs $5.00.")) == 2


@pytest.mark.parametrize(
    ("value", "said"), [("W-10432", True), ("10391", True), ("12 quay st", True), ("W-1043", False), ("", False)]
)
def test_an_argument_counts_as_mentioned_by_identifier_or_by_words(value: str, said: bool) -> None:
    assert mentioned(evidence(), value) is said


def test_text_that_is_no_json_is_read_as_text() -> None:
    assert [value.canonical for value in values_in_json("Refused: $5.00")] == ["5"]


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert [value for value in values_in("31 February 2026") if value.kind == "date"] == []


@given(st.text(max_size=300))
def test_any_text_is_its_own_evidence(text: str) -> None:
    own = Evidence()
    own.add(text)
    assert own.missing(text) == []


TODAY = date(2026, 11, 23)
ORDER = '{"number":"W-10432","status":"shipped","shipped":"2026-11-20","expected":"2026-11-25","difference":{"amount":"-65.00","currency":"USD"},"price":54.5}'


def shown() -> Evidence:
    return Evidence.of([Message(role="tool", text=ORDER, call_id="1"), Message(role="user", text="I paid 42.50")], today=TODAY)


@pytest.mark.parametrize(
    "reply",
    [
        "It comes in 2 days.", "It comes the day after tomorrow.", "It left 3 days ago.", "It's due in two days, on the 25th.",
        "Du bekommst es übermorgen, am 25.11.",
        "You get $65.00 back.", "You paid $42.50.", "It costs $54.50.",
    ],
)  # fmt: skip
def test_what_follows_from_a_date_that_is_known_may_be_said(reply: str) -> None:
    assert shown().missing(reply) == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("It comes tomorrow.", "tomorrow"), ("It comes in 3 days.", "3"), ("It left 2 days ago.", "2"), ("It comes in 2 business days.", "2"),
        ("It comes on the 26th.", "on the 26th"), ("It comes on 26.11.2026.", "26.11.2026"),
    ],
)  # fmt: skip
def test_what_does_not_follow_may_not(reply: str, words: str) -> None:
    assert [value.words for value in shown().missing(reply)] == [words]


def test_without_a_today_nothing_follows_from_a_date() -> None:
    assert len(Evidence.of([Message(role="tool", text=ORDER, call_id="1")]).missing("It comes in 2 days.")) == 1


def test_how_many_is_not_how_much() -> None:
    counted = Evidence.of([Message(role="tool", text='{"units":27,"total":30,"percent":12.5,"fee":Infinity}', call_id="1")])
    assert [value.words for value in counted.missing("$27 or $30, 12.5%")] == ["$27"]


def test_a_telephone_number_may_be_said_without_its_country() -> None:
    policy = Evidence.of([Message(role="tool", text='{"topic":"contact","text":"Call +1-207-555-0100."}', call_id="1")])
    assert policy.missing("Call (207) 555-0100 or 207-555-0100.") == []
    assert len(policy.missing("Call (207) 555-0199.")) == 1


def asked_for(arguments: str, answer: str) -> Evidence:
    call = CallRequest(call_id="1", name="get_order", arguments=arguments)
    return Evidence.of([Message(role="assistant", calls=(call,)), Message(role="tool", text=answer, call_id="1")])


def test_a_refusal_is_no_evidence_for_what_it_repeats() -> None:
    evidence = asked_for(
        '{"order_number": "W-77777", "items": [{"sku": "A-1234"}]}', "Order 'W-77777' has no item 'A-1234', but B-5678 at $5.00."
    )
    assert [value.words for value in evidence.missing("W-77777 A-1234 B-5678 $5.00")] == ["W-77777", "A-1234"]
    assert not mentioned(evidence, "W-77777")


@pytest.mark.parametrize("arguments", ["{broken", '{"a":' * 3000, "[1]"])
def test_arguments_that_cannot_be_read_are_no_hindrance(arguments: str) -> None:
    assert asked_for(arguments, "There is $5.00.").missing("$5.00") == []


def test_an_address_must_have_been_said_and_not_only_shown() -> None:
    evidence = Evidence.of(
        [Message(role="tool", text='{"note":"bob@example.com"}', call_id="1"), Message(role="user", text="ann@example.com")]
    )
    assert (mentioned(evidence, "bob@example.com", said=True), mentioned(evidence, "ann@example.com", said=True)) == (False, True)


def test_what_a_person_wrote_is_evidence_and_what_a_model_wrote_is_not() -> None:
    evidence = Evidence()
    evidence.hear(Message(role="assistant", text="You get $20.00."), author="person")
    evidence.hear(Message(role="assistant", text="You get $30.00."), author="agent")
    assert [value.words for value in evidence.missing("$20.00 or $30.00")] == ["$30.00"]


@pytest.mark.parametrize("unit", ["x", "a1-", "1", "x.", "a@", "1,", "111 ", "one ", "12/", "i have ", "1 day "])
def test_a_text_without_end_is_read_in_no_time_and_is_its_own_evidence(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    own = Evidence()
    own.add(text)
    assert own.missing(text) == []


def test_a_link_in_what_others_wrote_is_not_the_shops() -> None:
    order = '{"gift_message":"Happy birthday on 3 May! https://evil.example","note_from_shop":"ask x@evil.example","link":"https://shop.example"}'
    evidence = Evidence.of([Message(role="tool", text=order, call_id="1")])
    said = "3 May: https://evil.example x@evil.example https://shop.example"
    assert [value.words for value in evidence.missing(said)] == ["https://evil.example", "x@evil.example"]


def test_sizes_that_are_named_are_no_counts_and_a_count_nobody_gave_is_none() -> None:
    told = Evidence()
    told.add('{"variants":[{"options":{"size":"41"},"available":2},{"label":"green, 42","available":5}]}', json=True)
    assert told.missing("In 41 and 42 in stock; 5 left of the larger one.") == []
    assert [value.canonical for value in told.missing("Only 3 left.")] == ["3"]
