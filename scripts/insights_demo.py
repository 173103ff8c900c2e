"""Make evals/insights/conversations.db.xz, the store behind ``warmline insights review --demo``: half a year, played for real.

It takes a minute or two of CPU. The same code makes the same conversations; case numbers and measured milliseconds differ.
"""

import asyncio
import lzma
import sqlite3
import sys
import tempfile
from pathlib import Path

from warmline.evals.insights.review.demo import make_demo

PACKED = Path(__file__).parents[1] / "evals" / "insights" / "conversations.db.xz"


def main(target: Path = PACKED) -> None:
    """Play, pack, and say how large it became."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = folder / "conversations.db"
        asyncio.run(make_demo(store, folder=folder, tell=_tell))
        with sqlite3.connect(store) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("VACUUM")
        connection.close()
        target.write_bytes(lzma.compress(store.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
        print(f"{target}: {target.stat().st_size // 1024} kB, unpacked {store.stat().st_size // 1024} kB")


def _tell(done: int, known: int) -> None:
    if done % 100 == 0:
        print(f"{done} of {known} so far", file=sys.stderr)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
