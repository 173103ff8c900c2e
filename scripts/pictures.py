"""Make docs/images/chat.svg and docs/images/case.svg: what a terminal shows in a real run against the demo shop.

The embedded model answers; the clock stands still, times are counted in ticks and the case's number is drawn from a seed, so that
the same code draws the same bytes.
"""

import asyncio
import io
import itertools
import shutil
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from unittest.mock import patch

from rich.console import Console
from rich.text import Text

from warmline.cli.assembly import Service, open_service
from warmline.cli.case_view import View, case_on_screen
from warmline.cli.chat_view import ChatView
from warmline.cli.customers import find_customer
from warmline.cli.session import Session
from warmline.settings import Settings
from warmline.tools.clock import FrozenClock

HOME = Path(tempfile.gettempdir()) / "warmline"
"""Where the run keeps its data; a label's path is in the picture."""

IMAGES = Path(__file__).parents[1] / "docs" / "images"
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
TICK = 0.002
"""Seconds between two looks at the clock: what the tools' times in the pictures are made of."""

WIDTH = 92
CHAT = (
    "Hi, where is my order W-10432?",
    "Thanks! The Fjord Rain Boots from W-10391 are too small, I'd like to return them",
    "yes please",
)
CASE = (
    "The vase from W-10377 came cracked. It was for our anniversary dinner last night, my wife cried when she opened it.",
    "Are you still there?",
)


async def draw() -> dict[str, str]:
    """Both pictures as SVG, by file name."""
    settings = Settings.from_env({}, home=HOME)
    clock = FrozenClock(NOW)
    async with open_service(settings, clock=clock) as service:
        chat = _console()
        await _talk(service, chat, "C-1001", CHAT)
        await _talk(service, _console(), "C-1003", CASE)
        (case,) = await service.desk.cases()
        case = await service.desk.case(case.id)
        screen, thread = _console(), await service.desk.thread(case.id)
        view = View(case=case, thread=thread, now=NOW + timedelta(minutes=4), zone=UTC)
        screen.print(case_on_screen(view, width=WIDTH))
    return {
        "chat.svg": chat.export_svg(title="warmline chat --as C-1001", unique_id="warmline-chat"),
        "case.svg": screen.export_svg(title=f"warmline queue show {case.id}", unique_id="warmline-case"),
    }


async def _talk(service: Service, console: Console, who: str, messages: Sequence[str]) -> None:
    session = Session(service, f"picture-{who}", customer=await find_customer(service.shop, who))
    view = ChatView(console)
    view.opening(session.customer, service.model)
    for number, message in enumerate(messages):
        console.print(Text.assemble(("you › ", "bold cyan"), message))
        view.begin()
        await session.say(message, message_id=f"message-{number}", on_event=view.event)
        view.end()


def _console() -> Console:
    return Console(file=io.StringIO(), record=True, width=WIDTH, color_system="truecolor", highlight=False)


@contextmanager
def _reproducible() -> Generator[None]:
    """A new home that has the same name each time, time that is counted, and chance that is drawn from a seed."""
    ticks = itertools.count()
    import_module("sqlalchemy.sql.compiler")  # it takes its clock when it is loaded: that must not be the counted one
    try:
        HOME.mkdir()
    except FileExistsError:
        sys.exit(f"pictures: {HOME} is there already; move it away, it is made anew and removed")
    try:
        with (
            patch.object(time, "perf_counter", lambda: next(ticks) * TICK),
            patch("secrets.choice", Random(4).choice),  # noqa: S311 (no secret)
        ):
            yield
    finally:
        shutil.rmtree(HOME)


def main(folder: Path = IMAGES) -> None:
    """Write the pictures and say where."""
    with _reproducible():
        pictures = asyncio.run(draw())
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (folder / name).write_text(picture, encoding="utf-8")
        print(f"{folder / name}: {len(picture) // 1024} kB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
