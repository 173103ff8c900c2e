"""docs/helpdesks.md: its endpoint runs as it is printed, its figures are the code's."""

import re
from pathlib import Path
from typing import Any

import httpx2
from support.helpdesk import Both

from warmline.agent.desk.outside import links, telling
from warmline.tools.helpdesks import zendesk
from warmline.tools.helpdesks.helpdesk import HAND_BACK, INSTRUCTION
from warmline.tools.helpdesks.zendesk import signing

MANUAL = (Path(__file__).parents[4] / "docs" / "helpdesks.md").read_text("utf-8")


async def test_the_endpoint_takes_what_is_zendesks_and_nothing_else(both: Both) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)
    space: dict[str, Any] = {"__name__": "manual", "outside": both.outside}
    exec(compile(code, "helpdesks.md", "exec"), space)  # noqa: S102 (our own manual)
    number, _ = both.fake.ticket(await both.a_case())
    both.fake.writes(number, "It lapses tomorrow.")
    headers, body = both.fake.webhook(number)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(space["app"]), base_url="https://shop.test") as client:
        forged = await client.post("/zendesk", headers=headers, content=body + b" ")
        both.fake.faults = [httpx2.Response(401)]
        broken = await client.post("/zendesk", headers=headers, content=body)
        taken = await client.post("/zendesk", headers=headers, content=body)
    assert (forged.status_code, broken.status_code, taken.status_code) == (401, 503, 204)
    assert (await both.reads())[-1] == ("person", "It lapses tomorrow.")


def test_the_figures_and_names_stand_in_the_manual() -> None:
    assert (signing.WINDOW.seconds, telling.GRACE.seconds, links.HOLD.seconds) == (300, 60, 60)
    assert "within five minutes" in MANUAL
    assert "for a minute" in MANUAL
    assert f"{zendesk.PER_MINUTE} a minute" in MANUAL
    assert (f"`{HAND_BACK}`" in MANUAL, INSTRUCTION) == (True, "warmline:")
