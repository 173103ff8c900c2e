"""By what a person is known outside of the store: where their writes went, an adapter may keep a record of its own."""

from dataclasses import dataclass

from .alerts import proved_addresses, signed_up_addresses
from .belongings import Whose, rows_of, theirs
from .database import transaction, uninterrupted
from .leases import must_rest
from .rows import CASE, LEDGER
from .store import Store


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The idempotency keys of somebody's writes; ``places`` are the addresses and numbers that are theirs for certain.

    ``proved`` are those of them that they did not only sign up.
    """

    keys: frozenset[str]
    places: frozenset[str]
    proved: frozenset[str]


@uninterrupted
async def elsewhere(store: Store, whose: Whose, *, at_rest: bool = False) -> Elsewhere:
    """The keys and places of all their conversations; to be asked before they are erased. ``UsageError`` if nothing is stored.

    What a guest signed up is among the keys, and no place: it may be another person's address. ``at_rest``: ``StoreError`` while one of their
    messages is being answered.
    """
    keys, places, proved = set[str](), set[str](), set[str]()
    async with transaction(store.engine, read_only=True) as connection:
        for row in await theirs(connection, whose):
            if at_rest:
                must_rest(row, store.clock.now())
            writes = await rows_of(connection, LEDGER, row.id)
            keys |= {write.key for write in writes}
            proved |= proved_addresses(row.state, [case.file for case in await rows_of(connection, CASE, row.id)])
            places |= signed_up_addresses(writes) if whose.customer_id is not None else set()
    return Elsewhere(keys=frozenset(keys), places=frozenset(places | proved), proved=frozenset(proved))
