"""What stands in a Shopify shop, and what its mutations do to it: the rules of the pages orderCancel, orderUpdate, returnCreate and
metafieldsSet, 2026-10. Objects are dictionaries with Shopify's names."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

Item = dict[str, Any]
Info = GraphQLResolveInfo[Any]
MOST = 250
INSTALLATION = "gid://shopify/AppInstallation/1"


class Data:
    """Everything in the shop. Lists stand for connections and are given in pages."""

    def __init__(self, *, currency: str = "EUR", taxes_included: bool = True) -> None:
        self.orders: list[Item] = []
        self.customers: dict[str, Item] = {}
        self.products: list[Item] = []
        self.policies: list[Item] = []
        self.metafields: dict[str, str] = {}
        self.noted_at: dict[str, str] = {}
        self.now = "2026-11-20T15:30:00Z"
        self.scopes: frozenset[str] = frozenset()
        self.cancellations: list[tuple[Item, str, str]] = []
        self.jobs: dict[str, bool] = {}
        self.stuck = self.failing = False
        self.shop_facts = {"name": "Kai Shop", "myshopifyDomain": "kai.myshopify.com", "currencyCode": currency}
        self.taxes_included = taxes_included

    def tick(self) -> None:
        """Jobs are carried out in Shopify's own time: with the next request."""
        if self.stuck:
            return
        for order, note, job in self.cancellations:
            self.jobs[job] = True
            if not self.failing:
                order |= {"cancelledAt": "2026-11-28T12:00:00Z", "cancellation": {"staffNote": note}}
        self.cancellations = []

    def find(self, order_id: str) -> Item | None:
        """The order with this global id."""
        return next((one for one in self.orders if one["id"] == order_id), None)

    # what can be asked

    def shop(self, _: Info) -> Item:
        return self.shop_facts | {"shopPolicies": self.policies, "taxesIncluded": self.taxes_included}

    def currentAppInstallation(self, _: Info) -> Item:  # noqa: N802
        def metafield(__: Info, key: str, namespace: str) -> Item | None:
            value = self.metafields.get(f"{namespace}.{key}")
            return None if value is None else {"value": value, "compareDigest": digest(value)}

        noted = [
            {
                "key": name.removeprefix("warmline."),
                "value": value,
                "compareDigest": digest(value),
                "updatedAt": self.noted_at[name],
            }
            for name, value in self.metafields.items()
        ]

        return {
            "id": INSTALLATION,
            "metafields": noted,
            "accessScopes": [{"handle": one} for one in sorted(self.scopes)],
            "metafield": metafield,
        }

    def orders_(self, query: str) -> list[Item]:
        if match := re.fullmatch(r"customer_id:(\d+)", query):
            mine = [
                one for one in self.orders if one["customer"] and one["customer"]["legacyResourceId"].startswith(match[1][:-1])
            ]
        else:
            match = re.fullmatch(r'name:"([^"]*)"', query)
            wanted = _plain(match[1]) if match else ""
            mine = [one for one in self.orders if _plain(one["name"]).startswith(wanted[:1])]  # an index, not an equality
        return sorted(mine, key=lambda one: one["processedAt"], reverse=True)

    def order(self, _: Info, id: str) -> Item | None:  # noqa: A002
        return self.find(id)

    def job(self, _: Info, id: str) -> Item:  # noqa: A002
        return {"id": id, "done": self.jobs[id]}

    def customer(self, _: Info, id: str) -> Item | None:  # noqa: A002
        return self.customers.get(id.rsplit("/", 1)[-1])

    def product(self, _: Info, id: str) -> Item | None:  # noqa: A002
        return next((one for one in self.products if one["id"] == id), None)

    def nodes(self, _: Info, ids: list[str]) -> list[Item | None]:
        return [next((one for one in self.products if one["id"] == wanted), None) for wanted in ids]

    def productVariant(self, _: Info, id: str) -> Item | None:  # noqa: A002, N802
        return next((one for one in self.variants() if one["id"] == id), None)

    def variants(self) -> list[Item]:
        return [variant | {"product": product} for product in self.products for variant in product["variants"]]

    def skus(self, query: str) -> list[Item]:
        match = re.fullmatch(r'sku:"([^"]*)"', query)
        return [one for one in self.variants() if match and (one["sku"] or "").casefold().startswith(match[1].casefold()[:3])]

    def returnable(self, order_id: str) -> list[Item]:
        order: Item = self.find(order_id) or {"fulfillments": []}
        found: list[Item] = []
        for parcel in order["fulfillments"]:
            left = [
                {"fulfillmentLineItem": line, "quantity": line["quantity"] - self._gone(order, line["id"])}
                for line in parcel["fulfillmentLineItems"]
            ]
            found.append({"fulfillment": parcel, "returnableFulfillmentLineItems": [one for one in left if one["quantity"] > 0]})
        return found

    def _gone(self, order: Item, line_id: str) -> int:
        return sum(one["quantity"] for back in order["returns"] for one in back["returnLineItems"] if one["of"] == line_id)

    # what can be changed

    def metafieldsSet(self, _: Info, metafields: list[Item]) -> Item:  # noqa: N802
        [field] = metafields
        name, value = f"{field['namespace']}.{field['key']}", field["value"]
        if not re.fullmatch(r"[\w-]{2,64}", field["key"]) or len(value.encode()) > 16_384 or field["ownerId"] != INSTALLATION:
            return {"metafields": None, "userErrors": [{"code": "INVALID", "field": ["metafields", "0"]}]}
        stands = self.metafields.get(name)
        if "compareDigest" in field and field["compareDigest"] != (None if stands is None else digest(stands)):
            return {"metafields": [], "userErrors": [{"code": "INVALID_COMPARE_DIGEST", "field": ["metafields", "0"]}]}
        self.metafields[name] = value
        self.noted_at[name] = self.now
        return {"metafields": [{"value": value, "compareDigest": digest(value)}], "userErrors": []}

    def metafieldsDelete(self, _: Info, metafields: list[Item]) -> Item:  # noqa: N802
        names = [f"{field['namespace']}.{field['key']}" for field in metafields]
        for name in names:
            self.metafields.pop(name, None)
        return {"deletedMetafields": [{"key": name} for name in names], "userErrors": []}

    def orderCancel(self, _: Info, **asked: Any) -> Item:  # noqa: N802
        order = self.find(asked["orderId"])
        if order is None or order["cancelledAt"] or order["fulfillments"] or order["returns"]:
            code = "NOT_FOUND" if order is None else "INVALID"
            return {"job": None, "orderCancelUserErrors": [{"code": code, "field": ["orderId"]}]}
        job = f"gid://shopify/Job/{len(self.jobs) + 1}"
        self.jobs[job] = False
        self.cancellations.append((order, asked["staffNote"], job))
        return {"job": {"id": job, "done": False}, "orderCancelUserErrors": []}

    def orderUpdate(self, _: Info, input: Item) -> Item:  # noqa: A002, N802
        order, given = self.find(input["id"]), input["shippingAddress"]
        if order is None or not given.get("zip"):
            return {"order": None, "userErrors": [{"field": ["shippingAddress", "zip"]}]}
        name = f"{given['firstName']} {given['lastName']}".strip()
        place = {"name": name, "countryCodeV2": given["countryCode"], "provinceCode": given.get("provinceCode")}
        kept = {one: given.get(one) or None for one in ("address1", "address2", "city", "zip", "province")}
        order["shippingAddress"] = place | kept
        order["updatedAt"] = self.now
        return {"order": order, "userErrors": []}

    def returnCreate(self, _: Info, returnInput: Item) -> Item:  # noqa: N802, N803
        order: Item = self.find(returnInput["orderId"]) or {"returns": []}
        left = {
            unit["fulfillmentLineItem"]["id"]: unit["quantity"]
            for one in self.returnable(returnInput["orderId"])
            for unit in one["returnableFulfillmentLineItems"]
        }
        lines = returnInput["returnLineItems"]
        if any(line["quantity"] > left.get(line["fulfillmentLineItemId"], 0) for line in lines):
            return {"return": None, "userErrors": [{"code": "INVALID", "field": ["returnLineItems"]}]}
        number = len(order["returns"]) + 1
        made: Item = {
            "id": f"{order['id'].replace('Order', 'Return')}{number}",
            "name": f"{order['name']}-R{number}",
            "status": "OPEN",
            "asked": returnInput,
            "returnLineItems": [_back(line, place) for place, line in enumerate(lines)],
            "reverseFulfillmentOrders": [{"id": f"{order['id']}-reverse-{number}", "reverseDeliveries": []}],
        }
        order["returns"].append(made)
        return {"return": made, "userErrors": []}

    def reverseDeliveryCreateWithShipping(self, _: Info, **asked: Any) -> Item:  # noqa: N802
        for back in (back for order in self.orders for back in order["returns"]):
            for reverse in back["reverseFulfillmentOrders"]:
                if reverse["id"] == asked["reverseFulfillmentOrderId"]:
                    label = {"publicFileUrl": asked["labelInput"]["fileUrl"]}
                    tracking = {"carrierName": "DHL", "number": asked["trackingInput"]["number"]}
                    shown = {"__typename": "ReverseDeliveryShippingDeliverable", "label": label, "tracking": tracking}
                    reverse["reverseDeliveries"].append({"id": "gid://shopify/ReverseDelivery/1", "deliverable": shown})
                    return {"reverseDelivery": reverse["reverseDeliveries"][-1], "userErrors": []}
        return {"reverseDelivery": None, "userErrors": [{"code": "NOT_FOUND", "field": ["reverseFulfillmentOrderId"]}]}


