"""Which plan serves which goal, and which words follow a write."""

from . import catalog, changes, exchanges, facts, policies, returns, signups, smalltalk, status, stock, stopping, undoing, worth
from .goals import Goal, Plan, Reply
from .thread import Result
from .view import View


def plan_for(view: View, goal: Goal) -> Plan:
    """The plan of a goal."""
    match goal.kind:
        case "status":
            return status.status(view, goal)
        case "history":
            return status.history(view, goal)
        case "change":
            return changes.change(view, goal)
        case "cancel":
            return changes.cancel(view, goal)
        case "address":
            return changes.address(view, goal)
        case "return":
            return worth.worth(view, goal) if worth.asks_worth(goal) else returns.give_back(view, goal)
        case "exchange":
            return exchanges.exchange(view, goal)
        case "stop":
            return stopping.stop(view, goal)
        case "policy" | "smalltalk" | "person" | "undo" | "spare" | "unclear":
            return _talking_plan(view, goal)
        case _:
            return _product_plan(view, goal)


def _talking_plan(view: View, goal: Goal) -> Plan:
    match goal.kind:
        case "policy":
            return policies.policy(view, goal)
        case "smalltalk":
            return smalltalk.smalltalk(view, goal)
        case "person":
            return policies.person(view, goal)
        case "undo":
            return undoing.undo(view, goal)
        case "spare":
            return undoing.spare(view, goal)
        case _:
            return smalltalk.unclear(view, goal)


def _product_plan(view: View, goal: Goal) -> Plan:
    match goal.kind:
        case "stock":
            return stock.stock(view, goal)
        case "find":
            return catalog.find(view, goal)
        case "compare":
            return catalog.compare(view, goal)
        case "signup":
            return signups.signup(view, goal)
        case "letters":
            return signups.letters(view, goal)
        case "care":
            return facts.care(view, goal)
        case _:
            return facts.product(view, goal)


def finish(view: View, goal: Goal) -> Plan:
    """The write the customer said yes to, exactly as it was proposed, and the words for what came of it."""
    if goal.proposed is None:
        return (yield from plan_for(view, goal))
    result = yield goal.proposed
    return outcome(view, goal, result)


def outcome(view: View, goal: Goal, result: Result) -> Reply:
    """The words for a write that was made, or was not."""
    match goal.kind:
        case "return":
            return returns.returned(view, goal, result)
        case "exchange":
            return exchanges.exchanged(view, goal, result)
        case "cancel":
            return changes.cancelled(goal, result)
        case "address":
            return changes.moved(goal, result)
        case "signup":
            return signups.subscribed(view, goal, result)
        case _:
            return signups.enrolled(view, goal, result)
