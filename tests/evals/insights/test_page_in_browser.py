"""The landscape's page in a real browser: light, dark, on paper, on a telephone, and without JavaScript; it asks nobody for anything."""

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.tickets import an_export

from warmline.evals.insights.landscape.as_page import as_page
from warmline.evals.insights.landscape.landscape import drawn_from
from warmline.evals.insights.landscape.reading import source_of
from warmline.evals.insights.landscape.running import read_all
from warmline.evals.insights.landscape.workfile import work_file

CHROMIUM = shutil.which("chromium")
WANTED = os.environ.get("WARMLINE_TEST_BROWSER") == "1"
if not WANTED or CHROMIUM is None:
    why = "scripts/browser.sh installs chromium" if WANTED else "WARMLINE_TEST_BROWSER=1 runs it in Debian's chromium"
    pytest.skip(why, allow_module_level=True)

from playwright.sync_api import Browser, ViewportSize, sync_playwright  # noqa: E402 (only where it is wanted)

SIZE = ViewportSize(width=1100, height=900)
A4 = 700
"""A page of 210 mm with margins of 12, in the points of a browser."""

ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    source = source_of(an_export(folder / "export.csv", extra=("I want a person",)), own={}, zone=ZONE)
    with work_file(folder / "work", "x") as work:
        read_all([source], work, zone=ZONE, jobs=1, advance=lambda _place, _records: None)
        made = as_page(drawn_from(work, [source], zone=ZONE.key, policy="default", cost_per_hour=30, demo=True))
    page = folder / "landscape.html"
    page.write_text(made, "utf-8")
    return page


def darkness(shot: bytes) -> float:
    """The share of a picture's points that are darker than the middle."""
    from PIL import Image

    counts = Image.open(io.BytesIO(shot)).convert("L").histogram()
    return sum(counts[:128]) / sum(counts)


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_it_draws_by_day_and_by_night_without_a_script_or_a_request(
    browser: Browser, file: Path, scheme: str, dark: bool
) -> None:
    context = browser.new_context(viewport=SIZE, color_scheme="dark" if dark else "light", java_script_enabled=False)
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(file.as_uri())
    assert (darkness(opened.screenshot()) > 0.5) == dark
    assert opened.locator(".chart svg").count() == 4
    assert opened.get_by_text("made-up data of the demo shop").is_visible()
    assert opened.get_by_text("10 min").first.is_visible()
    assert asked == [file.as_uri()]
    assert said == []
    context.close()


def test_a_bar_has_the_colour_the_style_sheet_says(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport=SIZE, color_scheme="light")
    opened = context.new_page()
    opened.goto(file.as_uri())
    fill = "getComputedStyle(document.querySelector('.chart path[fill=\"var(--c1)\"]')).fill"
    assert opened.evaluate(fill) == "rgb(0, 114, 178)"
    context.close()


def test_it_fits_a_telephone(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport=ViewportSize(width=390, height=800))
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_it_can_be_printed_by_night(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport=SIZE, color_scheme="dark")
    opened = context.new_page()
    opened.goto(file.as_uri())
    opened.emulate_media(media="print", color_scheme="dark")
    assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(28, 29, 33)"
    assert len(opened.pdf()) > 20_000
    context.close()


def test_no_table_is_wider_than_the_paper(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport=ViewportSize(width=A4, height=900))
    opened = context.new_page()
    opened.emulate_media(media="print")
    opened.goto(file.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= A4
    context.close()
