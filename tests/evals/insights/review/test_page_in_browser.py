"""The review's page in a real browser: light and dark, without a script or a request, with its charts and its proposal."""

import asyncio
import lzma
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from warmline.agent.guard.policy import default_file, shipped, text_of
from warmline.agent.store.store import Store
from warmline.evals.insights.patch import patched
from warmline.evals.insights.review.demo import END
from warmline.evals.insights.review.document import document
from warmline.evals.insights.review.proposals import propose
from warmline.evals.insights.review.replay import replay
from warmline.evals.insights.review.review import review
from warmline.evals.insights.review.to_people import parts_of
from warmline.evals.insights.review.topics import finer_topics
from warmline.tools.clock import FrozenClock

CHROMIUM = shutil.which("chromium")
WANTED = os.environ.get("WARMLINE_TEST_BROWSER") == "1"
if not WANTED or CHROMIUM is None:
    why = "scripts/browser.sh installs chromium" if WANTED else "WARMLINE_TEST_BROWSER=1 runs it in Debian's chromium"
    pytest.skip(why, allow_module_level=True)

from playwright.sync_api import Browser, sync_playwright  # noqa: E402 (only where it is wanted)


async def made(folder: Path) -> str:
    """The page of the demo's last quarter."""
    file = folder / "demo.db"
    file.write_bytes(lzma.decompress(files("warmline.evals.insights").joinpath("conversations.db.xz").read_bytes()))
    store = await Store.open(f"sqlite+aiosqlite:///{file}", clock=FrozenClock(END))
    found = await review(store, span=timedelta(days=91))
    finer = finer_topics(found.this.contacts)
    proposals = propose(found.this.contacts, shipped(), finer)
    new = patched("default_policy.yaml", text_of(default_file()), [one.edit for one in proposals])
    again = await replay(store, shipped(), new.policy, since=found.this.since, until=found.this.until)
    await store.close()
    parts = parts_of(found.this.contacts, finer)
    return document(found, proposals, again, parts=parts, diff=new.diff, source="the demo", demo=True)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    page = folder / "review.html"
    page.write_text(asyncio.run(made(folder)), "utf-8")
    return page


@pytest.fixture(scope="module")
def browser(file: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_draws_without_a_script_or_a_request_and_fits_a_telephone(browser: Browser, file: Path, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, color_scheme="dark" if scheme == "dark" else "light", java_script_enabled=False
    )
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(file.as_uri())
    assert opened.locator(".chart svg").count() == 2
    assert opened.get_by_text("made-up data of the demo shop").is_visible()
    assert opened.get_by_text("send them to people").is_visible()
    assert opened.get_by_text("· sizes, size, größen, tailles").is_visible()
    assert opened.locator("pre").get_by_text("review_product_basic_sizes").is_visible()
    assert opened.get_by_text("not known").first.is_visible()
    box = opened.locator("body").bounding_box()
    assert box is not None
    assert box["width"] <= 390
    assert (asked, said) == ([file.as_uri()], [])
    context.close()
