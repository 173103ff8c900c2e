"""A customer is asked, says yes, and is told once: the words they said yes to are what is kept."""

import pytest
from tests.support.fake_klaviyo import FakeKlaviyo, answers
from tests.support.klaviyo_account import ADA, an_account

from warmline import HandedOff, SupportAgent
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, a_customer, a_product, a_variant, an_address, calls, says
from warmline.tools.model import Address
from warmline.tools.shop import Marketing, StopsMessages
from warmline.tools.shops.klaviyo.klaviyo import ASKED_FOR_STOCK
from warmline.tools.with_marketing import with_marketing

BOOT = a_product("fjord-boots", name="Fjord Rain Boots", kind="shoes", variants=(a_variant("BOOT-41", size="41", units=0),))
ASK = "Can you tell me when SKU BOOT-41 is back in stock?"
PLACES: list[tuple[Address | None, bool]] = [(an_address(country="US"), False), (an_address(country="DE"), True), (None, True)]


@pytest.mark.parametrize(("address", "confirmed"), PLACES, ids=["US", "DE", "unknown"])
async def test_the_yes_is_kept_with_its_words_and_its_country(address: Address | None, confirmed: bool) -> None:
    fake = FakeKlaviyo()
    shop = MemoryShop(customers=[a_customer(address=address)], products=[BOOT])
    model = ScriptedModel([calls("subscribe_back_in_stock", sku="BOOT-41", email=None), says("You are on the list.")])
    async with an_account(fake) as klaviyo, SupportAgent(shop=with_marketing(shop, klaviyo), model=model) as agent:
        asked = await agent.reply("c-1", ASK, customer="C-1001")
        assert fake.count() == 0
        done = await agent.reply("c-1", "yes please", customer="C-1001")
    assert (asked.kind, done.kind) == ("needs_confirmation", "replied")
    [event] = [one for (metric, _, _), one in fake.events.items() if metric == ASKED_FOR_STOCK]
    assert event["properties"]["wording"] == asked.text
    assert event["properties"]["asked_to_confirm"] is confirmed
    assert ("confirm the address" in asked.text) is confirmed
    assert fake.confirmations == ([ADA] if confirmed else [])
    assert [place[1:] for place in fake.waiting] == [(ADA, "EMAIL")]
    assert shop.receipts == {}


async def test_a_text_is_kept_as_a_consent_of_its_own_and_its_number_confirms_it() -> None:
    fake = FakeKlaviyo()
    shop = MemoryShop(customers=[a_customer(phone="+1-802-555-0114", address=an_address(country="US"))], products=[BOOT])
    model = ScriptedModel([calls("text_when_back_in_stock", sku="BOOT-41"), says("A text is on its way to you.")])
    async with an_account(fake) as klaviyo, SupportAgent(shop=with_marketing(shop, klaviyo), model=model) as agent:
        asked = await agent.reply("c-1", "Can you text me when SKU BOOT-41 is back in stock?", customer="C-1001")
        await agent.reply("c-1", "yes please", customer="C-1001")
    assert "confirm the number" in asked.text
    [event] = fake.events.values()
    assert (event["properties"]["wording"], event["properties"]["channel"]) == (asked.text, "sms")
    assert (fake.waiting[0][1:], fake.confirmations) == (("+18025550114", "SMS"), ["+18025550114"])
    assert shop.receipts == {}


@pytest.mark.parametrize(
    ("others", "said", "given", "taken"),
    [
        (True, "", "+18025550100", False),
        (True, ", at 802-555-0100", "+18025550100", False),
        (True, ", order 1 802 555 0100 7", "+180255501007", True),
        (True, ", at +1 (802) 555-0100", "+1-802-555-0100", True),
        (True, ", at 0049 151 123 45 678", "+4915112345678", True),
        (False, ", at +1 (802) 555-0100", "+18025550100", False),
    ],
    ids=["invented", "without its code", "in groups", "written out", "with 00", "the host does not want it"],
)
async def test_a_guests_number_is_texted_only_if_they_said_it_and_the_host_wants_that(
    others: bool, said: str, given: str, taken: bool
) -> None:
    fake = FakeKlaviyo()
    model = ScriptedModel([calls("text_when_back_in_stock", sku="BOOT-41", phone=given), says("Your e-mail address, please?")])
    async with (
        an_account(fake, texts_others=others) as klaviyo,
        SupportAgent(shop=with_marketing(MemoryShop(products=[BOOT]), klaviyo), model=model, guard=FixedGuard()) as agent,
    ):
        turn = await agent.reply("c-1", f"Text me when SKU BOOT-41 is back in stock{said}")
        await agent.reply("c-1", "yes")
    assert (turn.kind == "needs_confirmation") is taken
    assert len(fake.confirmations) == taken


