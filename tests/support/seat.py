"""A seat at a terminal chat: a keyboard that types what a test says, and the screen that shows what came of it."""

import io
import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager

from rich.console import Console

from warmline.agent.guard.guard import Guard
from warmline.cli.assembly import open_service
from warmline.cli.chat_terminal import TerminalChat
from warmline.cli.chat_view import ChatView
from warmline.cli.keyboard import Keyboard
from warmline.cli.session import Session, new_session, resumed_session
from warmline.cli.stage import Stage
from warmline.settings import Settings
from warmline.testing import Entry, FixedGuard, ScriptedModel

Step = str | Callable[[], str | None]


class Typist(Keyboard):
    """Types one step after the other; a step may be a function that waits for something first."""

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__(None)
        self._steps: Iterator[Step] = iter(steps)

    def ask(self) -> str | None:
        step = next(self._steps, None)
        return step() if callable(step) else step

    @contextmanager
    def quiet(self) -> Generator[None]:
        yield


class Seat:
    """A terminal chat with everything it needs, and what its screen shows."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.screen = io.StringIO()
        self.session: Session | None = None

    @property
    def shown(self) -> str:
        """What the screen shows, without the lines of boxes."""
        return re.sub(r"[│╭╮╰╯─]", "", self.screen.getvalue())

    @property
    def prose(self) -> str:
        """The same as one line."""
        return " ".join(self.shown.split())

    def chat(
        self,
        *steps: Step,
        script: Sequence[Entry] = (),
        guard: Guard | None = None,
        who: str | None = "C-1001",
        resume: bool = False,
    ) -> str:
        """Talk, and return what the screen shows in the end."""
        self.screen.truncate(0)
        self.screen.seek(0)
        console = Console(file=self.screen, width=90, highlight=False)
        stack = AsyncExitStack()
        opening = open_service(self.settings, model=ScriptedModel(script), guard=guard or FixedGuard())
        with Stage() as stage:
            service = stage.run(stack.enter_async_context(opening))
            self.session = stage.run(resumed_session(service, None, None) if resume else new_session(service, who))
            try:
                TerminalChat(stage, self.session, view=ChatView(console), keyboard=Typist(steps)).run()
            finally:
                stage.run(stack.aclose())
        return self.shown

    def wait_for(self, words: str, *, then: str | None = None) -> Callable[[], str | None]:
        """A step that types nothing until the screen shows something."""

        def step() -> str | None:
            deadline = time.monotonic() + 20
            while words not in self.shown:
                assert time.monotonic() < deadline, f"{words!r} never came; the screen shows: {self.shown}"
                time.sleep(0.01)
            return then

        return step
