"""A shop and a marketing service as one shop: what is asked to be told goes to the service, everything else to the shop."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from warmline.errors import UsageError

from .around import ShopAround
from .capabilities import Capability, Examined, Finding, lacks
from .model import Receipt, StopReceipt
from .shop import Marketing, Shop, StopsMessages

_SIGN_UPS = ("subscribe_back_in_stock", "text_when_back_in_stock", "enrol_in_care_series")
_ITS_OWN = (*_SIGN_UPS, "texts_reach", "texts_others", "asks_to_confirm", "note_consent", "stop_messages")


class _Together(ShopAround):
    """The shop, with the sign-ups of the service."""

    def __init__(self, shop: Shop, marketing: Marketing) -> None:
        super().__init__(shop, without=_ITS_OWN)
        self._marketing = marketing
        for name in _ITS_OWN:
            if hasattr(marketing, name):
                setattr(self, name, self._signing_up(name) if name in _SIGN_UPS else getattr(marketing, name))
        if isinstance(shop, StopsMessages) and isinstance(marketing, StopsMessages):
            self.stop_messages = self._stop_messages

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What the shop lacks and the service does not give, and what the service lacks."""
        kept: dict[Capability, str] = {
            name: why for name, why in super().lacks.items() if name not in _ITS_OWN and name != "find_receipt"
        }
        return {**kept, **lacks(self._marketing)}

    async def examine(self) -> Sequence[Finding]:
        """What both find."""
        found = await self._marketing.examine() if isinstance(self._marketing, Examined) else ()
        return [*await super().examine(), *found]

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of whichever wrote with this key. A stop at the shop alone is not the whole of it, and may be made again."""
        found = await self._marketing.find_receipt(key)
        if found is not None:
            return found
        at_shop = await super().find_receipt(key)
        half = isinstance(at_shop, StopReceipt) and isinstance(self._marketing, StopsMessages)
        return None if half else at_shop

    def _signing_up(self, name: str) -> Callable[..., Awaitable[Receipt]]:
        async def sign_up(*about: str, key: str) -> Receipt:
            if await super(_Together, self).find_receipt(key) is not None:
                raise UsageError(f"expected a new key, got {key!r}, under which the shop has written")
            return await getattr(self._marketing, name)(*about, key=key)

        return sign_up

    async def _stop_messages(self, **wish: Any) -> Receipt:
        """At both: sign-ups made at the shop before there was the service are stopped too."""
        shop, service = cast("StopsMessages", self.inner), cast("StopsMessages", self._marketing)
        if "stop_messages" not in lacks(self.inner):
            await shop.stop_messages(**wish)
        return await service.stop_messages(**wish)


def with_marketing(shop: Shop, marketing: Marketing) -> Shop:
    """A shop whose sign-ups are made by ``marketing``.

    Who signed up at the shop itself before is told by the shop as before. Where both can, messages are stopped at both.
    """
    return _Together(shop, marketing)
