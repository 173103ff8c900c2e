"""A routing suite drawn from the tickets: for each topic some that are surely of it and some that hardly are, redacted.

What is expected is what the guard read, so it proves nothing until a person has read it: every case is only watched.
"""

from collections.abc import Iterator
from typing import Any

from warmline.agent.guard.decision import AUTOMATED_REASONS

from .landscape import Advised, Landscape
from .topics import SURE, examples
from .workfile import WorkFile

OF_EACH = 4
"""Cases of each kind and topic at most."""

HEAD = """\
# Drawn from tickets by `warmline insights landscape`: what the guard reads in them today, which is not yet what is right. Read every case: names
# stay, and whatever customers tell in words. Correct `to` and `reason`, take `tier: watch` out, and then run it against your policy:
#   warmline eval lint FILE; warmline eval run FILE --tier watch     (FILE: this one; the next run of the landscape leaves it as it is)
"""


def routing_suite(work: WorkFile, landscape: Landscape) -> str:
    """The suite as YAML."""
    import yaml

    cases = [case for one in landscape.advised for case in _cases(work, one)]
    suite = {
        "suite": "landscape-demo" if landscape.demo else "landscape",
        "schema": 1,
        "about": f"Who serves what customers wrote: {'made-up tickets of the demo shop' if landscape.demo else ', '.join(landscape.files)}.",
        "tags": ["landscape", *(["demo"] if landscape.demo else [])],
        "cases": cases,
    }
    return HEAD + yaml.safe_dump(suite, sort_keys=False, allow_unicode=True, width=120)


def _cases(work: WorkFile, one: Advised) -> Iterator[dict[str, Any]]:
    key = one.topic.key
    for kind, where in (("sure", f"AND sure >= {SURE}"), ("close", f"AND sure < {SURE}")):
        for number, words in enumerate(examples(work, key, OF_EACH, where=f"{where} AND LENGTH(words) <= 320"), 1):
            yield {
                "id": f"{key.replace(':', '-').replace('_', '-')}-{kind}-{number}",
                "why": f"A ticket that was read as {one.topic.name}, {'surely' if kind == 'sure' else 'with doubt'}. Say here why that is right.",
                "tags": [key.replace(":", "-")],
                "tier": "watch",
                "say": words,
                "expect": {"route": _expected(key)},
            }


def _expected(key: str) -> dict[str, str]:
    if key in AUTOMATED_REASONS:
        return {"to": "bot", "reason": key}
    return {"to": "human", "reason": "unsure" if key.startswith("cluster:") else key}
