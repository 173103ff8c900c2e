"""What ``warmline doctor --shop`` finds in a WooCommerce shop."""

from collections.abc import Sequence

from warmline.errors import ShopError, ShopRefused
from warmline.tools.capabilities import Finding

from .answers import Numbered, Setting, StatusTotal
from .api import Api
from .lookups import Lookups
from .terms import KNOWN, Terms


async def examine(api: Api, lookups: Lookups, terms: Terms, *, currency: str, writes: bool) -> Sequence[Finding]:
    """The shop's answer, the key's permission, statuses nobody explained, pages that are missing."""
    statuses = await api.every("statuses", "/wc/v3/reports/orders/totals", StatusTotal)
    orders = sum(one.total for one in statuses)
    return [
        Finding(name="shop", status="ok", found=f"WooCommerce answers and takes the key: {orders} orders, prices in {currency}"),
        _permission(writes=writes),
        _statuses(statuses, terms),
        *await _numbers(api, terms),
        *await _taxes(api),
        _parcels(kept=lookups.parcels),
        *await _policies(lookups, terms),
    ]


def _permission(*, writes: bool) -> Finding:
    if writes:
        return Finding(name="permission", status="ok", found="the key may read and write")
    return Finding(
        name="permission",
        status="warning",
        found="the key may only read: orders are not cancelled, addresses not changed, returns not made",
        remedy="WooCommerce > Settings > Advanced > REST API: give the key Read/Write, if the agent shall do these",
    )


def _statuses(statuses: Sequence[StatusTotal], terms: Terms) -> Finding:
    strange = sorted({one.slug for one in statuses} - KNOWN - set(terms.statuses))
    if not strange:
        return Finding(name="statuses", status="ok", found="every order status is known")
    return Finding(
        name="statuses",
        status="problem",
        found=f"orders with the status {', '.join(strange)} cannot be read: nobody said what it means",
        remedy=f"WARMLINE_WOOCOMMERCE_STATUSES='{', '.join(f'{slug}=processing' for slug in strange)}', or whatever is true",
    )


async def _numbers(api: Api, terms: Terms) -> list[Finding]:
    """Whether the newest order is numbered as the operator says."""
    newest = await api.every(
        "newest order", "/wc/v3/orders", Numbered, {"per_page": 1, "_fields": "id,number"}, until=lambda _: True
    )
    if terms.numbers == "plugin" or all(one.number == str(one.id) for one in newest):
        return []
    return [
        Finding(
            name="numbers",
            status="problem",
            found="orders have numbers of their own, so most of them are not found",
            remedy="WARMLINE_WOOCOMMERCE_NUMBERS=plugin",
        )
    ]


async def _taxes(api: Api) -> list[Finding]:
    """Whether prices are shown as they are entered: the API has only the entered ones. Nothing is said where the key may not see settings."""
    try:
        taxed = await _setting(api, "general", "calc_taxes") == "yes"
        entered = await _setting(api, "tax", "prices_include_tax") == "yes"
        shown = await _setting(api, "tax", "tax_display_shop") == "incl"
    except ShopRefused:
        return []
    if not taxed or entered == shown:
        return []
    words = {True: "with", False: "without"}
    return [
        Finding(
            name="prices",
            status="warning",
            found=f"products are told {words[entered]} tax, as they are entered, and your pages show them {words[shown]} tax",
            remedy="enter prices as they are shown (WooCommerce > Settings > Tax), or say so in a policy page",
        )
    ]


async def _setting(api: Api, group: str, name: str) -> object:
    found = await api.one(f"setting {name}", f"/wc/v3/settings/{group}/woocommerce_{name}", Setting)
    return None if found is None else found.value


def _parcels(*, kept: bool) -> Finding:
    if kept:
        return Finding(name="parcels", status="ok", found="order fulfillments are on: parcels and tracking numbers are read")
    return Finding(
        name="parcels",
        status="warning",
        found="order fulfillments are off: a tracking number is known only where a tracking plugin keeps it with the order",
        remedy="WooCommerce > Settings > Advanced > Features: Order Fulfillments",
    )


async def _policies(lookups: Lookups, terms: Terms) -> list[Finding]:
    if not terms.policies:
        return []
    try:
        found = await lookups.policies()
    except ShopError as error:
        return [Finding(name="policies", status="problem", found=str(error))]
    return [Finding(name="policies", status="ok", found=f"{len(found)} pages are read")]
