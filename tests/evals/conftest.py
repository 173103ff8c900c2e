"""One troupe for each event loop a test runs in; the classifier is loaded once."""

from collections.abc import AsyncIterator

import pytest

from warmline.evals.running.trial import Troupe
from warmline.evals.running.troupes import embedded_troupe
from warmline.evals.worlds.stage import Stage

_LOADED = Stage().reader


@pytest.fixture
async def troupe() -> AsyncIterator[Troupe]:
    made = embedded_troupe()
    made.stage.__dict__["reader"] = type(_LOADED)(_LOADED.guard.classifier)
    yield made
    await made.stage.close()
