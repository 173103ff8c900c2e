"""The page of the insights: no script, no network, and nothing a customer writes becomes markup."""

import re

import pytest

from warmline.evals.insights import charts
from warmline.evals.insights.charts import Bar, bars, heat, lines, points
from warmline.evals.insights.page import DEMO, Figure, Section, chart, page, table

EVIL = '<img src=x onerror=alert(1)> & "quotes"'
GROUPS = ("automate", "keep with people")


def a_page(*, demo: bool = False) -> str:
    rows = [
        Bar("order status", 0.4, said="40 %", group="automate"),
        Bar(EVIL, 0.2, said=EVIL, group="keep with people", low=0.1, high=0.3),
    ]
    drawings = [
        chart(bars(rows, label="shares", title="share", groups=GROUPS, percent=True), "Shares"),
        chart(points(rows, label="ratings", title="rating", groups=GROUPS, within=(0, 1)), "Ratings"),
        chart(heat(("Mon", "Tue"), ("00", "01"), [[0, 1], [2, 6]], label="hours", unit="tickets"), "Hours"),
        chart(
            lines([("2026-03-02", "a", 1.0), ("2026-03-09", "a", 2.0), ("2026-03-02", "b", 3.0)], label="weeks", title="n"),
            "Weeks",
        ),
    ]
    listed = table(("topic", "tickets", "reopened"), [(EVIL, "12", "not in this file")], numbers=[1, 2], caption="Topics")
    return page("A landscape", [Section("Charts", [*drawings, listed])], figures=[Figure("tickets", "12")], demo=demo)


def test_charts_take_the_colours_of_the_page_and_say_their_figures() -> None:
    made = a_page()
    assert made.count("<svg") == 4
    assert re.findall(r"#0[abc]0[abc]0\d", made) == []
    assert 'fill="var(--c1)"' in made
    assert 'fill="var(--h6)"' in made
    assert 'aria-label="shares"' in made
    assert "stroke-dasharray" in made


def test_nothing_is_run_and_nothing_is_fetched() -> None:
    made = a_page()
    for forbidden in ("<script", "<img", "style=", " href=", "src=x", "url("):
        assert forbidden not in made.replace("&lt;img src=x", "")
    assert set(re.findall(r"https?://[^\"\s<]+", made)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_what_is_not_known_is_said_in_words_and_set_apart() -> None:
    assert '<td class="unknown n">not in this file</td>' in a_page()


def test_made_up_figures_are_marked_in_the_title_and_at_the_head() -> None:
    assert DEMO in a_page(demo=True)
    assert "<title>Demo: A landscape</title>" in a_page(demo=True)
    assert "emonstration" not in a_page()


def test_the_same_figures_make_the_same_page() -> None:
    assert a_page() == a_page()


def test_without_the_extra_the_page_says_how_to_get_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "available", lambda: False)
    made = a_page()
    assert "<svg" not in made
    assert "warmline[insights]" in made
    assert "<table>" in made
