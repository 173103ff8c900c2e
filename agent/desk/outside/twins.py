"""Two tickets of one case at a desk without an idempotency key: one of two workers died before it could throw its own away."""

from datetime import datetime, timedelta

from warmline.agent.store.store import Store
from warmline.errors import ShopRefused
from warmline.tools.helpdesks.helpdesk import HelpDesk, MayMakeTwo

from .links import FIRST_LOOK, checkpoint, linked, set_checkpoint

SETTLED = timedelta(minutes=2)
"""How long after a case has its ticket nobody can be making another one for it: a call of fifteen seconds, and clocks that differ."""

AT_ONCE = 20
"""Cases that one sweep looks at; each is a call, and looked at once."""


async def throw_away_twins(store: Store, helpdesk: HelpDesk) -> int:
    """Leave each case that has got a ticket lately that one alone; how many tickets were thrown away. ``ShopError`` if the help desk fails.

    One whose tickets may not be changed keeps no other; it is raised at last.
    """
    if not isinstance(helpdesk, MayMakeTwo):
        return 0
    name, now, done = f"twins:{helpdesk.key}", store.clock.now(), 0
    seen = await checkpoint(store, name)
    after = datetime.fromisoformat(seen) if seen else now - FIRST_LOOK
    refused: list[ShopRefused] = []
    for link, at in await linked(store, helpdesk.key, after=after, before=now - SETTLED, most=AT_ONCE):
        try:
            done += await helpdesk.keep_only(link.case_id, link.ticket)
        except ShopRefused as error:
            refused.append(error)
        await set_checkpoint(store, name, at.isoformat())
    if refused:
        raise refused[0]
    return done
