"""A WooCommerce of our own that keeps the documented rules.

Basic authentication and a key's permission ("Authentication"), errors as ``{"code", "message", "data"}`` ("Errors"), pages of at most 100 with
``X-WP-Total``, ``X-WP-TotalPages`` and ``Link`` ("Pagination"), no refund above what is left ("Create a refund"), a whole refund sets an order to
``refunded``. What is not documented there is answered ``rest_no_route``.
"""

import json
import re
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import httpx2

from .woo_shapes import Shape, a_refund

KEY = f"Basic {b64encode(b'ck_1:cs_1').decode()}"
READ_KEY = f"Basic {b64encode(b'ck_2:cs_2').decode()}"
MODIFIED = "2026-11-20T15:30:00"


class Woo:
    """The shop's records, and what was asked of it. ``faults`` are answered first, one after the other."""

    def __init__(self, *, fulfillments: bool = True, currency: str = "USD") -> None:
        self.orders: dict[int, Shape] = {}
        self.customers: dict[int, Shape] = {}
        self.products: dict[int, Shape] = {}
        self.variations: dict[int, Shape] = {}
        self.refunds: dict[int, list[Shape]] = {}
        self.parcels: dict[int, list[Shape]] = {}
        self.notes: dict[int, list[Shape]] = {}
        self.pages: dict[str, Shape] = {}
        self.gateways: dict[str, list[str]] = {"stripe": ["products", "refunds"], "bacs": ["products"]}
        self.settings = {"general/calc_taxes": "yes", "tax/prices_include_tax": "yes", "tax/tax_display_shop": "incl"}
        self.fulfillments, self.currency = fulfillments, currency
        self.statuses = ["pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"]
        self.seen: list[httpx2.Request] = []
        self.faults: list[httpx2.Response | Exception] = []
        self.writes = 0
        self.lost = self.broken = False
        self.lost_path = ""

    def add(self, *orders: Shape) -> None:
        """Put orders in."""
        self.orders |= {order["id"]: order for order in orders}

    @contextmanager
    def set(self, name: str) -> Generator[None]:
        """While the answers to writes are lost (``lost``), or every write after the first fails (``broken``)."""
        setattr(self, name, True)
        self._begun = self.writes
        yield
        setattr(self, name, False)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        path = request.url.path.removeprefix("/wp-json")
        if path.startswith("/wp/v2/"):
            return self._site(request)
        write = request.method != "GET"
        refusal = self._refusal(request, write=write)
        if refusal is not None:
            return refusal
        if write and self.broken and self.writes > self._begun:
            return failed(500, "internal_server_error")
        answer = self._route(request, path)
        if write and answer.status_code < 300:
            self.writes += "/notes" not in path
            if self.lost and path.endswith(self.lost_path):
                raise httpx2.ReadTimeout("lost")
        return answer

    def _refusal(self, request: httpx2.Request, *, write: bool) -> httpx2.Response | None:
        given = request.headers.get("authorization")
        if given not in (KEY, READ_KEY):
            return failed(401, "woocommerce_rest_cannot_view")
        return failed(401, "woocommerce_rest_authentication_error") if write and given == READ_KEY else None

    def _site(self, request: httpx2.Request) -> httpx2.Response:
        if "authorization" in request.headers:
            return failed(401, "incorrect_password")
        page = self.pages.get(request.url.params["slug"])
        return paged([page] if page else [], request)

    def _route(self, request: httpx2.Request, path: str) -> httpx2.Response:
        params, body = request.url.params, json.loads(request.content or b"{}")
        match path.removeprefix("/wc/v3").strip("/").split("/"):
            case [""]:
                extra: Shape = {"/wc/v3/orders/(?P<order_id>[\\d]+)/fulfillments": {}} if self.fulfillments else {}
                return said({"namespace": "wc/v3", "routes": {"/wc/v3": {}, **extra}})
            case ["data", "currencies", "current"]:
                return said({"code": self.currency, "name": "", "symbol": ""})
            case ["settings", group, name]:
                value = self.settings.get(f"{group}/{name.removeprefix('woocommerce_')}")
                return found({"id": name, "value": value} if value else None, "rest_setting_setting_invalid")
            case ["reports", "orders", "totals"]:
                held = [order["status"] for order in self.orders.values()]
                return said([{"slug": slug, "name": slug, "total": held.count(slug)} for slug in self.statuses])
            case ["payment_gateways", name]:
                supports = self.gateways.get(name)
                return (
                    said({"id": name, "method_supports": supports})
                    if supports
                    else failed(404, "woocommerce_rest_payment_gateway_invalid")
                )
            case ["customers", number]:
                return found(self.customers.get(int(number)), "woocommerce_rest_invalid_id")
            case ["products"]:
                return paged(self._products(params), request)
            case ["products", number]:
                one = self.products.get(int(number)) or self.variations.get(int(number))
                return found(one, "woocommerce_rest_product_invalid_id")
            case ["products", number, "variations"]:
                return paged([one for one in self.variations.values() if one["parent_id"] == int(number)], request)
            case ["orders"]:
                return paged(self._orders(params), request)
            case ["orders", number, *rest]:
                order = self.orders.get(int(number))
                return (
                    failed(404, "woocommerce_rest_shop_order_invalid_id")
                    if order is None
                    else self._order(order, rest, request, body)
                )
            case _:
                return failed(404, "rest_no_route")

    def _order(self, order: Shape, rest: list[str], request: httpx2.Request, body: Shape) -> httpx2.Response:
        number, write = order["id"], request.method != "GET"
        match rest:
            case []:
                return said(self._update(order, body) if write else order)
            case ["refunds"]:
                return self._refund(order, body) if write else paged(self.refunds.get(number, []), request)
            case ["notes"]:
                notes = self.notes.setdefault(number, [])
                if not write:
                    return said([one for one in notes if one["customer_note"] or request.url.params.get("type") != "customer"])
                notes.append({"id": len(notes) + 1, "date_created_gmt": MODIFIED, **body})
                return said(notes[-1])
            case ["fulfillments"] if self.fulfillments:
                return said(self.parcels.get(number, []))
            case _:
                return failed(404, "rest_no_route")

    def _update(self, order: Shape, body: Shape) -> Shape:
        """Meta data of a key that is there is replaced; addresses are merged field by field."""
        for name in ("billing", "shipping"):
            order[name] = {**order[name], **body.get(name, {})}
        given = {meta["key"]: meta for meta in body.get("meta_data", [])}
        order["meta_data"] = [meta for meta in order["meta_data"] if meta["key"] not in given] + list(given.values())
        order["status"], order["date_modified_gmt"] = body.get("status", order["status"]), MODIFIED
        return order

    def _refund(self, order: Shape, body: Shape) -> httpx2.Response:
        amount, left = Decimal(body["amount"]), Decimal(order["total"]) + sum(Decimal(one["total"]) for one in order["refunds"])
        if amount < 0:
            return failed(400, "woocommerce_rest_invalid_order_refund")
        if amount > left:  # wc_create_refund refuses it, and the route gives whatever that says as a 500
            return failed(500, "woocommerce_rest_cannot_create_order_refund")
        if body.get("api_refund", True) and "refunds" not in self.gateways.get(order["payment_method"], []):
            return failed(500, "woocommerce_rest_cannot_create_order_refund")
        kept = self.refunds.setdefault(order["id"], [])
        units = {int(one["id"]): one["quantity"] for one in body["line_items"] if "quantity" in one}
        kept.append(a_refund(9000 + len(kept), body["amount"], units, body.get("meta_data")))
        order["refunds"].append({"id": kept[-1]["id"], "reason": body["reason"], "total": f"-{amount}"})
        order["status"] = "refunded" if amount == left else order["status"]
        order["date_modified_gmt"] = MODIFIED
        return httpx2.Response(201, json=kept[-1])

    def _products(self, params: Any) -> list[Shape]:
        """A SKU finds variations too, and what it is a part of: who asks has to look for himself."""
        if sku := params.get("sku"):
            every = [*self.products.values(), *self.variations.values()]
            return [one for one in every if sku.casefold() in one["sku"].casefold()]
        if include := params.get("include"):
            return [self.products[int(one)] for one in include.split(",") if int(one) in self.products]
        return [one for one in self.products.values() if one["status"] == params.get("status", "publish")]

    def _orders(self, params: Any) -> list[Shape]:
        chosen = list(self.orders.values())
        if "customer" in params:
            chosen = [one for one in chosen if one["customer_id"] == int(params["customer"])]
        if "search" in params:
            chosen = [
                one for one in chosen if params["search"].casefold() in f"{one['number']} {one['billing']['email']}".casefold()
            ]
        if "modified_after" in params:
            chosen = [one for one in chosen if one["date_modified_gmt"] > params["modified_after"]]
        by = {"modified": "date_modified_gmt", "date": "date_created_gmt"}[params.get("orderby", "date")]
        return sorted(chosen, key=lambda one: one[by], reverse=params.get("order", "desc") == "desc")


