"""Asked about, said yes to, put down once, told once when stock arrives: in the customer's language, by e-mail or by text."""

import pytest
from support.events import Taker

from warmline import SupportAgent
from warmline.agent.outbox.back_in_stock import notify_back_in_stock
from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.store.store import Store
from warmline.prompts import render
from warmline.testing import MemoryShop, ScriptedModel, a_customer, a_product, a_variant, calls, says

SKU, ITEM, NUMBER = "BOOT-41", "Fjord Rain Boots (41)", "+18025550114"
TALKS = {
    "en": ("Please text me when the boots are back in my size", "yes please"),
    "de": ("Bitte schicken Sie mir eine SMS, wenn die Stiefel wieder auf Lager sind", "ja, gerne"),
    "es": ("Por favor, avíseme por SMS cuando las botas vuelvan a estar disponibles", "sí"),
    "fr": ("Pouvez-vous me prévenir par SMS quand les bottes sont de nouveau en stock", "oui"),
    "it": ("Mi avvisi con un SMS quando gli stivali sono di nuovo disponibili, per favore", "sì, grazie"),
    "nl": ("Stuur mij een sms als de laarzen weer op voorraad zijn", "ja graag"),
    "pt": ("Avise-me por SMS quando as botas estiverem de novo em stock, por favor", "sim"),
}


def a_shop() -> MemoryShop:
    boot = a_product("fjord-boots", name="Fjord Rain Boots", kind="shoes", variants=(a_variant(SKU, size="41", units=0),))
    return MemoryShop(customers=[a_customer(phone="+1-802-555-0114")], products=[boot])


async def told(store: Store) -> list[dict[str, str]]:
    sink = Taker()
    await deliver_due(store, sink, at_once=1)
    return [event.body for event in sink.taken if event.kind == "back_in_stock"]


@pytest.mark.parametrize("language", TALKS)
async def test_a_text_is_agreed_to_in_the_customers_language_and_comes_once(store: Store, language: str) -> None:
    ask, agree = TALKS[language]
    shop, looks = a_shop(), calls("check_stock", product="Fjord Rain Boots")
    model = ScriptedModel([looks, calls("text_when_back_in_stock", sku=SKU), says("🙂")])
    async with SupportAgent(shop=shop, store=store, model=model) as agent:
        asked = await agent.reply("c-1", ask, customer="C-1001")
        assert asked.text == render("signups", f"text_{language}", phone=NUMBER, item=ITEM)
        assert (asked.kind, shop.receipts) == ("needs_confirmation", {})
        done = await agent.reply("c-1", agree, customer="C-1001")
        assert (done.kind, [run.status for run in done.tool_calls], len(shop.receipts)) == ("replied", ["done"], 1)
        assert await notify_back_in_stock(store, shop, store.clock) == 0
        shop.records.restock(SKU, 3)
        assert [await notify_back_in_stock(store, shop, store.clock) for _ in range(3)] == [1, 0, 0]
    [event] = await told(store)
    assert (event["sku"], event["phone"], "email" in event) == (SKU, NUMBER, False)


@pytest.mark.parametrize(
    ("ask", "agree", "language"),
    [
        ("Wie pflege ich meine Stiefel richtig?", "ja bitte", "de"),
        ("Comment entretenir mes bottes ?", "oui, avec plaisir", "fr"),
        ("How do I look after my boots?", "yes please", "en"),
    ],
)
async def test_who_asks_about_care_is_asked_about_letters_in_their_language(ask: str, agree: str, language: str) -> None:
    shop = a_shop()
    model = ScriptedModel([calls("enrol_in_care_series", product="fjord-boots"), says("🙂")])
    async with SupportAgent(shop=shop, model=model) as agent:
        asked = await agent.reply("c-1", ask, customer="C-1001")
        assert asked.text == render("signups", f"care_{language}", product="Fjord Rain Boots", email="ada@example.com")
        assert (await agent.reply("c-1", agree, customer="C-1001")).kind == "replied"
    assert len(shop.receipts) == 1


async def test_a_yes_to_an_e_mail_is_none_to_a_text() -> None:
    shop = a_shop()
    model = ScriptedModel([calls("subscribe_back_in_stock", sku=SKU), calls("text_when_back_in_stock", sku=SKU), says("🙂")])
    async with SupportAgent(shop=shop, model=model) as agent:
        await agent.reply("c-1", "Tell me when SKU BOOT-41 is back in stock, please", customer="C-1001")
        after = await agent.reply("c-1", "yes", customer="C-1001")
    assert after.kind == "needs_confirmation"
    assert [receipt.model_dump(include={"phone"}) for receipt in shop.receipts.values()] == [{"phone": None}]


@pytest.mark.parametrize("words", ["Stop the texts", "Keine SMS mehr", "stop les sms"])
async def test_texts_are_stopped_in_chat_and_mails_go_on(words: str) -> None:
    shop = a_shop()
    await shop.text_when_back_in_stock(SKU, NUMBER, key="t")
    await shop.subscribe_back_in_stock(SKU, "ada@example.com", key="m")
    async with SupportAgent(shop=shop, model=ScriptedModel([])) as agent:
        turn = await agent.reply("c-1", words, customer="C-1001")
    assert turn.kind == "replied"
    assert [one.place for one in shop.records.waiting.values()] == ["ada@example.com"]
