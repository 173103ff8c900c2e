"""A Zendesk account in memory that keeps the rules Zendesk documents: who may what, what is made once, what is refused, how it is said.

Rules from developer.zendesk.com, API v2, November 2026: basic authentication with ``email/token``; ``Idempotency-Key`` for two hours, 400 for other
parameters under the same key; ``safe_update`` with 409; closed tickets take nothing (422); 429 with ``Retry-After``; cursor pagination; the
incremental export for administrators, without the last minute; webhooks signed with base64(HMAC-SHA256(timestamp + body)).
"""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, cast
from urllib.parse import parse_qs

import httpx2

from warmline.tools.clock import FrozenClock

from .fake_service import FakeService

EMAIL, TOKEN, SECRET = "bot@acme.example", "t0ken-of-the-bot", "dGhpc19zZWNyZXQ="
BOT, ANA, RULE = 1, 7, -1
FOLLOW_UP = "via_followup_source_id"


@dataclass
class FakeTicket:
    fields: dict[str, Any]
    audits: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def notes(self) -> list[str]:
        """The internal comments."""
        return [one["body"] for audit in self.audits for one in audit["events"] if one["type"] == "Comment" and not one["public"]]


class FakeZendesk(FakeService):
    """An account; ``role`` is that of the token's user."""

    root = "/api/v2"
    authorization: ClassVar[str] = "Basic " + base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()

    def __init__(self, clock: FrozenClock, *, role: str = "admin", per_page: int = 2) -> None:
        super().__init__(clock)
        self.role, self.per_page = role, per_page
        self.tickets: dict[int, FakeTicket] = {}
        self.users: dict[int, dict[str, Any]] = {
            BOT: {"id": BOT, "name": "Warmline", "role": role, "email": EMAIL},
            ANA: {"id": ANA, "name": "Ana Ruiz", "role": "agent", "email": "ana@acme.example"},
        }
        self.suspended = ""
        self._made: dict[str, tuple[str, int, Any]] = {}
        self._number = 100

    def unknown(self) -> httpx2.Response:
        return httpx2.Response(401, json={"error": "Couldn't authenticate you"})

    def ticket(self, case_id: str) -> tuple[int, FakeTicket]:
        """The newest ticket of a case."""
        return [(number, one) for number, one in self.tickets.items() if one.fields["external_id"] == case_id][-1]

    def writes(self, ticket: int, text: str = "", *, public: bool = True, by: int = ANA, **fields: Any) -> None:
        """Somebody works on a ticket in Zendesk itself: a comment, other fields, or both in one update."""
        comment = {"comment": {"body": text, "public": public}} if text else {}
        self._update(self.tickets[ticket], {**comment, **fields}, by=by, custom={})

    def webhook(self, ticket: int, *, secret: str = SECRET, late: float = 0.0) -> tuple[dict[str, str], bytes]:
        """What a webhook of a trigger sends: headers and body."""
        body = json.dumps({"ticket_id": str(ticket)}).encode()
        timestamp = (self.clock.now() - timedelta(seconds=late)).strftime("%Y-%m-%dT%H:%M:%SZ")
        signature = base64.b64encode(hmac.digest(secret.encode(), timestamp.encode() + body, "sha256")).decode()
        return {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": timestamp}, body

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix(self.root).removesuffix(".json")
        query = {name: values[-1] for name, values in parse_qs(request.url.query.decode()).items()}
        body: dict[str, Any] = json.loads(request.content) if request.content else {}
        match path.strip("/").split("/"), request.method:
            case ["users", "me"], "GET":
                return httpx2.Response(200, json={"user": self.users[BOT]})
            case ["users", "show_many"], "GET":
                return httpx2.Response(
                    200, json={"users": [self.users[int(one)] for one in query["ids"].split(",") if int(one) in self.users]}
                )
            case ["tickets", "count"], "GET":
                return httpx2.Response(200, json={"count": {"value": len(self.tickets)}})
            case ["tickets"], "GET":
                found = [one.fields for one in self.tickets.values() if one.fields["external_id"] == query["external_id"]]
                return self._page("tickets", found, query)
            case ["tickets"], "POST":
                return self._create(request, body["ticket"])
            case ["incremental", "tickets", "cursor"], "GET":
                return self._export(query)
            case ["tickets", number, *rest], method:
                return self._of_ticket(int(number), rest, method, query, body)
            case _:
                return _no(404, "InvalidEndpoint", "Not found")

    def _of_ticket(
        self, number: int, rest: list[str], method: str, query: Mapping[str, str], body: dict[str, Any]
    ) -> httpx2.Response:
        ticket = self.tickets.get(number)
        if ticket is None or ticket.fields["status"] == "deleted":
            return _no(404, "RecordNotFound", "Not found")
        match rest, method:
            case [], "GET":
                return httpx2.Response(200, json={"ticket": ticket.fields})
            case ["audits"], "GET":
                return self._page("audits", ticket.audits, query)
            case [], "PUT":
                return self._put(ticket, body["ticket"])
            case ["tags"], "PUT" | "DELETE":
                had = set(ticket.fields["tags"])
                tags = had | set(body["tags"]) if method == "PUT" else had - set(body["tags"])
                self._update(ticket, {"tags": sorted(tags)}, by=BOT, custom={})
                return httpx2.Response(200, json={"tags": ticket.fields["tags"]})
            case _:
                return _no(404, "InvalidEndpoint", "Not found")

    def _create(self, request: httpx2.Request, given: dict[str, Any]) -> httpx2.Response:
        key, now = request.headers.get("idempotency-key", ""), self.clock.now()
        if key in self._made and now - self._made[key][2] < timedelta(hours=2):
            was, number, _ = self._made[key]
            if was != request.content.decode():
                return _no(400, "IdempotentRequestError", "Request parameters don't match the given idempotency key")
            return httpx2.Response(201, json={"ticket": self.tickets[number].fields}, headers={"x-idempotency-lookup": "hit"})
        if self.suspended and given.get("requester", {}).get("email") == self.suspended:
            return _no(422, "RecordInvalid", "Requester is suspended")
        if FOLLOW_UP in given and self.tickets[given[FOLLOW_UP]].fields["status"] != "closed":
            return _no(422, "RecordInvalid", "Source ticket is not closed")
        number = len(self.tickets) + 35436
        names = ("subject", "external_id", "priority", "requester")
        fields = {
            "id": number,
            "status": "new",
            "tags": sorted(given.get("tags", [])),
            **{name: given.get(name) for name in names},
        }
        ticket = self.tickets[number] = FakeTicket(fields)
        custom = {name: str(value) for name, value in given.get("metadata", {}).items()}
        self._audit(ticket, [_comment(given["comment"])], by=BOT, custom=custom)
        self._made[key] = (request.content.decode(), number, now)
        return httpx2.Response(201, json={"ticket": fields, "audit": ticket.audits[-1]}, headers={"x-idempotency-lookup": "miss"})

    def _put(self, ticket: FakeTicket, given: dict[str, Any]) -> httpx2.Response:
        if ticket.fields["status"] == "closed":
            return _no(422, "RecordInvalid", "Status: closed prevents ticket update")
        if given.get("safe_update") and given.get("updated_stamp") != ticket.fields["updated_at"]:
            return _no(409, "UpdateConflict", "Safe Update prevented the update due to outdated ticket data")
        kept = {name: value for name, value in given.items() if name in ("comment", "status", "priority", "tags")}
        self._update(ticket, kept, by=BOT, custom=given.get("metadata", {}))
        return httpx2.Response(200, json={"ticket": ticket.fields, "audit": ticket.audits[-1]})

    def _update(self, ticket: FakeTicket, given: dict[str, Any], *, by: int, custom: dict[str, Any]) -> None:
        """One audit: the comment, and each field that is not as it was."""
        comments = [_comment(given.pop("comment"))] if "comment" in given else []
        changes = [
            {"type": "Change", "field_name": name, "value": value, "previous_value": ticket.fields.get(name)}
            for name, value in given.items()
            if ticket.fields.get(name) != value
        ]
        ticket.fields |= given
        self._audit(ticket, [*changes, *comments], by=by, custom=custom)

    def _audit(self, ticket: FakeTicket, events: list[dict[str, Any]], *, by: int, custom: dict[str, Any]) -> None:
        self._number += 1
        ticket.fields["updated_at"] = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")  # Zendesk's times are in seconds
        numbered = [{"id": self._number * 1000 + place, **one} for place, one in enumerate(events)]
        made = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        audit = {"id": self._number, "author_id": by, "created_at": made, "events": numbered}
        ticket.audits.append({**audit, "metadata": {"system": {"client": "x"}, "custom": custom}, "via": {"channel": "web"}})

    def _page(self, name: str, items: list[dict[str, Any]], query: Mapping[str, str]) -> httpx2.Response:
        start = int(query.get("page[after]", "0"))
        end = start + self.per_page
        meta = {"has_more": end < len(items), "after_cursor": str(end) if end < len(items) else None}
        return httpx2.Response(200, json={name: items[start:end], "meta": meta})

    def _export(self, query: Mapping[str, str]) -> httpx2.Response:
        """By the number of each ticket's newest audit; what is younger than a minute comes later."""
        if self.role != "admin":
            return _no(403, "Forbidden", "You do not have access to this page")
        before = (self.clock.now() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        after = int(query.get("cursor", "0"))
        changed = sorted(
            (
                (cast("int", one.audits[-1]["id"]), one.fields)
                for one in self.tickets.values()
                if one.audits[-1]["created_at"] <= before
            ),
            key=lambda one: one[0],
        )
        due = [one for one in changed if one[0] > after]
        page = due[: self.per_page]
        cursor = str(page[-1][0]) if page else str(after)
        tickets = [fields for _, fields in page]
        return httpx2.Response(200, json={"tickets": tickets, "after_cursor": cursor, "end_of_stream": len(due) <= len(page)})


def _comment(given: Mapping[str, Any]) -> dict[str, Any]:
    text = given["body"]
    return {"type": "Comment", "body": text, "plain_body": text, "public": given.get("public", True), "attachments": []}


def _no(status: int, error: str, description: str) -> httpx2.Response:
    return httpx2.Response(status, json={"error": error, "description": description})
