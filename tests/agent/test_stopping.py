"""Taking a consent back in chat: at once and without a model for what is theirs, with a way on for what is not, in every language."""

import asyncio
import json
from typing import Any

import pytest

from warmline import SupportAgent
from warmline.testing import MemoryShop, ScriptedModel, a_customer, an_order, calls, says
from warmline.tools.capabilities import Capability
from warmline.tools.model import StopReceipt
from warmline.tools.stop_words import read_stop

WISHES = {
    "en": [
        "unsubscribe me",
        "Please stop the texts",
        "Take me off your mailing list",
        "No more emails, thanks",
        "stop texting me",
    ],
    "de": ["Bitte melden Sie mich vom Newsletter ab", "Keine SMS mehr bitte", "Ich möchte keine E-Mails mehr bekommen"],
    "es": ["Quiero darme de baja", "Por favor, no me envíen más SMS", "No quiero recibir más correos"],
    "fr": ["Désabonnez-moi s'il vous plaît", "Ne m'envoyez plus de SMS", "Je ne veux plus recevoir vos e-mails"],
    "it": ["Disiscrivetemi per favore", "Non voglio più ricevere SMS", "Non mandatemi più email"],
    "nl": ["Meld mij af", "Stop met sms'en", "Ik wil geen e-mails meer ontvangen"],
    "pt": ["Não quero receber mais emails", "Parem de me mandar SMS", "Quero cancelar a inscrição"],
}
OTHERWISE = [
    "stop",
    "Stop my order",
    "How do I unsubscribe?",
    "I did not unsubscribe",
    "Don't unsubscribe me",
    "cancel my subscription",
    "delete me",
    "Löschen Sie mich",
    "arrêtez",
    "Cancelar pedido",
    "I unsubscribed and still get emails",
    "Unsubscribe me or I will sue you",
]
BOTH = [(language, text) for language, texts in WISHES.items() for text in texts]


def a_shop(phone: str | None = "+15005550006") -> MemoryShop:
    return MemoryShop(customers=[a_customer(phone=phone, marketing_consent=True)], orders=[an_order()])


def stopped(shop: MemoryShop) -> list[StopReceipt]:
    return [one for one in shop.receipts.values() if isinstance(one, StopReceipt)]


@pytest.mark.parametrize(("language", "text"), BOTH, ids=[text for _, text in BOTH])
def test_the_wish_is_read_with_its_channels(language: str, text: str) -> None:
    wish = read_stop(text)
    assert wish is not None
    sms = "SMS" in text.upper() or "text" in text.casefold()
    mail = any(word in text.casefold() for word in ("mail", "news", "correos"))
    assert (wish.alone, wish.language) == (True, language)
    assert wish.channels == ({"sms"} if sms else {"email"} if mail else {"sms", "email"})


@pytest.mark.parametrize("language", WISHES)
async def test_it_is_done_at_once_and_said_in_their_language(language: str) -> None:
    shop, model = a_shop(), ScriptedModel([])
    async with SupportAgent(shop=shop, model=model) as agent:
        turn = await agent.reply("c-1", WISHES[language][0], customer="C-1001")
    assert (turn.kind, len(stopped(shop)), model.requests) == ("replied", 1, [])
    assert [(run.name, run.status) for run in turn.tool_calls] == [("stop_messages", "done")]
    first = {"en": "Done", "de": "Erledigt", "es": "Hecho", "fr": "C'est fait", "it": "Fatto", "nl": "Gedaan", "pt": "Feito"}
    assert turn.text.startswith(first[language])
    known = await shop.get_customer("C-1001")
    assert known is not None
    assert not known.marketing_consent


@pytest.mark.parametrize("text", OTHERWISE)
def test_what_is_no_such_wish_is_not_read_as_one(text: str) -> None:
    assert read_stop(text) is None


async def test_a_danger_beside_it_is_a_persons() -> None:
    shop = a_shop()
    async with SupportAgent(shop=shop) as agent:
        turn = await agent.reply("c-1", "Stop the texts. My lawyer will sue you tomorrow.", customer="C-1001")
    assert (turn.kind, stopped(shop)) == ("handed_off", [])


@pytest.mark.parametrize("language", ["en", "nl"])
async def test_a_guest_who_has_proved_nothing_is_told_how_and_nothing_is_stopped(language: str) -> None:
    shop = a_shop()
    async with SupportAgent(shop=shop) as agent:
        turn = await agent.reply("c-1", WISHES[language][0])
    assert turn.kind == "replied"
    assert "STOP" in turn.text
    assert stopped(shop) == []


