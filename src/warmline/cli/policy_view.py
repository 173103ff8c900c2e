"""How an explanation looks on a terminal: the decision, the signals, the rules, and what would change it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .explanation import Explanation, said
from .screen import print_trimmed, printable

if TYPE_CHECKING:
    from warmline.agent.guard.decision import Decision
    from warmline.agent.guard.policy import Outcome
    from warmline.agent.guard.signals import Signal
    from warmline.agent.guard.whatif import Margin

WIDTH = 110
"""Columns at most on a terminal: a wider line is hard to read."""

_ROUTES = {"automate": "the agent", "offer": "the agent, offering a person", "gather": "a person", "human": "a person"}
_OUTCOMES = {
    "held": ("holds", "yellow"),
    "not": ("no", "dim"),
    "settled": ("passed over: a person settled it", "dim"),
    "offered": ("passed over: a person was offered before", "dim"),
    "declined": ("passed over: they said no to a person", "dim"),
    "failed": ("failed: a person decides", "red"),
}


def show(explanation: Explanation, *, console: Console) -> None:
    """Print the whole explanation."""
    if console.is_terminal:
        console.width = min(console.width, WIDTH)
    _heading(explanation, console)
    _table("signals", ("source", "signal", "value", "words"), map(_signal, _shown(explanation)), console)
    _table("rules, from the top", ("", "rule", "for", "outcome", "when"), _rules(explanation), console)
    if explanation.margins:
        columns = ("signal", "now", "threshold", "with that threshold at")
        _table("how far from the thresholds", columns, map(_margin, explanation.margins), console)
    if explanation.what_ifs:
        _table("with other facts", ("", ""), _what_ifs(explanation), console)


def _heading(one: Explanation, console: Console) -> None:
    decision = one.decision
    style = "bold green" if decision.route == "automate" else "bold magenta"
    console.print(Text.assemble((f"{_ROUTES[decision.route]}: {decision.reason}", style), f"  “{printable(one.text)}”"))
    print_trimmed(_indented(f"rule {decision.rule}, layer {decision.layer}, policy {decision.policy}"), console=console)
    if decision.route != "automate":
        print_trimmed(_indented(_handling(decision)), console=console)
        print_trimmed(_indented(f"the customer reads: {one.reads}", style="italic"), console=console)
    if one.grey:
        print_trimmed(
            _indented("in the grey band: a language model, if one serves, is asked and may hand it over"), console=console
        )
    if one.recorded is not None:
        for line in _stored(one, one.recorded):
            print_trimmed(_indented(line), console=console)


def _handling(decision: "Decision") -> str:
    from warmline.agent.guard.durations import in_short

    minutes = decision.service_level_minutes
    first = f", first response within {in_short(timedelta(minutes=minutes))}" if minutes else ""
    gathers = ", read-only tools fill the case file" if decision.route == "gather" else ""
    return f"queue {decision.queue}, priority {decision.priority}{first}{gathers}"


def _stored(one: Explanation, recorded: "Decision") -> Iterator[str]:
    """What was decided then, and whether it would be decided so again."""
    yield f"stored: {recorded.route}, {recorded.reason} (rule {recorded.rule}, layer {recorded.layer})"
    if not one.same_policy:
        yield f"stored under another policy: {recorded.policy}"
    if one.later:
        yield "stored after the policy had decided; what stands above is the policy's own decision on what was read"
    elif one.same_decision:
        yield "decided again: the same"
    else:
        yield f"decided again: not the same, now {one.decision.route}, {one.decision.reason}"


def _indented(text: str, *, style: str = "") -> Padding:
    return Padding(Text(text, style=style), (0, 0, 0, 2))


def _table(title: str, columns: Sequence[str], rows: "Iterator[Sequence[Text]]", console: Console) -> None:
    """A titled table; its last column folds, the others stay whole."""
    console.print()
    console.print(Text(title, style="bold"))
    table = Table(box=None, show_header=any(columns), header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for place, column in enumerate(columns, 1):
        table.add_column(column, no_wrap=place < len(columns), overflow="fold")
    for row in rows:
        table.add_row(*row)
    print_trimmed(table, console=console)


def _shown(one: Explanation) -> "list[Signal]":
    """The signals that say something: rules that matched, and all values that are known."""
    return [signal for signal in one.signals.explain(one.words) if signal.value is not None]


def _signal(signal: "Signal") -> Sequence[Text]:
    words = Text(f"“{printable(signal.words)}”" if signal.words else "")
    value = f"{signal.value:.3f}" if isinstance(signal.value, float) else _in_words(signal.value)
    style = "yellow" if signal.source.startswith(("rule:", "cue:")) else ""
    return Text(signal.source, style="dim"), Text(_plain(signal.name), style=style), Text(value), words


def _in_words(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _plain(name: str) -> str:
    """A name as it is said: ``signals.human_probability`` is the human probability."""
    return name.removeprefix("signals.").removeprefix("facts.").replace(".", " ").replace("_", " ")


def _rules(one: Explanation) -> Iterator[Sequence[Text]]:
    """Each rule in order; those after the one that decides were not asked any more."""
    decided = False
    for outcome in one.outcomes:
        decides = outcome.rule.id == one.decision.rule
        words, style = _outcome(outcome, decides=decides, decided=decided)
        decided = decided or decides
        arrow = Text("→" if decides else " ", style="bold")
        target = (
            "agent" if outcome.rule.route == "automate" else "person" if outcome.rule.route == "human" else outcome.rule.route
        )
        yield arrow, Text(outcome.rule.id, style=style), Text(target, style=style), Text(words, style=style), _when(outcome)


def _outcome(outcome: "Outcome", *, decides: bool, decided: bool) -> tuple[str, str]:
    words, style = _OUTCOMES[said(outcome)]
    if decides:
        return f"{words}, decides", "bold"
    return ("would hold" if decided and outcome.holds else words), ("dim" if decided else style)


def _when(outcome: "Outcome") -> Text:
    return Text(" ".join(outcome.rule.when.source.split()), style="dim")


def _margin(margin: "Margin") -> Sequence[Text]:
    sign = margin.sign if margin.met else {">=": "<", ">": "≤", "<": "≥", "<=": ">"}[margin.sign]
    kept = f"{_figure(margin.value)} {sign} {_figure(margin.bound)}"
    return Text(_plain(margin.path)), Text(kept), Text(margin.threshold, style="dim"), _turn(margin)


def _turn(margin: "Margin") -> Text:
    if margin.decision is None:
        return Text("no difference", style="dim")
    less = margin.sign in (">=", ">")  # a lower threshold is met by more
    exact = (margin.sign in (">=", "<=")) != margin.met
    value, beyond = _figure(margin.value), "less" if less != margin.met else "more"
    where = f"{value} or {beyond}" if exact else f"{beyond} than {value}"
    return Text(f"{where}: {_target(margin.decision)}")


def _target(decision: "Decision") -> str:
    return f"{_ROUTES[decision.route]} ({decision.reason})"


def _figure(value: float) -> str:
    """A number as short as tells it from its neighbours."""
    return f"{value:.0f}" if value == int(value) else f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"


def _what_ifs(one: Explanation) -> Iterator[Sequence[Text]]:
    for change in one.what_ifs:
        to = Text("no difference", style="dim") if change.decision is None else Text(_target(change.decision))
        yield Text(change.change), to
