"""Exports as people have them: any encoding, delimiter and shape; what cannot be read is named with its line."""

import json
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from warmline.errors import UsageError
from warmline.evals.insights.landscape.files import opened
from warmline.evals.insights.landscape.reading import Source, source_of
from warmline.evals.insights.landscape.ticket import BadRow, Ticket

BERLIN = timezone(timedelta(hours=1))
HEAD = "id,subject,body,created at"


def read(path: Path, **own: str) -> list[Ticket | BadRow]:
    source: Source = source_of(path, own={}, zone=BERLIN)
    return list(source.tickets())


def texts(path: Path) -> list[str]:
    return [one.text if isinstance(one, Ticket) else f"BAD {one.line}: {one.reason}" for one in read(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [HEAD.split(","), ["1", "", "Größe 42, ja; bitte?", "2026-03-01"], ["2", "", "Où est mon colis", "2026-03-02"]]
    file = tmp_path / "export.csv"
    file.write_text("\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines) + "\r\n", encoding)
    assert texts(file) == ["Größe 42, ja; bitte?", "Où est mon colis"]


def test_a_quoted_line_break_is_part_of_the_cell_and_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(
        f'{HEAD}\n1,,"Hi,\nwhere is ""it""?",2026-03-01\n2,,one cell too many,2026-03-01,x\n3,,,2026-03-01\n', "utf-8"
    )
    assert texts(file) == [
        'Hi,\nwhere is "it"?',
        "BAD 4: 5 cells where the head has 4",
        "BAD 5: no words of a customer in it",
    ]


def test_what_excel_says_above_the_head_is_obeyed(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("sep=;\r\nid;body\r\n1;where, oh where\r\n2;a;b\r\n", "utf-8")
    assert texts(file) == ["where, oh where", "BAD 4: 3 cells where the head has 2"]


def test_stray_bytes_are_one_bad_record_and_no_other_encoding(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    good = "".join(f"{number},,Größe äöü ßßß,2026-03-01\n" for number in range(20))
    file.write_bytes(f"{HEAD}\n{good}".encode() + b"21,,caf\xe9,2026-03-01\n")
    assert opened(file).encoding == "utf-8"
    assert texts(file)[-2:] == ["Größe äöü ßßß", "BAD 22: bytes that are not of the file's encoding"]


def test_json_lines_of_zendesk_with_a_broken_one(tmp_path: Path) -> None:
    ticket = {
        "id": 7,
        "subject": "Parcel",
        "description": "Parcel: where is it?",
        "created_at": "2026-03-01T10:00:00Z",
        "metric_set": {
            "reopens": 1,
            "reply_time_in_minutes": {"calendar": 90, "business": 30},
            "solved_at": "2026-03-01T12:00:00Z",
        },
    }
    file = tmp_path / "export.jsonl"
    file.write_text(json.dumps(ticket) + '\n{"id": 8,\n[1]\n', "utf-8")
    first, broken, no_object = read(file)
    assert isinstance(first, Ticket)
    assert (first.text, first.first_reply, first.resolution, first.reopened) == ("Parcel: where is it?", 5400.0, 7200.0, True)
    assert first.handle is None
    assert isinstance(broken, BadRow)
    assert (broken.line, broken.reason.startswith("no JSON")) == (2, True)
    assert no_object == BadRow("export.jsonl", 3, "no JSON object")


def test_one_document_of_gorgias_tickets_with_their_messages(tmp_path: Path) -> None:
    messages = [
        {"from_agent": False, "body_text": "Is the lamp in stock?", "created_datetime": "2026-03-01T10:00:00"},
        {"from_agent": True, "body_text": "Yes.", "created_datetime": "2026-03-01T10:30:00"},
    ]
    ticket = {"id": 1, "subject": "", "excerpt": "Yes.", "created_datetime": "2026-03-01T10:00:00", "messages": messages}
    file = tmp_path / "export.json"
    file.write_text(json.dumps({"data": [ticket, ticket | {"id": 2}, 5]}, indent=2), "utf-8")
    first, second, bad = read(file)
    assert isinstance(first, Ticket)
    assert (first.text, first.first_reply) == ("Is the lamp in stock?", 1800.0)
    assert isinstance(second, Ticket)
    assert (second.id, second.text) == ("2", first.text)
    assert isinstance(bad, BadRow)


def test_freshdesks_wrapped_tickets_and_clock_times(tmp_path: Path) -> None:
    wrapped = {
        "helpdesk_ticket": {
            "id": 1,
            "description": "<div>Hi<br>my <b>order</b>?</div>",
            "created_at": "2026-03-01T10:00:00+01:00",
        }
    }
    file = tmp_path / "export.json"
    file.write_text(json.dumps([wrapped]), "utf-8")
    assert texts(file) == ["Hi\nmy order ?"]
    table = tmp_path / "export.csv"
    table.write_text(
        "Description,Created time,Time tracked,First response time (in hrs),Initial response time\na b,01-03-2026 10:00,01:30:00,,01-03-2026 12:00\n"
    )
    (ticket,) = read(table)
    assert isinstance(ticket, Ticket)
    assert (ticket.handle, ticket.first_reply) == (5400.0, 7200.0)


def test_a_cell_that_cannot_be_read_does_not_cost_the_ticket(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"{HEAD},handle time (min)\n1,,words,yesterday,-3\n", "utf-8")
    (ticket,) = read(file)
    assert isinstance(ticket, Ticket)
    assert ticket.unreadable == {"created": "yesterday", "handle": "-3"}
    assert (ticket.created, ticket.handle) == (None, None)


def test_what_is_shown_of_a_cell_that_cannot_be_read_is_redacted(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"{HEAD},requester,handle time\n1,,words,2026-03-01,Ada Miller,ask ada@shop.example or Miller\n", "utf-8")
    (ticket,) = read(file)
    assert isinstance(ticket, Ticket)
    shown = ticket.unreadable["handle"].casefold()
    assert "ada" not in shown
    assert "miller" not in shown


def test_dates_that_may_be_read_in_two_ways_are_said(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"{HEAD}\n1,,words,03/04/2026 10:00\n", "utf-8")
    assert any("--dates mdy" in one for one in source_of(file, own={}, zone=BERLIN).assumed)
    file.write_text(f"{HEAD}\n1,,words,03/04/2026 10:00\n2,,words,03/24/2026 1:05 PM\n", "utf-8")
    source = source_of(file, own={}, zone=BERLIN)
    assert (source.assumed, source.order) == ((), "mdy")
    second = list(source.tickets())[1]
    assert isinstance(second, Ticket)
    assert second.created is not None
    assert second.created.isoformat() == "2026-03-24T13:05:00+01:00"


def test_a_date_that_tells_the_order_is_found_wherever_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    early = "".join(f"{number},,words {number},03/04/2026\n" for number in range(250))
    file.write_text(f"{HEAD}\n{early}251,,words,03/24/2026 1:05 PM\n", "utf-8")
    source = source_of(file, own={}, zone=BERLIN)
    assert (source.assumed, source.order) == ((), "mdy")
    assert not any(one.unreadable for one in source.tickets() if isinstance(one, Ticket))


def test_a_date_that_is_none_does_not_tell_the_order_of_the_others(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    wrong = "1,,words,25/24/2026\n2,,words,24/05/2026\n"
    file.write_text(f"{HEAD}\n{wrong}3,,words,03/24/2026\n4,,words,05/31/2026\n5,,words,03/04/2026\n", "utf-8")
    assert source_of(file, own={}, zone=BERLIN).order == "mdy"


def test_dates_that_come_late_in_a_file_are_looked_at_too(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    early = "".join(f"{number},,words {number},\n" for number in range(250))
    file.write_text(f"{HEAD}\n{early}251,,words,03/04/2026\n", "utf-8")
    assert any("--dates mdy" in one for one in source_of(file, own={}, zone=BERLIN).assumed)
    file.write_text(f"{HEAD}\n{early}251,,words,03/24/2026\n", "utf-8")
    assert source_of(file, own={}, zone=BERLIN).order == "mdy"


def test_a_date_that_cannot_be_read_is_shown_as_it_is_and_a_telephone_number_is_not(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"{HEAD}\n1,,words,13/24/2026 1:05 PM\n2,,words,+1 802 555 0199\n3,,words,802-555-0199\n", "utf-8")
    shown = [one.unreadable["created"] for one in read(file) if isinstance(one, Ticket)]
    assert shown[0] == "13/24/2026 1:05 PM"
    assert not any("0199" in one for one in shown)


@pytest.mark.parametrize(("content", "said"), [("", "is empty"), ("just a line of text\n", "no record")])
def test_what_is_no_export_is_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "export.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(UsageError, match=said):
        source_of(file, own={}, zone=BERLIN)
