"""A disk that fills up to its last byte, and is emptied again."""

import asyncio
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from .ground import Ground

DRY, WET = 1.0, 1.0
"""Seconds between two floods, and that one lasts."""
_BLOCK = bytes(4096)


async def flood(ground: Ground) -> None:
    """Fill the disk of the run's folder ``ground.floods`` times."""
    ballast = Path(ground.folder) / "ballast"
    for _ in range(ground.floods):
        await asyncio.sleep(DRY)
        try:
            await asyncio.to_thread(_fill, ballast)
            await asyncio.sleep(WET)
        finally:
            ballast.unlink(missing_ok=True)


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(_BLOCK):
            pass


@contextmanager
def small_disk(folder: Path, *, size: str = "24m") -> Generator[str | None]:
    """Mount a small disk on a folder; gives what is in the way when that is not allowed, else ``None``."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],  # noqa: S607 - wherever it is
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        yield mounted.stderr.strip() or "mount failed"
        return
    try:
        yield None
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S607 - as above
