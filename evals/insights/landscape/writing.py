"""The files a landscape ends in: the page, the figures, a policy to review, a suite to test it, and what could not be read."""

import csv
import json
from itertools import count
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
    """Write them and say which. What only this makes is written over; of policy and suite, which people correct, there is a new one beside."""
    figures = json.dumps(as_json(landscape), indent=2, ensure_ascii=False) + "\n"
    for name, text in ((FIGURES, figures), (PAGE, as_page(landscape))):
        folder.joinpath(name).write_text(text, "utf-8")
    beside = [_beside(folder, POLICY, proposed(landscape)), _beside(folder, SUITE, routing_suite(work, landscape))]
    if landscape.bad:
        _bad_rows(folder / BAD, work)
    else:
        folder.joinpath(BAD).unlink(missing_ok=True)
    return [folder / PAGE, folder / FIGURES, *beside, *([folder / BAD] if landscape.bad else [])]


def _beside(folder: Path, name: str, text: str) -> Path:
    """The first of ``policy.yaml``, ``policy-2.yaml``, … that is free, with the text in it, or that holds it already."""
    stem, dot, rest = name.partition(".")
    for number in count(1):
        path = folder / (name if number == 1 else f"{stem}-{number}{dot}{rest}")
        try:
            with path.open("x", encoding="utf-8", newline="") as stream:
                stream.write(text)
        except FileExistsError:
            if not path.is_file() or path.read_bytes() != text.encode():
                continue
        return path
    raise AssertionError("numbers end")


def _bad_rows(path: Path, work: WorkFile) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "line", "reason"))
        writer.writerows(work.ask("SELECT file, line, reason FROM bad ORDER BY rowid"))
