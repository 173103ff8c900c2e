"""What a conversation took, against what it may take."""

from collections.abc import Iterator, Sequence
from math import ceil

from warmline.evals.results import Check, Spent
from warmline.evals.suite_files.schema_expect import Budgets

from .seen import Pen, Seen


def grade_budgets(expect: Budgets, seen: Seen, pen: Pen) -> Iterator[Check]:
    """Every budget that is set. A recorded latency is shown and does not gate; a price that is not known fails."""
    spent = total(turn.spent for turn in seen.turns)
    counts = {"turns": len(seen.turns), "tool_calls": len(seen.calls()), "tokens": spent.input + spent.output}
    for name, got in counts.items():
        most = getattr(expect, name)
        if most is not None:
            yield _at_most(pen, (name,), most, got, "")
    if expect.cost_usd is not None:
        yield _cost(pen, expect.cost_usd, spent)
    latency = expect.latency_s
    if latency is not None:
        seconds = [turn.ms / 1000 for turn in seen.turns]
        measured = {"turn_p95": percentile(seconds, 95), "turn_max": max(seconds, default=0.0), "total": sum(seconds)}
        for name, got in measured.items():
            most = getattr(latency, name)
            if most is not None:
                yield _at_most(pen, ("latency_s", name), most, round(got, 3), " s", gates=not seen.latency_recorded)


def _at_most(pen: Pen, part: tuple[str, ...], most: float, got: float, unit: str, *, gates: bool = True) -> Check:
    recorded = "" if gates else " (recorded)"
    reason = f"{' '.join(part)}: at most {most}{unit}, took {got}{unit}{recorded}"
    path = ("budgets", *part)
    return pen.note("budgets", path, passed=got <= most, reason=reason, expected=most, observed=got, gates=gates)


def _cost(pen: Pen, most: float, spent: Spent) -> Check:
    """No call costs nothing; calls of a model whose prices are not known cannot be said to stay within a budget."""
    got = 0.0 if not spent.input + spent.output else spent.cost_usd
    reason = f"at most ${most}, took ${got:.4f}" if got is not None else "the prices of this model are not known: give --price"
    fits = got is not None and got <= most
    return pen.note("budgets", ("budgets", "cost_usd"), passed=fits, reason=reason, expected=most, observed=got)


def total(parts: "Iterator[Spent] | Sequence[Spent]") -> Spent:
    """The sum; its cost is known if that of every part is."""
    every = list(parts)
    costs = [one.cost_usd for one in every]
    known = [cost for cost in costs if cost is not None]
    return Spent(
        input=sum(one.input for one in every),
        output=sum(one.output for one in every),
        cached=sum(one.cached for one in every),
        calls=sum(one.calls for one in every),
        cost_usd=sum(known) if len(known) == len(costs) and known else None,
    )


def percentile(values: Sequence[float], part: int) -> float:
    """The nearest-rank percentile: the least value that ``part`` of 100 do not exceed; 0 without values."""
    ranked = sorted(values)
    return ranked[ceil(len(ranked) * part / 100) - 1] if ranked else 0.0
