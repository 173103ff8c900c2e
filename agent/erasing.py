"""Erasing a person where their data is: what the shop's own system keeps of our writes, what adapters keep of their own, then the store."""

from collections.abc import Awaitable, Callable

from warmline.errors import ShopError
from warmline.tools.shop import KeepsNotes, Shop

from .store.belongings import Whose
from .store.elsewhere import Elsewhere, elsewhere
from .store.erasure import Erased, erase
from .store.store import Store

Forgetting = Callable[[Elsewhere], Awaitable[object]]
"""Deletes what adapters keep of somebody of their own, such as a register of consents."""


async def erase_everywhere(store: Store, shop: Shop | None, whose: Whose, *, by: str, forget: Forgetting | None = None) -> Erased:
    """Erase what the shop's notes of their writes hold, then what adapters keep, then everything in the store; irrevocable.

    The store last: it alone knows whose the rest is. Where one fails, what comes after it stays, and it may be called again. ``ShopError`` if
    the shop does not do it, ``StoreError`` while one of their messages is being answered; nothing is erased anywhere then.
    """
    known = await elsewhere(store, whose, at_rest=True)
    if isinstance(shop, KeepsNotes):
        try:
            await shop.erase_notes(known.keys)
        except ShopError as error:
            raise ShopError(f"nothing was erased here, for the shop did not take out what its notes hold: {error}") from error
    if forget is not None:
        await forget(known)
    return await erase(store, whose, by=by)
