"""A label that was bought for a return at Shopify: who has it, where it hangs, and what becomes of it when Shopify does not take it."""

from datetime import timedelta

from support.carriers import TERMS, FakeEasyPost, earlier
from support.shopify_fake import FakeShopify, refusing
from support.shopify_world import SETTINGS, a_shop, an_open_shop, order_of

from warmline.testing import an_address
from warmline.tools.carriers import LabelledShop, with_labels
from warmline.tools.carriers.easypost import EasyPost
from warmline.tools.clock import FrozenClock
from warmline.tools.model import ReturnItem, ReturnReceipt
from warmline.tools.shop import Shop
from warmline.tools.shops.shopify import ShopifySettings
from warmline.tools.toolbox import tools_for

CARRIER = SETTINGS.model_copy(update={"labels": "carrier"})
HAMBURG = TERMS.model_copy(update={"receiver": an_address(city="Hamburg", region=None, postcode="20457", country="DE")})
CREW = [ReturnItem(sku="CREW-M")]
REFUSED = {"reverseDelivery": None, "userErrors": [{"code": "INVALID", "field": ["labelInput"]}]}


def labelled(shop: Shop, carrier: FakeEasyPost) -> LabelledShop:
    return with_labels(shop, EasyPost(carrier.service(), HAMBURG), clock=FrozenClock(carrier.now))


async def start(shop: LabelledShop) -> ReturnReceipt:
    return await shop.create_return("#1002", CREW, reason="too_small", key="k1")


def hung(fake: FakeShopify) -> list[str]:
    """The files of the labels that hang on the order's returns."""
    return [
        delivery["deliverable"]["label"]["publicFileUrl"]
        for back in order_of(fake.data, "#1002")["returns"]
        for reverse in back["reverseFulfillmentOrders"]
        for delivery in reverse["reverseDeliveries"]
    ]


async def test_the_customer_and_the_staff_have_the_same_label_and_another_process_finds_it() -> None:
    fake, carrier = FakeShopify(a_shop()), FakeEasyPost()
    async with an_open_shop(fake, CARRIER) as shop:
        receipt = await start(labelled(shop, carrier))
        assert receipt.label is not None
        assert hung(fake) == [receipt.label.location]
    async with an_open_shop(fake, CARRIER) as other:
        assert await other.find_receipt("k1") == receipt
        assert await start(labelled(other, carrier)) == receipt
    assert (len(carrier.held), len(hung(fake))) == (1, 1)


async def test_a_label_shopify_does_not_take_is_the_customers_all_the_same_and_is_shown_later() -> None:
    fake, carrier = FakeShopify(a_shop()), FakeEasyPost()
    fake.answers = [refusing("reverseDeliveryCreateWithShipping", REFUSED)] * 20
    async with an_open_shop(fake, CARRIER) as inner:
        receipt = await start(labelled(inner, carrier))
        assert receipt.label is not None
        assert hung(fake) == []
        fake.answers = []
        for shipment in carrier.shipments.values():
            shipment["created_at"] = f"{earlier(2):%Y-%m-%dT%H:%M:%SZ}"
        for _ in range(2):
            assert await labelled(inner, carrier).void_orphan_labels(older_than=timedelta(hours=1)) == 0
        assert hung(fake) == [receipt.label.location]
    assert len(carrier.held) == 1


async def offered(settings: ShopifySettings, *, carrier: bool) -> set[str]:
    async with an_open_shop(FakeShopify(a_shop()), settings) as shop:
        names = {tool.name for tool in tools_for(labelled(shop, FakeEasyPost()) if carrier else shop)}
    return names & {"start_return", "start_exchange"}


async def test_a_return_is_offered_where_somebody_makes_its_label_and_nobody_makes_two() -> None:
    assert await offered(CARRIER, carrier=True) == {"start_return"}
    assert await offered(CARRIER, carrier=False) == set()
    assert await offered(SETTINGS, carrier=False) == {"start_return", "start_exchange"}
    assert "start_return" not in await offered(SETTINGS, carrier=True)
