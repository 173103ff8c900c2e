"""What a choice says in words, the same on the page and in the terminal."""

from warmline.evals.stats.rates import Interval

from .choosing import NAME, Choice
from .costs import Point


def verdict(found: Choice) -> str:
    """Where the threshold should stand, what that saves, and whether it is sure."""
    now, best, proposed = found.now, found.best, found.proposed
    if best is now:
        return f"{NAME}: {now.threshold:g} is the cheapest already."
    if proposed is None:
        return f"{NAME}: {_instead(best, now)} That is not sure enough to propose it: more labels would tell."
    more = "" if proposed is best else f" {best.threshold:g} would be cheaper still by these labels, but not surely."
    return f"{NAME}: {_instead(proposed, now)}{more}"


def _instead(one: Point, now: Point) -> str:
    saves = f"{money(one.saves)} {between(one.saves_between)}"
    return f"{one.threshold:g} instead of {now.threshold:g} saves {saves} of 1,000 messages, by {one.moves} labels it would move."


def remarks(one: Point, found: Choice) -> str:
    """What there is to say of a threshold."""
    marks = {
        "now": one is found.now,
        "proposed": one is found.proposed,
        "cheapest": one is found.best,
        "lets go what must stay with people": one.barred,
    }
    return ", ".join(name for name, so in marks.items() if so)


def saving(one: Point, found: Choice) -> str:
    """What a threshold saves beside the one in use."""
    if one is found.now:
        return ""
    return f"{money(one.saves)} {between(one.saves_between)}" if one.moves else "decides the same"


def money(value: float) -> str:
    """An amount in the shop's money, whose name nobody told."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def between(bounds: Interval) -> str:
    """``[low, high]`` of amounts."""
    return f"[{money(bounds.low)}, {money(bounds.high)}]"


def share(value: float, bounds: Interval) -> str:
    """``12.3 [8.1, 19.0]``, of 1,000 messages."""
    return f"{value:.1f} [{bounds.low:.1f}, {bounds.high:.1f}]"


def moved(found: Choice, number: int) -> list[str]:
    """Some of the labelled messages that would go elsewhere, each with what was said of it, none twice."""
    said = (
        f"to {'a person' if one.to_person else 'the agent'}, labelled {one.label.said}: {one.label.text}" for one in found.moved
    )
    return list(dict.fromkeys(said))[:number]
