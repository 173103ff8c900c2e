"""``warmline insights conversations``: one row per conversation, for a host's own tools."""

import asyncio
import csv
import secrets
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from warmline.cli.options import Home, Store, example
from warmline.errors import SettingsError, UsageError

from .sources import Demo, counting, open_source

if TYPE_CHECKING:
    from datetime import timedelta

    from warmline.evals.insights.rows import Row, Shown

EXAMPLES = example(
    "warmline insights conversations --since 91d --output conversations.csv",
    "warmline insights conversations --since 400d --output conversations.parquet --key-file export.key",
    "warmline insights conversations --demo | head -3",
)
Write = Callable[["list[Row]"], None]
NEEDS_ARROW = "Parquet needs one more package: pip install 'warmline[parquet]'; or name a file that ends in .csv"


def conversations(
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="How far back, such as 91d (default: 28d; --demo: all).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="A .csv or .parquet file (default: CSV on the standard output)."),
    ] = None,
    words: Annotated[bool, typer.Option("--words", help="With the first message, redacted: names stay in it.")] = False,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="Show the ids of customers and conversations as they are.")
    ] = False,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file", metavar="FILE", help="What ids are hashed with, to be the same in every export; made if it is missing."
        ),
    ] = None,
    demo: Demo = False,
    store: Store = None,
    home: Home = None,
) -> None:
    """Export one row per conversation: who served it, why, how it ended, what it cost.

    Customers and conversations are pseudonyms unless you say --with-ids, and other ones in every export unless you keep a key. The file
    appears when it is whole.
    """
    from warmline.cli.db_forget import duration
    from warmline.evals.insights.rows import Shown

    if with_ids and key_file is not None:
        raise UsageError("--with-ids shows the ids as they are; a --key-file would have nothing to do")
    shown = Shown(key=None if with_ids else _key(key_file), words=words)
    span = duration(since or ("400d" if demo else "28d"), "--since")
    with _writing(output) as write:
        number = asyncio.run(_export(write, shown, span, home=home, url=store, demo=demo))
    about = " of the demo shop's made-up ones" if demo else ""
    typer.echo(f"{number:,} conversations{about}{f' in {output}' if output else ''}", err=True)


async def _export(write: Write, shown: "Shown", span: "timedelta", *, home: Path | None, url: str | None, demo: bool) -> int:
    from warmline.evals.insights.rows import conversations as rows_of

    number = 0
    async with open_source(home=home, url=url, demo=demo) as source:
        now = source.store.clock.now()
        with counting("conversations") as tell:
            async for page in rows_of(source.store, shown, since=now - span, until=now):
                write(page)
                number += len(page)
                tell(len(page))
    return number


@contextmanager
def _writing(output: Path | None) -> Generator[Write]:
    """What takes pages of rows; the file gets its name when all of them are in it."""
    if output is None:
        yield _csv(sys.stdout)
        return
    if output.suffix not in (".csv", ".parquet"):
        raise typer.BadParameter(f"{output.name!r} ends in neither .csv nor .parquet", param_hint="--output")
    part = output.with_name(f".{output.name}.part")
    try:
        if output.suffix == ".csv":
            with part.open("w", encoding="utf-8", newline="") as stream:
                yield _csv(stream)
        else:
            with _parquet(part) as write:
                yield write
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _csv(stream: IO[str]) -> Write:
    from warmline.evals.insights.rows import COLUMNS, cell

    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)

    def write(page: "list[Row]") -> None:
        writer.writerows([cell(row[name]) for name in COLUMNS] for row in page)

    return write


@contextmanager
def _parquet(file: Path) -> Generator[Write]:
    from importlib import import_module

    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise SettingsError(NEEDS_ARROW) from error
    schema = arrow.schema(list(_fields(arrow)))
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        yield lambda page: writer.write_table(arrow.Table.from_pylist(page, schema=schema))


def _fields(arrow: Any) -> Generator[tuple[str, Any]]:
    from datetime import datetime

    from warmline.evals.insights.rows import COLUMNS

    kinds = {str: arrow.string(), bool: arrow.bool_(), int: arrow.int64(), datetime: arrow.timestamp("us", tz="UTC")}
    for name, kind in COLUMNS.items():
        yield name, kinds[kind]


def _key(file: Path | None) -> bytes:
    """The key of this export, or the one that is kept in a file for its owner alone."""
    if file is None:
        return secrets.token_bytes(32)
    if not file.exists():
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(secrets.token_hex(32), "ascii")
    key = file.read_bytes().strip()
    if len(key) < 32:
        raise UsageError(
            f"{str(file)!r} holds {len(key)} characters; expected at least 32 that nobody can guess: remove it, and one is made"
        )
    return key
