"""Evaluate conditions with the runtime of CEL we use and with the one we used before: whether they say the same, and how long they take.

Needs the former: pip install common-expression-language==0.10.0. See docs/decisions/0015-what-a-plain-install-brings.md.
"""

import random
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from warmline.agent.guard.expressions import Program, Values
from warmline.agent.guard.names import WORDS, blank_names, is_probability
from warmline.agent.guard.policy import Policy

ROUNDS = 4_000
MORE = """\
facts.contacts >= 3 || customer.orders > 1.5
customer.orders == 2
customer.lifetime_value >= 2000
order.total >= 500 && customer.tier in ["vip", "unknown"]
size(signals.rule_reasons) > 0 && "angry" in signals.rule_reasons
(signals.loop ? 1 : 0) + facts.contacts > 2
signals.probability.angry * 2.0 > 0.7
int(customer.lifetime_value) % 2 == 0
double(facts.contacts) / 2.0 >= 1.0
signals.human_probability + signals.probability.angry >= thresholds.human
!(facts.asked && signals.loop) != signals.urgency
signals.language != "en" && signals.language != "unknown"
customer.tier > "a"
facts.contacts / facts.repeats > 1
string(facts.contacts) == "2"
customer.lifetime_value > facts.contacts
facts.contacts == 2.0
has(customer.tier)
facts.contacts - 1 == 1
-facts.contacts < 0
customer.tier
facts.contacts && true
signals.loop || facts.contacts > "a"
facts.contacts > "a" || signals.loop
facts.contacts > "a" && signals.loop
""".splitlines()
"""Beside the default policy's: sums, mixed numbers, lists, words, and mistakes that the rest of a condition decides without, or not."""


def main() -> int:
    """Exit code 1 if a single one differs."""
    former, policy, chance = import_module("cel"), Policy.load(None), random.Random(7)  # noqa: S311 (the same each time)
    sources = [*(rule.when.source for rule in policy.rules), *MORE]
    pairs = [(former.compile(source), Program(source)) for source in sources]
    known, spent, differ = {**blank_names(), "thresholds": dict(policy.thresholds)}, [0.0, 0.0], 0
    for _ in range(ROUNDS):
        names = drawn(known, chance, [*policy.thresholds.values()])
        context, values = former.Context(names), Values(names)
        for source, (then, now) in zip(sources, pairs, strict=True):
            found = timed(then.execute, context, spent, 0), timed(now.evaluate, values, spent, 1)
            if found[0] != found[1] or type(found[0]) is not type(found[1]):
                differ += 1
                print(f"{source}: {found[0]!r} then, {found[1]!r} now, with {names}")
    number = ROUNDS * len(sources)
    print(
        f"{number:,} evaluations, {differ} differ; {spent[0] / number * 1e6:.1f} us each then, {spent[1] / number * 1e6:.1f} now"
    )
    return 1 if differ else 0


def timed(evaluate: Callable[[Any], Any], values: Any, spent: list[float], place: int) -> Any:
    """The value, or that there is none."""
    began = time.process_time()
    try:
        return evaluate(values)
    except Exception:  # noqa: BLE001 (whatever each of them raises)
        return ...
    finally:
        spent[place] += time.process_time() - began


def drawn(names: dict[str, Any], chance: random.Random, bounds: list[float], above: str = "") -> dict[str, Any]:
    """Values at random of the type that each name has, often those where something changes."""
    found: dict[str, Any] = {}
    for name, value in names.items():
        path = above + name
        if isinstance(value, dict) and path != "thresholds":
            found[name] = drawn(value, chance, bounds, f"{path}.")  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(value, list):
            found[name] = chance.sample(sorted(WORDS[path]), chance.randrange(3))
        elif path in WORDS:
            found[name] = chance.choice(sorted(WORDS[path]))
        elif isinstance(value, bool):
            found[name] = chance.random() < 0.5
        elif is_probability(path):
            found[name] = chance.choice([0.0, 1.0, chance.random(), chance.choice(bounds)])
        elif isinstance(value, int):
            found[name] = chance.choice([-1, 0, 1, 2, 3, 5])
        elif isinstance(value, float):
            found[name] = chance.choice([-1.0, 0.0, 499.99, 500.0, 1999.99, 2000.0, 2000.01, 3.0, chance.random() * 5000])
        else:
            found[name] = value
    return found


if __name__ == "__main__":
    sys.exit(main())
