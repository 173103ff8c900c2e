"""The records of an export, one after another whatever its size: CSV of any delimiter, JSON Lines, or one JSON document."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import IO, Literal

from warmline.errors import UsageError

from .encoding import encoding_of
from .nested import documents, flattened, wraps_tickets
from .ticket import Row

Kind = Literal["csv", "lines", "document"]

HEAD = 1 << 18
"""Bytes from which the delimiter and the kind are told."""

SAMPLED = 200
"""Records from which columns and the order of dates are told."""

_DELIMITERS = ",;\t|"
_SAYS_DELIMITER = re.compile(r"sep=([,;|\t]?)(?=[\r\n]|$)", re.IGNORECASE)
"""What Excel writes above the head."""

_LONGEST_CELL = 4 << 20


@dataclass(frozen=True)
class Export:
    """A file as it is read: how it is written, what parts its cells, and the columns its first records have."""

    path: Path
    encoding: str
    kind: Kind
    delimiter: str
    columns: tuple[str, ...]
    size: int

    def rows(self) -> Iterator[Row]:
        """Every record, also those that cannot be read."""
        with self.path.open(encoding=self.encoding, errors="surrogateescape", newline="") as stream:
            yield from _rows(stream, self.kind, self.delimiter)


def opened(path: Path) -> Export:
    """How a file is to be read; ``UsageError`` if it is no file, or empty."""
    if not path.is_file():
        raise UsageError(f"{str(path)!r} is no file; name an export of tickets: CSV, JSON Lines or JSON")
    csv.field_size_limit(_LONGEST_CELL)
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise UsageError(f"{str(path)!r} is empty")
    kind = _kind(head)
    delimiter = _delimiter(head) if kind == "csv" else ""
    found = Export(path, encoding, kind, delimiter, (), path.stat().st_size)
    columns: dict[str, None] = {}
    wrong = ""
    for row in islice(found.rows(), SAMPLED):
        columns |= dict.fromkeys(row.values)
        wrong = wrong or (row.wrong and f"line {row.line}: {row.wrong}")
    if not columns:
        why = wrong or "there is none"
        raise UsageError(f"{str(path)!r}: no record could be read ({why}); expected CSV with a head, or JSON objects")
    return Export(path, encoding, kind, delimiter, tuple(columns), found.size)


def _rows(stream: IO[str], kind: Kind, delimiter: str) -> Iterator[Row]:
    match kind:
        case "csv":
            return _csv_rows(stream, delimiter)
        case "lines":
            return _line_rows(stream)
        case "document":
            return (
                Row(line, flattened(value)) if not wrong else Row(line, wrong=wrong) for line, value, wrong in documents(stream)
            )


def _csv_rows(stream: IO[str], delimiter: str) -> Iterator[Row]:
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter)
    first = next(reader)
    head = _unique(next(reader) if _SAYS_DELIMITER.match("".join(first)) and len(first) <= 2 else first)
    line = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, wrong=f"no CSV: {error}")
        else:
            if lines.over and _unclosed(lines.record, delimiter):
                yield Row(
                    line,
                    wrong=f"a quotation mark that is never closed: the {len(lines.record)} lines from here on are one record",
                )
            elif cells:
                yield _csv_row(line, head, cells)
        lines.record.clear()
        line = reader.line_num + 1


class _Lines:
    """The lines of a file, and those of the record that is being read; ``over`` when there are no more."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self.record: list[str] = []
        self.over = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._stream)
        except StopIteration:
            self.over = True
            raise
        self.record.append(line)
        return line


def _unclosed(record: Sequence[str], delimiter: str) -> bool:
    """Whether a record ends inside quotation marks, which a lenient reader takes for a cell."""
    try:
        list(csv.reader([*record, '"'], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _csv_row(line: int, head: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(head):
        return Row(line, wrong=f"{len(cells)} cells where the head has {len(head)}")
    if any(_undecoded(cell) for cell in cells):
        return Row(line, wrong="bytes that are not of the file's encoding")
    return Row(line, dict(zip(head, cells, strict=True)))


def _line_rows(stream: IO[str]) -> Iterator[Row]:
    for line, text in enumerate(stream, 1):
        if text.strip():
            try:
                value = json.loads(text)
            except ValueError as error:
                yield Row(line, wrong=f"no JSON: {error}")
                continue
            wrong = "" if isinstance(value, dict) else "no JSON object"
            yield (
                Row(line, wrong="bytes that are not of the file's encoding")
                if _undecoded(text)
                else Row(line, {} if wrong else flattened(value), wrong)
            )


def _unique(head: Sequence[str]) -> list[str]:
    """The names of columns without blanks around them; a second one of the same name gets a number."""
    names: list[str] = []
    for place, name in enumerate(head, 1):
        plain = name.strip() or f"column {place}"
        names.append(plain if plain not in names else f"{plain} {place}")
    return names


def _undecoded(text: str) -> bool:
    return not text.isascii() and any("\udc80" <= sign <= "\udcff" for sign in text)


def _kind(head: str) -> Kind:
    first = head.lstrip()[:1]
    if first == "[":
        return "document"
    if first != "{":
        return "csv"
    line, _, more = head.lstrip().partition("\n")
    try:
        value = json.loads(line)
    except ValueError:
        return "document"
    return "document" if not more.strip() and wraps_tickets(value) else "lines"


def _delimiter(head: str) -> str:
    """That which parts the head into most columns of which the records have as many."""
    if (said := _SAYS_DELIMITER.match(head)) and said[1]:
        return said[1]
    return max(_DELIMITERS, key=lambda one: (_agreeing(head, one), -_DELIMITERS.index(one)))


def _agreeing(head: str, delimiter: str) -> float:
    try:
        rows = list(islice(csv.reader(StringIO(head, newline=""), delimiter=delimiter), 50))
    except csv.Error:
        return 0.0
    columns = len(rows[0])
    alike = sum(len(row) == columns for row in rows) / len(rows)
    return columns * alike if columns > 1 else 0.0
