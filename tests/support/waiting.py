"""Waiting in a test for what other tasks bring about."""

import asyncio
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds after which a test that waits has failed; nothing waits for them that goes well."""


async def until(met: Callable[[], bool]) -> None:
    """Let the others go on until this is so."""
    async with asyncio.timeout(PATIENCE):
        while not met():  # noqa: ASYNC110 (counts have no event to wait for)
            await asyncio.sleep(0.001)
