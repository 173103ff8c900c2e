"""``warmline db export|erase``: what is stored of a person, and its end."""

import asyncio
import io
import json
import sys
from pathlib import Path

import pytest
from support.klaviyo_account import a_consent
from support.shell import Script, Shell

from warmline.cli import main
from warmline.errors import ShopUnavailable
from warmline.testing import NOW, FixedGuard, MemoryShop, says
from warmline.tools.shops.klaviyo import Register

NUMBER = "+18025550114"


@pytest.fixture
def talked(shell: Shell, scripted: Script) -> Shell:
    """Maya (C-1001) was handed over, a guest was answered."""
    scripted(guard=FixedGuard("emotional"))
    shell("chat", "--as", "C-1001", stdin="the heirloom vase came broken\n")
    scripted(says("Hello."))
    shell("chat", stdin="hi there\n")
    return shell


def test_export_writes_everything_to_a_file_only_its_owner_reads(talked: Shell, tmp_path: Path) -> None:
    file = tmp_path / "maya.json"
    ran = talked("db", "export", "--customer", "C-1001", "--output", str(file))
    assert (ran.code, ran.out) == (0, f"1 conversation written to {file}.\n")
    written = json.loads(file.read_text("utf-8"))
    assert written["conversations"][0]["turns"][0]["text"] == "the heirloom vase came broken"
    assert file.stat().st_mode & 0o077 == 0


def test_export_without_a_file_goes_to_the_standard_output(talked: Shell) -> None:
    ran = talked("db", "export", "--customer", "C-1001")
    assert json.loads(ran.out)["customer_id"] == "C-1001"
    assert "hi there" not in ran.out


def test_erase_leaves_nothing_to_export_and_says_what_it_did(talked: Shell, home: Path) -> None:
    ran = talked("db", "erase", "--customer", "C-1001", "--by", "anna", "--yes")
    assert ran.code == 0
    assert ran.out.startswith("Erased 1 conversation and 1 case; on record as erased-")
    assert talked("db", "export", "--customer", "C-1001").code == 2
    assert [file.name for file in home.glob("warmline.db*") if b"heirloom" in file.read_bytes()] == []
    assert talked("queue", "list").out == "No case is waiting.\n"


def test_an_erased_case_can_still_be_shown_and_says_who_erased_it(talked: Shell) -> None:
    (case,) = json.loads(talked("queue", "list", "--json").out)
    talked("db", "erase", "--customer", "C-1001", "--by", "anna", "--yes")
    shown = talked("queue", "show", case["id"])
    assert shown.code == 0
    assert "heirloom" not in shown.out
    history = json.loads(talked("queue", "show", case["id"], "--json").out)["events"]
    assert [(event["kind"], event["who"]) for event in history] == [("opened", "agent"), ("erased", "anna")]


def test_json_says_what_was_erased_to_a_machine(talked: Shell) -> None:
    (guests,) = [one for one in json.loads(talked("db", "export", "--customer", "C-1001").out)["conversations"] if one["cases"]]
    done = json.loads(talked("db", "erase", "--conversation", guests["id"], "--by", "anna", "--yes", "--json").out)
    assert (done["conversations"], done["cases"], done["by"]) == (1, 1, "anna")
    assert done["reference"].startswith("erased-")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1)])
def test_erase_does_what_the_person_answers(talked: Shell, monkeypatch: pytest.MonkeyPatch, answer: str, code: int) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert main(["db", "erase", "--customer", "C-1001"]) == code
    asked = "Erase customer 'C-1001': 1 conversation, 2 messages, 1 case (1 of them not resolved)? There is no way back."
    assert asked in talked.capture.readouterr().out
    assert talked("db", "export", "--customer", "C-1001").code == (2 if code == 0 else 0)


def test_erase_without_a_terminal_says_how_not_to_be_asked(talked: Shell) -> None:
    ran = talked("db", "erase", "--customer", "C-1001")
    assert (ran.code, "without a terminal add --yes" in ran.err) == (2, True)


@pytest.mark.parametrize("command", ["export", "erase"])
def test_somebody_must_be_named_once(talked: Shell, command: str) -> None:
    for words in ([], ["--customer", "C-1001", "--conversation", "c1"]):
        ran = talked("db", command, *words)
        assert ran.code == 2
        assert "give --customer ID, or for a guest --conversation ID" in ran.err
    ran = talked("db", command, "--customer", "C-9", *(["--yes"] if command == "erase" else []))
    assert (ran.code, "nothing is stored of customer 'C-9'" in ran.err) == (2, True)


def test_an_erasure_reaches_the_register_of_consents(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'consents.db'}"
    shell("chat", "--as", "C-1001", stdin="text me when the red crewneck in M is back\nyes\n")
    [conversation] = json.loads(shell("db", "export", "--customer", "C-1001").out)["conversations"]
    [write] = conversation["writes"]
    asyncio.run(_note(url, write["key"]))
    monkeypatch.setenv("WARMLINE_MARKETING", "klaviyo")
    assert "WARMLINE_KLAVIYO_KEY" in shell("db", "erase", "--customer", "C-1001", "--yes").err
    settings = {"KEY": "pk_test", "DOUBLE_LIST": "DblOpt", "REGISTER_URL": url}
    for name, value in settings.items():
        monkeypatch.setenv(f"WARMLINE_KLAVIYO_{name}", value)
    assert asyncio.run(_consents(url)) == [NUMBER, "maya.brooks@example.com"]
    assert shell("db", "erase", "--customer", "C-1001", "--yes").code == 0
    assert asyncio.run(_consents(url)) == ["maya.brooks@example.com"]


