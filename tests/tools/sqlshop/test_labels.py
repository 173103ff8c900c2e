"""The return label: one page, everything a carrier and a customer need, and letters its fonts have."""

import base64
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warmline.errors import ShopError
from warmline.testing import an_address
from warmline.tools.model import Label
from warmline.tools.sqlshop.labels import CARRIER, Slip, tracking_number, write_label

SLIP = Slip(
    kind="Return",
    number="R-50001",
    order_number="W-10391",
    sender=an_address(name="Maya Brooks", line2="Apt 4B"),
    tracking_number="CP427000000012US",
    contents=("1 × Fjord Rain Boots (green, 39)", "2 × Anchor Merino Socks, 2 pairs (charcoal, S/M)"),
    send_by=datetime(2026, 12, 4, tzinfo=UTC),
)


def printed(label: Label) -> list[str]:
    """The lines of text on the page, in the order they are drawn."""
    pdf = Path(label.location).read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") == 1
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    page = b"".join(zlib.decompress(base64.a85decode(stream.strip(), adobe=False)) for stream in map(_bare, streams))
    return [_unescaped(text) for text in re.findall(rb"\(((?:\\.|[^()\\])*)\) Tj", page)]


def _bare(stream: bytes) -> bytes:
    return stream.strip().removesuffix(b"~>")


def _unescaped(text: bytes) -> str:
    octal = re.sub(rb"\\(\d{3})", lambda match: bytes([int(match[1], 8)]), text)
    return re.sub(rb"\\(.)", rb"\1", octal).decode("cp1252")


async def test_a_label_says_where_from_where_to_and_what_to_do(tmp_path: Path) -> None:
    text = printed(await write_label(SLIP, tmp_path))
    for line in (
        "COASTAL POST",
        "Maya Brooks", "12 Cedar Street", "Apt 4B", "Portland ME 04101", "United States",
        "Harbour & Pine, Returns", "48 Wharf Road, Dock 4",
        "R-50001", "Order W-10391", "CP 4270 0000 0012 US",
        "Return R-50001: what to do", "Hand it in by Friday, 4 December 2026",
        "1 × Fjord Rain Boots (green, 39)", "2 × Anchor Merino Socks, 2 pairs (charcoal, S/M)",
        "Your refund is paid within 5 working days of the parcel reaching us.",
    ):  # fmt: skip
        assert line in text


async def test_the_label_names_its_carrier_number_and_file(tmp_path: Path) -> None:
    label = await write_label(SLIP, tmp_path / "new" / "folder")
    assert (label.carrier, label.tracking_number) == (CARRIER, "CP427000000012US")
    assert label.location == str(tmp_path / "new" / "folder" / "R-50001.pdf")
    assert [file.name for file in (tmp_path / "new" / "folder").iterdir()] == ["R-50001.pdf"]


async def test_an_exchange_promises_the_new_item_and_no_refund(tmp_path: Path) -> None:
    text = printed(await write_label(replace(SLIP, kind="Exchange", number="X-50002"), tmp_path))
    assert "Exchange X-50002: what to do" in text
    assert "Your new item is kept for you and leaves when this parcel reaches us." in text
    assert not [line for line in text if "refund" in line]


async def test_a_long_list_is_cut_short(tmp_path: Path) -> None:
    slip = replace(SLIP, contents=[f"1 × Mug number {number}" for number in range(1, 10)])
    text = printed(await write_label(slip, tmp_path))
    assert "1 × Mug number 6" in text
    assert "1 × Mug number 7" not in text
    assert "and 3 more" in text


async def test_long_lines_stay_on_the_page(tmp_path: Path) -> None:
    slip = replace(SLIP, sender=an_address(line1="Very Long Road " * 20), contents=["A mug with a very long name " * 10])
    assert max(map(len, printed(await write_label(slip, tmp_path)))) <= 110


@pytest.mark.parametrize(
    ("name", "on_paper"),
    [
        ("Lucía Fernández", "Lucía Fernández"),
        ("Łucja Żółć", "Lucja Zólc"),
        ("Ağca Ilı", "Agca Ili"),
        ("Anna Müller 漢", "Anna Müller "),
    ],
)
async def test_a_name_is_printed_in_letters_the_fonts_have(tmp_path: Path, name: str, on_paper: str) -> None:
    assert on_paper in printed(await write_label(replace(SLIP, sender=an_address(name=name)), tmp_path))


async def test_a_country_without_a_name_here_is_given_by_its_code(tmp_path: Path) -> None:
    sender = an_address(city="Wien", region=None, postcode="1070", country="AT")
    text = printed(await write_label(replace(SLIP, sender=sender), tmp_path))
    assert {"Wien 1070", "AT"} <= set(text)


async def test_a_label_that_cannot_be_written_is_the_shops_error(tmp_path: Path) -> None:
    folder = a_file_called(tmp_path, "labels")
    with pytest.raises(ShopError, match=r"^The label .*R-50001\.pdf' cannot be written: "):
        await write_label(SLIP, folder)


def a_file_called(folder: Path, name: str) -> Path:
    (folder / name).write_text("")
    return folder / name


def test_tracking_numbers_differ_and_end_in_a_check_digit() -> None:
    numbers = [tracking_number(serial) for serial in range(1, 200)]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        digits = [int(digit) for digit in number[2:-2]]
        assert (sum(digits[-1::-2]) + 3 * sum(digits[-2::-2])) % 10 == 0, number
