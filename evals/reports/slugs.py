"""What cases are called in a link: readable, the same in every run of the same suites, and each its own."""

import re

from warmline.evals.gating.runs import Run

_OTHER = re.compile(r"[^A-Za-z0-9]+")


class Slugs(dict[str, str]):
    """The name in a link of every case of a run, by its id."""

    def __init__(self, run: Run) -> None:
        taken: set[str] = set()
        for case in run.cases:
            name = f"case-{_OTHER.sub('-', case.case_id).strip('-')}"
            number, free = 1, name
            while free in taken:
                number += 1
                free = f"{name}-{number}"
            taken.add(free)
            self[case.case_id] = free
