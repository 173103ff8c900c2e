"""Whatever a customer, a model or a shop writes: every report is drawn, and nothing of it is more than words."""

import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as some
from rich.console import Console
from support.eval_runs import Tried, a_call, a_case, a_check, a_run, a_turn, routed

from warmline.evals.reports.annotations import annotations
from warmline.evals.reports.github import summary
from warmline.evals.reports.html import page
from warmline.evals.reports.junit import junit
from warmline.evals.reports.report import report
from warmline.evals.reports.terminal import show
from warmline.evals.results import ArgumentDiff, RowChange

EVIL = (
    "::error::x",
    "##[error]x",
    "<script>x</script>",
    '" onload="x',
    "```",
    "\x1b[2J",
    "%0A::error::",
    "\u2028::set-env name=a::b",
    "]]>",
)
words = some.lists(some.one_of(some.text(max_size=12), some.sampled_from(EVIL)), max_size=4).map("\n".join)


def a_case_of(evil: str) -> Tried:
    rows = (RowChange(table="orders", key=evil or "k", change="updated", fields={evil: (evil, evil)}),)
    check = a_check(reason=evil, expected=evil, observed=evil, arguments=(ArgumentDiff(name=evil, expected=evil, observed=evil),))
    turn = a_turn(
        customer=evil, reply=evil, reason=evil, rule=evil, calls=(a_call(arguments=evil, result=evil),), said_by_person=(evil,)
    )
    failed = {"why": evil, "checks": (check,), "turns": (turn,), "rows": rows, "command": evil}
    return a_case(
        f"case {evil}", "xxx", why=evil, tags=(evil,), failed=failed, every={"routing": routed("human", "bot", evil or "r")}
    )


class Elements(HTMLParser):
    """The names and attributes of a page's elements."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}


@settings(max_examples=30, deadline=None)
@given(words)
def test_words_stay_words(evil: str) -> None:
    made = report(a_run(a_case_of(evil)))
    out = io.StringIO()
    show(made, Console(file=out, width=60, force_terminal=False), every=True)
    commands = list(annotations(made))
    printed = [*re.split(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", out.getvalue()), *summary(made).splitlines()]
    assert not [line for line in printed if line.lstrip().startswith("::") or "##[" in line]
    assert "\x1b" not in out.getvalue()
    assert len(commands) == 1
    assert len(commands[0].splitlines()) == 1
    assert "::" not in commands[0].partition("title=")[2].partition("::")[2]

    ET.fromstring(junit(made.run))  # noqa: S314 (our own)
    found = Elements()
    found.feed(page(made))
    assert found.names.count("script") == 1
    assert not [name for name in found.attributes if name.startswith("on") or name in ("src", "style")]
