"""What the commands of the benchmarks have in common."""

import argparse
import os
import sys
from pathlib import Path

from platformdirs import user_cache_path

from .mock_server import Unmeasurable


def tell(line: str) -> None:
    """Progress and problems, apart from the results."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def names(text: str) -> tuple[str, ...]:
    """The names in ``A,B``."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def takes_cache(parser: argparse.ArgumentParser) -> None:
    """Add ``--cache``."""
    folder = user_cache_path("warmline") / "benchmarks"
    parser.add_argument("--cache", type=Path, default=folder, metavar="FOLDER",
                        help="where the peers' environments and the figures are (%(default)s)")  # fmt: skip


def needs_linux() -> None:
    """``Unmeasurable`` elsewhere."""
    if not hasattr(os, "sched_getaffinity"):
        raise Unmeasurable("this needs Linux: its server uses epoll, and CPU and memory are read from /proc")
