"""A chat on a terminal: the prompt, the turns, and a person's words that come in while the prompt waits."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from warmline.errors import StoreError

from .chat_view import ChatView
from .keyboard import Keyboard
from .session import Session
from .stage import Stage

if TYPE_CHECKING:
    from warmline.agent.guard.decision import Decision

POLL_SECONDS = 1.0


def talk_on_terminal(stage: Stage, session: Session, *, history: Path | None) -> None:
    """Talk until the customer leaves. ``KeyboardInterrupt`` goes through; an interrupted turn can be resumed."""
    console = Console(highlight=False)
    keyboard = Keyboard(history, colours=console.color_system is not None)
    try:
        TerminalChat(stage, session, view=ChatView(console, shop=session.service.shop_name), keyboard=keyboard).run()
    finally:
        keyboard.close()


class TerminalChat:
    """One conversation between a keyboard and a view."""

    def __init__(self, stage: Stage, session: Session, *, view: ChatView, keyboard: Keyboard) -> None:
        self._stage = stage
        self._session = session
        self._view = view
        self._keyboard = keyboard
        self._decision: Decision | None = None

    def run(self) -> None:
        """The opening, what was left unfinished, then message after message until Ctrl-D or /quit."""
        self._view.opening(self._session.customer, self._session.service.model)
        self._stage.start(self._session.warm_up())
        self._catch_up()
        while (text := self._ask()) is not None:
            match text.strip():
                case "":
                    continue
                case "/quit" | "/exit":
                    break
                case "/help":
                    self._view.help()
                case "/why":
                    self._view.why(self._decision)
                case said:
                    self._turn(said)
        self._view.goodbye(self._session.conversation_id)

    def _catch_up(self) -> None:
        earlier = self._stage.run(self._session.thread())
        if earlier:
            self._view.earlier(earlier)
        if self._session.case_id:
            self._view.with_person(self._session.case_id)
        for message_id, text in self._stage.run(self._session.unfinished()):
            self._turn(text, message_id=message_id)

    def _ask(self) -> str | None:
        with self._watching():
            return self._keyboard.ask()

    def _turn(self, text: str, *, message_id: str | None = None) -> None:
        try:
            self._view.news(self._stage.run(self._session.news()), self._session.case_id)  # came while the customer pressed Enter
            self._view.begin()
            with self._keyboard.quiet():
                turn = self._stage.run(self._session.say(text, message_id=message_id, on_event=self._view.event))
        except StoreError as error:
            self._view.end()
            self._view.problem(f"Your message could not be taken: {error}. Please write it again.")
            return
        finally:
            self._view.end()
        self._decision = turn.decision

    @contextmanager
    def _watching(self) -> Generator[None]:
        """While the prompt waits, look once a second for what comes unasked."""
        watch = self._stage.start(self._watch())
        try:
            yield
        finally:
            watch.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                news = await self._session.news()
            except StoreError:
                continue  # another process is writing; there is a next second
            if news.said or news.change:
                self._keyboard.above(lambda news=news: self._view.news(news, self._session.case_id))
