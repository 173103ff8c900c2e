"""``warmline doctor --shop``: the shop alone, by reads."""

import json
from pathlib import Path
from typing import Any

import pytest

from warmline.cli import main

LIMITED = """
from warmline.testing import MemoryShop

class Limited(MemoryShop):
    lacks = {"create_exchange": "the plan has none"}

class Down(MemoryShop):
    async def list_policies(self):
        raise OSError("connection refused")
"""


def examined(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    code = main(["doctor", "--shop", "--json", *arguments])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "limited_shop.py").write_text(LIMITED, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]


def test_the_demo_shop_says_what_is_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WARMLINE_SHOP", raising=False)
    code, found = examined(capsys, "--home", str(tmp_path))
    assert (code, [one["status"] for one in found]) == (0, ["ok", "ok"])
    assert "66 customers, 306 orders" in found[0]["found"]
    assert found[1]["found"] == "17 of 17 are offered to the model"


@pytest.mark.usefixtures("limited")
def test_a_tool_that_will_not_work_is_named_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARMLINE_SHOP", "limited_shop:Limited")
    code, found = examined(capsys, "--home", str(tmp_path))
    told = {one["name"]: (one["status"], one["found"]) for one in found}
    assert code == 0
    assert told["start_exchange"] == ("warning", "not offered: create_exchange: the plan has none")
    assert told["tools"] == ("ok", "16 of 17 are offered to the model")


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(
    ("choice", "words"), [("limited_shop:Down", "connection refused"), ("http", "WARMLINE_HTTP_TOKEN: is not set")]
)
def test_a_shop_that_is_not_reached_is_a_problem(
    choice: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARMLINE_SHOP", choice)
    code, found = examined(capsys, "--home", str(tmp_path))
    assert (code, found[0]["status"]) == (1, "problem")
    assert words in found[0]["found"]
