"""Which write was made with which key: kept in the order's own meta data, written together with the change.

WooCommerce knows no idempotency keys. A receipt stands in the meta data ``_warmline_…`` of the order it is about, so the same key finds it there in
any process. Who has only the key looks through the orders that were changed lately: a write changes its order.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args

from pydantic import ConfigDict, ValidationError

from warmline.errors import OutcomeUnknown, ShopDrifted
from warmline.tools.model import Frozen, Receipt, ReturnReceipt

from .answers import Answer, Meta, RefundAnswer
from .api import PER_PAGE, Api, TooMany

PREFIX = "_warmline_"
LOOK_BACK = timedelta(days=7)
"""How far back a key is looked for. A key older than that is still found by whoever repeats the write, on the order itself."""

MOST_PAGES = 20
IN_FLIGHT = timedelta(minutes=3)
"""How long a refund that was begun and is not there may still come."""

_KINDS: dict[str, type[Receipt]] = {kind.__name__: kind for kind in get_args(Receipt)}


class Written(Frozen):
    """A receipt as it is kept. ``begun`` is set where the write is another request (a refund), which may not have been made."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    key: str
    kind: str
    receipt: dict[str, Any]
    begun: datetime | None = None

    @property
    def value(self) -> Receipt:
        """The receipt itself."""
        return _KINDS[self.kind].model_validate(self.receipt)


class Changed(Answer):
    """An order that was changed lately, as little of it as is needed."""

    id: int
    meta_data: tuple[Meta, ...]


def meta_key(key: str) -> str:
    """The name a key's receipt has in an order's meta data."""
    return f"{PREFIX}{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def as_meta(receipt: Receipt, key: str, *, begun: datetime | None = None) -> dict[str, str]:
    """The meta data to write with the change."""
    kept = Written(key=key, kind=type(receipt).__name__, receipt=receipt.model_dump(mode="json"), begun=begun)
    return {"key": meta_key(key), "value": json.dumps(kept.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))}


def written_in(metas: Iterable[Meta]) -> Iterator[Written]:
    """What was written by us, of an order's meta data. ``ShopDrifted`` for what cannot be read: it is not taken for nothing."""
    for meta in metas:
        if meta.key.startswith(PREFIX):
            try:
                yield Written.model_validate_json(meta.value if isinstance(meta.value, str) else json.dumps(meta.value))
            except (ValidationError, TypeError) as error:
                raise ShopDrifted(
                    f"WooCommerce: the meta data {meta.key!r} of an order was changed and cannot be read"
                ) from error


def written_with(metas: Iterable[Meta], key: str) -> Written | None:
    """What was written with this key."""
    name = meta_key(key)
    return next((one for one in written_in(meta for meta in metas if meta.key == name) if one.key == key), None)


def returns_in(metas: Iterable[Meta]) -> list[ReturnReceipt]:
    """The returns that were made of an order."""
    return [one for written in written_in(metas) if isinstance(one := written.value, ReturnReceipt)]


class Ledger:
    """Receipts by their key alone."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def find(self, key: str, now: datetime) -> Receipt | None:
        """The receipt of this key; ``OutcomeUnknown`` where that cannot be said."""
        try:
            changed = await self._changed(now - LOOK_BACK, meta_key(key))
        except TooMany as error:
            raise OutcomeUnknown(
                f"WooCommerce: more than {MOST_PAGES * PER_PAGE:,} orders were changed lately, so whether a write was made cannot be told"
            ) from error
        for order in changed:
            written = written_with(order.meta_data, key)
            if written is not None:
                return await self.settled(order.id, written, now)
        return None

    async def settled(self, order_id: int, written: Written, now: datetime) -> Receipt | None:
        """A receipt once what it speaks of is there; ``None`` if it surely never came."""
        if written.begun is None:
            return written.value
        refunds = await self._refunds(order_id)
        if _of(refunds, written.key) is not None:
            return written.value
        if refunds or now - written.begun < IN_FLIGHT:  # there was none when it was begun: one without the key may be it
            raise OutcomeUnknown(
                "WooCommerce: a refund was begun, and whether it was made cannot be told. Look at the order before doing it again."
            )
        return None

    async def refund(self, order_id: int, key: str) -> RefundAnswer | None:
        """The refund that was made with this key."""
        return _of(await self._refunds(order_id), key)

    async def _refunds(self, order_id: int) -> list[RefundAnswer]:
        return await self._api.every("refunds", f"/wc/v3/orders/{order_id}/refunds", RefundAnswer)

    async def _changed(self, since: datetime, name: str) -> Sequence[Changed]:
        """Orders changed since then, the newest first, no further than the one that has this meta data."""
        wanted = {
            "modified_after": f"{since:%Y-%m-%dT%H:%M:%S}",
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "desc",
            "status": "any",
            "_fields": "id,meta_data",
        }

        def there(order: Changed) -> bool:
            return any(meta.key == name for meta in order.meta_data)

        return await self._api.every("changed orders", "/wc/v3/orders", Changed, wanted, most=MOST_PAGES, until=there)


def _of(refunds: Iterable[RefundAnswer], key: str) -> RefundAnswer | None:
    name = meta_key(key)
    return next((one for one in refunds if any(meta.key == name for meta in one.meta_data)), None)
