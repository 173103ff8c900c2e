"""Which scopes each method needs, and what is lacking without them.

Scopes: shopify.dev/docs/api/usage/access-scopes, and the line "Requires …" on the page of each object, 2026-10. A ``write_`` scope holds
its ``read_`` scope. ``read_orders`` shows the last 60 days; ``read_all_orders``, which Shopify grants on request, all of them.
"""

from collections.abc import Collection, Mapping

from warmline.tools.capabilities import Capability, Finding

from .settings import ShopifySettings

_ORDERS = ("read_orders", "read_customers", "read_products")
_PRODUCTS = ("read_products", "read_inventory", "read_locations")

NEEDED: Mapping[Capability, tuple[str, ...]] = {
    "get_customer": ("read_customers",),
    "get_order": _ORDERS,
    "list_orders": _ORDERS,
    "get_product": _PRODUCTS,
    "search_products": _PRODUCTS,
    "list_policies": ("read_legal_policies",),
    "cancel_order": (*_ORDERS, "write_orders"),
    "change_address": (*_ORDERS, "write_orders"),
    "check_return": (*_ORDERS, "read_returns"),
    "create_return": (*_ORDERS, "write_returns"),
    "create_exchange": (*_ORDERS, *_PRODUCTS, "write_returns"),
}
ALL_ORDERS = "read_all_orders"

LEAST = (
    "read_customers",
    "read_inventory",
    "read_legal_policies",
    "read_locations",
    "read_products",
    "write_orders",
    "write_returns",
)
"""What to grant for everything: nothing of these is for more than a method needs."""


def missing(granted: Collection[str]) -> dict[Capability, list[str]]:
    """The scopes each method needs and does not have."""
    held = {*granted, *(f"read_{scope.removeprefix('write_')}" for scope in granted if scope.startswith("write_"))}
    lacks: dict[Capability, list[str]] = {
        method: [scope for scope in dict.fromkeys(needed) if scope not in held] for method, needed in NEEDED.items()
    }
    return {method: scopes for method, scopes in lacks.items() if scopes}


def lacking(granted: Collection[str], settings: ShopifySettings, *, taxes_included: bool) -> dict[Capability, str]:
    """What this shop cannot do, and why: a scope, or a rule of the shop's that nobody has told us."""
    lacks: dict[Capability, str] = {}
    if settings.return_days is None or settings.return_fee is None:
        why = "WARMLINE_SHOPIFY_RETURN_DAYS and _RETURN_FEE are not both set, and Shopify's API does not tell the shop's rules"
        lacks |= {"check_return": why, "create_return": why, "create_exchange": why}
    elif settings.labels is None:
        why = (
            "Shopify makes no labels: set WARMLINE_SHOPIFY_LABELS to mailed if your shop sends one for each return, or to carrier"
        )
        lacks |= {"create_return": why, "create_exchange": why}
    elif settings.exchange_days is None:
        lacks["create_exchange"] = "WARMLINE_SHOPIFY_EXCHANGE_DAYS is not set, and Shopify keeps nothing for an open exchange"
    elif not taxes_included:
        lacks["create_exchange"] = "taxes are added on top of prices here, so what an exchange costs cannot be told beforehand"
    for method, scopes in missing(granted).items():
        few = f"the scope {scopes[0]} was" if len(scopes) == 1 else f"the scopes {', '.join(scopes)} were"
        lacks[method] = f"{few} not granted"
    return lacks


def examined(granted: Collection[str]) -> list[Finding]:
    """A finding for each scope that is missing, and one for the 60 days."""
    lost: dict[str, list[str]] = {}
    for method, scopes in missing(granted).items():
        for scope in scopes:
            lost.setdefault(scope, []).append(method)
    found = [
        Finding(
            name="scopes",
            status="warning",
            found=f"{scope} was not granted: {', '.join(methods)} will not work",
            remedy=f"add {scope} to the app's scopes, release the version and approve it in the shop",
        )
        for scope, methods in lost.items()
    ]
    if not found:
        found.append(Finding(name="scopes", status="ok", found="all that is needed was granted"))
    if ALL_ORDERS not in granted:
        hidden = "orders older than 60 days are not seen: customers will be told there is no such order"
        found.append(Finding(name="scopes", status="warning", found=hidden, remedy=f"request {ALL_ORDERS} in the Dev Dashboard"))
    return found
