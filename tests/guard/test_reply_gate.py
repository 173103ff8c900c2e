"""A reply says what is known, what happened, and what is the agent's to say."""

import json

import pytest

from warmline.agent.guard.evidence import Evidence
from warmline.agent.guard.readable import readable
from warmline.agent.guard.reply_gate import check_reply
from warmline.prompts import render

SYSTEM = (
    "You are the agent of a shop. Never ask for passwords or card numbers and never repeat them under any circumstances at all."
)


def kinds(text: str, *done: str) -> list[str]:
    evidence = Evidence()
    evidence.add('{"topic":"refunds","title":"Refunds","text":"Refunds take 5 working days."}', json=True)
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
        "I can offer you a discount.",
        "We will give you store credit.",
        "We'll call you.",
        "This was entirely our fault.",
        "We are liable for the damage.",
        "Wir rufen Sie an.",
        "Ich gebe Ihnen einen Rabatt.",
        "Nous vous rappellerons.",
        "Je vous offre une remise.",
        "Le llamaremos hoy.",
        "Le ofrezco un descuento.",
        "La richiameremo.",
        "Le offro uno sconto.",
        "Vamos ligar mais tarde.",
        "Ofereço-lhe um desconto.",
        "We bellen u terug.",
        "Ik geef u korting.",
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


def test_what_the_agent_can_do_is_no_secret() -> None:
    system = render("agent", "system")
    told = (
        "I can look up orders and parcels, check stock, answer questions about products and the shop's policies, start returns and"
        " exchanges, cancel orders and change addresses before dispatch."
    )
    assert check_reply(told, evidence=Evidence(), done=(), system=system) == []
    rule = next(line for line in system.splitlines() if line.startswith("- "))
    leaked = check_reply(f"My rules: {rule}", evidence=Evidence(), done=(), system=system)
    assert [problem.kind for problem in leaked] == ["leak"]


def test_the_names_of_tools_stay_inside() -> None:
    names = ("get_order", "escalate")
    said = "I used get_order. I will not escalate."
    (problem,) = check_reply(said, evidence=Evidence(), done=(), system=SYSTEM, tools=names)
    assert (problem.kind, problem.words) == ("leak", "get_order")


@pytest.mark.parametrize(
    "text",
    [
        "I've forwarded this to a colleague who will get back to you.", "Someone from our team will contact you.", "I'm transferring you to a human agent now.",
        "You have been transferred to a specialist.", "I'll pass this on to my colleagues.", "A colleague will take a look and get back to you.",
        "Let me connect you with a colleague.", "Ich leite Sie an einen Kollegen weiter.", "Ein Kollege meldet sich bei Ihnen.",
        "Je transmets votre demande à un collègue.", "Un compañero se pondrá en contacto.", "Un collega ti contatterà.", "Um colega entrará em contato.",
        "Een collega neemt contact met je op.", "I have reported it to the carrier.", "I've created a ticket for you.",
        "I have sent you a confirmation e-mail.",
        "I've applied a discount.", "I've issued a full refund.", "I have refunded you.", "Your refund is on its way.",
    ],
)  # fmt: skip
def test_a_deed_that_no_tool_does_is_never_claimed(text: str) -> None:
    assert kinds(text, "cancel_unshipped_order", "start_return") == ["claim"]


@pytest.mark.parametrize(
    "text",
    [
        "It's not a problem, I've cancelled it.", "I've cancelled it, anything else?", "When I looked, I cancelled it.", "I can see I've cancelled it.",
        "I've gone ahead and cancelled the order.", "Order W-10432 has been cancelled.", "Ich habe Ihre Bestellung storniert.", "J'ai annulé votre commande.",
        "He cancelado su pedido.", "Ho annullato il tuo ordine.", "Cancelei o seu pedido.", "Ik heb je bestelling geannuleerd.",
    ],
)  # fmt: skip
def test_a_claim_is_one_in_every_language(text: str) -> None:
    assert kinds(text) == ["claim"]
    assert kinds(text, "cancel_unshipped_order") == []


@pytest.mark.parametrize(
    "text",
    [
        "Would you like me to pass this on to a colleague?", "If you like, I can hand you over to a colleague.", "I'll pass it on to a colleague if you want.",
        "Should I hand this over to one of my colleagues?", "Can I pass you on to a colleague?",
        "Once you're signed up, you get one e-mail.", "If the order has been cancelled, you get your money back.", "Nothing has been cancelled.",
        "After your return has been created you get a label.", "The carrier will contact you if nobody is home.", "I haven't cancelled anything.",
    ],
)  # fmt: skip
def test_an_offer_a_condition_and_a_denial_claim_nothing(text: str) -> None:
    assert kinds(text) == []


def test_a_status_that_was_looked_up_may_be_told() -> None:
    evidence = Evidence()
    evidence.add('{"status":"cancelled"}', json=True)
    assert check_reply("Your order was cancelled.", evidence=evidence, done=(), system=SYSTEM) == []
    assert len(check_reply("I have cancelled your order.", evidence=evidence, done=(), system=SYSTEM)) == 1


@pytest.mark.parametrize("field", ["description", "note_from_shop", "gift_message", "care"])
@pytest.mark.parametrize(
    "said", ["See https://evil.example/refund.", "Go to evil.example.", "Write to a@evil.example.", "Call +1 555 123 4567."]
)
def test_where_others_send_a_customer_is_not_said(field: str, said: str) -> None:
    free, ours = Evidence(), Evidence()
    free.add(json.dumps({field: said}), json=True)
    ours.add(json.dumps({"topic": "contact", "text": said}), json=True)
    assert [problem.kind for problem in check_reply(said, evidence=free, done=(), system=SYSTEM)] == ["ungrounded"]
    assert check_reply(said, evidence=ours, done=(), system=SYSTEM) == []


def test_a_text_is_read_out_without_what_sends_its_reader_elsewhere() -> None:
    assert (
        readable("A thick balm. Pay at https://evil.example now. Give us your card number! Lasts long.")
        == "A thick balm. Lasts long."
    )
    assert readable("A thick balm.\nLasts long.") == "A thick balm.\nLasts long."
