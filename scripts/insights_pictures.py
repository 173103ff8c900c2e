"""Make the pictures of the insights in docs/images: the heads of the pages that the commands write of the demo's data, as Debian's chromium draws them."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from warmline.cli import main as warmline

IMAGES = Path(__file__).parents[1] / "docs" / "images"
WIDTH = 1100
HEIGHTS = {"landscape": 1020, "review": 1000, "thresholds": 1150}
PRICES = ("--cost-missed", "25", "--cost-needless", "4")


def main(folder: Path = IMAGES) -> None:
    """Write the pictures and say where."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("insights_pictures: chromium is needed; scripts/browser.sh installs it")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        pages = Path(name)
        _run("landscape", "--demo", "--out", name)
        _run("review", "--demo", "--html", str(pages / "review.html"))
        _run("label", "--demo", "--file", str(pages / "none.jsonl"), *PRICES, "--html", str(pages / "thresholds.html"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium)
            for page, height in HEIGHTS.items():
                _take(browser, pages / f"{page}.html", folder / f"{page}.png", height=height)
            browser.close()


def _run(*arguments: str) -> None:
    if warmline(["insights", *arguments]) != 0:
        sys.exit(f"insights_pictures: warmline insights {' '.join(arguments)} failed")


def _take(browser: Browser, page: Path, picture: Path, *, height: int) -> None:
    opened = browser.new_page(viewport={"width": WIDTH, "height": height}, color_scheme="light")
    opened.goto(page.as_uri())
    opened.screenshot(path=picture)
    opened.close()
    print(f"{picture}: {picture.stat().st_size // 1024} kB", file=sys.stderr)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
