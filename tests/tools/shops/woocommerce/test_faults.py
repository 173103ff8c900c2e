"""What goes wrong between WooCommerce and us, and what the operator is told of it."""

import logging
from typing import Any

import httpx2
import pytest
from support.woo import KEY, READ_KEY, Woo, failed
from support.woo_shapes import a_customer, an_order
from support.woo_worlds import TERMS, a_service, a_woo, open_woo

from warmline.errors import OutcomeUnknown, SettingsError, ShopDrifted, ShopError, ShopRefused, ShopUnavailable
from warmline.testing import an_address
from warmline.tools.carriers import with_labels
from warmline.tools.shops.woocommerce import WooSettings
from warmline.tools.shops.woocommerce.opening import basic
from warmline.tools.toolbox import tools_for

GIVEN = {
    "WARMLINE_WOOCOMMERCE_URL": "https://shop.example.com",
    "WARMLINE_WOOCOMMERCE_KEY": "ck_1",
    "WARMLINE_WOOCOMMERCE_SECRET": "cs_1",
    "WARMLINE_WOOCOMMERCE_DELIVERY_DAYS": "5",
}


def without(order: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in order.items() if name not in names}


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ([failed(401, "woocommerce_rest_cannot_view")], ShopRefused),
        ([failed(404, "rest_no_route")], ShopRefused),
        ([httpx2.Response(404, text="<html>")], ShopRefused),
        ([httpx2.Response(429)] * 4, ShopUnavailable),
        ([httpx2.Response(429, headers={"Retry-After": "3600"})], ShopUnavailable),
        ([httpx2.Response(503, text="<html>")] * 4, ShopUnavailable),
        ([httpx2.ReadTimeout("slow")] * 4, ShopUnavailable),
        ([httpx2.Response(200, text='{"id": 727, "numb')] * 4, ShopDrifted),
        ([httpx2.Response(200, text="<b>Notice</b>: PHP {}")] * 4, ShopDrifted),
        ([httpx2.Response(200, json=without(an_order(), "date_created_gmt"))], ShopDrifted),
        ([httpx2.Response(200, json={**without(an_order(), "total"), "grand_total": "16.45"})], ShopDrifted),
        ([httpx2.Response(200, json=an_order(total="16,45"))], ShopDrifted),
        (
            [
                httpx2.Response(200, json=an_order(status="teleported")),
                httpx2.Response(200, json=[]),
                httpx2.Response(200, json=[]),
            ],
            ShopDrifted,
        ),
    ],
    ids="key,route,site,429,429-long,503,slow,half,notice,missing,renamed,comma,status".split(","),
)
async def test_a_fault_is_an_error_and_never_no_order(faults: list[Any], error: type[Exception]) -> None:
    shop = await open_woo(woo := a_woo())
    woo.faults = list(faults)
    with pytest.raises(error):
        await shop.get_order("727")


async def test_a_short_wait_is_waited_for() -> None:
    shop = await open_woo(woo := a_woo())
    woo.faults = [httpx2.Response(429, headers={"Retry-After": "1"}), httpx2.Response(502)]
    assert await shop.get_order("727") is not None


@pytest.mark.parametrize("fault", [httpx2.Response(500), httpx2.ReadTimeout("slow"), httpx2.Response(200, text="<html>")])
async def test_a_write_without_an_answer_is_unknown_and_not_repeated(fault: Any) -> None:
    class Failing(Woo):
        def __call__(self, request: httpx2.Request) -> httpx2.Response:
            if request.method == "PUT" and not request.url.path.endswith("/orders/0"):
                self.faults = [fault]
            return super().__call__(request)

    woo = Failing()
    woo.add(an_order())
    shop = await open_woo(woo)
    with pytest.raises(OutcomeUnknown):
        await shop.change_address("727", an_address(), key="k1")
    assert len([one for one in woo.seen if one.method == "PUT"]) == 2  # one asked for the permission


async def test_pages_are_followed_by_the_link_or_their_fullness_where_a_proxy_drops_the_header() -> None:
    class Stripped(Woo):
        kept: tuple[str, ...] = ()

        def __call__(self, request: httpx2.Request) -> httpx2.Response:
            answer = super().__call__(request)
            for name in ("X-WP-TotalPages", "X-WP-Total", "Link"):
                if name not in self.kept:
                    answer.headers.pop(name, None)
            return answer

    for kept in ((), ("Link",)):
        woo = Stripped()
        woo.kept = kept
        woo.add(*(an_order(number) for number in range(1, 251)))
        assert len(await (await open_woo(woo)).list_orders("26")) == 250


async def test_a_customers_worth_is_what_they_paid_less_what_came_back() -> None:
    woo = Woo()
    woo.customers = {26: a_customer()}
    woo.add(an_order(1), an_order(2, refunds=[{"id": 1, "reason": "", "total": "-6.45"}]), an_order(3, date_paid_gmt=None))
    customer = await (await open_woo(woo)).get_customer("26")
    assert customer is not None
    assert (str(customer.lifetime_value), customer.tier, customer.since.isoformat()) == ("$26.45", None, "2017-03-21")
    woo.add(an_order(4, currency="EUR"))
    customer = await (await open_woo(woo)).get_customer("26")
    assert customer is not None
    assert customer.lifetime_value is None


