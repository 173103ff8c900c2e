"""EasyPost and Shippo of our own, that keep the documented rules.

EasyPost: docs.easypost.com, API v2 ("Authentication", "Shipments", "Shipping Refund", "Pagination", "Errors Guide"). Shippo: docs.goshippo.com, version
2018-02-08 ("Returns", "Create a shipping label", "Refunding labels", "Filtering", "Rate limits"). Shapes are recorded from their examples.
"""

import json
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx2

from warmline.testing import an_address
from warmline.tools.carriers import Parcel
from warmline.tools.carriers.carrier import Terms
from warmline.tools.clock import FrozenClock
from warmline.tools.shops.service import Service

Shape = dict[str, Any]
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
GOOD_TOKEN = "shippo_test_1"
RETURNS_DESK = an_address(name="Harbour & Pine, Returns", line1="48 Wharf Road")
TERMS = Terms.model_validate({"receiver": RETURNS_DESK, "grams": 900, "most": 15})
PARCEL = Parcel(sender=an_address(), order_number="727")


class Wire:
    """What both have: requests seen, faults answered first, answers to writes that are lost, writes that fail after the first."""

    def __init__(self) -> None:
        self.seen: list[httpx2.Request] = []
        self.faults: list[httpx2.Response | Exception] = []
        self.paths_that_fail: set[str] = set()
        self.lost = False
        self.now = NOW

    @contextmanager
    def losing(self) -> Generator[None]:
        """While the answers to writes are lost."""
        self.lost = True
        yield
        self.lost = False

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        if request.method == "POST" and any(request.url.path.endswith(path) for path in self.paths_that_fail):
            return httpx2.Response(500)
        answer = self.answer(request, json.loads(request.content or b"{}"))
        if self.lost and request.method == "POST":
            raise httpx2.ReadTimeout("lost")
        return answer

    def answer(self, request: httpx2.Request, body: Shape) -> httpx2.Response:
        """What it says."""
        raise NotImplementedError

    def count(self, path: str) -> int:
        """How many writes went to a path that ends so."""
        return len([one for one in self.seen if one.method == "POST" and one.url.path.endswith(path)])


class FakeEasyPost(Wire):
    """Shipments by id; the newest of a reference is found by it. A shipment is bought once."""

    def __init__(self) -> None:
        super().__init__()
        self.shipments: dict[str, Shape] = {}
        self.refunds = "submitted"
        self.offers = [("USPS", "GroundAdvantage", "7.58"), ("UPS", "Ground", "9.10")]

    def service(self, key: str = "EZTKtest", **more: Any) -> Service:
        """The way to it."""
        headers = {"Authorization": f"Basic {b64encode(f'{key}:'.encode()).decode()}"}
        given: dict[str, Any] = {"transport": httpx2.MockTransport(self), "sleep": at_once, "clock": FrozenClock(NOW), **more}
        return Service("EasyPost", "https://easypost.test/v2", headers=headers, **given)

    @property
    def held(self) -> list[Shape]:
        """Labels that were bought and not taken back."""
        return [one for one in self.shipments.values() if one["postage_label"] and one["refund_status"] is None]

    def answer(self, request: httpx2.Request, body: Shape) -> httpx2.Response:
        if request.headers.get("authorization") != f"Basic {b64encode(b'EZTKtest:').decode()}":
            return problem(401, "APIKEY.INACTIVE")
        match [request.method, *unquote(request.url.path).removeprefix("/v2/").split("/")]:
            case ["GET", "shipments"]:
                return self._list(request.url.params)
            case ["POST", "shipments"]:
                return self._create(body["shipment"])
            case ["GET", "shipments", name]:
                found = self.shipments.get(name) or next(
                    (one for one in reversed(self.shipments.values()) if one["reference"] == name), None
                )
                return httpx2.Response(200, json=found) if found else problem(404, "NOT_FOUND")
            case ["POST", "shipments", name, "buy"]:
                return self._buy(self.shipments[name], body["rate"]["id"])
            case ["POST", "shipments", name, "refund"]:
                shipment = self.shipments[name]
                if not shipment["postage_label"]:
                    return problem(422, "SHIPMENT.REFUND.UNAVAILABLE")
                shipment["refund_status"] = self.refunds
                return httpx2.Response(200, json=shipment)
            case _:
                return problem(404, "NOT_FOUND")

    def _create(self, given: Shape) -> httpx2.Response:
        shipment_id = f"shp_{len(self.shipments):032x}"
        rates = [
            {
                "id": f"rate_{place}_{shipment_id}",
                "object": "Rate",
                "carrier": carrier,
                "service": service,
                "rate": rate,
                "currency": "USD",
            }
            for place, (carrier, service, rate) in enumerate(self.offers)
        ]
        self.shipments[shipment_id] = {
            "id": shipment_id,
            "object": "Shipment",
            "created_at": f"{self.now:%Y-%m-%dT%H:%M:%SZ}",
            "is_return": given["is_return"],
            "messages": [],
            "mode": "test",
            "options": given["options"],
            "reference": given["reference"],
            "status": "unknown",
            "tracking_code": None,
            "rates": rates,
            "selected_rate": None,
            "postage_label": None,
            "refund_status": None,
            "to_address": given["to_address"],
            "from_address": given["from_address"],
        }
        return httpx2.Response(201, json=self.shipments[shipment_id])

    def _buy(self, shipment: Shape, rate_id: str) -> httpx2.Response:
        if shipment["postage_label"]:
            return problem(422, "SHIPMENT.POSTAGE.EXISTS")
        number = f"9405500208303{int(shipment['id'][4:], 16):09d}"
        shipment["selected_rate"] = next(one for one in shipment["rates"] if one["id"] == rate_id)
        shipment["postage_label"] = {"object": "PostageLabel", "label_url": f"https://labels.example/{number}.pdf"}
        shipment["tracking_code"] = number
        return httpx2.Response(200, json=shipment)

    def _list(self, params: Any) -> httpx2.Response:
        since = datetime.fromisoformat(params.get("start_datetime", "2000-01-01T00:00:00+00:00"))
        chosen = [one for one in reversed(self.shipments.values()) if datetime.fromisoformat(one["created_at"]) >= since]
        if params.get("purchased") == "true":
            chosen = [one for one in chosen if one["postage_label"]]
        if "before_id" in params:
            chosen = chosen[[one["id"] for one in chosen].index(params["before_id"]) + 1 :]
        size = min(int(params.get("page_size", 20)), 100)
        return httpx2.Response(200, json={"shipments": chosen[:size], "has_more": len(chosen) > size})


