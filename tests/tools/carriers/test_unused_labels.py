"""Labels that nobody used: taken back where the shop wants it, and never one whose parcel a carrier has seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from support.carriers import NOW, TERMS, FakeEasyPost, FakeShippo
from support.shop_worlds import a_memory_shop

from warmline.testing import MemoryShop
from warmline.tools.carriers import Carrier, LabelledShop, with_labels
from warmline.tools.carriers.easypost import EasyPost
from warmline.tools.carriers.opening import LabelSettings
from warmline.tools.carriers.shippo import Shippo
from warmline.tools.clock import FrozenClock
from warmline.tools.model import ReturnItem, ReturnReceipt
from warmline.tools.shoprules import SEND_WINDOW

WEEK = timedelta(days=7)
Fake = FakeEasyPost | FakeShippo


class NoLabels(MemoryShop):
    """Keeps returns and makes no labels."""

    async def create_return(self, number: str, *args: Any, key: str, **kwargs: Any) -> ReturnReceipt:
        receipt = (await super().create_return(number, *args, key=key, **kwargs)).model_copy(update={"label": None})
        self.receipts[key] = receipt
        return receipt


def carrier_of(fake: Fake, clock: FrozenClock) -> Carrier:
    return EasyPost(fake.service(), TERMS) if isinstance(fake, FakeEasyPost) else Shippo(fake.service(), TERMS, clock=clock)


async def a_shop_with_a_label(fake: Fake, unused_after: timedelta | None) -> tuple[LabelledShop, FrozenClock]:
    clock = FrozenClock(NOW)
    shop = with_labels(a_memory_shop(NoLabels), carrier_of(fake, clock), clock=clock, unused_after=unused_after)
    await shop.create_return("W-10391", [ReturnItem(sku="CREW-NVY-M")], reason="too_small", key="k1")
    return shop, clock


@pytest.mark.parametrize("make", [FakeEasyPost, FakeShippo])
async def test_a_label_goes_a_week_after_it_had_to_be_used_and_not_before(make: Callable[[], Fake]) -> None:
    fake = make()
    shop, clock = await a_shop_with_a_label(fake, WEEK)
    clock.moment = NOW + SEND_WINDOW + WEEK - timedelta(days=1)
    assert (await shop.void_orphan_labels(), len(fake.held)) == (0, 1)
    clock.moment += timedelta(days=2)
    assert (await shop.void_orphan_labels(), len(fake.held)) == (1, 0)
    assert await shop.void_orphan_labels() == 0


@pytest.mark.parametrize(
    ("make", "field", "seen"), [(FakeEasyPost, "status", "in_transit"), (FakeShippo, "tracking_status", "TRANSIT")]
)
async def test_a_label_whose_parcel_was_seen_stays(make: Callable[[], Fake], field: str, seen: str) -> None:
    fake = make()
    shop, clock = await a_shop_with_a_label(fake, WEEK)
    fake.held[0][field] = seen
    clock.moment = NOW + SEND_WINDOW + 2 * WEEK
    assert (await shop.void_orphan_labels(), len(fake.held)) == (0, 1)


async def test_without_the_shops_word_a_label_stays_for_ever() -> None:
    fake = FakeEasyPost()
    shop, clock = await a_shop_with_a_label(fake, None)
    clock.moment = NOW + timedelta(days=50)
    assert (await shop.void_orphan_labels(), len(fake.held)) == (0, 1)


async def test_a_label_the_carrier_does_not_take_back_is_asked_for_again_the_next_day() -> None:
    fake = FakeEasyPost()
    fake.refunds = "rejected"
    shop, clock = await a_shop_with_a_label(fake, WEEK)
    clock.moment = NOW + SEND_WINDOW + WEEK + timedelta(days=1)
    assert await shop.void_orphan_labels() == 0
    fake.refunds = "submitted"
    assert await shop.void_orphan_labels() == 0
    clock.moment += timedelta(days=1)
    assert await shop.void_orphan_labels() == 1


def test_the_days_are_a_setting() -> None:
    given = {
        "NAME": "Returns", "STREET": "1 Way", "CITY": "Portland", "POSTCODE": "04101", "COUNTRY": "US", "GRAMS": "900", "MOST": "15",
    }  # fmt: skip
    variables = {f"WARMLINE_LABELS_{name}": value for name, value in given.items()}
    assert LabelSettings.read(variables).unused_days is None
    assert LabelSettings.read({**variables, "WARMLINE_LABELS_UNUSED_DAYS": "10"}).unused_days == 10