async def test_the_examination_only_reads_and_names_what_to_do() -> None:
    woo = a_woo(fulfillments=False)
    woo.statuses.append("packed")
    woo.settings["tax/prices_include_tax"] = "no"
    woo.add(an_order(731, number="B-731", date_created_gmt="2026-11-20T16:00:00"))
    shop = await open_woo(woo, key=READ_KEY, terms=TERMS.model_copy(update={"policies": {"returns": "returns"}}))
    found = {one.name: one for one in await shop.examine()}
    assert {name: one.status for name, one in found.items()} == {
        "shop": "ok",
        "permission": "warning",
        "statuses": "problem",
        "numbers": "problem",
        "prices": "warning",
        "parcels": "warning",
        "policies": "problem",
    }
    assert "packed=processing" in found["statuses"].remedy
    assert {one.method for one in woo.seen if not one.url.path.endswith("/orders/0")} == {"GET"}
    assert woo.writes == 0


async def test_nothing_is_said_of_settings_the_key_may_not_see() -> None:
    class Shy(Woo):
        def __call__(self, request: httpx2.Request) -> httpx2.Response:
            return failed(403, "rest_forbidden") if "/settings/" in request.url.path else super().__call__(request)

    assert "prices" not in {one.name for one in await (await open_woo(Shy())).examine()}


async def test_all_is_well_when_it_is() -> None:
    woo = a_woo()
    woo.pages = {
        "refund_returns": {"slug": "refund_returns", "title": {"rendered": "Returns"}, "content": {"rendered": "<p>30 days</p>"}}
    }
    shop = await open_woo(woo, terms=TERMS.model_copy(update={"policies": {"returns": "refund_returns"}}))
    assert {one.status for one in await shop.examine()} == {"ok"}
    assert [(one.topic, one.title, one.text) for one in await shop.list_policies()] == [("returns", "Returns", "30 days")]


async def test_a_page_that_is_gone_is_an_error_and_not_a_shop_without_rules() -> None:
    shop = await open_woo(a_woo(), terms=TERMS.model_copy(update={"policies": {"returns": "gone"}}))
    with pytest.raises(ShopError, match="no public page 'gone'"):
        await shop.list_policies()


async def test_a_wrong_key_does_not_open() -> None:
    with pytest.raises(ShopRefused, match="Check the credentials"):
        await open_woo(a_woo(), key="Basic d3Jvbmc6")


async def test_what_woocommerce_lacks_is_not_offered_and_labels_give_returns() -> None:
    from support.carriers import TERMS as PLACE
    from support.carriers import FakeEasyPost

    from warmline.tools.carriers.easypost import EasyPost

    shop = await open_woo(a_woo())
    bare = {tool.name for tool in tools_for(shop)}
    assert not {"start_return", "start_exchange", "subscribe_back_in_stock", "enrol_in_care_series", "get_policy"} & bare
    assert {"cancel_unshipped_order", "change_shipping_address", "check_return"} <= bare
    labelled = {tool.name for tool in tools_for(with_labels(shop, EasyPost(FakeEasyPost().service(), PLACE)))}
    assert labelled - bare == {"start_return"}
    no_days = await open_woo(a_woo(), terms=TERMS.model_copy(update={"return_days": None}))
    for one in (no_days, await open_woo(a_woo(), key=READ_KEY)):
        limited = with_labels(one, EasyPost(FakeEasyPost().service(), PLACE))
        assert "start_return" not in {tool.name for tool in tools_for(limited)}


async def test_the_log_names_no_customer_and_no_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="warmline"):
        shop = await open_woo(a_woo())
        await shop.get_customer("26")
        await shop.change_address("729", an_address(), key="k1")
    assert "WooCommerce: change address: HTTP 200" in caplog.text
    assert not [word for word in ("ada@", "Palmer", "ck_1", KEY.split()[1], "woo.test") if word in caplog.text]


def test_settings_are_read_and_the_key_is_sent_as_documented() -> None:
    extra = {
        "WARMLINE_WOOCOMMERCE_STATUSES": "packed=processing, sent=shipped",
        "WARMLINE_WOOCOMMERCE_POLICIES": "returns=refund_returns",
        "WARMLINE_WOOCOMMERCE_FREE_FOR": "damaged, wrong_item",
        "WARMLINE_WOOCOMMERCE_LABEL_FEE": "4.95",
    }
    settings = WooSettings.read({**GIVEN, **extra})
    assert settings.terms.statuses == {"packed": "processing", "sent": "shipped"}
    assert settings.terms.free_for == ("damaged", "wrong_item")
    assert basic(settings).get_secret_value() == KEY
    assert "cs_1" not in repr(settings)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"WARMLINE_WOOCOMMERCE_URL": "http://shop.example.com"}, "WARMLINE_WOOCOMMERCE_URL"),
        ({"WARMLINE_WOOCOMMERCE_DELIVERY_DAYS": ""}, "DELIVERY_DAYS: is not set; expected within how many days"),
        ({"WARMLINE_WOOCOMMERCE_STATUSES": "packed"}, "WARMLINE_WOOCOMMERCE_STATUSES: is no list of pairs; expected your own"),
        ({"WARMLINE_WOOCOMMERCE_STATUSES": "packed=boxed"}, "WARMLINE_WOOCOMMERCE_STATUSES"),
        ({"WARMLINE_WOOCOMMERCE_FREE_FOR": "whim"}, "WARMLINE_WOOCOMMERCE_FREE_FOR"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(changed: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as raised:
        WooSettings.read({**GIVEN, **changed})
    assert told in str(raised.value)


async def test_the_public_pages_are_asked_for_without_the_key() -> None:
    woo = a_woo()
    await open_woo(woo)
    assert a_service(woo, None)
    with pytest.raises(ShopError):
        await (await open_woo(woo, terms=TERMS.model_copy(update={"policies": {"a": "b"}}))).list_policies()
    assert all("authorization" not in one.headers for one in woo.seen if "/wp/v2/" in one.url.path)
