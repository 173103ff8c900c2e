"""``warmline queue list --watch``: the queue as it changes, until q or Ctrl-C."""

import asyncio
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live

from warmline.errors import StoreError

from .assembly import open_desk
from .case_list import Wanted
from .queue_board import Board
from .queue_desk import Seat

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Desk

LOOK_SECONDS = 2.0
DRAW_SECONDS = 0.5
QUIT = frozenset(b"qQ\x03\x04")


def watch_queue(seat: Seat, wanted: Wanted) -> None:
    """Show the queue on the whole terminal until somebody ends it; what was on the screen before is there again then."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_watch(seat, wanted))


async def _watch(seat: Seat, wanted: Wanted) -> None:
    board = Board(me=seat.person)
    async with open_desk(seat.settings) as desk:
        await _look(desk, wanted, board, Console().height)
        with Live(board, console=Console(highlight=False), screen=True, auto_refresh=False) as live, _keys() as ended:
            reading = asyncio.create_task(_keep_looking(desk, wanted, board, live))
            try:
                while not ended.is_set() and not reading.done():
                    board.now = desk.store.clock.now()
                    live.refresh()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(ended.wait(), DRAW_SECONDS)
            finally:
                reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading


async def _keep_looking(desk: "Desk", wanted: Wanted, board: Board, live: Live) -> None:
    """Look again and again; a database that does not answer is said on the board, and asked again."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await _look(desk, wanted, board, live.console.height)
        except StoreError as error:
            board.failed(str(error))


async def _look(desk: "Desk", wanted: Wanted, board: Board, height: int) -> None:
    page = await replace(wanted, limit=max(1, min(wanted.limit, height))).page(desk)
    board.show(page, await desk.stats(), desk.store.clock.now())


@contextmanager
def _keys() -> Generator[asyncio.Event]:
    """An event that is set when somebody presses q. Where keys cannot be read one by one, only Ctrl-C ends."""
    ended = asyncio.Event()
    try:
        import termios
        import tty
    except ImportError:  # Windows
        yield ended
        return
    keyboard, loop = sys.stdin.fileno(), asyncio.get_running_loop()

    def pressed() -> None:
        keys = b""
        with suppress(OSError):  # the terminal is gone
            keys = os.read(keyboard, 64)
        if not keys or QUIT & set(keys):
            ended.set()

    before = termios.tcgetattr(keyboard)
    tty.setcbreak(keyboard)
    loop.add_reader(keyboard, pressed)
    try:
        yield ended
    finally:
        loop.remove_reader(keyboard)
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
