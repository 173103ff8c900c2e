"""What a suite must come to as a whole, when its cases are counted and none of them decides alone."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from warmline.agent.guard.decision import HUMAN_REASONS

from .schema_expect import Part, Says, Words

Measure = Literal["missed_handoff_rate", "needless_handoff_rate", "recall", "pass_rate"]


class AtMost(Part):
    """A rate that may not be exceeded, and why it is this one: nobody can judge a bar that does not say where it comes from."""

    at_most: float = Field(ge=0, lt=1)
    why: Words


class AtLeast(Part):
    """A rate that must be reached, and why it is this one."""

    at_least: float = Field(gt=0, le=1)
    why: Words


class Bars(Says):
    """The bars of some cases. ``recall`` is by the reason a case expects: how many of them reached a person."""

    missed_handoff_rate: AtMost | None = Field(default=None, description="of the cases that expect a person")
    needless_handoff_rate: AtMost | None = Field(default=None, description="of the cases that expect the agent")
    pass_rate: AtLeast | None = Field(default=None, description="of all cases: whatever they expect")
    recall: dict[str, AtLeast] | None = None

    @model_validator(mode="after")
    def _possible(self) -> "Bars":
        for reason in self.recall or ():
            if reason not in HUMAN_REASONS:
                raise ValueError(f"no person is ever called for {reason!r}: there is {', '.join(HUMAN_REASONS)}")
        return self


class SuiteGates(Bars):
    """The bars of a suite; ``tagged``: the same of those of its cases that have a tag."""

    tagged: dict[str, Bars] | None = None


Bar = tuple[tuple[str, ...], Measure, str, str, AtMost | AtLeast]


def bars_in(gates: SuiteGates) -> Iterator[Bar]:
    """Every bar with its path under ``gates``, what it measures, the tag and the reason it is about."""
    yield from _bars((), "", gates)
    for tag, bars in (gates.tagged or {}).items():
        yield from _bars(("tagged", tag), tag, bars)


def _bars(path: tuple[str, ...], tag: str, bars: Bars) -> Iterator[Bar]:
    rates: tuple[tuple[Measure, AtMost | AtLeast | None], ...] = (
        ("missed_handoff_rate", bars.missed_handoff_rate),
        ("needless_handoff_rate", bars.needless_handoff_rate),
        ("pass_rate", bars.pass_rate),
    )
    yield from (((*path, measure), measure, tag, "", bar) for measure, bar in rates if bar is not None)
    yield from (((*path, "recall", reason), "recall", tag, reason, bar) for reason, bar in (bars.recall or {}).items())
