"""A shop with a carrier's labels: what becomes of the label when the return fails, and of labels that are left over."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from support.carriers import NOW, TERMS, FakeEasyPost, earlier
from support.shop_worlds import a_memory_shop
from support.woo_worlds import a_woo, open_woo

from warmline.errors import OutcomeUnknown, ShopError, ShopUnavailable, ToolError
from warmline.testing import MemoryShop
from warmline.testing.bench import ToolBench
from warmline.tools.carriers import LabelledShop, with_labels
from warmline.tools.carriers.easypost import EasyPost
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Order, PolicyDocument, Product, ReturnItem, ReturnReceipt
from warmline.tools.shop import Reservations, Shop, StockAlerts
from warmline.tools.toolbox import tools_for

ORDER, ITEM = "W-10391", ReturnItem(sku="CREW-NVY-M")


class Troubled(MemoryShop):
    """Keeps returns, makes no labels, and fails as it is told to: before it writes, or after."""

    error: BaseException | None = None
    after = False

    async def create_return(self, number: str, *args: Any, key: str, **kwargs: Any) -> ReturnReceipt:
        if self.error is not None and not self.after:
            raise self.error
        receipt = await super().create_return(number, *args, key=key, **kwargs)
        self.receipts[key] = receipt.model_copy(update={"label": None})
        if self.error is not None:
            raise self.error
        return receipt.model_copy(update={"label": None})


def a_shop(fake: FakeEasyPost, kind: type[MemoryShop] = Troubled) -> tuple[LabelledShop, MemoryShop]:
    inner = a_memory_shop(kind)
    return with_labels(inner, EasyPost(fake.service(), TERMS), clock=FrozenClock(NOW)), inner


async def start(shop: LabelledShop, key: str = "k1", item: ReturnItem = ITEM) -> ReturnReceipt:
    return await shop.create_return(ORDER, [item], reason="too_small", key=key)


async def test_a_return_has_the_carriers_label_and_is_found_with_it() -> None:
    fake = FakeEasyPost()
    shop, _ = a_shop(fake)
    receipt = await start(shop)
    assert receipt.label is not None
    assert receipt.label.tracking_number == fake.held[0]["tracking_code"]
    assert await shop.find_receipt("k1") == receipt


@pytest.mark.parametrize("error", [ToolError("No."), ShopUnavailable("down"), ShopError("no")])
async def test_the_label_of_a_return_that_failed_is_taken_back(error: Exception) -> None:
    fake = FakeEasyPost()
    shop, inner = a_shop(fake)
    assert isinstance(inner, Troubled)
    inner.error = error
    with pytest.raises(type(error)):
        await start(shop)
    assert (len(fake.shipments), fake.held) == (1, [])
    inner.error = None
    assert (await start(shop)).label is not None
    assert len(fake.held) == 1


async def test_a_label_that_cannot_be_taken_back_is_named_to_a_person() -> None:
    fake = FakeEasyPost()
    fake.refunds = "rejected"
    shop, inner = a_shop(fake)
    assert isinstance(inner, Troubled)
    inner.error = ToolError("No.")
    with pytest.raises(ShopError, match=f"return label for order {ORDER}.*not taken back"):
        await start(shop)


async def test_a_return_whose_answer_was_lost_keeps_its_label() -> None:
    fake = FakeEasyPost()
    shop, inner = a_shop(fake)
    assert isinstance(inner, Troubled)
    inner.error, inner.after = OutcomeUnknown("lost"), True
    receipt = await start(shop)
    assert receipt.label is not None
    assert len(fake.held) == 1


async def test_the_label_stays_while_nobody_knows_whether_there_is_a_return() -> None:
    fake = FakeEasyPost()
    shop, inner = a_shop(fake)
    assert isinstance(inner, Troubled)
    inner.error = OutcomeUnknown("lost")
    with pytest.raises(OutcomeUnknown):
        await start(shop)
    assert len(fake.held) == 1


async def test_no_label_is_bought_for_a_return_that_is_refused() -> None:
    fake = FakeEasyPost()
    shop, _ = a_shop(fake)
    for item in (ReturnItem(sku="CREW-NVY-M", quantity=9), ReturnItem(sku="NOPE")):
        with pytest.raises(ToolError):
            await start(shop, item=item)
    with pytest.raises(ToolError):
        await shop.create_return("W-10432", [ITEM], reason="other", key="k2")  # on its way
    assert fake.seen == []


async def test_without_a_label_there_is_no_return() -> None:
    fake = FakeEasyPost()
    fake.offers = []
    shop, inner = a_shop(fake)
    with pytest.raises(ToolError, match="escalate"):
        await start(shop)
    assert inner.receipts == {}


async def test_a_caller_who_is_cancelled_leaves_a_whole_return() -> None:
    fake = FakeEasyPost()
    shop, inner = a_shop(fake)
    running = asyncio.ensure_future(start(shop))
    while not fake.shipments:  # noqa: ASYNC110 (the fake has no event)
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (len(fake.held), len(inner.receipts)) == (1, 1)


async def test_a_label_the_shop_gives_itself_is_the_one_and_ours_goes_back() -> None:
    fake = FakeEasyPost()
    shop, _ = a_shop(fake, MemoryShop)
    receipt = await start(shop)
    assert receipt.label is not None
    assert receipt.label.carrier == "Coastal Post"
    assert fake.held == []


async def test_orphans_are_taken_back_after_an_hour_and_needed_labels_stay() -> None:
    fake = FakeEasyPost()
    shop, inner = a_shop(fake)
    assert isinstance(inner, Troubled)
    fake.now = earlier(2)
    await start(shop, item=ReturnItem(sku="CREW-NVY-M"))
    inner.error = OutcomeUnknown("lost")
    for key, hours in (("orphan", 2.0), ("fresh", 0.5)):
        fake.now = earlier(hours)
        with pytest.raises(OutcomeUnknown):
            await start(shop, key, ReturnItem(sku="CREW-NVY-L"))
    assert await shop.void_orphan_labels() == 1
    assert [one["reference"] for one in fake.held] == ["warmline:k1", "warmline:fresh"]
    assert await shop.void_orphan_labels() == 0


async def test_an_orphan_is_not_taken_back_while_the_shop_cannot_say() -> None:
    class Silent(Troubled):
        async def find_receipt(self, key: str) -> None:
            raise OutcomeUnknown("nobody knows")

    fake = FakeEasyPost()
    shop, _ = a_shop(fake, Silent)
    fake.now = earlier(2)
    await EasyPost(fake.service(), TERMS).buy(_parcel(await _order(shop)), key="k1")
    assert await shop.void_orphan_labels() == 0
    assert len(fake.held) == 1


async def test_of_two_labels_of_one_return_the_second_goes_back() -> None:
    fake = FakeEasyPost()
    fake.now = earlier(2)
    shop = with_labels(await open_woo(a_woo()), EasyPost(fake.service(), TERMS), clock=FrozenClock(NOW))
    receipt = await shop.create_return("728", [ITEM], reason="too_small", key="k1")
    twin = {**fake.held[0], "id": "shp_twin", "tracking_code": "9405-twin"}
    fake.shipments = {"shp_twin": twin, **fake.shipments}
    assert await shop.void_orphan_labels() == 1
    assert receipt.label is not None
    assert [one["tracking_code"] for one in fake.held] == [receipt.label.tracking_number]


async def test_what_the_inner_shop_has_no_methods_for_is_lacking() -> None:
    class Reads:
        def __init__(self) -> None:
            self.shop = a_memory_shop()

        async def get_customer(self, customer_id: str) -> None:
            return None

        async def get_order(self, number: str) -> Order | None:
            return await self.shop.get_order(number)

        async def list_orders(self, customer_id: str) -> Sequence[Order]:
            return []

        async def get_product(self, reference: str) -> Product | None:
            return None

        async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
            return []

        async def list_policies(self) -> Sequence[PolicyDocument]:
            return []

    shop = with_labels(Reads(), EasyPost(FakeEasyPost().service(), TERMS))
    assert {tool.name for tool in tools_for(shop) if tool.needs is not Shop} == set()
    assert shop.lacks["create_return"] == "the shop does not have it"
    assert not isinstance(shop, StockAlerts | Reservations)
    assert [one.name for one in await shop.examine()] == ["shop", "labels"]


def _parcel(order: Order) -> Any:
    from warmline.tools.carriers import Parcel

    return Parcel(sender=order.address, order_number=order.number)


async def _order(shop: LabelledShop) -> Order:
    order = await shop.get_order(ORDER)
    assert order is not None
    return order


async def test_a_customer_of_a_woocommerce_shop_is_asked_and_gets_a_real_label() -> None:
    fake, woo = FakeEasyPost(), a_woo()
    shop = with_labels(await open_woo(woo), EasyPost(fake.service(), TERMS), clock=FrozenClock(NOW))
    bench = ToolBench(shop, customer=await shop.get_customer("26"), clock=FrozenClock(NOW))
    wanted: dict[str, Any] = {"order_number": "728", "items": [{"sku": "CREW-NVY-M", "quantity": 1}], "reason": "too_small"}
    question = (await bench.ask("start_return", **wanted)).question
    assert "$3.22 less $4.95" in question
    assert fake.seen == []
    told = await bench.tell("start_return", **wanted)
    assert told["label"]["location"] == fake.held[0]["postage_label"]["label_url"]
    assert (await bench.tell("get_order", order_number="728"))["items"][0]["returned"] == 1
    assert fake.held[0]["tracking_code"] in woo.notes[728][0]["note"]
