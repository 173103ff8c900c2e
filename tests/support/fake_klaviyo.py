"""A Klaviyo of our own: it enforces what revision 2026-10-15 documents and keeps what was written to it.

Auth, the ``revision`` header, JSON:API types and envelopes, scopes, the burst window, 409 for a profile that is there, ``unique_id`` for events.
Sources: "Rate limits, status codes, and errors", "Authenticate API requests" and the reference pages named in ``tools/shops/klaviyo/api.py``.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx2

KEY = "pk_test_key"
REVISION = "2026-10-15"
DOUBLE, SINGLE = "DblOpt", "SglOpt"
WRITES = {
    "/back-in-stock-subscriptions",
    "/profile-subscription-bulk-create-jobs",
    "/profile-subscription-bulk-delete-jobs",
    "/events",
}
NEEDS = {
    ("GET", "/accounts"): {"accounts:read"},
    ("GET", "/profiles"): {"profiles:read"},
    ("POST", "/profiles"): {"profiles:write"},
    ("GET", "/catalog-variants"): {"catalogs:read"},
    ("GET", "/lists"): {"lists:read"},
    ("POST", "/events"): {"events:write"},
    ("POST", "/back-in-stock-subscriptions"): {"catalogs:write", "profiles:write"},
    ("POST", "/profile-subscription-bulk-create-jobs"): {"lists:write", "profiles:write", "subscriptions:write"},
    ("POST", "/profile-subscription-bulk-delete-jobs"): {"lists:write", "profiles:write", "subscriptions:write"},
}
ALL_SCOPES = frozenset(scope for scopes in NEEDS.values() for scope in scopes)
TYPES = {
    "/profiles": "profile",
    "/events": "event",
    "/back-in-stock-subscriptions": "back-in-stock-subscription",
    "/profile-subscription-bulk-create-jobs": "profile-subscription-bulk-create-job",
    "/profile-subscription-bulk-delete-jobs": "profile-subscription-bulk-delete-job",
}
Fault = Callable[[httpx2.Request], httpx2.Response | Exception | None]


@dataclass(kw_only=True)
class FakeKlaviyo:
    """What is there, what was asked, and what goes wrong: ``faults`` are tried in turn, each for one request."""

    scopes: frozenset[str] = ALL_SCOPES
    burst: int = 75
    variants: dict[str, str] = field(default_factory=lambda: {"BOOT-41": "$custom:::$default:::BOOT-41"})
    lists: dict[str, str] = field(default_factory=lambda: {DOUBLE: "double_opt_in", SINGLE: "single_opt_in"})
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    waiting: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    confirmations: list[str] = field(default_factory=list[str])
    members: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    events: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict[tuple[str, str, str], dict[str, Any]])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    faults: list[Fault] = field(default_factory=list[Fault])
    lost: bool = False
    in_window: int = 0
    page: int = 100

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/api")
        self.asked.append((request.method, path))
        if self.faults and (given := self.faults.pop(0)(request)) is not None:
            if isinstance(given, Exception):
                raise given
            return given
        answer = self._refused(request, path) or self._served(request, path)
        if self.lost and request.method == "POST":
            raise httpx2.ReadTimeout("the answer was lost", request=request)
        return answer

    def consent(self, address: str, channel: str = "email") -> str:
        """What stands in the profile of an address."""
        return self.profiles[address]["subscriptions"][channel]["marketing"]["consent"]

    def count(self) -> int:
        """How much was written that a customer could notice."""
        return len(self.waiting) + len(self.confirmations) + len(self.members) + len(self.events)

    def add(self, address: str, *, consent: str = "NEVER_SUBSCRIBED", suppression: tuple[str, ...] = ()) -> None:
        """A profile."""
        reasons = [{"reason": reason, "timestamp": "2026-01-02T00:00:00+00:00"} for reason in suppression]
        marketing = {
            "can_receive_email_marketing": not reasons,
            "consent": consent,
            "consent_timestamp": None,
            "last_updated": None,
            "method": None,
            "double_optin": False,
            "suppression": reasons,
            "list_suppressions": [],
        }
        sms = {
            "marketing": {"can_receive_sms_marketing": False, "consent": consent if "@" not in address else "NEVER_SUBSCRIBED"}
        }
        email = {"marketing": marketing if "@" in address else {**marketing, "consent": "NEVER_SUBSCRIBED"}}
        self.profiles[address] = {"id": f"01PROFILE{len(self.profiles)}", "subscriptions": {"email": email, "sms": sms}}

    def _refused(self, request: httpx2.Request, path: str) -> httpx2.Response | None:
        if request.headers.get("authorization") != f"Klaviyo-API-Key {KEY}":
            return error(401, "not_authenticated", "Authentication credentials were not provided.")
        if request.headers.get("revision") != REVISION:
            return error(400, "invalid", "The revision header is missing or no revision.")
        self.in_window += 1
        if self.in_window > self.burst:
            self.in_window = 0
            return error(429, "throttled", "Request was throttled. Expected available in 1 second.", {"Retry-After": "1"})
        needed = NEEDS.get((request.method, "/lists" if path.startswith("/lists/") else path))
        if needed is None:
            return error(404, "not_found", f"The path {path} could not be found.")
        if not needed <= self.scopes:
            return error(403, "permission_denied", "You do not have permission to perform this action.")
        if request.method == "POST":
            kind = request.headers.get("content-type", "")
            if not kind.startswith("application/vnd.api+json"):
                return error(415, "unsupported_media_type", f"Unsupported media type {kind!r}.")
            if json.loads(request.content)["data"]["type"] != TYPES[path]:
                return error(409, "invalid", "The type is not the resource's.")
        return None

    def _served(self, request: httpx2.Request, path: str) -> httpx2.Response:
        if request.method == "GET":
            return self._read(path, {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()})
        data = json.loads(request.content)["data"]
        match path:
            case "/profiles":
                return self._create(data["attributes"])
            case "/events":
                self._event(data["attributes"])
            case "/back-in-stock-subscriptions":
                variant = data["relationships"]["variant"]["data"]["id"]
                if variant not in self.variants.values():
                    return error(404, "not_found", "A catalog variant with this id does not exist.")
                address = _address(data["attributes"]["profile"]["data"]["attributes"])
                self.waiting += [(variant, address, channel) for channel in data["attributes"]["channels"]]
            case "/profile-subscription-bulk-create-jobs":
                self._subscribe(data)
            case _:
                for one in data["attributes"]["profiles"]["data"]:
                    [channel] = one["attributes"]["subscriptions"]
                    self._set(_address(one["attributes"]), channel, "UNSUBSCRIBED")
        return httpx2.Response(202)

    def _read(self, path: str, params: dict[str, str]) -> httpx2.Response:
        if path == "/accounts":
            return httpx2.Response(200, json={"data": [{"type": "account", "id": "ACC123", "attributes": {}}]})
        if path.startswith("/lists/"):
            process = self.lists.get(path.removeprefix("/lists/"))
            if process is None:
                return error(404, "not_found", "A list with this id does not exist.")
            attributes = {"name": "Told", "opt_in_process": process, "created": "2022-11-08T00:00:00+00:00"}
            return httpx2.Response(
                200, json={"data": {"type": "list", "id": path.removeprefix("/lists/"), "attributes": attributes}}
            )
        if path == "/catalog-variants":
            return self._variants(params)
        wanted = re.fullmatch(r'equals\((email|phone_number),"(.*)"\)', params.get("filter", ""))
        found = [address for address in self.profiles if wanted is None or address == wanted[2].casefold()]
        return httpx2.Response(200, json={"data": [self._profile(address, params) for address in found], "links": {"next": None}})

    def _variants(self, params: dict[str, str]) -> httpx2.Response:
        wanted = re.fullmatch(r'equals\(sku,"(.*)"\)', params.get("filter", ""))
        found = [(sku, place) for sku, place in self.variants.items() if wanted is None or wanted[1].casefold() in sku.casefold()]
        start = int(params.get("page[cursor]", "0"))
        rows = [
            {"type": "catalog-variant", "id": place, "attributes": {"sku": sku}}
            for sku, place in found[start : start + self.page]
        ]
        more = start + self.page < len(found)
        link = f"https://a.klaviyo.com/api/catalog-variants?page%5Bcursor%5D={start + self.page}" if more else None
        return httpx2.Response(200, json={"data": rows, "links": {"self": "…", "next": link, "prev": None}})

    def _profile(self, address: str, params: dict[str, str]) -> dict[str, Any]:
        attributes: dict[str, Any] = {
            "email": address if "@" in address else None,
            "phone_number": None if "@" in address else address,
        }
        if params.get("additional-fields[profile]") == "subscriptions":
            attributes["subscriptions"] = self.profiles[address]["subscriptions"]
        return {"type": "profile", "id": self.profiles[address]["id"], "attributes": attributes}

    def _create(self, attributes: dict[str, str]) -> httpx2.Response:
        address = _address(attributes)
        if address in self.profiles:
            same = {"duplicate_profile_id": self.profiles[address]["id"]}
            return error(409, "duplicate_profile", "A profile already exists with one of these identifiers.", meta=same)
        self.add(address)
        return httpx2.Response(201, json={"data": self._profile(address, {})})

    def _event(self, event: dict[str, Any]) -> None:
        metric, address = event["metric"]["data"]["attributes"]["name"], _address(event["profile"]["data"]["attributes"])
        self.events.setdefault((metric, address, event["unique_id"]), event)

    def _subscribe(self, data: dict[str, Any]) -> None:
        to = data["relationships"]["list"]["data"]["id"]
        for one in data["attributes"]["profiles"]["data"]:
            address, [channel] = _address(one["attributes"]), one["attributes"]["subscriptions"]
            if self.lists[to] == "double_opt_in":
                self.confirmations.append(address)
            elif (to, address) not in self.members:
                self.members.append((to, address))
                self._set(address, channel, "SUBSCRIBED")

    def _set(self, address: str, channel: str, consent: str) -> None:
        if address not in self.profiles:
            self.add(address)
        self.profiles[address]["subscriptions"][channel]["marketing"]["consent"] = consent


def error(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, *, meta: dict[str, str] | None = None
) -> httpx2.Response:
    """An answer that says no, in Klaviyo's envelope."""
    one = {"id": "6d9c7e2e", "status": status, "code": code, "title": "No.", "detail": detail}
    body = {"errors": [{**one, "source": {"pointer": "/data"}, "links": {}, "meta": meta or {}}]}
    return httpx2.Response(status, json=body, headers=headers)


def answers(status: int, **more: Any) -> Fault:
    """A fault: this answer instead of Klaviyo's."""
    return lambda _: httpx2.Response(status, **more)


def _address(attributes: dict[str, str]) -> str:
    return (attributes.get("email") or attributes["phone_number"]).casefold()
