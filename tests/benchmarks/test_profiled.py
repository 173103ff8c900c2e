"""The profile: shares of a whole, by functions that are there."""

import asyncio.selector_events
from pathlib import Path

import pytest
from benchmarks.profiled import PARTS, Function, Part, Stats, shares

import warmline


def stats(*rows: tuple[Function, float, float]) -> Stats:
    return {(f"/any/{file}", 1, name): (1, 1, own, within, None) for (file, name), own, within in rows}


def test_a_part_is_its_functions_without_those_that_are_another_part() -> None:
    asking, posting = ("bounded.py", "answer"), ("doors.py", "post")
    found = shares(stats((("loop.py", "run"), 50.0, 100.0), (asking, 20.0, 50.0), (posting, 30.0, 30.0)))
    by_function: dict[Function, Part] = {one: part for part in PARTS for one in part.of}
    assert (found[by_function[posting].name], found[by_function[asking].name]) == (0.3, 0.2)
    assert sum(found.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("function", sorted({one for part in PARTS for one in (*part.of, *part.but)}))
def test_every_function_it_looks_at_is_there(function: Function) -> None:
    file, name = function
    ours = Path(warmline.__file__).parent.glob(f"agent/**/{file}")
    texts = [path.read_text("utf-8") for path in (*ours, Path(asyncio.selector_events.__file__)) if path.name == file]
    assert any(f"def {name}(" in text for text in texts), f"{file} has no function {name}"
