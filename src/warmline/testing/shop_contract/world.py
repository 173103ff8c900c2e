"""A shop under test, and what the test knows to be in it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from warmline.tools.clock import Clock
from warmline.tools.model import Address, Money, ReturnItem
from warmline.tools.shop import Shop

Block = Callable[[], AbstractAsyncContextManager[None]]
"""A stretch of time in which the backend behaves badly."""


@dataclass(frozen=True, kw_only=True)
class KnownOrder:
    """An order as the shop's own screens show it, without asking the adapter.

    ``placed_at`` is the exact moment: take an order placed near midnight in a zone that is not UTC, and a lost zone shows.
    """

    number: str
    customer_id: str
    email: str
    placed_at: datetime
    total: Money


@dataclass(frozen=True, kw_only=True)
class Swap:
    """An exchange that the shop's rules allow."""

    number: str
    item: ReturnItem
    new_sku: str


@dataclass(frozen=True, kw_only=True)
class World:
    """The shop, open, and what is known to be in it; made anew for every check.

    ``order`` and ``foreign`` belong to two customers. ``crowd`` is a customer with more orders than the backend gives on one page, and
    all their numbers. ``sku`` is a variant that can be bought.

    What a shop offers must be tried, so a shop that offers it names: an order that may be cancelled and redirected
    (``unshipped``, ``new_address``), one that may not (``shipped``), what may go back (``returnable``: order and item), an exchange
    (``swap``), a variant that is sold out (``sold_out``), a product with care letters (``cared``).

    ``reopen`` opens the same shop once more, as another process would. ``answer_lost`` is a block in which the backend does what it
    is asked and its answer never comes; ``broken_midway`` one in which it fails after the first of a write's steps. ``writes`` counts
    what the backend itself has on record as written. Without them the checks that need them are skipped, and say so.
    """

    shop: Shop
    clock: Clock
    order: KnownOrder
    foreign: KnownOrder
    sku: str
    product_id: str
    crowd: tuple[str, Sequence[str]]
    unshipped: str | None = None
    new_address: Address | None = None
    shipped: str | None = None
    returnable: tuple[str, ReturnItem] | None = None
    swap: Swap | None = None
    sold_out: str | None = None
    cared: str | None = None
    reopen: Callable[[], AbstractAsyncContextManager[Shop]] | None = None
    answer_lost: Block | None = None
    broken_midway: Block | None = None
    writes: Callable[[], Awaitable[int]] | None = None


OpenWorld = Callable[[], AbstractAsyncContextManager[World]]
