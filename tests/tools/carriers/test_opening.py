"""Which carrier sells the labels is a setting; every mistake is named."""

import pytest

from warmline.errors import SettingsError
from warmline.testing import MemoryShop
from warmline.tools.carriers import LabelledShop, open_carrier
from warmline.tools.carriers.easypost import EasyPost
from warmline.tools.carriers.opening import labelled
from warmline.tools.carriers.shippo import Shippo
from warmline.tools.clock import SystemClock

PLACE = {
    "WARMLINE_LABELS_NAME": "Harbour & Pine, Returns",
    "WARMLINE_LABELS_STREET": "48 Wharf Road",
    "WARMLINE_LABELS_CITY": "Portland",
    "WARMLINE_LABELS_POSTCODE": "04101",
    "WARMLINE_LABELS_COUNTRY": "US",
    "WARMLINE_LABELS_GRAMS": "900",
    "WARMLINE_LABELS_MOST": "15",
    "WARMLINE_LABELS_SERVICES": "USPS GroundAdvantage, UPS Ground",
    "WARMLINE_EASYPOST_KEY": "EZTKtest",
    "WARMLINE_SHIPPO_TOKEN": "shippo_test_1",
}


@pytest.mark.parametrize(("choice", "kind"), [("easypost", EasyPost), ("shippo", Shippo)])
async def test_a_carrier_is_opened_by_its_name(choice: str, kind: type[object]) -> None:
    async with open_carrier(choice, PLACE, SystemClock()) as carrier:
        assert isinstance(carrier, kind)


async def test_a_shop_has_labels_where_a_carrier_is_named_and_is_itself_elsewhere() -> None:
    shop = MemoryShop()
    async with labelled(shop, {"WARMLINE_CARRIER": "easypost", **PLACE}, SystemClock()) as whole:
        assert isinstance(whole, LabelledShop)
    async with labelled(shop, PLACE, SystemClock()) as whole:
        assert whole is shop


@pytest.mark.parametrize(
    ("choice", "changed", "told"),
    [
        ("dhl", {}, "WARMLINE_CARRIER: 'dhl' sells no labels; expected easypost or shippo"),
        ("easypost", {"WARMLINE_LABELS_COUNTRY": "USA"}, "WARMLINE_LABELS_COUNTRY"),
        ("easypost", {"WARMLINE_LABELS_MOST": ""}, "WARMLINE_LABELS_MOST: is not set; expected what a label may cost"),
        ("easypost", {"WARMLINE_EASYPOST_KEY": ""}, "WARMLINE_EASYPOST_KEY: is not set"),
        ("shippo", {"WARMLINE_SHIPPO_TOKEN": "s3cret"}, "WARMLINE_SHIPPO_TOKEN"),
    ],
)
async def test_a_mistake_is_named_and_no_secret_told(choice: str, changed: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as raised:
        async with open_carrier(choice, {**PLACE, **changed}, SystemClock()):
            pass
    assert told in str(raised.value)
    assert "s3cret" not in str(raised.value)
