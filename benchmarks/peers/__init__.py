"""The same agent written with each peer, the way its own manual has it. ``peers.toml`` beside this folder says what each needs.

A module here, or in ``frameworks``, has ``VARIANTS``: each variant's name (empty for the usual one) and what makes it. Nothing of a peer's library is imported
before ``start``. To add one, write a module and an entry in ``peers.toml``.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

TYPED = ("raw", "lean", "warmline")
"""The peers whose libraries are in the repository's own environment; the others are in ``frameworks``."""


class Peer(Protocol):
    """An agent under measurement. A conversation is whatever the peer keeps of one."""

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the agent, over the model behind ``base_url``; ``folder`` is for its store."""
        ...

    def begin(self, name: str) -> Any:
        """A new conversation."""
        ...

    async def turn(self, conversation: Any, text: str) -> str:
        """Answer one message of the customer's; the reply."""
        ...

    def stream(self, conversation: Any, text: str) -> AsyncIterator[str]:
        """The same, the reply piece by piece as the peer releases it."""
        ...

    async def stop(self) -> None:
        """Close what was opened."""
        ...


def make(spec: str) -> Peer:
    """The peer that ``name`` or ``name:variant`` means; ``LookupError`` for a variant it does not have."""
    name, _, variant = spec.partition(":")
    home = __name__ if name in TYPED else f"{__name__}.frameworks"
    variants: Mapping[str, Callable[[], Peer]] = import_module(f"{home}.{name}").VARIANTS
    if variant not in variants:
        raise LookupError(f"{spec!r}: {name} has no variant {variant!r}; expected one of {sorted(variants)}")
    return variants[variant]()