def said(body: Any) -> httpx2.Response:
    """An answer, as text: what is sent is a copy."""
    return httpx2.Response(200, text=json.dumps(body), headers={"Content-Type": "application/json; charset=UTF-8"})


def failed(status: int, code: str) -> httpx2.Response:
    """An error."""
    return httpx2.Response(status, json={"code": code, "message": "No.", "data": {"status": status}})


def found(one: Shape | None, code: str) -> httpx2.Response:
    """One object or that there is none."""
    return said(one) if one is not None else failed(404, code)


def paged(items: list[Shape], request: httpx2.Request) -> httpx2.Response:
    """One page of a list."""
    params = request.url.params
    size, page = int(params.get("per_page", 10)), int(params.get("page", 1))
    if not 1 <= size <= 100:
        return failed(400, "rest_invalid_param")
    pages = -(-len(items) // size)
    fields = params.get("_fields")
    part: list[Any] = items[size * (page - 1) : size * page]
    if fields:
        part = [{name: one[name] for name in fields.split(",") if name in one} for one in part]
    answer = said(part)
    answer.headers["X-WP-Total"], answer.headers["X-WP-TotalPages"] = str(len(items)), str(pages)
    if page < pages:
        following = re.sub(r"([?&])page=\d+", rf"\1page={page + 1}", str(request.url))
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer
