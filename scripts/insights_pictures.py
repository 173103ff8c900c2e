"""Make docs/images/review.png: the head of the page that ``warmline insights review --demo --html`` writes, as Debian's chromium draws it."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from warmline.cli import main as warmline

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SIZE = (1100, 1000)


def main(folder: Path = IMAGES) -> None:
    """Write the picture and say where."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("insights_pictures: chromium is needed; scripts/browser.sh installs it")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "review.html"
        if warmline(["insights", "review", "--demo", "--html", str(page)]) != 0:
            sys.exit("insights_pictures: the review could not be made")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium)
            opened = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
            opened.goto(page.as_uri())
            opened.screenshot(path=folder / "review.png")
            browser.close()
    print(f"{folder / 'review.png'}: {(folder / 'review.png').stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
