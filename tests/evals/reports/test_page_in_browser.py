"""The page in a real browser: it draws, in light and dark, asks nobody, obeys the keyboard, and is read without JavaScript."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.eval_runs import a_run
from support.eval_story import story

from warmline.evals.reports.html import page
from warmline.evals.reports.report import report

CHROMIUM = shutil.which("chromium")
WANTED = os.environ.get("WARMLINE_TEST_BROWSER") == "1"
if not WANTED or CHROMIUM is None:
    why = "scripts/browser.sh installs chromium" if WANTED else "WARMLINE_TEST_BROWSER=1 runs it in Debian's chromium"
    pytest.skip(why, allow_module_level=True)

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright  # noqa: E402 (only where it is wanted)

SIZE = ViewportSize(width=1280, height=900)
FIRST = "case-refund-over-limit-amount-489-tone-furious"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page") / "report.html"
    made.write_text(page(report(a_run(*story()))), "utf-8")
    return made


@pytest.fixture
def looked_at(browser: Browser, file: Path) -> Iterator[Page]:
    """The page as it opens; what it asks for and complains of fails the test."""
    context = browser.new_context(viewport=SIZE)
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
    opened.goto(file.as_uri())
    yield opened
    assert said == []
    assert {url.partition("#")[0] for url in asked} == {file.as_uri()}
    context.close()


def brightness(shot: bytes) -> float:
    """How bright a picture is on the whole, from 0 to 255."""
    import io

    from PIL import Image

    return float(sum(place * count for place, count in enumerate(Image.open(io.BytesIO(shot)).convert("L").histogram()))) / (
        1280 * 900
    )


@pytest.mark.parametrize(("scheme", "low", "high"), [("light", 225, 255), ("dark", 15, 60)])
def test_it_draws_in_light_and_in_dark(browser: Browser, file: Path, scheme: str, low: float, high: float) -> None:
    context = browser.new_context(viewport=SIZE, color_scheme="dark" if scheme == "dark" else "light")
    opened = context.new_page()
    opened.goto(file.as_uri())
    shot = opened.screenshot()
    assert low < brightness(shot) < high
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_keyboard_moves_filters_and_is_remembered_in_the_address(looked_at: Page) -> None:
    keyboard = looked_at.keyboard
    keyboard.press("j")
    assert looked_at.url.endswith(f"#case={FIRST}")
    assert looked_at.evaluate("document.activeElement.parentElement.id") == FIRST
    keyboard.press("j")
    assert looked_at.url.endswith("#case=case-injected-description")
    keyboard.press("k")
    assert looked_at.url.endswith(f"#case={FIRST}")
    assert looked_at.locator(".case:visible").count() == 58
    keyboard.press("f")
    assert looked_at.locator(".case:visible").count() == 3
    assert "only=failing" in looked_at.url
    looked_at.reload()
    assert looked_at.locator(".case:visible").count() == 3
    keyboard.press("f")
    assert looked_at.locator(".case:visible").count() == 58


def test_a_case_opens_by_key_and_by_link(looked_at: Page) -> None:
    chosen = looked_at.locator("#case-order-status-1")
    looked_at.locator('a.square[href="#case-order-status-1"]').first.click()
    assert chosen.evaluate("one => one.open")
    looked_at.keyboard.press("Enter")
    assert not chosen.evaluate("one => one.open")
    assert looked_at.url.endswith("#case=case-order-status-1")


def test_search_finds_what_was_said(looked_at: Page) -> None:
    looked_at.keyboard.press("/")
    looked_at.keyboard.type("i call my bank")
    assert looked_at.locator(".case:visible").count() == 1
    assert "q=i+call+my+bank" in looked_at.url
    looked_at.locator("#search").fill("nothing says this")
    assert looked_at.locator("#none").is_visible()


def test_light_and_dark_can_be_changed(looked_at: Page) -> None:
    before = brightness(looked_at.screenshot())
    looked_at.keyboard.press("t")
    after = brightness(looked_at.screenshot())
    assert abs(before - after) > 100
    assert "theme=" in looked_at.url


def test_what_a_customer_wrote_ran_nowhere(looked_at: Page) -> None:
    assert looked_at.title().startswith("FAIL")
    assert looked_at.get_by_text("document.title='owned'").first.is_visible()


def test_it_is_read_without_javascript(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport=SIZE, java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{file.as_uri()}#case-order-status-1")
    assert opened.get_by_text("Refund me the whole 489.00 now or I call my bank.").first.is_visible()
    assert not opened.locator("#search").is_visible()
    summary = opened.locator("#case-order-status-1 > summary")
    summary.click()
    assert opened.locator("#case-order-status-1").get_by_text("Where is my order?").is_visible()
    context.close()


def test_it_fits_a_telephone(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport=ViewportSize(width=390, height=800))
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_paper_has_what_failed(browser: Browser, file: Path, tmp_path: Path) -> None:
    context = browser.new_context(viewport=SIZE)
    opened = context.new_page()
    opened.goto(file.as_uri())
    opened.emulate_media(media="print")
    assert not opened.locator(".tools").is_visible()
    assert opened.get_by_text("issue_refund").first.is_visible()
    assert len(opened.pdf()) > 20_000
    context.close()
