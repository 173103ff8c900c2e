"""Events to a person that belong to no conversation (something is back in stock): which of them are theirs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Row, select

from .outbox import alert_key, alert_thread
from .prepared import Connection
from .rows import OUTBOX

_SIGN_UPS = ("subscribe_back_in_stock", "text_when_back_in_stock")


def proved_addresses(state: str, files: Iterable[str]) -> set[str]:
    """The addresses that a conversation knows to be the customer's: those that proved an order, and the account's in its cases."""
    proven = _record(_record(state).get("proven")).values()
    accounts = (_record(_record(file).get("customer")).get("email") for file in files)
    return {address for address in (*proven, *accounts) if isinstance(address, str) and address}


def signed_up_addresses(writes: Iterable[Row[Any]]) -> set[str]:
    """The addresses and numbers that were put on a list in a conversation; a guest's may be another person's."""
    results = [_record(row.result) for row in writes if row.tool in _SIGN_UPS]
    places = [result.get(field) for result in results for field in ("email", "phone")]
    return {place for place in places if isinstance(place, str) and place}


async def alerts_to(connection: Connection, addresses: Iterable[str], writes: Iterable[Row[Any]]) -> Sequence[Row[Any]]:
    """The events to these addresses, and those that follow from these writes; oldest first."""
    threads = [alert_thread(address) for address in addresses]
    keys = [alert_key(row.key) for row in writes if row.tool in _SIGN_UPS]
    found: dict[int, Row[Any]] = {}
    for column, values in ((OUTBOX.c.conversation_id, threads), (OUTBOX.c.key, keys)):
        if values:
            found |= {row.id: row for row in await connection.execute(select(OUTBOX).where(column.in_(values)))}
    return [found[number] for number in sorted(found)]


def _record(stored: object) -> dict[str, Any]:
    try:
        read: object = json.loads(stored) if isinstance(stored, str) else stored
    except ValueError:
        return {}
    return cast("dict[str, Any]", read) if isinstance(read, dict) else {}
