"""The files a landscape ends in: the page, the figures, a policy to review, a suite to test it, and what could not be read."""

import csv
import json
from pathlib import Path

from .as_json import as_json
from .as_page import as_page
from .landscape import Landscape
from .proposing import proposed
from .suite import routing_suite
from .workfile import WorkFile

PAGE, FIGURES, POLICY, SUITE, BAD = "landscape.html", "landscape.json", "policy.yaml", "routing.eval.yaml", "bad-rows.csv"
UNFINISHED = ".unfinished.sqlite3"


def write_all(folder: Path, work: WorkFile, landscape: Landscape) -> list[Path]:
    """Write them, over those of an earlier run, and say which."""
    texts = {
        FIGURES: json.dumps(as_json(landscape), indent=2, ensure_ascii=False) + "\n",
        POLICY: proposed(landscape),
        SUITE: routing_suite(work, landscape),
        PAGE: as_page(landscape),
    }
    for name, text in texts.items():
        folder.joinpath(name).write_text(text, "utf-8")
    if landscape.bad:
        _bad_rows(folder / BAD, work)
    else:
        folder.joinpath(BAD).unlink(missing_ok=True)
    return [folder / name for name in (PAGE, FIGURES, POLICY, SUITE, *((BAD,) if landscape.bad else ()))]


def _bad_rows(path: Path, work: WorkFile) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "line", "reason"))
        writer.writerows(work.ask("SELECT file, line, reason FROM bad ORDER BY rowid"))
