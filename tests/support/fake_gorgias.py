"""A Gorgias account in memory that keeps the rules Gorgias documents: who may ask, what a request must and must not hold, what changes what.

Rules from developers.gorgias.com, REST API, November 2026: basic authentication with ``email:key``; 400 for what is missing or unknown; lists by
cursor, 100 items at most; tags named by number in events; notes are not public; 429 with ``Retry-after``. It has no
idempotency key and refuses no write to what changed.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs

import httpx2

from warmline.tools.clock import FrozenClock

from .fake_service import FakeService

EMAIL, KEY, SECRET = "bot@acme.example", "k3y-of-the-bot", "s3cret-of-the-integration"
BOT, ANA = 1, 7
TICKET_FIELDS = frozenset(
    "assignee_team assignee_user channel closed_datetime created_datetime custom_fields customer external_id from_agent is_unread language"
    " last_message_datetime last_received_message_datetime messages meta opened_datetime priority snooze_datetime spam status subject tags"
    " trashed_datetime updated_datetime via".split()
)
MESSAGE_FIELDS = frozenset(
    "actions attachments body_html body_text channel created_datetime deleted_datetime external_id failed_datetime from_agent headers"
    " integration_id last_sending_error macros mention_ids message_id public receiver rule_id sender sent_datetime source stripped_html"
    " stripped_text subject via".split()
)
REQUIRED = {"ticket": ("messages", "via"), "message": ("channel", "from_agent", "via")}


@dataclass
class FakeTicket:
    fields: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def notes(self) -> list[str]:
        """The internal notes."""
        return [one["body_text"] for one in self.messages if not one["public"]]


class FakeGorgias(FakeService):
    """Times are written as its examples have them: in UTC, and saying no zone."""

    root = "/api"
    authorization: ClassVar[str] = "Basic " + base64.b64encode(f"{EMAIL}:{KEY}".encode()).decode()

    def __init__(self, clock: FrozenClock, *, per_page: int = 2) -> None:
        super().__init__(clock)
        self.per_page = per_page
        self.tickets: dict[int, FakeTicket] = {}
        self.events: list[dict[str, Any]] = []
        self.tags: dict[str, int] = {}
        self.users = {BOT: {"id": BOT, "name": "Warmline", "role": {"name": "basic-agent"}}, ANA: {"id": ANA, "name": "Ana Ruiz"}}
        self.unwanted, self.closed_to = "", ""
        self._number = 1000

    # What people do there.

    def says(self, ticket: int, text: str, *, public: bool = True, by: int | None = ANA, **fields: Any) -> None:
        """A colleague answers or notes; without ``by`` the customer writes."""
        channel = "email" if public else "internal-note"
        sender = {"id": by, "name": self.users[by]["name"]} if by else {"id": 88, "name": "Ann Lee"}
        self._message(
            ticket, {"channel": channel, "via": "helpdesk", "from_agent": by is not None, "body_text": text, **fields}, sender
        )

    def becomes(self, ticket: int, *, by: int | None = ANA, **fields: Any) -> None:
        """Its status is changed, or it is snoozed, or thrown away."""
        self._change(self.tickets[ticket], fields, by=by)

    def tagged(self, ticket: int, *names: str, by: int | None = ANA) -> None:
        had = self.tickets[ticket].fields["tags"]
        new = [name for name in names if name not in {one["name"] for one in had}]
        had += [{"id": self._tag(name), "name": name} for name in new]
        if new:
            self._event("ticket-tags-added", ticket, by, {"tags_added": [self._tag(name) for name in new]})

    # What it answers.

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix(self.root).strip("/").split("/")
        query = {name: values[-1] for name, values in parse_qs(request.url.query.decode()).items()}
        body: dict[str, Any] = json.loads(request.content) if request.content else {}
        if path[0] == self.closed_to:
            return _no(403, "You don't have permission to do this.")
        if not 1 <= int(query.get("limit", 30)) <= 100:
            return _no(400, "limit: must be between 1 and 100")
        match path, request.method:
            case ["users", number], "GET":
                user = self.users.get(int(number) or BOT)
                return _no(404, "User not found.") if user is None else httpx2.Response(200, json=user)
            case ["tickets"], "GET":
                wanted = query.get("external_id")
                return self._list(
                    [one.fields for one in self.tickets.values() if wanted in (None, one.fields["external_id"])], query
                )
            case ["tags"], "GET":
                return self._list(
                    [
                        {"id": number, "name": name}
                        for name, number in self.tags.items()
                        if query.get("search", "").lower() in name.lower()
                    ],
                    query,
                )
            case ["messages"], "GET":
                chosen = [
                    m
                    for number, one in self.tickets.items()
                    for m in one.messages
                    if query.get("ticket_id") in (None, str(number))
                ]
                return self._list(chosen, query)
            case ["events"], "GET":
                wanted = query.get("object_id")
                return self._list([one for one in self.events if wanted in (None, str(one["object_id"]))], query)
            case ["tickets"], "POST":
                return self._create(body)
            case ["tickets", number, *rest], method:
                return self._of_ticket(int(number), rest, method, body)
            case _:
                return _no(404, "Not found.")

    def unknown(self) -> httpx2.Response:
        return httpx2.Response(401, json={"message": "Unauthorized"})

    def _of_ticket(self, number: int, rest: list[str], method: str, body: dict[str, Any]) -> httpx2.Response:
        if number not in self.tickets:
            return _no(404, "Ticket not found.")
        ticket = self.tickets[number]
        match rest, method:
            case [], "GET":
                return httpx2.Response(200, json={**ticket.fields, "messages": ticket.messages})
            case [], "PUT":
                if (wrong := _wrong(body, TICKET_FIELDS)) is not None:
                    return wrong
                self._change(ticket, body, by=BOT)
                return httpx2.Response(202, json=ticket.fields)
            case ["messages"], "POST":
                if (wrong := _wrong(body, MESSAGE_FIELDS, REQUIRED["message"])) is not None:
                    return wrong
                return httpx2.Response(201, json=self._message(number, body, self.users[body["sender"]["id"]]))
            case ["tags"], "POST":
                self.tagged(number, *body["names"], by=BOT)
                return httpx2.Response(201)
            case ["tags"], "DELETE":
                ticket.fields["tags"] = [one for one in ticket.fields["tags"] if one["name"] not in body["names"]]
                return httpx2.Response(204)
            case _:
                return _no(404, "Not found.")

    def _create(self, body: dict[str, Any]) -> httpx2.Response:
        wrong = _wrong(body, TICKET_FIELDS, REQUIRED["ticket"])
        wrongs = [wrong, *(_wrong(one, MESSAGE_FIELDS, REQUIRED["message"]) for one in body.get("messages", []))]
        if (first := next(filter(None, wrongs), None)) is not None:
            return first
        if self.unwanted and body.get("customer", {}).get("email") == self.unwanted:
            return _no(400, "customer: invalid")
        number = len(self.tickets) + 123
        fields: dict[str, Any] = {
            "snooze_datetime": None,
            "trashed_datetime": None,
            "customer": None,
            **body,
            "id": number,
            "spam": False,
        }
        fields |= {"tags": [], "created_datetime": self._now()}
        messages: list[dict[str, Any]] = fields.pop("messages")
        self.tickets[number] = FakeTicket(fields)
        self.tagged(number, *(one["name"] for one in body.get("tags", [])), by=BOT)
        for one in messages:
            self._message(number, one, self.users[one["sender"]["id"]])
        return httpx2.Response(201, json={**self.tickets[number].fields, "messages": self.tickets[number].messages})

    def _message(self, ticket: int, given: Mapping[str, Any], sender: Mapping[str, Any]) -> dict[str, Any]:
        self._number += 1
        kept: dict[str, Any] = {
            "external_id": None,
            "rule_id": None,
            "deleted_datetime": None,
            "attachments": [],
            "body_html": None,
            **given,
        }
        public = given["channel"] != "internal-note"
        message = {
            **kept,
            "id": self._number,
            "ticket_id": ticket,
            "public": public,
            "sender": dict(sender),
            "created_datetime": self._now(),
        }
        self.tickets[ticket].messages.append(message)
        self._touch(self.tickets[ticket])
        return message

    def _change(self, ticket: FakeTicket, fields: Mapping[str, Any], *, by: int | None) -> None:
        before = ticket.fields["status"]
        ticket.fields |= fields
        number = ticket.fields["id"]
        if ticket.fields["status"] != before:
            self._event("ticket-closed" if ticket.fields["status"] == "closed" else "ticket-reopened", number, by)
        if fields.get("snooze_datetime"):
            self._event("ticket-snoozed", number, by)
        if fields.get("trashed_datetime"):
            self._event("ticket-trashed", number, by)
        self._touch(ticket)

    def _event(self, kind: str, ticket: int, by: int | None, data: Any = None) -> None:
        self._number += 1
        about = {"object_type": "Ticket", "object_id": ticket, "user_id": by, "data": data, "context": "dd4ff312"}
        self.events.append({"id": self._number, "type": kind, "created_datetime": self._now(), **about})

    def _touch(self, ticket: FakeTicket) -> None:
        self._number += 1
        ticket.fields["updated_datetime"] = f"{self._now()}+{self._number}"

    def _tag(self, name: str) -> int:
        return self.tags.setdefault(name, len(self.tags) + 500)

    def _now(self) -> str:
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")

    def _list(self, items: list[dict[str, Any]], query: Mapping[str, str]) -> httpx2.Response:
        """Newest first, if nothing else is asked."""
        by: Callable[[dict[str, Any]], Any] = lambda one: (one.get("created_datetime", ""), one["id"])  # noqa: E731
        ordered = sorted(items, key=by, reverse=not query.get("order_by", "").endswith(":asc"))
        start = int(query.get("cursor", "0"))
        end = start + min(self.per_page, int(query.get("limit", "30")))
        meta = {"prev_cursor": None, "next_cursor": str(end) if end < len(ordered) else None}
        return httpx2.Response(200, json={"object": "list", "uri": "/api/x", "data": ordered[start:end], "meta": meta})


def later(at: datetime, **much: float) -> str:
    """A time as Gorgias writes it."""
    return (at + timedelta(**much)).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _wrong(body: Mapping[str, Any], known: frozenset[str], required: tuple[str, ...] = ()) -> httpx2.Response | None:
    missing, unknown = [one for one in required if one not in body], sorted(body.keys() - known)
    if missing or unknown or len(str(body.get("external_id") or "")) > 255:
        return _no(400, f"missing {missing}, unknown {unknown}")
    return None


def _no(status: int, words: str) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"msg": words}})
