"""A shop with a Zendesk of its own, on each database there is."""

from collections.abc import AsyncIterator

import pytest
from support.helpdesk import Both, a_shop_with_zendesk

from warmline.agent.store.store import Store


@pytest.fixture
async def both(store: Store) -> AsyncIterator[Both]:
    async with a_shop_with_zendesk(store) as both:
        yield both
