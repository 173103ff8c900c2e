"""The landscape as a policy to review: the shipped one, with a rule above ``automate`` for each topic that is not to be automated as it is."""

from collections.abc import Iterator

from warmline.agent.guard.decision import AUTOMATED_REASONS
from warmline.agent.guard.policy import default_file, text_of
from warmline.agent.guard.policy_file import read_policy
from warmline.evals.stats.rates import Interval

from .landscape import Advised, Landscape
from .recommending import VERDICTS

_AUTOMATE = "  - id: automate\n"
_SURE_ENOUGH = 0.6
"""Probability of the intent below which a topic with limits goes to people."""


def proposed(landscape: Landscape) -> str:
    """The policy as YAML, with every topic's recommendation above it; ``SettingsError`` if the shipped one has changed beyond this."""
    shipped = text_of(default_file())
    head, _, rest = shipped.partition("version: 1\n")
    above, found, below = rest.partition(_AUTOMATE)
    rules = "".join(_rule(one) for one in landscape.advised if one.topic.key in AUTOMATED_REASONS)
    made = "".join(f"# {line}\n" for line in _comment(landscape))
    text = f"{made}#\n{head}version: 1\n{above.replace('name: default', f'name: {_name(landscape)}', 1)}{rules}{found}{below}"
    read_policy("policy.yaml", text)
    return text


def _name(landscape: Landscape) -> str:
    return "landscape-demo" if landscape.demo else "landscape"


def _rule(one: Advised) -> str:
    """Nothing for what is automated; for what has limits, people where it is not sure or asked again; else people always."""
    key = one.topic.key
    match one.advice.verdict:
        case "automate" | "keep with people":
            return ""
        case "automate with limits":
            condition = f'signals.intent == "{key}" && (facts.contacts >= 1 || signals.intent_probability < {_SURE_ENOUGH})'
            name = f"limits_{key}"
        case "look closer":
            condition, name = f'signals.intent == "{key}"', f"look_closer_{key}"
    why = "".join(f"    # {line}\n" for line in [f"{one.advice.verdict}: {one.advice.reason}"])
    return f"  - id: {name}\n{why}    when: {condition}\n    route: human\n    reason: unsure\n    layer: policy\n"


def _comment(landscape: Landscape) -> Iterator[str]:
    if landscape.demo:
        yield "DEMO: drawn from made-up tickets of the demo shop; it says nothing about your shop."
    span = f" from {landscape.first} to {landscape.last}" if landscape.first else ""
    yield f"Proposed by `warmline insights landscape` from {landscape.tickets:,} tickets{span}. Read it before you use it:"
    yield "  warmline policy check FILE; warmline policy diff DEFAULT FILE (FILE: this one; DEFAULT: warmline policy show > default.yaml)"
    yield "Tickets are first messages of the past, and classes are a machine's reading of them. What they recommend, topic by topic:"
    for verdict in VERDICTS:
        for one in landscape.of(verdict):
            yield f"{verdict:>21}: {one.topic.name.replace(chr(10), ' ')}, {one.topic.tickets:,} tickets ({one.topic.share:.1%}){_hours(one.advice.hours)}"


def _hours(hours: Interval | None) -> str:
    return f", {hours.low:.1f} to {hours.high:.1f} h a month" if hours else ""
