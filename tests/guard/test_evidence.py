"""Values are parsed, and a reply's must occur in what was shown or said."""

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
