"""docs/helpdesks.md: its endpoint runs as it is printed, its figures are the code's."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from support.helpdesk import Both, no_wait
from support.helpdesk_worlds import ACCOUNTS, at_gorgias
from support.world import NOON

from warmline.agent.desk.desk import Desk
from warmline.agent.desk.outside import links, telling
from warmline.agent.desk.outside.outside import OutsideDesk
from warmline.agent.store.store import Store
from warmline.testing.helpdesk_contract import CHECKS, run_helpdesk_contract
from warmline.tools.clock import FrozenClock
from warmline.tools.helpdesks import gorgias, shared_secret, zendesk
from warmline.tools.helpdesks.gorgias import GorgiasSettings, history, polling
from warmline.tools.helpdesks.gorgias import desk as gorgias_desk
from warmline.tools.helpdesks.gorgias.examining import SCOPES
from warmline.tools.helpdesks.helpdesk import HAND_BACK, INSTRUCTION
from warmline.tools.helpdesks.zendesk import ZendeskSettings, signing

MANUAL = (Path(__file__).parents[4] / "docs" / "helpdesks.md").read_text("utf-8")


BLOCKS: list[str] = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)


@pytest.mark.parametrize("name", ACCOUNTS)
async def test_the_endpoint_takes_what_is_the_help_desks_and_nothing_else(store: Store, name: str) -> None:
    assert isinstance(store.clock, FrozenClock)
    account, desk = ACCOUNTS[name](store.clock), Desk(store)
    both = Both(store, desk, account.fake, OutsideDesk(desk, account.helpdesk), store.clock)
    space: dict[str, Any] = {"__name__": "manual", "outside": both.outside}
    exec(compile(BLOCKS[0], "helpdesks.md", "exec"), space)  # noqa: S102 (our own manual)
    await both.a_case()
    number = (await both.links())[0].ticket
    await account.colleague.answer(number, "It lapses tomorrow.")
    headers, body = account.webhook(number)
    forged_headers = {header: f"{value}x" for header, value in headers.items()}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(space["app"]), base_url="https://shop.test") as client:
        forged = await client.post("/helpdesk", headers=forged_headers, content=body)
        account.fake.faults = [httpx2.Response(401)]
        broken = await client.post("/helpdesk", headers=headers, content=body)
        taken = await client.post("/helpdesk", headers=headers, content=body)
    assert (forged.status_code, broken.status_code, taken.status_code) == (401, 503, 204)
    assert (await both.reads())[-1] == ("person", "It lapses tomorrow.")


def test_the_contract_is_run_as_it_is_printed() -> None:
    ours = at_gorgias(FrozenClock(NOON))
    world = {"my_desk": ours.helpdesk, "my_colleague": ours.colleague, "wait_two_minutes": no_wait, "the_time": lambda: NOON}
    space: dict[str, Any] = {"__name__": "manual", **world}
    exec(compile(BLOCKS[1], "helpdesks.md", "exec"), space)  # noqa: S102 (our own manual)
    outcomes = asyncio.run(run_helpdesk_contract(space["TestMyDesk"]().world, CHECKS[:1]))
    assert [one.state for one in outcomes] == ["kept"]


def test_the_figures_and_names_stand_in_the_manual() -> None:
    assert (signing.WINDOW.seconds, telling.GRACE.seconds, links.HOLD.seconds) == (300, 60, 60)
    assert "within five minutes" in MANUAL
    assert "for a minute" in MANUAL
    assert f"{zendesk.PER_MINUTE} a minute" in MANUAL
    assert gorgias.BURST + 20 * gorgias.PER_SECOND == 40
    assert "40 in 20 seconds" in MANUAL
    assert (history.NEAR.seconds, history.AFTER.seconds, polling.OVERLAP.seconds) == (600, 60, 60)
    assert f"{gorgias_desk.MOST_POLLED * gorgias_desk.PER_PAGE:,} messages" in MANUAL
    assert f"`{gorgias_desk.URGENT}`" in MANUAL
    assert shared_secret.HEADER in MANUAL.lower()
    assert shared_secret.BODY in MANUAL
    settings = {f"`{name.upper()}`" for name in (*ZendeskSettings.model_fields, *GorgiasSettings.model_fields)}
    assert [one for one in settings if one not in MANUAL] == []
    scopes = [scope for one in SCOPES.values() for scope in one.split(" and ")]
    assert [one for one in scopes if f"`{one}`" not in MANUAL] == []
    assert (f"`{HAND_BACK}`" in MANUAL, INSTRUCTION) == (True, "warmline:")
