"""The README's pictures come from a real run, and from the same code come the same bytes."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "pictures.py"


def words(svg: str) -> str:
    """What a picture says, as one line."""
    lines = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", lines).replace("&#160;", " ").split())


@pytest.fixture
def script(tmp_path: Path) -> dict[str, Any]:
    space = runpy.run_path(str(SCRIPT))
    space["main"].__globals__["HOME"] = tmp_path / "home"
    return space


def test_the_pictures_show_a_return_and_a_case_and_come_out_the_same(script: dict[str, Any], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    script["main"](first)
    script["main"](second)
    for name in ("chat.svg", "case.svg"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    chat, case = words((first / "chat.svg").read_text()), words((first / "case.svg").read_text())
    assert "Please confirm" in chat
    assert "Done, your return is" in chat
    assert "Handed to a person" not in chat
    assert "Priya Raman" in case
    assert "draft reply" in case


def test_a_home_that_is_there_already_is_left_alone(script: dict[str, Any], tmp_path: Path) -> None:
    kept = tmp_path / "home" / "kept"
    kept.parent.mkdir()
    kept.touch()
    with pytest.raises(SystemExit, match="is there already"):
        script["main"](tmp_path / "pictures")
    assert kept.exists()
