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

from warmline.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from warmline.agent.store.store import Store
    from warmline.settings import Settings

Demo = Annotated[bool, typer.Option("--demo", help="Read the demo shop's made-up conversations instead of yours.")]
PACKED = "conversations.db.xz"
_ELSE = "check --store, --home or WARMLINE_DATABASE_URL, or see made-up ones with --demo"
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
    """The store to read; ``SettingsError`` if there is none: nothing is made, and nothing is brought up."""
    from warmline.cli.db_place import settings_for, shown

    settings = settings_for(home, url)
    if not demo:
        async with _as_it_is(settings) as store:
            yield Source(store=store, settings=settings, name=shown(settings), demo=False)
        return
    if url is not None:
        raise UsageError("--demo reads its own store: leave --store out, or --demo")
    with tempfile.TemporaryDirectory(prefix="warmline-demo-") as name:
        async with _unpacked(Path(name)) as store:
            yield Source(store=store, settings=settings, name=DEMO_NAME, demo=True)


@asynccontextmanager
async def _as_it_is(settings: "Settings") -> AsyncGenerator["Store"]:
    from warmline.agent.store.revision import HEAD, current, refuse_newer
    from warmline.agent.store.store import Store
    from warmline.cli.assembly import open_database
    from warmline.cli.db_place import shown
    from warmline.tools.clock import SystemClock

    if (file := _sqlite_file(settings)) is not None and not file.is_file():
        raise SettingsError(f"there is no store {str(file)!r}: {_ELSE}")
    async with open_database(settings) as engine:
        found = await current(engine)
        refuse_newer(found)
        if found.standing == "empty":
            raise SettingsError(f"{shown(settings)!r} holds no conversations of Warmline's: {_ELSE}")
        if found.standing != "current":
            raise SettingsError(
                f"the store {shown(settings)!r} is older than this version needs ({HEAD!r}), and nothing is changed in it here: run `warmline db upgrade`"
            )
        yield Store(engine, SystemClock())


def _sqlite_file(settings: "Settings") -> Path | None:
    """The file of a store that is one."""
    from sqlalchemy import make_url

    from warmline.cli.assembly import usable_url

    with usable_url():
        url = make_url(settings.database_url)
    name = url.database
    return Path(name) if url.get_backend_name() == "sqlite" and name and not name.startswith((":", "file:")) else None


@asynccontextmanager
async def _unpacked(folder: Path) -> AsyncGenerator["Store"]:
    from warmline.agent.store.store import Store
    from warmline.evals.insights.review.demo import END
    from warmline.tools.clock import FrozenClock

    file = folder / "conversations.db"
    file.write_bytes(lzma.decompress(files("warmline.evals.insights").joinpath(PACKED).read_bytes()))
    store = await Store.open(f"sqlite:///{file}", clock=FrozenClock(END))
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
