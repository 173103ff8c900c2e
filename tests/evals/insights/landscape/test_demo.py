"""The demo's tickets: half a year, the same every time, with something true to find in it."""

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path

from warmline.evals.insights.landscape.demo import FIRST, LAST, write_demo


def test_it_is_half_a_year_and_the_same_every_time(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    write_demo(first)
    write_demo(second)
    assert first.read_bytes() == second.read_bytes()
    written = first.stat().st_mtime_ns
    write_demo(first)
    assert first.stat().st_mtime_ns == written


def test_no_message_comes_twice_and_a_strike_shows(tmp_path: Path) -> None:
    file = tmp_path / "demo.csv"
    write_demo(file)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 2_500
    assert len({row["Description"] for row in rows}) == len(rows)
    days = [datetime.fromisoformat(row["Created at"].replace(" UTC", "+00:00")).date() for row in rows]
    assert (LAST - FIRST).days == 183
    assert (max(days) - min(days)).days >= 182
    weeks = Counter(day.isocalendar().week for day in days)
    assert sorted(week for week, _ in weeks.most_common(2)) == [38, 39]
