"""Erasing a person where their data is: what the shop's own system keeps of our writes, then the store."""

from warmline.errors import ShopError
from warmline.tools.shop import KeepsNotes, Shop

from .store.belongings import Whose
from .store.elsewhere import elsewhere
from .store.erasure import Erased, erase
from .store.store import Store


async def erase_everywhere(store: Store, shop: Shop | None, whose: Whose, *, by: str) -> Erased:
    """Erase what the shop's notes of their writes hold, then everything in the store; irrevocable.

    The notes first: the store alone knows whose they are. ``ShopError`` if the shop does not do it; nothing is erased in the store then.
    """
    if isinstance(shop, KeepsNotes):
        keys = (await elsewhere(store, whose)).keys
        try:
            await shop.erase_notes(keys)
        except ShopError as error:
            raise ShopError(f"nothing was erased here, for the shop did not take out what its notes hold: {error}") from error
    return await erase(store, whose, by=by)
