"""Values of the shop that a case refers to by their path, instead of repeating them."""

import re
from collections.abc import Iterator

from warmline.evals.suite_files.possible import expectations
from warmline.evals.suite_files.schema import Case
from warmline.evals.suite_files.schema_expect import Fact

from .tables import Tables

_AMOUNT = re.compile(r"\d+\.\d\d")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T")


def fact_of(fact: Fact, tables: Tables) -> str | None:
    """The value a path such as ``orders.W-10432.total`` leads to; a time by its day, an amount as one."""
    table, _, rest = fact.fact.partition(".")
    key, _, name = rest.rpartition(".")
    value = tables.get(table, {}).get(key, {}).get(name)
    if value is None or isinstance(value, dict | list):
        return None
    text = str(value)
    if _AMOUNT.fullmatch(text):
        return f"${text}"
    return text[:10] if _MOMENT.match(text) else text


def facts_in(case: Case) -> Iterator[tuple[tuple[str | int, ...], Fact]]:
    """Every fact a case expects a reply to say, with its path."""
    for path, expect, _ in expectations(case):
        reply = expect.reply
        for name in ("contains_any", "contains_all") if reply else ():
            for place, one in enumerate(getattr(reply, name) or ()):
                if isinstance(one, Fact):
                    yield (*path, "reply", name, place), one