def test_an_export_has_what_the_register_of_consents_keeps(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'consents.db'}"
    shell("chat", "--as", "C-1001", stdin="text me when the red crewneck in M is back\nyes\n")
    before = json.loads(shell("db", "export", "--customer", "C-1001").out)
    assert before["kept_elsewhere"] == {}
    asyncio.run(_note(url, before["conversations"][0]["writes"][0]["key"]))
    asyncio.run(_stop(url, "maya.brooks@example.com", "someone.else@example.com"))
    with_klaviyo(monkeypatch, url)
    first = json.loads(shell("db", "export", "--customer", "C-1001").out)["kept_elsewhere"]["klaviyo"]
    assert ([one["address"] for one in first["consents"]], first["stops"]) == ([NUMBER], [])
    shell("chat", "--as", "C-1001", stdin="I want to talk to a person\n")  # its case knows whose account it is
    kept = json.loads(shell("db", "export", "--customer", "C-1001").out)["kept_elsewhere"]["klaviyo"]
    words = {one["address"]: one["wording"] for one in kept["consents"]}
    assert words == {place: a_consent(address=place).wording for place in (NUMBER, "maya.brooks@example.com")}
    assert [one["address"] for one in kept["stops"]] == ["maya.brooks@example.com"]


def test_an_erasure_asks_the_shop_first_without_the_service_and_names_the_way_without_it(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'consents.db'}"
    shell("chat", "--as", "C-1001", stdin="text me when the red crewneck in M is back\nyes\n")
    [conversation] = json.loads(shell("db", "export", "--customer", "C-1001").out)["conversations"]
    asyncio.run(_note(url, conversation["writes"][0]["key"]))
    with_klaviyo(monkeypatch, url)
    monkeypatch.setattr("warmline.tools.shops.klaviyo.open_marketing", not_to_be_opened)
    monkeypatch.setenv("WARMLINE_SHOP", f"{__name__}:a_shop_that_is_down")
    ran = shell("db", "erase", "--customer", "C-1001", "--yes")
    assert (ran.code, "--without-shop" in ran.err, "Nothing was erased" in ran.err) == (1, True, True)
    assert asyncio.run(_consents(url)) == [NUMBER, "maya.brooks@example.com"]
    assert shell("db", "export", "--customer", "C-1001").code == 0
    assert shell("db", "erase", "--customer", "C-1001", "--yes", "--without-shop").code == 0
    assert asyncio.run(_consents(url)) == ["maya.brooks@example.com"]


def test_while_the_register_fails_what_is_stored_stays_and_the_words_do_not_say_otherwise(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("chat", "--as", "C-1001", stdin="text me when the red crewneck in M is back\nyes\n")
    monkeypatch.setenv("WARMLINE_SHOP", f"{__name__}:a_shop")
    with_klaviyo(monkeypatch, f"sqlite:///{tmp_path / 'nowhere' / 'consents.db'}")
    ran = shell("db", "erase", "--customer", "C-1001", "--yes")
    assert (ran.code, "the register of consents was not erased" in ran.err, "--without-shop" in ran.err) == (1, True, False)
    monkeypatch.delenv("WARMLINE_MARKETING")
    assert shell("db", "export", "--customer", "C-1001").code == 0


def a_shop() -> MemoryShop:
    """One that keeps no notes."""
    return MemoryShop()


def not_to_be_opened(*_: object) -> None:
    """The service has no part in an erasure."""
    raise AssertionError("the marketing service was opened")


def a_shop_that_is_down() -> MemoryShop:
    """It cannot even be opened."""
    raise ShopUnavailable("the shop is down")


def with_klaviyo(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    settings = {"MARKETING": "klaviyo", "KLAVIYO_KEY": "pk_test", "KLAVIYO_DOUBLE_LIST": "DblOpt", "KLAVIYO_REGISTER_URL": url}
    for name, value in settings.items():
        monkeypatch.setenv(f"WARMLINE_{name}", value)


async def _stop(url: str, *addresses: str) -> None:
    async with Register(url=url) as register:
        for number, address in enumerate(addresses):
            await register.stop("email", address, at=NOW, key=f"s{number}")


async def _note(url: str, key: str) -> None:
    async with Register(url=url) as register:
        await register.note(a_consent(address=NUMBER, channel="sms"), key)
        await register.note(a_consent(address="maya.brooks@example.com"), "of another conversation")


async def _consents(url: str) -> list[str]:
    async with Register(url=url) as register:
        return [one.address for place in (NUMBER, "maya.brooks@example.com") for one in await register.consents(place)]
