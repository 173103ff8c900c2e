"""Warmline: a customer-service agent for online shops that does the predictable and hands the rest to people, warm."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warmline.agent.agent import SupportAgent
    from warmline.agent.capacity import Capacity
    from warmline.agent.events import Decided, Done, Event, TextDelta, ToolFinished, ToolStarted
    from warmline.agent.guard.decision import Decision
    from warmline.agent.guard.limits import Limits
    from warmline.agent.models.embedded import EmbeddedModel
    from warmline.agent.models.openai import OpenAIModel
    from warmline.agent.outcome import HandedOff, NeedsConfirmation, Replied, Turn, WithHuman
    from warmline.agent.running import ShuttingDown
    from warmline.errors import DeskError, StoreError, UsageError, WarmlineError

_HOMES = {
    "SupportAgent": "warmline.agent.agent",
    "Capacity": "warmline.agent.capacity",
    "Decided": "warmline.agent.events",
    "Done": "warmline.agent.events",
    "Event": "warmline.agent.events",
    "TextDelta": "warmline.agent.events",
    "ToolFinished": "warmline.agent.events",
    "ToolStarted": "warmline.agent.events",
    "Decision": "warmline.agent.guard.decision",
    "Limits": "warmline.agent.guard.limits",
    "EmbeddedModel": "warmline.agent.models.embedded",
    "OpenAIModel": "warmline.agent.models.openai",
    "HandedOff": "warmline.agent.outcome",
    "NeedsConfirmation": "warmline.agent.outcome",
    "Replied": "warmline.agent.outcome",
    "Turn": "warmline.agent.outcome",
    "WithHuman": "warmline.agent.outcome",
    "ShuttingDown": "warmline.agent.running",
    "DeskError": "warmline.errors",
    "StoreError": "warmline.errors",
    "UsageError": "warmline.errors",
    "WarmlineError": "warmline.errors",
}

__all__ = [
    "Capacity",
    "Decided",
    "Decision",
    "DeskError",
    "Done",
    "EmbeddedModel",
    "Event",
    "HandedOff",
    "Limits",
    "NeedsConfirmation",
    "OpenAIModel",
    "Replied",
    "ShuttingDown",
    "StoreError",
    "SupportAgent",
    "TextDelta",
    "ToolFinished",
    "ToolStarted",
    "Turn",
    "UsageError",
    "WarmlineError",
    "WithHuman",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that importing one does not pay for all."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
