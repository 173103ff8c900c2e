"""Trials that break things on purpose: what the agent logs about it is no news to whoever runs them."""

import logging
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def agent_unheard() -> Generator[None]:
    """While the block runs, the agent's own log is silent; what a trial came to is in its result. ``--debug`` hears it all the same."""
    log = logging.getLogger("warmline.agent")
    before = log.level
    if logging.getLogger("warmline").getEffectiveLevel() > logging.DEBUG:
        log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)
