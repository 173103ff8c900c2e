"""A person's reply on its way to the customer: written, asked about when in doubt, sent, and kept when it cannot be."""

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import typer

from warmline.errors import DeskError, StoreError

from .editor import Kept, edit
from .queue_desk import Seat
from .screen import printable

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case, Desk
    from warmline.agent.store.reading import Said


@dataclass(frozen=True)
class Reply:
    """An answer to a case; ``conversation`` says where in a merged one."""

    seat: Seat
    case_id: str
    conversation: str | None = None

    @cached_property
    def kept(self) -> Kept:
        """The file that has the text until it is sent."""
        return Kept.of(self.seat.settings.replies, self.case_id, self.seat.person)

    def drafted(self) -> str:
        """The case's draft as it is."""
        return self.seat.do(self._begin)[0].file.draft_reply

    def written(self, *, as_is: bool) -> str:
        """The reply as the person wrote it in the editor; ``DeskError`` if they may not send one, or do not want to."""
        case, before = self.seat.do(self._begin)
        earlier = self.kept.read()
        draft = earlier or case.file.draft_reply
        if earlier:
            typer.echo("You go on from what you wrote before.", err=True)
        words = edit(self.kept, draft, notes=_about(case), editor=self.seat.settings.editor)
        if not words:
            raise DeskError("nothing was written; nothing was sent")
        if words == draft.strip() and not as_is:
            if earlier:
                self.kept.keep(f"{words}\n")
            _must_be_meant(
                "The draft was not changed. Send it as it is?", "the draft was not changed", "--as-is sends it as it is"
            )
        self._heard_meanwhile(before)
        return words

    def send(self, words: str) -> "Case":
        """The case after it; what could not be sent is kept in a file that the error names."""

        async def put(desk: "Desk") -> "Case":
            return await desk.reply(self.case_id, printable(words), by=self.seat.person, conversation_id=self.conversation)

        try:
            case = self.seat.do(put)
        except (DeskError, StoreError) as error:
            raise type(error)(f"{error}{self._keep(words)}") from error
        except BaseException:
            typer.echo(f"warmline: not sent{self._keep(words)}", err=True)
            raise
        if self.kept.read() == words.strip():
            self.kept.drop()
        return case

    async def _begin(self, desk: "Desk") -> "tuple[Case, list[Said]]":
        """The case and its thread; refused like the reply would be, and the claim renewed for the time of writing."""
        from warmline.agent.desk.lifecycle import after

        case = await desk.case(self.case_id)
        after(case, "reply", by=self.seat.person, now=desk.store.clock.now())
        if case.status == "claimed":
            await desk.claim(case.id, by=self.seat.person)
        return case, list(await desk.thread(case.id))

    def _heard_meanwhile(self, before: "list[Said]") -> None:
        """What came while the person wrote is shown before the reply goes out."""

        async def read(desk: "Desk") -> "list[Said]":
            return list(await desk.thread(self.case_id))

        known = {one.id for one in before}
        news = [one for one in self.seat.do(read) if one.id not in known and one.author in ("customer", "person")]
        for one in news:
            who = "The customer" if one.author == "customer" else "A colleague"
            typer.echo(f"{who} wrote meanwhile: “{' '.join(printable(one.text).split())}”", err=True)
        if news and at_terminal() and not typer.confirm("Send your reply all the same?", err=True):
            raise DeskError(f"nothing was sent; your reply is kept, and --edit goes on from it: {self.kept.file}")

    def _keep(self, words: str) -> str:
        if not words.strip():
            return ""
        try:
            self.kept.add(words)
        except OSError as error:
            return f"; what you wrote could not be kept either ({error.strerror}): {words}"
        return f"; what you wrote is kept in {self.kept.file}, and warmline queue reply {self.case_id} --edit goes on from it"


def _about(case: "Case") -> list[str]:
    """What stands below the draft, for the one who writes."""
    name = case.file.customer.name or "a guest"
    return [printable(words) for words in (f"Case {case.id}, {name}: {case.file.wants}", *case.file.open_questions)]


def _must_be_meant(question: str, why: str, otherwise: str) -> None:
    """Ask whoever sits at a terminal; ``DeskError`` for a no, and where nobody can be asked."""
    if not at_terminal():
        raise DeskError(f"{why}; nothing was sent. {otherwise}")
    if not typer.confirm(question, err=True):
        raise DeskError(f"{why}; nothing was sent")


def at_terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return sys.stdin.isatty()
