"""The page of the curve: no script, no network, nothing a customer writes becomes markup; in a real browser where one is wanted."""

import os
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warmline.agent.guard.policy import shipped
from warmline.agent.guard.signals import Signals
from warmline.evals.insights.labels.as_page import as_page
from warmline.evals.insights.labels.choosing import choose
from warmline.evals.insights.labels.costs import Prices
from warmline.evals.insights.labels.labels import Label, Said
from warmline.evals.insights.page import DEMO

CHROMIUM = shutil.which("chromium")
BROWSER = pytest.mark.skipif(
    os.environ.get("WARMLINE_TEST_BROWSER") != "1" or CHROMIUM is None,
    reason="WARMLINE_TEST_BROWSER=1 runs it in Debian's chromium",
)
EVIL = '<img src=x onerror=alert(1)> & "quotes"'
SIZES = Counter({"human/3": 400, "human/4": 50, "automate/0": 5000})


def labelled(number: int, said: Said, probability: float, *, stratum: str, why: str = "") -> tuple[Label, Signals]:
    label = Label(
        turn_id=number, conversation="c1", message=f"m{number}", text=EVIL, stratum=stratum, route=stratum.partition("/")[0], reason="unsure",
        score=probability, said=said, why=why, by="ana", at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    return label, Signals(human_probability=probability, intent="order_status", intent_probability=1.0)


def a_page(*, demo: bool = False) -> str:
    """Grey messages that the agent should have had, and one above them that asked for a person."""
    labels = [
        *(labelled(number, "agent", 0.5, stratum="human/3") for number in range(40)),
        labelled(50, "person", 0.7, stratum="human/4", why="human_request"),
        *(labelled(100 + number, "agent", 0.01, stratum="automate/0") for number in range(30)),
    ]
    found = choose(labels, SIZES, shipped(), Prices(missed=25, needless=4))
    return as_page(found, diff="-  human: 0.45\n+  human: 0.55\n", source="your store", demo=demo)


def test_it_has_both_charts_with_the_thresholds_marked_and_what_is_barred() -> None:
    made = a_page()
    assert made.count("<svg") == 2
    for said in ("now 0.45", "proposed 0.55", "Where it is grey", "lets go what must stay with people"):
        assert said in made


def test_nothing_is_run_and_words_stay_words() -> None:
    made = a_page()
    assert "<script" not in made
    assert "<img" not in made
    assert "&lt;img src=x" in made


def test_made_up_labels_are_marked() -> None:
    assert DEMO in a_page(demo=True)
    assert DEMO not in a_page()


@BROWSER
@pytest.mark.parametrize("dark", [False, True])
def test_a_browser_draws_it_by_day_and_by_night_and_asks_nobody(tmp_path: Path, *, dark: bool) -> None:
    from playwright.sync_api import ViewportSize, sync_playwright

    file = tmp_path / "thresholds.html"
    file.write_text(a_page(), "utf-8")
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        opened = browser.new_page(viewport=ViewportSize(width=390, height=800), color_scheme="dark" if dark else "light")
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(file.as_uri())
        stroke = "getComputedStyle(document.querySelector('.chart path[stroke=\"var(--c1)\"]')).stroke"
        assert opened.evaluate(stroke) == ("rgb(86, 180, 233)" if dark else "rgb(0, 114, 178)")
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390
        opened.emulate_media(media="print", color_scheme="dark")
        assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(28, 29, 33)"
        browser.close()
    assert asked == [file.as_uri()]
