"""A Gorgias account and the adapter over it, for all that is tried there."""

import pytest
from support.fake_gorgias import FakeGorgias
from support.helpdesk_worlds import a_gorgias
from support.world import NOON

from warmline.tools.clock import FrozenClock
from warmline.tools.helpdesks.gorgias import Gorgias


@pytest.fixture
def fake() -> FakeGorgias:
    return FakeGorgias(FrozenClock(NOON))


@pytest.fixture
def gorgias(fake: FakeGorgias) -> Gorgias:
    return a_gorgias(fake)
