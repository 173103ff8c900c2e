"""A choice for machines: the whole curve, what is recommended, and the patch."""

from dataclasses import asdict
from typing import Any

from .choosing import Choice


def as_json(found: Choice, *, diff: str, demo: bool) -> dict[str, Any]:
    """Plain values; figures are of 1,000 messages. ``patch`` is empty unless the change is sure enough to be proposed."""
    return {
        "demo": demo,
        "labels": len(found.labels),
        "prices": asdict(found.prices),
        "now": found.now.threshold,
        "cheapest": found.best.threshold,
        "proposed": found.proposed.threshold if found.proposed else None,
        "patch": diff,
        "points": [asdict(one) for one in found.points],
        "moved": [
            {
                "turn_id": one.label.turn_id,
                "text": one.label.text,
                "said": one.label.said,
                "to": "person" if one.to_person else "agent",
            }
            for one in found.moved
        ],
    }
