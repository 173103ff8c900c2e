"""What handling took, in seconds, however an export writes it; what may differ a thousandfold is not guessed."""

from datetime import UTC
from pathlib import Path

import pytest

from warmline.evals.insights.landscape.columns import clock_of, guessed, unit_of
from warmline.evals.insights.landscape.lengths import length
from warmline.evals.insights.landscape.reading import Source, source_of
from warmline.evals.insights.landscape.ticket import Ticket


def source(tmp_path: Path, column: str, cell: str) -> Source:
    file = tmp_path / "export.csv"
    file.write_text(f'Description;"{column}"\nwhere is it;"{cell}"\n', "utf-8")
    return source_of(file, own={"handle": column}, zone=UTC)


def handle(tmp_path: Path, column: str, cell: str) -> float | None:
    (ticket,) = source(tmp_path, column, cell).tickets()
    assert isinstance(ticket, Ticket)
    return ticket.handle


@pytest.mark.parametrize(
    ("column", "cell", "seconds"),
    [
        ("AHT (mm:ss)", "04:35", 275),
        ("AHT min:sec", "4:35", 275),
        ("Handle time (m:ss)", "04:35", 275),
        ("AHT (min)", "04:35", 275),
        ("AHT (hh:mm)", "04:35", 16500),
        ("AHT (hh:mm:ss)", "00:04:35", 275),
        ("AHT", "04:35", 16500),
        ("AHT (mm:ss)", "0:04:35", 275),
        ("Agent's handle time", "5", 300),
        ("handle_time_s", "5", 5),
    ],
)
def test_the_name_of_a_column_says_what_its_cells_are(tmp_path: Path, column: str, cell: str, seconds: float) -> None:
    assert handle(tmp_path, column, cell) == seconds


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("AHT", "04:35 in 'AHT' is read as hours:minutes; if it is not, call the column 'AHT (mm:ss)'"),
        ("AHT (min)", "04:35 in 'AHT (min)' is read as minutes:seconds; if it is not, call the column 'AHT (min) (hh:mm)'"),
        ("AHT (mm:ss)", None),
    ],
)
def test_a_guess_at_a_clock_is_said(tmp_path: Path, column: str, said: str | None) -> None:
    told = [one for one in source(tmp_path, column, "04:35").assumed if "04:35" in one]
    assert told == ([said] if said else [])


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567,8", 1_234_567.8),
        ("1,234,567", 1_234_567),
        ("1.234.567", 1_234_567),
        ("4,5", 4.5),
        ("4.583", 4.583),
        ("0,500", 0.5),
        ("1500,250", 1500.25),
        ("1,5 h", 90),
        ("1 h 30 min", 90),
        ("1 day, 2 hours and 30 minutes", 1590),
    ],
)
def test_the_last_of_two_marks_is_the_decimal_one(text: str, minutes: float) -> None:
    assert length(text, unit=60) == pytest.approx(minutes * 60)


@pytest.mark.parametrize(
    "text",
    ["1,500", "12,345", "1,23.4,5", "12.34.5", "-3", "-1:30", "1_000", "nan", "inf", "", "about 3 hours", "0 days 04:35:00"],
)
def test_what_may_be_read_in_two_ways_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        length(text, unit=60)


def test_an_unreadable_length_is_counted_and_not_guessed(tmp_path: Path) -> None:
    (ticket,) = source(tmp_path, "AHT (min)", "1,500").tickets()
    assert isinstance(ticket, Ticket)
    assert (ticket.handle, ticket.unreadable) == (None, {"handle": "1,500"})


def test_a_clock_in_a_name_is_no_unit_and_no_reason_to_miss_the_column() -> None:
    assert guessed(["AHT (mm:ss)"]) == {"handle": "AHT (mm:ss)"}
    assert (unit_of("AHT (mm:ss)"), unit_of("AHT (min:sec)"), clock_of("AHT")) == (None, None, None)
