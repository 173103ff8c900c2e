"""All checks, as a class for pytest and as a function."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal

import pytest

from .ownership import OWNERSHIP
from .reads import MONEY, NOT_FOUND, PAGES, TIMES
from .verdicts import Check, NotOffered
from .world import OpenWorld, World
from .writes import IDEMPOTENCY, PARTIAL_FAILURE, REFUSALS

CHECKS: tuple[Check, ...] = (*OWNERSHIP, *MONEY, *TIMES, *PAGES, *NOT_FOUND, *IDEMPOTENCY, *REFUSALS, *PARTIAL_FAILURE)
"""Every promise, by topic."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one check; ``why`` is empty when it held."""

    check: str
    state: Literal["kept", "broken", "skipped"]
    why: str = ""


async def run_contract(open_world: OpenWorld, checks: Sequence[Check] = CHECKS) -> list[Outcome]:
    """Every check, each in a world of its own; an error of the shop counts as broken."""
    return [await _tried(one, open_world) for one in checks]


async def _tried(check: Check, open_world: OpenWorld) -> Outcome:
    try:
        async with open_world() as world:
            await check.run(world)
    except NotOffered as reason:
        return Outcome(check=check.name, state="skipped", why=str(reason))
    except Exception as error:  # noqa: BLE001 (whatever a shop raises here breaks the contract)
        return Outcome(check=check.name, state="broken", why=str(error) or type(error).__name__)
    return Outcome(check=check.name, state="kept")


class ShopContract:
    """Subclass it as ``TestMyShop`` and write ``world``. Each check runs in an event loop of its own: no async plugin is needed."""

    def world(self) -> AbstractAsyncContextManager[World]:
        """The shop, open and as it was at the beginning, with what is known to be in it."""
        raise NotImplementedError(f"{type(self).__name__} must write world(self): an async context manager that gives a World")

    @pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
    def test_the_shop_keeps(self, check: Check) -> None:
        """One promise."""
        asyncio.run(self._keeps(check))

    async def _keeps(self, check: Check) -> None:
        async with self.world() as world:
            try:
                await check.run(world)
            except NotOffered as reason:
                pytest.skip(str(reason))
