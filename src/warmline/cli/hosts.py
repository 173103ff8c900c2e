"""A host's own agent, by the name of where it stands: ``my_shop.support:agent``."""

import importlib
import inspect
import sys
from typing import TYPE_CHECKING, cast

from warmline.errors import UsageError

if TYPE_CHECKING:
    from warmline.agent.agent import SupportAgent

EXPECTED = (
    "expected module:name of a SupportAgent, or of a function without arguments that makes one, such as my_shop.support:agent"
)


async def host_agent(where: str) -> "SupportAgent":
    """The agent that stands there; modules of the folder the command runs in are found. ``UsageError`` if there is none."""
    from warmline.agent.agent import SupportAgent

    found = _named(where)
    try:
        made = found() if callable(found) and not isinstance(found, SupportAgent) else found
        made = await made if inspect.isawaitable(made) else made
    except Exception as error:
        raise UsageError(f"--agent {where}: calling it failed: {type(error).__name__}: {error}") from error
    if not isinstance(made, SupportAgent):
        raise UsageError(f"--agent {where}: it is a {type(made).__name__}; {EXPECTED}")
    return made


def _named(where: str) -> object:
    module, colon, name = where.partition(":")
    if not (module and colon and name):
        raise UsageError(f"--agent {where!r}: {EXPECTED}")
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found: object = importlib.import_module(module)
    except ImportError as error:
        raise UsageError(f"--agent {where}: {module!r} cannot be imported ({error}); run the command where it can") from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"--agent {where}: {module!r} has no {name!r}; {EXPECTED}")
        found = cast("object", getattr(found, part))
    return found
