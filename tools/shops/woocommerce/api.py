"""Asking WooCommerce: one object or none, a list whole, a change.

Source: "Errors" and "Pagination" of the WooCommerce REST API docs (wc/v3): an error is ``{"code", "message", "data"}``; lists come in pages, with
``X-WP-TotalPages`` and a ``Link`` to the next one. A 404 says nothing is there only by a code that means it: ``rest_no_route`` is a wrong address.
The codes of refunds are those of WooCommerce's own source (github.com/woocommerce/woocommerce, rest-api/Controllers, Version2 and Version3,
class-wc-rest-order-refunds-controller.php, read in November 2026): a refund that ``wc_create_refund`` refuses, one of too much among them, is a 500
``woocommerce_rest_cannot_create_order_refund``, which does not say whether the provider was asked: its outcome is unknown.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from warmline.errors import ShopError, ShopRefused
from warmline.tools.shops.pages import Page, all_pages
from warmline.tools.shops.replies import Reply
from warmline.tools.shops.service import Service

from .answers import Answer

T = TypeVar("T", bound=Answer)

PER_PAGE = 100
"""The most WordPress gives on one page."""

NOT_THERE = frozenset(
    {
        "woocommerce_rest_shop_order_invalid_id",
        "woocommerce_rest_order_invalid_id",
        "woocommerce_rest_invalid_order_id",
        "woocommerce_rest_product_invalid_id",
        "woocommerce_rest_product_variation_invalid_id",
        "woocommerce_rest_invalid_id",
        "woocommerce_rest_shop_order_refund_invalid_id",
        "woocommerce_rest_payment_gateway_invalid",
        "rest_setting_setting_invalid",
        "rest_setting_setting_group_invalid",
    }
)
Params = Mapping[str, str | int]
_LIST = TypeAdapter(list[Any])


class Fault(BaseModel):
    """An error's envelope."""

    model_config = ConfigDict(extra="ignore")
    code: str


def code_of(reply: Reply) -> str:
    """The code of an error, empty if it has none: a page of a proxy, say."""
    try:
        return Fault.model_validate(reply.json).code
    except ValueError:
        return ""


class TooMany(ShopError):
    """A list that is too long to be read whole."""


class Api:
    """The routes of one shop below ``/wp-json``."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def one(self, operation: str, path: str, model: type[T], params: Params | None = None) -> T | None:
        """One object; ``None`` only where WooCommerce itself says that there is none."""
        reply = await self.service.ask(operation, "GET", path, effect="read", params=params, answers=(404,))
        if reply.ok:
            return reply.read(model)
        if code_of(reply) in NOT_THERE:
            return None
        raise ShopRefused(
            f"{reply.service}: {operation} was answered HTTP 404. Check the shop's address, and that its permalinks are not 'plain'.",
            status=404,
        )

    async def every(
        self,
        operation: str,
        path: str,
        model: type[T],
        params: Params | None = None,
        *,
        most: int = 100,
        until: Callable[[T], bool] | None = None,
    ) -> list[T]:
        """A list whole, each object once even if the pages moved while they were read; or up to the page with what is looked for.

        ``TooMany`` for one of more than ``most`` pages.
        """

        async def page(number: int | None) -> Page[T, int]:
            at = number or 1
            asked = {"per_page": PER_PAGE, **(params or {}), "page": at}
            reply = await self.service.ask(operation, "GET", path, effect="read", params=asked)
            items = [reply.read(model, one) for one in reply.read_as(_LIST)]
            if not _goes_on(reply, at, len(items)) or (until is not None and any(map(until, items))):
                return Page(items=items, next=None)
            if at >= most:
                raise TooMany(f"{reply.service}: {operation} has more than {most} pages; expected fewer")
            return Page(items=items, next=at + 1)

        found = await all_pages(page, most=most)
        return list({getattr(one, "id", place): one for place, one in enumerate(found)}.values())

    async def write(
        self, operation: str, method: str, path: str, body: Mapping[str, Any], *, answers: tuple[int, ...] = ()
    ) -> Reply:
        """A change. It is never repeated where it may have been made."""
        return await self.service.ask(operation, method, path, effect="write", json=dict(body), answers=answers)


def _goes_on(reply: Reply, at: int, count: int) -> bool:
    """Whether there is another page: by the header, by the link, or, where a proxy dropped both, because this one is full."""
    total, link = reply.headers.get("x-wp-totalpages"), reply.headers.get("link", "")
    if total is not None and total.isdigit():
        return at < int(total)
    return 'rel="next"' in link if link else count == PER_PAGE
