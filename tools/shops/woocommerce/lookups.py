"""Reading orders with what stands beside them, and the pages with the shop's rules."""

import asyncio
import re

from pydantic import TypeAdapter

from warmline.errors import ShopError
from warmline.tools.model import Order, PolicyDocument

from .answers import FulfillmentAnswer, NoteAnswer, OrderAnswer, PageAnswer, RefundAnswer
from .api import Api
from .html import words
from .orders import Details, is_order, order_from
from .parcels import parcels_of
from .returns import going_back
from .terms import Terms

ORDERS = "/wc/v3/orders"
DETAILED = 20
"""How many orders of a list are read with parcels, refunds and notes; older ones without: each costs up to three requests."""

AT_ONCE = 6
_NUMBER = re.compile(r"[\s#]*([\w-]+)\s*")


class Lookups:
    """Orders and pages of one shop. ``site`` reads public pages without a key; ``parcels`` says whether the shop keeps fulfillments."""

    def __init__(self, api: Api, site: Api, terms: Terms, *, parcels: bool) -> None:
        self._api, self._site, self._terms, self.parcels = api, site, terms, parcels
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def order(self, number: str) -> OrderAnswer | None:
        """The order with exactly this number: by its id, or by a search where a plugin gives numbers."""
        match = _NUMBER.fullmatch(number)
        if match is None:
            return None
        wanted = match[1].casefold()
        found = await self.by_id(int(wanted)) if wanted.isascii() and wanted.isdigit() and int(wanted) else None
        if found is not None and found.number.casefold() == wanted:
            return found
        if found is None and self._terms.numbers == "id":
            return None

        def is_it(one: OrderAnswer) -> bool:
            return one.number.casefold() == wanted and is_order(one)

        wanted_by = {"search": match[1], "status": "any"}
        near = await self._api.every("order by number", ORDERS, OrderAnswer, wanted_by, most=10, until=is_it)
        return next(filter(is_it, near), None)

    async def by_id(self, order_id: int) -> OrderAnswer | None:
        """The order with this id."""
        found = await self._api.one("order", f"{ORDERS}/{order_id}", OrderAnswer)
        return found if found is not None and is_order(found) else None

    async def answers_of(self, customer_id: int) -> list[OrderAnswer]:
        """All orders of an account."""
        wanted = {"customer": customer_id, "status": "any", "orderby": "date", "order": "desc"}
        found = await self._api.every("orders", ORDERS, OrderAnswer, wanted)
        return [one for one in found if one.customer_id == customer_id and is_order(one)]

    async def orders_of(self, customer_id: int) -> list[Order]:
        """All orders of an account, newest first, the newest with their details."""
        newest_first = sorted(await self.answers_of(customer_id), key=lambda one: (one.date_created_gmt, one.id), reverse=True)
        detailed = await asyncio.gather(*map(self.whole, newest_first[:DETAILED]))
        return [*detailed, *(order_from(one, Details(), self._terms) for one in newest_first[DETAILED:])]

    async def whole(self, answer: OrderAnswer) -> Order:
        """An order with its parcels, refunds, returns and notes."""
        async with self._at_once:
            sent = await self._fulfillments(answer)
            details = Details(
                parcels=parcels_of(answer, sent, self._terms),
                refunds=await self.refunds(answer),
                returned=going_back(answer),
                notes=await self._notes(answer),
            )
        return order_from(answer, details, self._terms)

    async def refunds(self, answer: OrderAnswer) -> list[RefundAnswer]:
        """The refunds of an order with their lines; nothing is asked for where there is none."""
        return await self._api.every("refunds", f"{ORDERS}/{answer.id}/refunds", RefundAnswer) if answer.refunds else []

    async def policies(self) -> list[PolicyDocument]:
        """The pages with the shop's rules; ``ShopError`` for one that is not there: it would be told as if there were no rule."""
        return [await self._policy(topic, slug) for topic, slug in self._terms.policies.items()]

    async def _policy(self, topic: str, slug: str) -> PolicyDocument:
        pages = await self._site.every("page", "/wp/v2/pages", PageAnswer, {"slug": slug})
        page = next((one for one in pages if one.slug == slug), None)
        if page is None:
            raise ShopError(f"WordPress: there is no public page {slug!r}; correct WARMLINE_WOOCOMMERCE_POLICIES")
        return PolicyDocument(topic=topic, title=words(page.title.rendered), text=words(page.content.rendered))

    async def _fulfillments(self, answer: OrderAnswer) -> list[FulfillmentAnswer]:
        if not self.parcels:
            return []
        return await self._api.every("fulfillments", f"{ORDERS}/{answer.id}/fulfillments", FulfillmentAnswer)

    async def _notes(self, answer: OrderAnswer) -> list[NoteAnswer]:
        path = f"{ORDERS}/{answer.id}/notes"
        reply = await self._api.service.ask("notes", "GET", path, effect="read", params={"type": "customer"})
        return reply.read_as(TypeAdapter(list[NoteAnswer]))
