"""One trial on the page: what broke, with arguments and rows side by side, and the conversation with its tool calls."""

from collections.abc import Sequence
from typing import Any

from warmline.evals.results import Call, Check, RowChange, TrialResult, TurnRecord

from .marks import MARKS, MEANINGS
from .markup import Child, Markup, tag
from .words import duration, money, reply_of, served, value

LONG = 4_000
"""Characters of one value or message on the page."""


def trial_on_page(trial: TrialResult, *, unfold: bool) -> Markup:
    """A trial, folded unless it is the first of its case."""
    spent = [duration(trial.ms / 1000), *([money(trial.spent.cost_usd)] if trial.spent.cost_usd is not None else [])]
    spent += ["replayed"] if trial.replayed else []
    return tag(
        "details",
        tag(
            "summary",
            tag("i", MARKS[trial.state], class_=f"m {trial.state}"),
            f" trial {trial.trial}: {MEANINGS[trial.state]}",
            tag("span", " · ".join(spent), class_="note"),
        ),
        tag("p", trial.why, class_="why") if trial.why else None,
        _broken(trial.failed_checks),
        _rows(trial.rows),
        tag("ol", [_turn(turn, trial) for turn in trial.turns], class_="talk"),
        _again(trial.command),
        class_="trial",
        open=unfold,
    )


def _broken(checks: Sequence[Check]) -> Child:
    if not checks:
        return None
    return tag("ul", [_check(check) for check in checks], class_="broken")


def _check(check: Check) -> Markup:
    where = f"{check.place.file}:{check.place.line}" if check.place else ""
    reason = check.reason or f"expected {value(check.expected, cut=LONG)}, was {value(check.observed, cut=LONG)}"
    return tag("li", tag("code", check.id), " ", reason, " ", tag("span", where, class_="note"), _arguments(check))


def _arguments(check: Check) -> Child:
    if not check.arguments:
        return None
    return _diff("argument", ("expected", "was"), [(diff.name, (diff.expected, diff.observed)) for diff in check.arguments])


def _rows(rows: Sequence[RowChange]) -> Child:
    if not rows:
        return None
    return tag("div", [_row(change) for change in rows], class_="rows")


def _row(change: RowChange) -> Markup:
    told = "expected, did not come" if change.change == "missing" else change.change
    surprise = "" if change.expected or change.change == "missing" else ", not expected"
    title = tag("p", tag("code", f"{change.table} {change.key}"), f" {told}", tag("strong", surprise))
    kind = "row" if change.expected and change.change != "missing" else "row surprise"
    return tag("div", title, _fields(change), class_=kind)


def _fields(change: RowChange) -> Child:
    """Before and after of a changed row; of one that came, or went, the one side there is."""
    match change.change:
        case _ if not change.fields:
            return None
        case "updated":
            return _diff("field", ("before", "after"), list(change.fields.items()))
        case "deleted":
            return _diff("field", ("before",), [(name, (before,)) for name, (before, _) in change.fields.items()])
        case "added" | "missing":
            name = "value" if change.change == "added" else "expected"
            return _diff("field", (name,), [(field, (after,)) for field, (_, after) in change.fields.items()])


def _diff(name: str, sides: Sequence[str], rows: Sequence[tuple[str, tuple[Any, ...]]]) -> Markup:
    heads = tag("tr", [tag("th", one, scope="col") for one in (name, *sides)])
    body = [
        tag(
            "tr",
            tag("th", field, scope="row"),
            [tag("td", _side(one, last=place == len(values))) for place, one in enumerate(values, 1)],
        )
        for field, values in rows
    ]
    return tag("table", tag("thead", heads), tag("tbody", body), class_="diff")


def _side(found: Any, *, last: bool) -> Markup:
    return tag("ins" if last else "del", value(found, cut=LONG))


def _turn(turn: TurnRecord, trial: TrialResult) -> Markup:
    broken = [check.id for check in trial.failed_checks if check.turn == turn.number]
    reply = tag("p", reply_of(turn), class_="said" if turn.reply else "said none")
    return tag(
        "li",
        tag("div", tag("span", "customer", class_="who"), tag("p", turn.customer, class_="said"), class_="says customer"),
        [_call(made) for made in turn.calls],
        tag("div", tag("span", "agent", class_="who"), reply, class_=f"says agent {turn.to}"),
        [
            tag("div", tag("span", "colleague", class_="who"), tag("p", words, class_="said"), class_="says person")
            for words in turn.said_by_person
        ],
        tag("p", served(turn), [tag("b", f"broke {one}") for one in broken], class_="served"),
    )


def _call(made: Call) -> Markup:
    arguments = value(made.arguments, cut=LONG)
    status = tag("span", made.status, class_=f"status {made.status}")
    line = [tag("span", made.effect, class_=f"effect {made.effect}"), tag("code", made.name, tag("span", arguments)), status]
    if not made.result:
        return tag("div", line, class_="call")
    return tag("details", tag("summary", line), tag("pre", made.result[:LONG]), class_="call")


def _again(command: str) -> Child:
    if not command:
        return None
    return tag("p", tag("code", command), tag("button", "copy", type="button", class_="copy"), class_="again")
