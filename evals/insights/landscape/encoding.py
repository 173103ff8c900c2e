"""In which encoding a file is written; and that it is text at all."""

import codecs
from pathlib import Path
from typing import IO

from warmline.errors import UsageError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PACKED = (
    (b"\x1f\x8b", "packed (gzip); unpack it first"),
    (b"PK\x03\x04", "a workbook or packed (zip); save it as CSV, or unpack it first"),
    (b"\xd0\xcf\x11\xe0", "a workbook of old Excel; save it as CSV"),
)
_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\r\f\x00\x0b\x1a\x1b")
"""Bytes that no text has; a NUL alone may be a slip, or half of a letter in UTF-16."""

_HEAD = 4096


def encoding_of(path: Path) -> str:
    """By its mark, by what UTF-16 looks like, by whether it is UTF-8 throughout; else the usual one of old Windows programs.

    ``UsageError`` if it is packed, or no text.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        for mark, what in _PACKED:
            if head.startswith(mark):
                raise UsageError(f"{str(path)!r} is {what}")
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if head.count(0) > len(head) // 4:
            return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        if sum(byte in _NO_TEXT for byte in head) * 100 > len(head):
            raise UsageError(f"{str(path)!r} is no text; name an export of tickets: CSV, JSON Lines or JSON")
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