class FakeShippo(Wire):
    """Shipments and transactions, listed newest first; only shipments are filtered by date, only transactions by rate."""

    def __init__(self) -> None:
        super().__init__()
        self.shipments: list[Shape] = []
        self.transactions: list[Shape] = []
        self.status = "SUCCESS"
        self.refunds = "PENDING"

    def service(self, token: str = GOOD_TOKEN, **more: Any) -> Service:
        """The way to it."""
        headers = {"Authorization": f"ShippoToken {token}"}
        given: dict[str, Any] = {"transport": httpx2.MockTransport(self), "sleep": at_once, "clock": FrozenClock(NOW), **more}
        return Service("Shippo", "https://shippo.test", headers=headers, **given)

    @property
    def held(self) -> list[Shape]:
        """Labels that were bought and not taken back."""
        return [one for one in self.transactions if one["status"] == "SUCCESS"]

    def answer(self, request: httpx2.Request, body: Shape) -> httpx2.Response:
        if request.headers.get("authorization") != f"ShippoToken {GOOD_TOKEN}":
            return httpx2.Response(401, json={"detail": "Token does not exist"})
        match [request.method, *request.url.path.strip("/").split("/")]:
            case ["GET", "shipments"]:
                since = datetime.fromisoformat(request.url.params.get("object_created_gte", "2000-01-01T00:00:00Z"))
                return listed([one for one in self.shipments if datetime.fromisoformat(one["object_created"]) >= since], request)
            case ["POST", "shipments"]:
                return self._create(body)
            case ["GET", "transactions"]:
                rate = request.url.params.get("rate")
                return listed([one for one in self.transactions if rate in (None, one["rate"])], request)
            case ["GET", "transactions", name]:
                return httpx2.Response(200, json=next(one for one in self.transactions if one["object_id"] == name))
            case ["POST", "transactions"]:
                return self._buy(body)
            case ["POST", "refunds"]:
                bought = next(one for one in self.transactions if one["object_id"] == body["transaction"])
                if self.refunds != "ERROR":
                    bought["status"] = "REFUNDPENDING"
                return httpx2.Response(201, json={"object_id": "r1", "status": self.refunds, "transaction": body["transaction"]})
            case _:
                return httpx2.Response(404, json={"detail": "Not found."})

    def _create(self, given: Shape) -> httpx2.Response:
        place = len(self.shipments)
        rates = [
            {
                "object_id": f"rate{place}{provider}",
                "provider": provider,
                "amount": amount,
                "currency": "USD",
                "servicelevel": {"name": name, "token": name.lower()},
            }
            for provider, name, amount in (("UPS", "Ground", "9.10"), ("USPS", "Ground Advantage", "5.50"))
        ]
        self.shipments.append(
            {
                "object_id": f"ship{place}",
                "object_created": f"{self.now:%Y-%m-%dT%H:%M:%S.000Z}",
                "status": "SUCCESS",
                "metadata": given["metadata"],
                "extra": given["extra"],
                "address_to": given["address_to"],
                "rates": rates,
                "messages": [],
            }
        )
        return httpx2.Response(201, json=self.shipments[-1])

    def _buy(self, given: Shape) -> httpx2.Response:
        place, good = len(self.transactions), self.status == "SUCCESS"
        self.transactions.append(
            {
                "object_id": f"tran{place}",
                "object_created": f"{self.now:%Y-%m-%dT%H:%M:%S.000Z}",
                "status": self.status,
                "rate": given["rate"],
                "metadata": given["metadata"],
                "label_url": f"https://labels.example/{place}.pdf" if good else None,
                "tracking_number": f"92055901755477{place:08d}" if good else None,
                "messages": [],
            }
        )
        return httpx2.Response(201, json=self.transactions[-1])


async def at_once(_: float) -> None:
    """No wait."""


def problem(status: int, code: str) -> httpx2.Response:
    """EasyPost's envelope."""
    return httpx2.Response(status, json={"error": {"code": code, "message": "No.", "errors": []}})


def listed(items: list[Shape], request: httpx2.Request) -> httpx2.Response:
    """One page, the newest first."""
    size, page = int(request.url.params.get("results", 5)), int(request.url.params.get("page", 1))
    part = items[::-1][size * (page - 1) : size * page]
    more = len(items) > size * page
    return httpx2.Response(200, json={"next": "https://shippo.test/?page=2" if more else None, "previous": None, "results": part})


def earlier(hours: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(hours=hours)
