"""At the desk: who you are, one move on the open desk, and what is said of it."""

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from .options import login_name

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case, Desk
    from warmline.settings import Settings

T = TypeVar("T")

Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; stays in the case, the customer never sees it.")]
Queue = Annotated[str | None, typer.Option("--queue", metavar="QUEUE", help="Only this queue, such as care.")]


@dataclass(frozen=True)
class Seat:
    """A person's place at the desk: ``by`` and ``home`` are what the command was given."""

    by: str | None = None
    home: Path | None = None

    @cached_property
    def settings(self) -> "Settings":
        """The operator's settings."""
        from warmline.settings import Settings

        return Settings.from_env(home=self.home)

    @cached_property
    def person(self) -> str:
        """Who sits here: ``--by``, else the setting, else the login name."""
        return self.by if self.by is not None else self.settings.name or login_name()

    @property
    def as_me(self) -> str:
        """What a command that is proposed needs, to be run as the same person."""
        return f" --by {shlex.quote(self.by)}" if self.by else ""

    def do(self, act: "Callable[[Desk], Awaitable[T]]") -> T:
        """What ``act`` makes of the open desk."""

        async def run() -> T:
            from .assembly import open_desk

            async with open_desk(self.settings) as desk:
                return await act(desk)

        return asyncio.run(run())

    def must_know(self, queue: str | None) -> None:
        """``UsageError`` for a queue that the policy does not have; asked when nothing was found in it."""
        from warmline.agent.guard.names import did_you_mean
        from warmline.errors import UsageError

        from .assembly import load_guard

        queues = load_guard(self.settings.policy).policy.queues if queue is not None else []
        if queue is not None and queue not in queues:
            raise UsageError(f"the policy has no queue {queue!r}; {did_you_mean(queue, queues)}")


def tell(case: "Case", words: str, *, json: bool) -> None:
    """What came of a move: a line, or the case as it stands after it."""
    from .screen import jsonable, print_json

    if json:
        print_json(jsonable(case))
    else:
        typer.echo(words)
