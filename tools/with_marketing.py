"""A shop and a marketing service as one shop: what is asked to be told goes to the service, everything else to the shop."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from warmline.errors import UsageError

from .capabilities import Capability, Examined, Finding, lacks
from .model import Receipt
from .shop import METHODS, Marketing, Receipts, Shop, StopsMessages

_SIGN_UPS = ("subscribe_back_in_stock", "enrol_in_care_series")
_ITS_OWN: tuple[Capability | str, ...] = (
    *_SIGN_UPS,
    "asks_to_confirm",
    "note_consent",
    "stop_messages",
)


class _Together:
    """Has the methods of both, and so the protocols; they are attributes, as runtime checks want them."""

    def __init__(self, shop: Shop, marketing: Marketing) -> None:
        self._shop, self._marketing = shop, marketing
        for name in METHODS:
            owner = marketing if name in _ITS_OWN else shop
            if hasattr(owner, name):
                setattr(self, name, getattr(owner, name))
        self.find_receipt = self._find_receipt
        for name in _SIGN_UPS:
            setattr(self, name, self._signing_up(name))
        if isinstance(shop, StopsMessages) and isinstance(marketing, StopsMessages):
            self.stop_messages = self._stop_messages

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What the shop lacks and the service does not give, and what the service lacks."""
        kept: dict[Capability, str] = {
            name: why for name, why in lacks(self._shop).items() if name not in _ITS_OWN and name != "find_receipt"
        }
        return {**kept, **lacks(self._marketing)}

    async def examine(self) -> Sequence[Finding]:
        """What both find."""
        found: list[Finding] = []
        for part in (self._shop, self._marketing):
            found += await part.examine() if isinstance(part, Examined) else ()
        if not isinstance(self._shop, Examined):
            policies = await self._shop.list_policies()
            found.insert(0, Finding(name="shop", status="ok", found=f"it answers: {len(policies)} policies"))
        return found

    async def _find_receipt(self, key: str) -> Receipt | None:
        """The receipt of whichever wrote with this key."""
        found = await self._marketing.find_receipt(key)
        return await self._at_shop(key) if found is None else found

    def _signing_up(self, name: str) -> Callable[..., Awaitable[Receipt]]:
        async def sign_up(*about: str, key: str) -> Receipt:
            if await self._at_shop(key) is not None:
                raise UsageError(f"expected a new key, got {key!r}, under which the shop has written")
            return await getattr(self._marketing, name)(*about, key=key)

        return sign_up

    async def _at_shop(self, key: str) -> Receipt | None:
        if not isinstance(self._shop, Receipts) or "find_receipt" in lacks(self._shop):
            return None
        return await self._shop.find_receipt(key)

    async def _stop_messages(self, **wish: Any) -> Receipt:
        """At both: sign-ups made at the shop before there was the service are stopped too."""
        shop, service = cast("StopsMessages", self._shop), cast("StopsMessages", self._marketing)
        if "stop_messages" not in lacks(self._shop):
            await shop.stop_messages(**wish)
        return await service.stop_messages(**wish)


def with_marketing(shop: Shop, marketing: Marketing) -> Shop:
    """A shop whose sign-ups are made by ``marketing``.

    Who signed up at the shop itself before is told by the shop as before. Where both can, messages are stopped at both.
    """
    return cast("Shop", _Together(shop, marketing))
