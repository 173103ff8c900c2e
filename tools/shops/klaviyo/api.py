"""What is asked of Klaviyo. Each method names the reference page it corresponds to, and the scopes it takes.

Sent with revision 2026-10-15, whose pages name the scopes and limits that are used here. Bodies and answers were checked against the vendor's OpenAPI files, of
the newest revision there was of each: create_back_in_stock_subscription, get_list and get_profiles of 2026-04-15, bulk_subscribe_profiles of 2026-07-15. The
page of get_catalog_variants (2026-10-15) allows the filter ``equals(sku,…)``, that of get_profiles the additional field ``subscriptions``.
All pages: https://developers.klaviyo.com/en/reference/NAME. Successful writes answer 202 without a body: taken, not yet carried out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warmline.tools.consents import Channel
from warmline.tools.shops.pages import Page, all_pages
from warmline.tools.shops.service import Service

from .shapes import KlaviyoList, ListAnswer, Profile, Profiles, Variant, Variants

REVISION = "2026-10-15"
_JSON_API = {"content-type": "application/vnd.api+json"}
DUPLICATE = 409


class KlaviyoApi:
    """The requests, over a ``Service`` that carries the key and the revision."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def profile(self, channel: Channel, address: str) -> Profile | None:
        """Who has this address, with their subscriptions. ``get_profiles``: profiles:read."""
        field = "email" if channel == "email" else "phone_number"
        params = {"filter": f"equals({field},{_quoted(address)})", "additional-fields[profile]": "subscriptions"}
        reply = await self.service.ask("profile", "GET", "/profiles", effect="read", params=params)
        same = (one for one in reply.read(Profiles).data if _same(getattr(one.attributes, field), address))
        return next(same, None)

    async def create_profile(self, channel: Channel, address: str) -> None:
        """Make a profile; that there is one already (409 ``duplicate_profile``) is as good. ``create_profile``: profiles:write."""
        body = _body("profile", {_field(channel): address})
        await self.service.ask(
            "profile.create",
            "POST",
            "/profiles",
            effect="write",
            once=True,
            json=body,
            headers=_JSON_API,
            answers=(DUPLICATE,),
        )

    async def variants(self, sku: str) -> list[Variant]:
        """The catalogue's variants with exactly this SKU. ``get_catalog_variants``: catalogs:read."""

        async def page(cursor: str | None) -> Page[Variant, str]:
            params = {"filter": f"equals(sku,{_quoted(sku)})", "fields[catalog-variant]": "sku"}
            given = params if cursor is None else {**params, "page[cursor]": cursor}
            reply = await self.service.ask("variants", "GET", "/catalog-variants", effect="read", params=given)
            found = reply.read(Variants)
            return Page(items=found.data, next=found.links.cursor)

        return [one for one in await all_pages(page) if _same(one.attributes.sku, sku)]

    async def await_stock(self, variant: str, channel: Channel, address: str) -> None:
        """Put an address down for a variant. ``create_back_in_stock_subscription``: catalogs:write, profiles:write.

        There is no key that would make it once, so it is never repeated.
        """
        profile = {"data": {"type": "profile", "attributes": {_field(channel): address}}}
        body = _body("back-in-stock-subscription", {"channels": [channel.upper()], "profile": profile})
        body["data"]["relationships"] = {"variant": {"data": {"type": "catalog-variant", "id": variant}}}
        await self._write("back_in_stock", "/back-in-stock-subscriptions", body, once=False)

    async def subscribe(self, channel: Channel, address: str, *, to: str, source: str) -> None:
        """Put an address on a list, or ask it to confirm that, as the list has it. ``bulk_subscribe_profiles``: lists:write,
        profiles:write, subscriptions:write.

        It takes an address off the suppressed ones: who asks this has made sure that it is none of them. Asked twice, nobody is
        subscribed twice, and at worst asked twice to confirm.
        """
        job = {"custom_source": source, "profiles": {"data": [_subscriber(channel, address, "SUBSCRIBED")]}}
        body = _body("profile-subscription-bulk-create-job", job)
        body["data"]["relationships"] = {"list": {"data": {"type": "list", "id": to}}}
        await self._write("subscribe", "/profile-subscription-bulk-create-jobs", body, once=True)

    async def unsubscribe(self, channel: Channel, address: str) -> None:
        """Take an address off everything that goes by this channel; no list is named, since it is not about one.
        ``bulk_unsubscribe_profiles``: lists:write, profiles:write, subscriptions:write.
        """
        job = {"profiles": {"data": [_subscriber(channel, address, "UNSUBSCRIBED")]}}
        body = _body("profile-subscription-bulk-delete-job", job)
        await self._write("unsubscribe", "/profile-subscription-bulk-delete-jobs", body, once=True)

    async def event(
        self, metric: str, channel: Channel, address: str, *, key: str, at: datetime, properties: Mapping[str, str | bool]
    ) -> None:
        """Note that something happened, which may start a flow; once for a key (``unique_id``). ``create_event``: events:write."""
        attributes = {
            "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
            "profile": {"data": {"type": "profile", "attributes": {_field(channel): address}}},
            "properties": dict(properties),
            "time": at.isoformat(),
            "unique_id": key,
        }
        await self._write("event", "/events", _body("event", attributes), once=True)

    async def list(self, list_id: str) -> KlaviyoList:
        """A list and its opt-in process. ``get_list``: lists:read."""
        reply = await self.service.ask("list", "GET", f"/lists/{list_id}", effect="read")
        return reply.read(ListAnswer).data

    async def probe(self, operation: str, path: str, params: Mapping[str, str | int] | None = None) -> None:
        """Read a little of something, for the right to do so."""
        await self.service.ask(operation, "GET", path, effect="read", params=params)

    async def _write(self, operation: str, path: str, body: Mapping[str, Any], *, once: bool) -> None:
        await self.service.ask(operation, "POST", path, effect="write", once=once, json=body, headers=_JSON_API)


def _body(kind: str, attributes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {"data": {"type": kind, "attributes": attributes}}


def _subscriber(channel: Channel, address: str, consent: str) -> dict[str, Any]:
    wish = {channel: {"marketing": {"consent": consent}}}
    return {"type": "profile", "attributes": {_field(channel): address, "subscriptions": wish}}


def _field(channel: Channel) -> str:
    return "email" if channel == "email" else "phone_number"


def _quoted(value: str) -> str:
    """A string in a filter: in double quotes, as the "Filtering" guide has it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.strip().casefold() == other.strip().casefold()