async def test_a_guest_is_served_for_the_address_that_proved_an_order_and_no_other() -> None:
    shop = a_shop()
    async with SupportAgent(shop=shop) as agent:
        await agent.reply("c-1", "unsubscribe me")
        turn = await agent.reply("c-1", "Order W-10432, ada@example.com. Please stop the messages.")
        other = await agent.reply("c-2", "Unsubscribe ben@example.com from the list. My order is W-10432, ben@example.com.")
    assert [(run.name, run.status) for run in turn.tool_calls] == [("get_order", "done"), ("stop_messages", "done")]
    assert [receipt.email for receipt in stopped(shop)] == ["ada@example.com"]
    assert all(run.name != "stop_messages" or run.status != "done" for run in other.tool_calls)


async def test_without_a_number_texts_are_stopped_by_an_answer_and_nothing_is_claimed() -> None:
    shop = a_shop(phone=None)
    async with SupportAgent(shop=shop) as agent:
        turn = await agent.reply("c-1", "stop the texts", customer="C-1001")
    assert "I have stopped nothing" in turn.text
    assert stopped(shop) == []


async def test_a_shop_that_cannot_stop_anything_has_a_person_do_it() -> None:
    class Cannot(MemoryShop):
        @property
        def lacks(self) -> dict[Capability, str]:
            return {"stop_messages": "no marketing"}

    async with SupportAgent(shop=Cannot(customers=[a_customer()])) as agent:
        turn = await agent.reply("c-1", "unsubscribe me", customer="C-1001")
    assert turn.kind == "handed_off"


async def test_a_shop_slower_than_the_host_waits_is_a_persons_and_the_call_stands_with_an_answer() -> None:
    class Slow(MemoryShop):
        async def stop_messages(self, **_: Any) -> StopReceipt:
            await asyncio.sleep(30)
            raise AssertionError("nobody waits that long")

    async with SupportAgent(shop=Slow(customers=[a_customer()]), shop_seconds=0.05) as agent:
        turn = await agent.reply("c-1", "unsubscribe me", "m-1", customer="C-1001")
        thread = (await (await agent.parts()).store.reread("c-1", "m-1")).messages
    assert turn.kind == "handed_off"
    assert [(run.name, run.status) for run in turn.tool_calls] == [("stop_messages", "unknown")]
    asked = [call.call_id for message in thread for call in message.calls]
    assert len(asked) == 1
    assert asked == [message.call_id for message in thread if message.role == "tool"]


async def test_the_same_message_again_is_one_stop() -> None:
    shop = a_shop()
    async with SupportAgent(shop=shop) as agent:
        first = await agent.reply("c-1", "unsubscribe me", "m-1", customer="C-1001")
        again = await agent.reply("c-1", "unsubscribe me", "m-1", customer="C-1001")
    assert (first.text, len(stopped(shop))) == (again.text, 1)


async def test_beside_another_wish_a_model_may_do_it_without_asking() -> None:
    shop = a_shop()
    model = ScriptedModel([calls("stop_messages", channel="sms"), says("No more texts will come. Which order is it about?")])
    async with SupportAgent(shop=shop, model=model) as agent:
        turn = await agent.reply("c-1", "Stop the texts, and what is your return policy?", customer="C-1001")
    assert turn.kind == "replied"
    assert [receipt.email for receipt in stopped(shop)] == [None]


@pytest.mark.parametrize(
    ("text", "channel"), [("What is your return policy?", None), ("Stop the texts, what is your return policy?", "email")]
)
async def test_what_they_did_not_ask_for_needs_a_yes(text: str, channel: str | None) -> None:
    shop = a_shop()
    model = ScriptedModel([calls("stop_messages", channel=channel)])
    async with SupportAgent(shop=shop, model=model) as agent:
        turn = await agent.reply("c-1", text, customer="C-1001")
    assert turn.kind == "needs_confirmation"
    assert "ada@example.com" in turn.text
    assert stopped(shop) == []
    assert json.loads(turn.tool_calls[-1].arguments) == {"channel": channel}


async def test_a_claim_that_nothing_backs_is_held_back() -> None:
    model = ScriptedModel([says("I have unsubscribed you from everything.")] * 2)
    async with SupportAgent(shop=a_shop(), model=model) as agent:
        turn = await agent.reply("c-1", "What is your return policy?", customer="C-1001")
    assert turn.kind == "handed_off"
