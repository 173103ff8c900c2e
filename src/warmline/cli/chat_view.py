"""How a chat looks on a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, assert_never

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from warmline.agent.desk.steps import in_short
from warmline.agent.events import Decided, Done, Event, TextDelta, ToolFinished, ToolStarted
from warmline.agent.outcome import HandedOff, NeedsConfirmation, Replied, Turn, WithHuman

from .assembly import SHOP_NAME
from .flow import WIDEST, Flow

if TYPE_CHECKING:
    from warmline.agent.guard.decision import Decision
    from warmline.agent.store.reading import Said
    from warmline.tools.model import Customer

    from .session import News

WAITING = "one moment …"
ADDED = "What you write here is added to the case; the answer appears here."
LAST_LINES = 8
_NAMES = {"customer": "you", "person": "a colleague"}

HELP = """Write as a customer would:
  Where is my order?
  Do you have the crewneck in navy, M?
  I would like to send the boots back.
  It arrived broken and the party was yesterday.

/why     why the last message was answered by the agent, or not
/quit    leave; so does Ctrl-D. "warmline chat --resume" continues
/help    this"""


class ChatView:
    """Shows a chat on a console; one turn at a time."""

    def __init__(self, console: Console, *, shop: str = SHOP_NAME) -> None:
        self._console, self._shop = console, shop
        self._status = console.status(Text(WAITING, style="dim"), spinner="dots")
        self._arguments: dict[str, str] = {}
        self._flow: Flow | None = None
        self._boxed = False

    def opening(self, customer: "Customer | None", model: str) -> None:
        """What this is, who you are, who answers, and how to leave."""
        who = Text("You are a guest. Sign in with: warmline chat --as CUSTOMER (warmline demo customers lists them)")
        if customer is not None:
            who = Text.assemble("You are ", (customer.name, "bold"), f" ({customer.customer_id}, {customer.email}), signed in.")
        leave = Text("Leave with Ctrl-D or /quit. /help shows what to try.", style="dim")
        self._panel(Group(who, Text(model[:1].upper() + model[1:] + "."), leave), title=self._shop, style="cyan")

    def earlier(self, said: Sequence["Said"]) -> None:
        """The end of the conversation so far."""
        if len(said) > LAST_LINES:
            self._line(f"… {len(said) - LAST_LINES} earlier messages", style="dim")
        for one in said[-LAST_LINES:]:
            self._line(_NAMES.get(one.author, self._shop), style="dim bold")
            self._prose(one.text, style="dim")
        self._console.print()

    def begin(self) -> None:
        """The customer has written; a turn begins."""
        self._flow, self._boxed = None, False
        self._status.start()

    def event(self, event: Event) -> None:
        """Something happened in the turn."""
        match event:
            case Decided():
                self._boxed = event.decision.for_person
            case ToolStarted():
                self._arguments[event.name] = event.arguments
                self._status.update(Text(f"{event.name} …", style="dim"))
            case ToolFinished():
                self._tool(event)
                self._boxed = self._boxed or event.status == "asked" or event.name == "escalate"
            case TextDelta():
                self._text(event.text)
            case Done():
                self._done(event.turn)
            case _:
                assert_never(event)

    def end(self) -> None:
        """The turn is over, or was interrupted."""
        self._status.stop()
        if self._flow is not None:
            self._flow.end()
            self._flow = None

    def news(self, news: "News", case_id: str | None) -> None:
        """What came unasked: words of a colleague or of the shop, then who serves from now on."""
        for one in news.said:
            title, style = ("A colleague", "green") if one.author == "person" else (self._shop, "cyan")
            self._panel(Text(one.text), title=title, style=style)
        match news.change:
            case "handed_back":
                self._line("The case is closed; the assistant is back.", style="dim")
            case "with_person":
                self.with_person(case_id or "")
            case "":
                pass
            case _:
                assert_never(news.change)

    def with_person(self, case_id: str) -> None:
        """A person has the conversation; said once, not with every message."""
        self._line(f"Your case {case_id} is with a colleague. {ADDED}", style="magenta")

    def why(self, decision: "Decision | None") -> None:
        """The last decision, as it was made."""
        if decision is None:
            self._line("Nothing was decided yet.", style="dim")
            return
        said = f"{decision.route}: {decision.reason} (rule {decision.rule}, layer {decision.layer}, "
        self._line(f"{said}probability of needing a person {decision.score:.2f})", style="dim")
        if decision.triage is not None:
            self._line(f"triage by {decision.triage.in_words}", style="dim")

    def help(self) -> None:
        """What can be typed."""
        self._console.print(Padding(Text(HELP, style="dim"), (0, 2)))

    def goodbye(self, conversation_id: str) -> None:
        """The customer left."""
        self._line(f"Goodbye. Continue with: warmline chat --resume {conversation_id}", style="dim")

    def problem(self, text: str) -> None:
        """Something failed; the chat goes on."""
        self._line(text, style="red")

    def _tool(self, event: ToolFinished) -> None:
        self._status.update(Text(WAITING, style="dim"))
        said = {"done": "", "failed": ", not possible", "refused": "not allowed", "asked": "waits for your yes"}[event.status]
        took = f"{event.ms:.0f} ms" if event.status in ("done", "failed") else ""
        what = f"{event.name} {in_short(self._arguments.pop(event.name, ''))}".rstrip()
        self._line(f"· {what}  {took}{said}", style="dim")

    def _text(self, text: str) -> None:
        """Prose flows as it comes; what will stand in a box (a question, a hand-off) waits for it."""
        if self._boxed:
            return
        self._status.stop()
        if self._flow is None:
            self._console.print()
            self._flow = Flow(self._console)
        self._flow.write(text)

    def _done(self, turn: Turn) -> None:
        text = Text("" if self._flow else turn.text)  # what has flowed already is not said again in a box
        self.end()
        match turn:
            case HandedOff():
                self._handed_off(turn, text)
            case WithHuman():
                if turn.text:
                    self._panel(text, title="A life may be in danger", style="magenta")
                self._line(f"(added to case {turn.case_id})", style="dim")
            case NeedsConfirmation():
                hint = Text("yes or no? Nothing is changed before your yes.", style="yellow")
                self._panel(_above(text, hint), title="Please confirm", style="yellow")
                self._console.print()
            case Replied():
                self._console.print()
            case _:
                assert_never(turn)

    def _handed_off(self, turn: HandedOff, text: Text) -> None:
        after = Text(ADDED, style="magenta")
        self._panel(_above(text, after), title=f"Handed to a person: case {turn.case_id}", style="magenta")
        self._line(f"(the other side of the desk: warmline queue show {turn.case_id})", style="dim")
        self._console.print()

    def _panel(self, inside: Any, *, title: str, style: str) -> None:
        width = min(self._console.width, WIDEST)
        box = Panel(inside, title=Text(title, style=f"bold {style}"), title_align="left", border_style=style, width=width)
        self._console.print(box)

    def _line(self, text: str, *, style: str) -> None:
        self._console.print(Padding(Text(text, style=style), (0, 2)))

    def _prose(self, text: str, *, style: str) -> None:
        flow = Flow(self._console, indent=4, style=style)
        flow.write(text)
        flow.end()


def _above(text: Text, hint: Text) -> Group:
    return Group(text, "", hint) if text else Group(hint)
