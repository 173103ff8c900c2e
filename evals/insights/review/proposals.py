"""What a review proposes: only what the figures hold, as an edit to the policy, with the sentence that says why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warmline.agent.guard.policy import Policy
from warmline.evals.insights.patch import Edit, ToOffer, ToPeople, may_be_offered
from warmline.evals.insights.placing import HANDS_OVER
from warmline.evals.stats.rates import wilson

from .contacts import Contact
from .to_people import Part, worse_with_agent
from .topics import Finer

LEAST_JUDGED = 15
"""Judged cases of a rule without which nothing is proposed for it."""

_PRODUCT = frozenset({"product_basic", "product_care", "stock_check"})


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One thing to change, in words, and the edit that does it."""

    words: str
    edit: Edit


def propose(contacts: Sequence[Contact], policy: Policy, finer: Sequence[Finer] = ()) -> list[Proposal]:
    """What these contacts say should be served by somebody else under this policy, and it does not have yet."""
    there = {rule.when.source for rule in policy.rules if rule.route in HANDS_OVER}
    worse = [(part, why) for part, why in worse_with_agent(contacts, finer) if _condition(part) not in there]
    return [*(_people_proposal(part, why, policy) for part, why in worse), *_to_offer(contacts, policy)]


def _condition(part: Part) -> str:
    whole = f'signals.intent == "{part.intent}"'
    return whole if part.finer is None else f'{whole} && "{part.finer.topic.name}" in signals.topics'


def _people_proposal(part: Part, why: Sequence[str], policy: Policy) -> Proposal:
    said = f"{part.name}: {'; '.join(why)}"
    reason = "complex_product" if part.intent in _PRODUCT and "complex_product" in policy.desks else "unsure"
    name, topic = f"review_{part.intent}", None
    if part.finer is not None:
        name = f"{name}_{part.finer.topic.name}"
        topic = None if part.finer.named else part.finer.topic
    edit = ToPeople(id=_free(name, policy), when=_condition(part), reason=reason, why=said, topic=topic)
    return Proposal(words=f"{said}: send them to people", edit=edit)


def _to_offer(contacts: Iterable[Contact], policy: Policy) -> list[Proposal]:
    """Rules most of whose judged cases were needless; never one whose reason must stay with people."""
    found: list[Proposal] = []
    judged: dict[str, list[Contact]] = {}
    for one in contacts:
        if one.case is not None and one.case.verdict is not None:
            judged.setdefault(one.rule, []).append(one)
    for rule in policy.rules:
        cases = judged.get(rule.id, [])
        if len(cases) < LEAST_JUDGED or rule.route not in HANDS_OVER or not may_be_offered(rule):
            continue
        needless = sum(bool(one.needless) for one in cases)
        between = wilson(needless, len(cases))
        if between.low > 0.5:
            why = f"people judged {needless} of {len(cases)} of its cases needless ({between.low:.0%} to {between.high:.0%})"
            words = f"rule {rule.id}: {why}: ask the customer first whether a person is wanted"
            found.append(Proposal(words=words, edit=ToOffer(rule=rule.id, why=why)))
    return found


def _free(name: str, policy: Policy) -> str:
    taken = {rule.id for rule in policy.rules}
    return next(one for one in (name, *(f"{name}_{number}" for number in range(2, 99))) if one not in taken)
