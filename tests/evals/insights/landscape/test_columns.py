"""Which column holds what: guessed for the exports people have, and corrected by them."""

import pytest

from warmline.errors import UsageError
from warmline.evals.insights.landscape.columns import chosen, guessed, told, unit_of

ZENDESK = [
    "Id", "Requester", "Subject", "Description", "Created at", "Solved at", "Reopens", "Replies", "First reply time in minutes",
    "First reply time in minutes within business hours", "Full resolution time in minutes",
    "Full resolution time in minutes within business hours",
]  # fmt: skip
FRESHDESK = [
    "Ticket ID", "Subject", "Description", "Status", "Created time", "Resolved time", "Closed time", "Time tracked", "Initial response time",
    "First response time (in hrs)", "Resolution time (in hrs)", "Full name",
]  # fmt: skip
GORGIAS = [
    "id",
    "subject",
    "excerpt",
    "created_datetime",
    "closed_datetime",
    "customer.name",
    "first customer text",
    "first agent at",
]


def test_zendesks_columns_are_known() -> None:
    assert guessed(ZENDESK) == {
        "id": "Id",
        "subject": "Subject",
        "text": "Description",
        "customer": "Requester",
        "created": "Created at",
        "first_reply": "First reply time in minutes",
        "resolved_at": "Solved at",
        "resolution": "Full resolution time in minutes",
        "reopens": "Reopens",
    }


def test_freshdesks_columns_are_known() -> None:
    found = guessed(FRESHDESK)
    assert (found["created"], found["first_reply_at"], found["resolved_at"]) == (
        "Created time",
        "Initial response time",
        "Resolved time",
    )
    assert (found["first_reply"], found["handle"]) == ("First response time (in hrs)", "Time tracked")
    assert "reopens" not in found


def test_of_gorgias_the_first_words_of_the_customer_are_read_and_not_the_excerpt() -> None:
    found = guessed(GORGIAS)
    assert (found["text"], found["first_reply_at"], found["resolved_at"]) == (
        "first customer text",
        "first agent at",
        "closed_datetime",
    )
    assert found["customer"] == "customer.name"


@pytest.mark.parametrize(
    ("column", "seconds"),
    [
        ("First reply time in minutes", 60.0),
        ("Resolution time (in hrs)", 3600.0),
        ("handle_time_s", 1.0),
        ("Handle time (min)", 60.0),
        ("Handle time", None),
    ],
)
def test_the_unit_is_read_from_the_columns_name(column: str, seconds: float | None) -> None:
    assert unit_of(column) == seconds


def test_what_is_told_goes_before_what_is_guessed_and_an_empty_column_says_there_is_none() -> None:
    found = chosen(ZENDESK, told(["text=Subject", "subject=", "customer="]), file="export.csv")
    assert found["text"] == "Subject"
    assert not {"subject", "customer"} & set(found)


@pytest.mark.parametrize(
    ("words", "said"),
    [("text", "expected FIELD=COLUMN"), ("txt=body", "'text'"), ("text=Descripton", "'Description'")],
)
def test_a_wrong_column_is_answered_with_the_right_one(words: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        chosen(ZENDESK, told([words]), file="export.csv")


def test_a_file_without_words_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"numbers\.csv: no column with the customer's words.*Score"):
        chosen(["Id", "Score"], {}, file="numbers.csv")
