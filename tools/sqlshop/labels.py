"""The return label as a PDF: one page, the label on top to cut out, what to do with it below.

reportlab costs half a second to import, so that happens in the thread that draws, at the first label.
"""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Literal, cast

from warmline.errors import SettingsError, ShopError
from warmline.tools.model import Address, Label, in_words

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

CARRIER = "Coastal Post"
RETURNS_DESK = Address(
    name="Harbour & Pine, Returns",
    line1="48 Wharf Road, Dock 4",
    city="Portland",
    region="ME",
    postcode="04101",
    country="US",
)

_WIDE, _HIGH, _EDGE = 612, 792, 42  # US Letter, in points
_TOP, _FLOOR = 742, 402  # of the part that is cut out
_LISTED = 6
_COUNTRIES = {"US": "United States", "CA": "Canada", "GB": "United Kingdom", "ES": "Spain", "FR": "France", "DE": "Germany"}
_UNDIVIDED = {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
_INK, _SOFT = 0.08, 0.42  # grey levels: a label is printed in black


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed: ``contents`` in words, one line for each kind of item."""

    kind: Literal["Return", "Exchange"]
    number: str
    order_number: str
    sender: Address
    tracking_number: str
    contents: Sequence[str]
    send_by: datetime


def tracking_number(serial: int) -> str:
    """The carrier's number for the label with this serial number: unique, and with the check digit of a GS1 code (mod 10)."""
    body = f"4270{serial:07d}"
    odd, even = sum(map(int, body[-1::-2])), sum(map(int, body[-2::-2]))
    return f"CP{body}{-(3 * odd + even) % 10}US"


def check_labels_can_be_drawn() -> None:
    """``SettingsError`` where reportlab is missing: before a return is confirmed whose label could not be drawn."""
    if find_spec("reportlab") is None:
        raise SettingsError(
            "the demo shop draws return labels, and the package 'reportlab' for that is missing; pip install 'warmline[demo]',"
            " or set WARMLINE_SHOP to a shop of yours"
        )


async def write_label(slip: Slip, folder: Path) -> Label:
    """Draw the label into ``folder``. ``ShopError`` if the file cannot be written."""
    path = folder / f"{slip.number}.pdf"
    try:
        await asyncio.to_thread(_draw, slip, path)
    except OSError as error:
        raise ShopError(f"The label {str(path)!r} cannot be written: {error.strerror or error}.") from error
    return Label(carrier=CARRIER, tracking_number=slip.tracking_number, location=str(path.resolve()))


def _draw(slip: Slip, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half_written = path.with_suffix(".part")
    try:
        _print(slip, half_written)
        half_written.replace(path)
    except BaseException:
        half_written.unlink(missing_ok=True)
        raise


def _print(slip: Slip, file: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(file), pagesize=(_WIDE, _HIGH), pageCompression=1)
    canvas.setTitle(f"{slip.kind} {slip.number}, Harbour & Pine")
    canvas.setAuthor("Harbour & Pine")
    _cut_line(canvas)
    _band(canvas)
    _addresses(canvas, slip)
    _codes(canvas, slip)
    _steps(canvas, slip)
    canvas.save()


def _cut_line(canvas: "Canvas") -> None:
    canvas.setStrokeGray(_SOFT)
    canvas.setLineWidth(0.8)
    canvas.setDash(5, 4)
    canvas.rect(_EDGE, _FLOOR, _WIDE - 2 * _EDGE, _TOP - _FLOOR)
    canvas.setDash()
    _text(canvas, _EDGE, _TOP + 8, "Cut along the dashed line and stick this part on the parcel.", size=8, grey=_SOFT)


def _band(canvas: "Canvas") -> None:
    """The carrier's name in white on black, the service beside it."""
    canvas.setFillGray(_INK)
    canvas.rect(_EDGE + 8, _TOP - 50, _WIDE - 2 * _EDGE - 16, 42, stroke=0, fill=1)
    _text(canvas, _EDGE + 20, _TOP - 36, CARRIER.upper(), size=20, bold=True, grey=1)
    _text(canvas, _WIDE - _EDGE - 20, _TOP - 26, "RETURNS  ·  POSTAGE PAID", size=9, bold=True, grey=1, right=True)
    _text(canvas, _WIDE - _EDGE - 20, _TOP - 40, "Tracked ground parcel", size=8.5, grey=1, right=True)


def _addresses(canvas: "Canvas", slip: Slip) -> None:
    left, top = _EDGE + 20, _TOP - 70
    _text(canvas, left, top, "FROM", size=7, bold=True, grey=_SOFT)
    for place, line in enumerate(_lines(slip.sender)):
        _text(canvas, left, top - 13 - 11.5 * place, line, size=9)
    _text(canvas, left, top - 88, "TO", size=7, bold=True, grey=_SOFT)
    for place, line in enumerate(_lines(RETURNS_DESK)):
        _text(canvas, left, top - 106 - 17 * place, line, size=14, bold=True)
    canvas.setStrokeGray(_INK)
    canvas.setLineWidth(0.6)
    canvas.line(_EDGE + 8, top - 76, _WIDE - _EDGE - 150, top - 76)


def _codes(canvas: "Canvas", slip: Slip) -> None:
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    side = 112
    code = QrCodeWidget(f"{slip.number} {slip.tracking_number}", barWidth=side, barHeight=side, barBorder=2)
    renderPDF.draw(Drawing(side, side, code), canvas, _WIDE - _EDGE - 20 - side, _TOP - 172)
    _text(canvas, _WIDE - _EDGE - 20 - side / 2, _TOP - 184, slip.number, size=13, bold=True, centred=True)
    _text(canvas, _WIDE - _EDGE - 20 - side / 2, _TOP - 198, f"Order {slip.order_number}", size=9, centred=True)
    canvas.setLineWidth(1.6)
    canvas.line(_EDGE + 8, _FLOOR + 102, _WIDE - _EDGE - 8, _FLOOR + 102)
    bars = Code128(slip.tracking_number, barHeight=58, barWidth=1.9, quiet=False)
    width = cast("float", bars.width)  # pyright: ignore[reportUnknownMemberType]
    bars.drawOn(canvas, (_WIDE - width) / 2, _FLOOR + 34)
    _text(canvas, _WIDE / 2, _FLOOR + 16, _grouped(slip.tracking_number), size=12, bold=True, centred=True)


def _steps(canvas: "Canvas", slip: Slip) -> None:
    _text(canvas, _EDGE, 366, f"{slip.kind} {slip.number}: what to do", size=15, bold=True)
    steps = (
        "Pack the items below with everything that came with them. The box they came in is fine.",
        "Cut out the label and stick it flat over the old one. Tape around the edges, not over the bars.",
        f"Hand the parcel in at any {CARRIER} counter or locker, or show the square code there.",
        "Keep the receipt you are given until you hear from us.",
    )
    for place, step in enumerate(steps):
        _text(canvas, _EDGE, 342 - 17 * place, f"{place + 1}.", size=10, bold=True)
        _text(canvas, _EDGE + 18, 342 - 17 * place, step, size=10)
    _text(canvas, _EDGE, 262, f"Hand it in by {in_words(slip.send_by)}", size=11, bold=True)
    _text(canvas, _EDGE, 236, "IN THIS PARCEL", size=7, bold=True, grey=_SOFT)
    for place, line in enumerate(_shortened(slip.contents)):
        _text(canvas, _EDGE, 221 - 14 * place, line, size=10)
    _text(canvas, _EDGE, 70, _promise(slip), size=10)
    _text(canvas, _EDGE, 55, f"Questions? help@harbourandpine.example, with the number {slip.number}.", size=10)
    _text(canvas, _EDGE, 36, "A label of the Warmline demo shop: it carries no real postage.", size=7.5, grey=_SOFT)


def _promise(slip: Slip) -> str:
    if slip.kind == "Return":
        return "Your refund is paid within 5 working days of the parcel reaching us."
    return "Your new item is kept for you and leaves when this parcel reaches us."


def _shortened(contents: Sequence[str]) -> list[str]:
    rest = len(contents) - _LISTED
    listed = [shorten(line, 90, placeholder="…") for line in contents[:_LISTED]]
    return [*listed, *([f"and {rest} more"] if rest > 0 else [])]


def _lines(address: Address) -> list[str]:
    place = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    country = _COUNTRIES.get(address.country, address.country)
    return [shorten(part, 60, placeholder="…") for part in (address.name, address.line1, address.line2, place, country) if part]


def _grouped(number: str) -> str:
    digits = number[2:-2]
    return " ".join((number[:2], *(digits[start : start + 4] for start in range(0, len(digits), 4)), number[-2:]))


def _printable(text: str) -> str:
    """Text in the letters the built-in fonts have: ``ż`` becomes ``z``; carriers read Latin letters only."""
    kept = [letter if _has(letter) else unicodedata.normalize("NFKD", _UNDIVIDED.get(letter, letter)) for letter in text]
    return "".join(letter for letter in "".join(kept) if not unicodedata.combining(letter) and _has(letter))


def _has(letter: str) -> bool:
    return bool(letter.encode("cp1252", errors="ignore"))


def _text(
    canvas: "Canvas",
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    bold: bool = False,
    grey: float = _INK,
    right: bool = False,
    centred: bool = False,
) -> None:
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
    canvas.setFillGray(grey)
    draw = canvas.drawRightString if right else canvas.drawCentredString if centred else canvas.drawString
    draw(x, y, _printable(text))
