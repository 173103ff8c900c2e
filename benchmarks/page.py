"""The measured part of docs/performance.md, between two marks: nobody writes a figure there by hand."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from .mock_server import Unmeasurable

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN = "<!-- bench: begin; written by a command, not by hand -->"
END = "<!-- bench: end -->"


def machine() -> str:
    """What it was measured on, in one line."""
    about = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.partition(":")[2].strip() for line in about.splitlines() if line.startswith("model name")]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    cores = len(os.sched_getaffinity(0))
    return (
        f"{datetime.now(UTC):%d %B %Y}, {cores} cores ({models[0] if models else platform.machine()}),"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()}, load at the end {load}"
    )


def written(page: str, region: str) -> str:
    """The page with its measured part replaced."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Unmeasurable(f"docs/performance.md has no place for the figures: put the lines {BEGIN!r} and {END!r} into it")
    return f"{before}{BEGIN}\n\n{region.strip()}\n\n{END}{after}"


def versions_line(versions: Mapping[str, Mapping[str, str]]) -> str:
    """Each peer's libraries with their versions."""
    each = (f"{peer}: {', '.join(f'{name} {version}' for name, version in of.items())}" for peer, of in versions.items())
    return "; ".join(each) + "."
