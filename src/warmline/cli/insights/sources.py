"""Which store an insights command reads: the configured one, or the demo's, unpacked for as long as it is read."""

import lzma
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import UsageError

if TYPE_CHECKING:
    from warmline.agent.store.store import Store
    from warmline.settings import Settings

Demo = Annotated[bool, typer.Option("--demo", help="Read the demo shop's made-up conversations instead of yours.")]
PACKED = "conversations.db.xz"
DEMO_NAME = "the demo shop's made-up conversations"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A store that is open, how it is called in a report, and whether it is the demo's."""

    store: "Store"
    settings: "Settings"
    name: str
    demo: bool


@asynccontextmanager
async def open_source(*, home: Path | None, url: str | None, demo: bool) -> AsyncGenerator[Source]:
    """The store to read."""
    from warmline.cli.assembly import open_store
    from warmline.cli.db_place import settings_for, shown

    settings = settings_for(home, url)
    if not demo:
        async with open_store(settings) as store:
            yield Source(store=store, settings=settings, name=shown(settings), demo=False)
        return
    if url is not None:
        raise UsageError("--demo reads its own store: leave --store out, or --demo")
    with tempfile.TemporaryDirectory(prefix="warmline-demo-") as name:
        async with _unpacked(Path(name)) as store:
            yield Source(store=store, settings=settings, name=DEMO_NAME, demo=True)


@asynccontextmanager
async def _unpacked(folder: Path) -> AsyncGenerator["Store"]:
    from warmline.agent.store.store import Store
    from warmline.evals.insights.review.demo import END
    from warmline.tools.clock import FrozenClock

    file = folder / "conversations.db"
    file.write_bytes(lzma.decompress(files("warmline.evals.insights").joinpath(PACKED).read_bytes()))
    store = await Store.open(f"sqlite+aiosqlite:///{file}", clock=FrozenClock(END))
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def counting(what: str = "messages read") -> Generator[Callable[[int], None]]:
    """A count on stderr, if that is a terminal: how many more there are now."""
    from warmline.cli.streams import progress

    total = 0
    with progress(None, what) as advance:

        def more(number: int) -> None:
            nonlocal total
            total += number
            advance(0, total)

        yield more


def policy_text(file: Path | None) -> tuple[str, str]:
    """The name and the text of a policy file, or of the shipped policy."""
    from warmline.agent.guard.policy import default_file, text_of

    if file is not None and not file.is_file():
        raise typer.BadParameter(f"{str(file)!r} is no file; name a policy in YAML", param_hint="--policy")
    return (file.name, text_of(file)) if file else ("default_policy.yaml", text_of(default_file()))