_LISTS: dict[str, Callable[[Data, Item], list[Item]]] = {
    "orders": lambda data, asked: data.orders_(asked["query"]),
    "products": lambda data, _: [one for one in data.products if one["status"] == "ACTIVE"],
    "productVariants": lambda data, asked: data.skus(asked["query"]),
    "returnableFulfillments": lambda data, asked: data.returnable(asked["orderId"]),
}


def resolved(source: Any, info: Any, **asked: Any) -> Any:
    """A field's value; a list with pages if its type is a connection."""
    found: Any
    if isinstance(source, Data):
        found = _LISTS[info.field_name](source, asked) if info.field_name in _LISTS else getattr(source, info.field_name)
    else:
        found = source.get(info.field_name)
    if callable(found):
        return found(info, **asked)
    if str(info.return_type).rstrip("!").endswith("Connection"):
        return _page(found, asked)
    return found[: asked["first"]] if "first" in asked else found


def _page(items: list[Item], asked: Item) -> Item:
    first = asked.get("first")
    if first is None or not 0 < first <= MOST:
        raise GraphQLError("you must provide one of first or last", extensions={"code": "BAD_REQUEST"})
    start = int(asked.get("after") or 0)
    end = start + first
    return {"nodes": items[start:end], "pageInfo": {"hasNextPage": end < len(items), "endCursor": str(end)}}


def digest(value: str) -> str:
    """What stands for a metafield's value."""
    return hashlib.sha256(value.encode()).hexdigest()


def _back(line: Item, place: int) -> Item:
    told = {"id": f"gid://shopify/ReturnLineItem/{place + 1}", "quantity": line["quantity"], "of": line["fulfillmentLineItemId"]}
    return told | {"__typename": "ReturnLineItem", "returnReasonNote": line["returnReasonNote"]}


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).casefold()
