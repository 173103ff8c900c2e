"""The records of an export, one after another whatever its size: CSV of any delimiter, JSON Lines, or one JSON document."""

import codecs
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

from .nested import documents, flattened
from .ticket import Row

Kind = Literal["csv", "lines", "document"]

HEAD = 1 << 18
"""Bytes from which the delimiter and the kind are told."""

SAMPLED = 200
"""Records from which columns and the order of dates are told."""

_DELIMITERS = ",;\t|"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
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
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise UsageError(f"{str(path)!r} is empty")
    kind = _kind(head)
    delimiter = _delimiter(head) if kind == "csv" else ""
    found = Export(path, encoding, kind, delimiter, (), path.stat().st_size)
    columns = dict.fromkeys(column for row in islice(found.rows(), SAMPLED) for column in row.values)
    if not columns:
        raise UsageError(
            f"{str(path)!r}: no record in its first {SAMPLED} could be read; expected CSV with a head, or JSON objects"
        )
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
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(stream, delimiter=delimiter)
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
            if cells:
                yield _csv_row(line, head, cells)
        line = reader.line_num + 1


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
    try:
        json.loads(head.lstrip().split("\n", 1)[0])
    except ValueError:
        return "document"
    return "lines"


def _delimiter(head: str) -> str:
    """That which parts the head into most columns of which the records have as many."""
    if (said := _SAYS_DELIMITER.match(head)) and said[1]:
        return said[1]
    return max(_DELIMITERS, key=lambda one: (_agreeing(head, one), -_DELIMITERS.index(one)))


def _agreeing(head: str, delimiter: str) -> float:
    rows = list(islice(csv.reader(StringIO(head), delimiter=delimiter), 50))
    columns = len(rows[0])
    alike = sum(len(row) == columns for row in rows) / len(rows)
    return columns * alike if columns > 1 else 0.0


def _encoding(path: Path) -> str:
    """By its mark, by what UTF-16 looks like, by whether it is UTF-8 throughout; else the usual one of old Windows programs."""
    with path.open("rb") as stream:
        head = stream.read(4096)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if head.count(0) > len(head) // 4:
            return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        stream.seek(0)
        return "utf-8" if _mostly_utf8(stream) else "cp1252"


def _mostly_utf8(stream: IO[bytes]) -> bool:
    """Whether what is beyond ASCII is UTF-8 but for some stray bytes, which then are bad records and no other encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    good = stray = 0
    while block := stream.read(1 << 20):
        text = decoder.decode(block)
        if not text.isascii():
            bad = sum("\udc80" <= sign <= "\udcff" for sign in text)
            good, stray = good + sum(sign > "\x7f" for sign in text) - bad, stray + bad
    return stray * 10 <= good
