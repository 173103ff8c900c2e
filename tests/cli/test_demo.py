"""``warmline demo``: who can be played, what they ordered, a fresh start."""

import io
import json
import sys
from pathlib import Path

import pytest
from support.shell import Shell

from warmline.cli import main


def test_customers_are_listed_with_something_to_ask_about(shell: Shell) -> None:
    ran = shell("demo", "customers")
    assert ran.code == 0
    (maya,) = [line for line in ran.out.splitlines() if line.startswith("C-1001")]
    assert "Maya Brooks" in maya
    assert "maya.brooks@example.com" in maya
    assert "W-10460 processing" in maya


def test_customers_as_json_are_whole_records(shell: Shell) -> None:
    listed = json.loads(shell("demo", "customers", "--json").out)
    assert len(listed) >= 60
    maya = next(one for one in listed if one["customer_id"] == "C-1001")
    assert maya["orders"] == 4
    assert maya["email"] == "maya.brooks@example.com"


@pytest.mark.parametrize("who", ["C-1001", "c-1001", "Maya.Brooks@example.com"])
def test_orders_of_a_customer_by_id_or_e_mail(shell: Shell, who: str) -> None:
    numbers = [line.split()[0] for line in shell("demo", "orders", who).out.splitlines()[1:]]
    assert numbers[0] == "W-10460"
    assert [order["number"] for order in json.loads(shell("demo", "orders", who, "--json").out)] == numbers


def test_a_customer_without_orders_is_said_to_have_none(shell: Shell) -> None:
    assert "has not ordered anything" in shell("demo", "orders", "C-1007").out


@pytest.mark.parametrize("who", ["C-9999", "nobody@example.com"])
def test_an_unknown_customer_leads_to_the_list(shell: Shell, who: str) -> None:
    ran = shell("demo", "orders", who)
    assert ran.code == 2
    assert "warmline demo customers" in ran.err


def test_reset_asks_and_without_a_terminal_says_how_not_to_be_asked(shell: Shell) -> None:
    ran = shell("demo", "reset", stdin="y\n")
    assert ran.code == 2
    assert "--yes" in ran.err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1), ("", 130)])
def test_reset_does_what_the_person_answers(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, code: int
) -> None:
    before = (home / "shop.db").stat().st_mtime_ns
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert main(["demo", "reset"]) == code
    assert ("as on the first day" in capsys.readouterr().out) == (code == 0)
    assert ((home / "shop.db").stat().st_mtime_ns != before) == (code == 0)


def test_reset_forgets_what_was_changed(shell: Shell, home: Path) -> None:
    import sqlite3

    with sqlite3.connect(home / "shop.db") as shop:
        shop.execute("UPDATE shop_order SET status = 'cancelled' WHERE number = 'W-10460'")
    shop.close()
    assert "W-10460  2" in shell("demo", "orders", "C-1001").out
    assert shell("demo", "reset", "--yes").code == 0
    newest = json.loads(shell("demo", "orders", "C-1001", "--json").out)[0]
    assert (newest["number"], newest["status"]) == ("W-10460", "processing")


@pytest.mark.parametrize("content", [b"this is no database at all", b"", None])
def test_reset_mends_a_file_that_is_no_shop(shell: Shell, home: Path, content: bytes | None) -> None:
    (home / "shop.db").unlink()
    if content is not None:
        (home / "shop.db").write_bytes(content)
    assert shell("demo", "reset", "--yes").code == 0
    assert "C-1001" in shell("demo", "customers").out


def test_a_damaged_shop_is_one_clear_line(shell: Shell, home: Path) -> None:
    (home / "shop.db").write_bytes(b"this is no database at all, and long enough to be looked at")
    ran = shell("demo", "customers")
    assert ran.code == 1
    assert "damaged" in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("asked", [("demo", "customers"), ("chat",), ("worker", "--once"), ("mcp",)])
def test_an_install_without_the_demo_says_so_before_anything_begins(
    shell: Shell, asked: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "reportlab", None)
    ran = shell(*asked)
    assert ran.code == 3
    assert "pip install 'warmline[demo]'" in ran.err
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1


def test_the_doctor_says_that_the_demo_is_missing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab", None)
    ran = shell("doctor", "--json")
    (shop,) = [one for one in json.loads(ran.out) if one["name"] == "shop"]
    assert (ran.code, shop["status"]) == (1, "problem")
    assert "pip install 'warmline[demo]'" in shop["found"]


def test_a_delivery_brings_a_sold_out_variant_back_and_who_waits_is_told_once(shell: Shell) -> None:
    shell("chat", "--as", "C-1001", stdin="text me when the red crewneck in M is back\nyes\n")
    assert "Nothing was to be done" in shell("worker", "--once").out + shell("worker", "--once").err
    assert shell("demo", "restock", "hp-crew-red-m").out == (
        "HP-CREW-RED-M: 5 in stock.\n1 waits to be told. To tell them: warmline worker --once, then warmline outbox list.\n"
    )
    for _ in range(2):
        shell("worker", "--once")
    [event] = [one for one in json.loads(shell("outbox", "list", "--json").out) if one["kind"] == "back_in_stock"]
    assert json.loads(shell("outbox", "show", event["key"], "--json").out)["body"]["phone"] == "+18025550114"
    assert json.loads(shell("demo", "restock", "HP-CREW-RED-M", "--units", "2", "--json").out) == {
        "sku": "HP-CREW-RED-M",
        "units": 7,
        "waiting": 0,
    }


def test_no_delivery_of_what_the_demo_shop_does_not_sell(shell: Shell) -> None:
    ran = shell("demo", "restock", "nope")
    assert ran.code == 2
    assert "no variant 'nope'" in ran.err
