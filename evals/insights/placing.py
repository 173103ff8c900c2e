"""Where in a policy a rule may stand, so that nothing that hands over today is decided by it instead: the first rule that holds decides."""

from warmline.agent.guard.policy import Policy, PolicyRule
from warmline.agent.guard.reach import alternatives
from warmline.errors import UsageError

HANDS_OVER = ("human", "gather")

UNTOLD = 'facts.verification == "signed_in" && !customer.known'
"""Holds where the shop does not say who a signed-in customer is, though it should."""

_KEPT_FIRST = ("rules", "classifier", "failure")
"""Layers whose rules a new one never goes above: danger, law, the wish for a person, what could not be read."""


def place_for_people(policy: Policy, when: str) -> int:
    """Before which rule a new one for people with this condition goes; ``UsageError`` where none is low enough and still in time.

    It is the first that could automate such a message, below all that is ``always`` or read by rules or the classifier; rules that hand over and
    stand above that one stay above.
    """
    rules = policy.rules
    serving = [place for place, rule in enumerate(rules) if rule.route == "automate" and _both_hold(policy, rule, when)]
    if not serving:
        raise UsageError(f"the policy automates nothing of {when}, so there is nothing to send to people")
    last = max((place for place, rule in enumerate(rules) if _kept_first(rule)), default=-1)
    if serving[0] < last:
        one, other = rules[serving[0]].id, rules[last].id
        raise UsageError(
            f"rule {one!r} automates such messages above {other!r}, and no rule goes above that; move {one!r} below it"
        )
    place = serving[0]
    while place - 1 > last and rules[place - 1].route == "offer":
        place -= 1
    return place


def place_for_offer(policy: Policy, rule: PolicyRule) -> int | None:
    """Before which rule one that hands over goes to become an offer, ``None`` to stay; ``UsageError`` if one that hands over would stand below.

    Such a rule would not be asked while the customer decides.
    """
    here = policy.rules.index(rule)
    below = list(enumerate(policy.rules))[here + 1 :]
    place = next((place for place, one in below if one.route == "automate"), len(policy.rules))
    hidden = [one.id for at, one in below if at >= place and one.route in HANDS_OVER]
    if hidden:
        names = ", ".join(map(repr, hidden))
        raise UsageError(f"rule {rule.id!r} cannot become an offer: {names} would hand over below it, after what automates")
    passed = any(one.route in HANDS_OVER for at, one in below if at < place)
    if passed and place == len(policy.rules):
        raise UsageError(
            f"rule {rule.id!r} cannot become an offer: rules below it hand over, and none that automates follows them"
        )
    return place if passed else None


def kept_for_people(policy: Policy, rule: PolicyRule) -> str | None:
    """What of a rule that becomes an offer stays with people, as a condition: customers of whom the shop's facts are missing."""
    source = rule.when.source.strip()
    when = f"({source}) && {UNTOLD}"
    if "customer.known" not in rule.when.names or not alternatives(when, policy.thresholds):
        return None
    if not alternatives(f"({source}) && !({UNTOLD})", policy.thresholds):
        raise UsageError(f"rule {rule.id!r} stays with people: it is for customers of whom the shop's facts are missing")
    return when


def _kept_first(rule: PolicyRule) -> bool:
    return rule.always or (rule.route != "automate" and rule.layer in _KEPT_FIRST)


def _both_hold(policy: Policy, rule: PolicyRule, when: str) -> bool:
    """Whether both conditions may hold for one message, as far as their form says."""
    return bool(alternatives(f"({when}) && ({rule.when.source.strip()})", policy.thresholds))