async def test_a_signed_in_customers_own_number_needs_not_be_said() -> None:
    fake = FakeKlaviyo()
    shop = MemoryShop(customers=[a_customer(phone="+1-802-555-0114")], products=[BOOT])
    model = ScriptedModel([calls("text_when_back_in_stock", sku="BOOT-41", phone="+18025550114"), says("Done.")])
    async with an_account(fake) as klaviyo, SupportAgent(shop=with_marketing(shop, klaviyo), model=model) as agent:
        turn = await agent.reply("c-1", "Can you text me when SKU BOOT-41 is back in stock?", customer="C-1001")
    assert turn.kind == "needs_confirmation"


async def test_unsubscribing_in_chat_reaches_klaviyo_and_the_shop() -> None:
    fake = FakeKlaviyo()
    fake.add(ADA, consent="SUBSCRIBED")
    shop = MemoryShop(customers=[a_customer(marketing_consent=True)], products=[BOOT])
    async with an_account(fake) as klaviyo, SupportAgent(shop=with_marketing(shop, klaviyo)) as agent:
        turn = await agent.reply("c-1", "unsubscribe me", customer="C-1001")
    assert turn.kind == "replied"
    assert fake.consent(ADA) == "UNSUBSCRIBED"
    known = await shop.get_customer("C-1001")
    assert known is not None
    assert not known.marketing_consent


async def test_a_failed_unsubscription_is_a_persons_and_never_called_done() -> None:
    fake = FakeKlaviyo(lost=True)
    shop = MemoryShop(customers=[a_customer()], products=[BOOT])
    async with an_account(fake) as klaviyo, SupportAgent(shop=with_marketing(shop, klaviyo)) as agent:
        turn = await agent.reply("c-1", "unsubscribe me", customer="C-1001")
    assert (turn.kind, turn.decision.reason) == ("handed_off", "system_failure")
    assert turn.tool_calls[-1].status == "unknown"
    assert "Done" not in turn.text


async def test_a_stop_that_the_service_refused_is_not_done_because_the_shop_made_it_and_made_again_it_is_whole() -> None:
    fake = FakeKlaviyo()
    fake.add(ADA, consent="SUBSCRIBED")
    shop = MemoryShop(customers=[a_customer(marketing_consent=True)])
    model = ScriptedModel([says("A colleague looks into it.")])
    async with an_account(fake) as klaviyo:
        both = with_marketing(shop, klaviyo)
        async with SupportAgent(shop=both, model=model, guard=FixedGuard()) as agent:
            fake.faults = [answers(403)]
            refused = await agent.reply("c-1", "unsubscribe me", customer="C-1001")
            assert isinstance(refused, HandedOff)
            assert fake.consent(ADA) == "SUBSCRIBED"
            desk = await agent.desk()
            await desk.claim(refused.case_id, by="Kim")
            await desk.hand_back(refused.case_id, by="Kim", instruction="go on")
            later = await agent.reply("c-1", "Am I unsubscribed?", customer="C-1001")
        assert [run.status for run in later.tool_calls if run.name == "stop_messages"] != ["done"]
        [key] = shop.receipts
        assert isinstance(both, StopsMessages)
        assert await both.find_receipt(key) is None
        receipt = await both.stop_messages(email=ADA, phone=None, key=key)
        assert (await both.find_receipt(key), fake.consent(ADA)) == (receipt, "UNSUBSCRIBED")


@pytest.mark.parametrize("phone", ["0151 2345678", "ring the bell"])
async def test_a_number_that_no_text_can_go_to_keeps_nobody_on_the_list(phone: str) -> None:
    fake = FakeKlaviyo()
    fake.add(ADA, consent="SUBSCRIBED")
    shop = MemoryShop(customers=[a_customer(phone=phone, marketing_consent=True)])
    async with an_account(fake) as klaviyo, SupportAgent(shop=with_marketing(shop, klaviyo)) as agent:
        turn = await agent.reply("c-1", "unsubscribe me", customer="C-1001")
        texts = await agent.reply("c-2", "stop the texts", customer="C-1001")
    assert (turn.kind, fake.consent(ADA)) == ("replied", "UNSUBSCRIBED")
    assert ADA in turn.text
    assert phone not in turn.text
    assert "I have stopped nothing" in texts.text


async def test_a_shop_with_nothing_to_sign_up_for_gets_it_from_the_service() -> None:
    class Plain:
        """Six reads."""

        def __init__(self) -> None:
            whole = MemoryShop()
            self.get_customer, self.get_order, self.list_orders = whole.get_customer, whole.get_order, whole.list_orders
            self.get_product, self.search_products, self.list_policies = (
                whole.get_product,
                whole.search_products,
                whole.list_policies,
            )

    async with an_account(FakeKlaviyo()) as klaviyo:
        both = with_marketing(Plain(), klaviyo)
        assert isinstance(both, Marketing)
        assert await both.find_receipt("never") is None
