"""Which help desk there is: one of ours by its name. Loaded only when it is opened."""

import importlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from warmline.errors import SettingsError
from warmline.tools.clock import Clock

from .helpdesk import HelpDesk

VARIABLE = "WARMLINE_HELPDESK"

HELPDESKS: dict[str, str] = {"zendesk": "warmline.tools.helpdesks.zendesk", "gorgias": "warmline.tools.helpdesks.gorgias"}
"""The name in ``WARMLINE_HELPDESK``, and the module whose ``open_helpdesk`` opens it."""


def chosen(variables: Mapping[str, str]) -> str | None:
    """The help desk that is chosen, if one is; ``SettingsError`` for one that is not ours."""
    choice = variables.get(VARIABLE, "").strip()
    if choice and choice not in HELPDESKS:
        raise SettingsError(f"{VARIABLE}: {choice!r} is no help desk; expected {' or '.join(HELPDESKS)}, or leave it unset")
    return choice or None


@asynccontextmanager
async def open_chosen_helpdesk(variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[HelpDesk | None]:
    """The chosen help desk, open; ``None`` if none is chosen."""
    choice = chosen(variables)
    if choice is None:
        yield None
        return
    async with importlib.import_module(HELPDESKS[choice]).open_helpdesk(variables, clock) as helpdesk:
        yield helpdesk
