"""All promises, as a class for pytest and as a function."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import pytest

from warmline.testing.shop_contract import Outcome
from warmline.testing.shop_contract.verdicts import NotOffered

from .promises import Promise
from .reads import FAULTS, HEARING, NOTICING
from .world import HelpDeskWorld, OpenHelpDeskWorld
from .writes import MAKING, TELLING

CHECKS: tuple[Promise, ...] = (*MAKING, *TELLING, *HEARING, *NOTICING, *FAULTS)
"""Every promise, by topic."""


async def run_helpdesk_contract(open_world: OpenHelpDeskWorld, checks: Sequence[Promise] = CHECKS) -> list[Outcome]:
    """Every check, each in a world of its own; an error of the help desk counts as broken."""
    return [await _tried(one, open_world) for one in checks]


async def _tried(check: Promise, open_world: OpenHelpDeskWorld) -> Outcome:
    try:
        async with open_world() as world:
            await check.run(world)
    except NotOffered as reason:
        return Outcome(check=check.name, state="skipped", why=str(reason))
    except Exception as error:  # noqa: BLE001 (whatever a help desk raises here breaks the contract)
        return Outcome(check=check.name, state="broken", why=str(error) or type(error).__name__)
    return Outcome(check=check.name, state="kept")


class HelpDeskContract:
    """Subclass it as ``TestMyDesk`` and write ``world``. Each check runs in an event loop of its own: no async plugin is needed."""

    def world(self) -> AbstractAsyncContextManager[HelpDeskWorld]:
        """The help desk, open and empty, with somebody who works there."""
        raise NotImplementedError(
            f"{type(self).__name__} must write world(self): an async context manager that gives a HelpDeskWorld"
        )

    @pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
    def test_the_help_desk_keeps(self, check: Promise) -> None:
        """One promise."""
        asyncio.run(self._keeps(check))

    async def _keeps(self, check: Promise) -> None:
        async with self.world() as world:
            try:
                await check.run(world)
            except NotOffered as reason:
                pytest.skip(str(reason))
