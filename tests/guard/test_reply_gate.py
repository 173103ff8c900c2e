"""A reply says what is known, what happened, and what is the agent's to say."""

import pytest

from warmline.agent.guard.evidence import Evidence
from warmline.agent.guard.reply_gate import check_reply

SYSTEM = (
    "You are the agent of a shop. Never ask for passwords or card numbers and never repeat them under any circumstances at all."
)


def kinds(text: str, *done: str) -> list[str]:
    evidence = Evidence()
    evidence.add("Refunds take 5 working days.")
    evidence.add('{"order_number":"W-10432","refund":{"amount":"12.00","currency":"USD"}}', json=True)
    return [problem.kind for problem in check_reply(text, evidence=evidence, done=done, system=SYSTEM)]


@pytest.mark.parametrize(
    "text",
    [
        "Your order W-10432 is on its way.",
        "A return would give you $12.00 back. Shall I start it?",
        "You can cancel an order until it has left.",
        "I have looked at your order; it was not cancelled.",
        "Would you like me to set up a return?",
        "Refunds are paid within 5 working days.",
    ],
)
def test_an_honest_reply_passes(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("I've cancelled your order W-10432.", "cancel_unshipped_order"),
        ("Your order has been canceled.", "cancel_unshipped_order"),
        ("I have started a return for you.", "start_return"),
        ("Your return has been created.", "start_return"),
        ("I've arranged the exchange.", "start_exchange"),
        ("We have updated your shipping address.", "change_shipping_address"),
        ("You're now on the list.", "subscribe_back_in_stock"),
        ("I've signed you up.", "enrol_in_care_series"),
    ],
)
def test_a_claim_passes_only_when_the_ledger_holds_it(text: str, tool: str) -> None:
    assert kinds(text) == ["claim"]
    assert kinds(text, tool) == []


@pytest.mark.parametrize(
    "text",
    [
        "I've issued a full refund.",
        "I can offer you a discount.",
        "We will give you store credit.",
        "We'll call you.",
        "This was entirely our fault.",
        "We are liable for the damage.",
    ],
)
def test_a_promise_the_agent_cannot_keep_does_not_pass(text: str) -> None:
    assert kinds(text) == ["promise"]


def test_an_ungrounded_value_names_itself() -> None:
    (problem,) = check_reply("That is $13.00.", evidence=Evidence(), done=(), system=SYSTEM)
    assert problem.words == "$13.00"
    assert "occurs in no tool result" in problem.why


def test_the_instructions_do_not_leave() -> None:
    leak = "My rules: never ask for passwords, or card numbers, and never repeat them under any circumstances!"
    assert kinds(leak) == ["leak"]
    assert kinds("I never ask for passwords or card numbers.") == []
