"""What a review proposes: only what the figures hold, as an edit to the policy, with the sentence that says why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warmline.agent.guard.decision import AUTOMATED_REASONS
from warmline.agent.guard.policy import Policy
from warmline.evals.insights.patch import MAY_BE_OFFERED, Edit, ToOffer, ToPeople
from warmline.evals.stats.between import means_differ
from warmline.evals.stats.exact import benjamini_hochberg
from warmline.evals.stats.rates import wilson

from .contacts import COURTESY, Contact
from .figures import Figure, satisfaction_by

SHARE = 0.05
LEAST_RATED = (20, 8)
"""Rated contacts of the agent's and of people's without which a topic is not compared."""

LEAST_JUDGED = 15
"""Judged cases of a rule without which nothing is proposed for it."""

_PRODUCT = frozenset({"product_basic", "product_care", "stock_check"})


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One thing to change, in words, and the edit that does it."""

    words: str
    edit: Edit


def propose(contacts: Sequence[Contact], policy: Policy) -> list[Proposal]:
    """What these contacts say should be served by somebody else under this policy."""
    return [*_to_people(contacts, policy), *_to_offer(contacts, policy)]


def _to_people(contacts: Iterable[Contact], policy: Policy) -> list[Proposal]:
    """Topics with which customers are less content served by the agent than by people, all topics tested together."""
    asked = [one for one in contacts if one.asks and one.topic in AUTOMATED_REASONS and one.topic != COURTESY]
    rated = dict(satisfaction_by(asked, lambda one, score: f"{score.server} {one.topic}"))
    by_agent, by_people = (
        {topic: rated[f"{server} {topic}"] for topic in AUTOMATED_REASONS if f"{server} {topic}" in rated}
        for server in ("agent", "person")
    )
    both = [(topic, by_agent[topic], by_people[topic]) for topic in by_agent if topic in by_people]
    tested = [
        (topic, one, two, _p(one, two)) for topic, one, two in both if one.of >= LEAST_RATED[0] and two.of >= LEAST_RATED[1]
    ]
    known = [(topic, one, two, p) for topic, one, two, p in tested if p is not None]
    adjusted = benjamini_hochberg([p for *_, p in known])
    worse = [
        (topic, one, two)
        for (topic, one, two, _), p in zip(known, adjusted, strict=True)
        if p < SHARE and (one.value or 0) < (two.value or 0)
    ]
    return [_people_proposal(topic, one, two, policy) for topic, one, two in worse]


def _people_proposal(topic: str, by_agent: Figure, by_people: Figure, policy: Policy) -> Proposal:
    known, name = _csat(by_agent), topic.replace("_", " ")
    why = f"CSAT {known} on {by_agent.of} automated contacts against {_csat(by_people)} with people on {by_people.of}"
    reason = "complex_product" if topic in _PRODUCT and "complex_product" in policy.desks else "unsure"
    edit = ToPeople(id=_free(f"review_{topic}", policy), when=f'signals.intent == "{topic}"', reason=reason, why=f"{name}: {why}")
    return Proposal(words=f"{name}: {why}: send them to people", edit=edit)


def _to_offer(contacts: Iterable[Contact], policy: Policy) -> list[Proposal]:
    """Rules most of whose judged cases were needless; never one whose reason must stay with people."""
    found: list[Proposal] = []
    judged: dict[str, list[Contact]] = {}
    for one in contacts:
        if one.case is not None and one.case.verdict is not None:
            judged.setdefault(one.rule, []).append(one)
    for rule in policy.rules:
        cases = judged.get(rule.id, [])
        movable = (
            rule.route in ("human", "gather") and rule.reason in MAY_BE_OFFERED and not rule.always and rule.layer != "rules"
        )
        needless = sum(bool(one.needless) for one in cases)
        if movable and len(cases) >= LEAST_JUDGED and wilson(needless, len(cases)).low > 0.5:
            low, high = wilson(needless, len(cases)).low, wilson(needless, len(cases)).high
            why = f"people judged {needless} of {len(cases)} of its cases needless ({low:.0%} to {high:.0%})"
            words = f"rule {rule.id}: {why}: ask the customer first whether a person is wanted"
            found.append(Proposal(words=words, edit=ToOffer(rule=rule.id, why=why)))
    return found


def _p(one: Figure, two: Figure) -> float | None:
    from .figures import Values

    if not isinstance(one.sample, Values) or not isinstance(two.sample, Values):
        return None
    return means_differ(one.sample.values, one.sample.customers, two.sample.values, two.sample.customers)


def _csat(figure: Figure) -> str:
    between = f" [{figure.interval.low:.1f}, {figure.interval.high:.1f}]" if figure.interval else ""
    return f"{figure.value:.1f}{between}"


def _free(name: str, policy: Policy) -> str:
    taken = {rule.id for rule in policy.rules}
    return next(one for one in (name, *(f"{name}_{number}" for number in range(2, 99))) if one not in taken)
