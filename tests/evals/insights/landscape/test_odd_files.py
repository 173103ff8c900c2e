"""Files that are not quite what they should be: read where they can be, and refused in words that say what to do."""

import gzip
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from warmline.errors import UsageError
from warmline.evals.insights.landscape.files import opened
from warmline.evals.insights.landscape.reading import source_of
from warmline.evals.insights.landscape.ticket import Ticket

TICKETS = [{"id": number, "description": f"Where is order {number}?"} for number in range(3)]
SAID = [f"Where is order {number}?" for number in range(3)]


def texts(path: Path) -> list[str]:
    """The words of every ticket, and every bad record with its line."""
    records = source_of(path, own={}, zone=ZoneInfo("UTC")).tickets()
    return [one.text if isinstance(one, Ticket) else f"BAD {one.line}: {one.reason}" for one in records]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "document",
    [
        TICKETS,
        {"tickets": TICKETS, "next_page": None},
        {"object": "list", "meta": {"tags": [], "filters": [{"id": 1}]}, "data": TICKETS},
        {"page": {"sizes": [10, 20]}, "rows": TICKETS},
    ],
)
def test_a_document_of_tickets_is_read_on_one_line_or_on_many(tmp_path: Path, document: object, indent: int | None) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(document, indent=indent), "utf-8")
    assert texts(file) == SAID


def test_a_ticket_alone_on_its_line_is_a_ticket_whatever_lists_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    talk = [{"incoming": True, "body_text": "Do you have it in blue?"}]
    file.write_text(json.dumps({"id": 1, "subject": "", "conversations": talk}), "utf-8")
    assert texts(file) == ["Do you have it in blue?"]


def test_a_quotation_mark_that_is_never_closed_is_a_bad_record_and_no_ticket_of_many(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text('id,description\n1,Where is order 0?\n2,"Where is\n3,Where is order 2?\n4,And 3?\n', "utf-8")
    assert texts(file) == [
        "Where is order 0?",
        "BAD 3: a quotation mark that is never closed: the 3 lines from here on are one record",
    ]


def test_a_closed_quotation_at_the_very_end_is_none(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text('id,description\n1,"Where is\norder ""0""?"', "utf-8")
    assert texts(file) == ['Where is\norder "0"?']


def test_lines_that_end_as_on_an_old_macintosh(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(b"id;description\r1;Where is order 0?\r2;Where is order 1?\r")
    assert texts(file) == SAID[:2]


def test_a_cell_beyond_measure_costs_only_its_record(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"id,description\n1,{'where ' * 800_000}\n2,Where is order 1?\n3,{'x' * 200_000}\n", "utf-8")
    huge, plain, long = texts(file)
    assert huge.startswith("BAD 2: no CSV: field larger than")
    assert plain == "Where is order 1?"
    assert len(long) <= 2000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"id,description\n1,where\n", mtime=0), "gzip"),
        (b"PK\x03\x04" + bytes(200), "save it as CSV"),
        (b"\xd0\xcf\x11\xe0" + bytes(4000), "save it as CSV"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 20, "is no text"),
        (b"\n\n", "is empty"),
        (b"id,description\n", "there is none"),
        (b"id,description\n1,2,3\n", "line 2: 3 cells where the head has 2"),
        (b"null\n", "there is none"),
    ],
)
def test_what_is_no_export_is_refused_with_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "export"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        opened(file)


def test_a_folder_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no file"):
        opened(tmp_path)
