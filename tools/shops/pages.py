"""Lists that come in pages: all of them, or an error, never a silent part."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from warmline.errors import ShopDrifted, ShopError

T = TypeVar("T")
CursorT = TypeVar("CursorT", bound=Hashable)

MOST_PAGES = 100


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T, CursorT]):
    """One page, and where the next one begins; ``None`` at the end."""

    items: Sequence[T]
    next: CursorT | None


async def all_pages(
    fetch: Callable[[CursorT | None], Awaitable[Page[T, CursorT]]], *, most: int = MOST_PAGES, enough: int | None = None
) -> list[T]:
    """Everything, page by page, from ``fetch(None)`` on; no further than ``enough`` items, where that is given.

    ``ShopError`` for more than ``most`` pages, ``ShopDrifted`` for a service that names a page it gave before: half a list would be
    taken for the whole.
    """
    found: list[T] = []
    seen: set[CursorT] = set()
    cursor: CursorT | None = None
    for _ in range(most):
        page = await fetch(cursor)
        found += page.items
        cursor = page.next
        if cursor is None or (enough is not None and len(found) >= enough):
            return found if enough is None else found[:enough]
        if cursor in seen:
            raise ShopDrifted("a list's next page is one that was read before; expected each page once")
        seen.add(cursor)
    raise ShopError(f"a list has more than {most} pages; ask for less of it at once")
